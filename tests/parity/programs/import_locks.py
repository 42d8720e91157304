import _imp, _frozen_importlib
print(_imp.lock_held(), _frozen_importlib._module_locks, _frozen_importlib._blocking_on)
