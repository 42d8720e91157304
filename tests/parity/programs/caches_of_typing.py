import typing
print([function.cache_info().currsize for function in [getattr(typing, name, None) for name in ("_tp_cache",)] if hasattr(function, "cache_info")])
print(len(typing._cleanups), typing.Optional[int] is typing.Optional[int])
