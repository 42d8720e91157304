import abc, json, collections, numbers
print(abc.get_cache_token())
