#: exit_code = 1
import pickle
pickle.dumps(lambda: 1)
