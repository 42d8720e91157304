import pkgutil
names = [module.name for module in pkgutil.iter_modules()]
print(len(names), "json" in names, "main" in names, names[:5])
