#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
import abc, json, collections, numbers
print(abc.get_cache_token())
