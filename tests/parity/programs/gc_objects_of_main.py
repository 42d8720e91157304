#: differs = "what was there before the program is frozen, so the collector counts otherwise"
import gc, sys
class Own: pass
own = Own()
print(own in gc.get_objects(), any(referrer is globals() for referrer in gc.get_referrers(own)), gc.is_tracked(own), gc.is_tracked(1))
print(any(value is sys.modules for value in gc.get_objects()))
