# Counts registrations, whoever made them.
import abc
print(abc.get_cache_token())
