#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
# Counts registrations, whoever made them.
import abc
print(abc.get_cache_token())
