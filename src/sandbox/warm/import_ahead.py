"""Run by a warm parent before it serves: imports modules ahead of the programs that will ask for them, and hides them.

`imports` names them; `keep`, `watch`, `may_be_taken` and `take` are those of hidden_modules.h. A module that was imported ahead is
taken out of sys.modules, and given back when a program imports it: together with all that its import would have imported, and
in the same order, so that sys.modules, attributes of packages, exit functions and hooks are what they would be. It is given
back only where the import would have found the very same file: not when anything beside it could be meant (a file of the
program's own, another sys.path or import hook), nor a second time. Then the import goes its ordinary way. So what is here
costs or saves time, and changes nothing else.

The file is compiled under the name of importlib's own: tracebacks leave its frames out.
"""
import sys
import builtins
import marshal
import posix
import _imp
import _io
import _warnings
import _frozen_importlib as bootstrap
import _frozen_importlib_external as external


class Recorder:
    """What each module does while it is imported: what it imports, and what it registers with others."""

    def __init__(self):
        self.imported = {}  # by name: the names it imported, in their order
        self.registered = {}  # by name: calls that have to be made again
        self.loading = []
        self.loaded = set()
        self.filters = _warnings.filters[:]  # what everyone has; then the modules' own

    def note(self, name):
        if self.loading:
            self.imported.setdefault(self.loading[-1], {})[name] = None

    def load(self, spec):
        self.note(spec.name)
        self.loading.append(spec.name)
        self.loaded.add(spec.name)
        present = set(sys.modules)
        try:
            return self.original_load(spec)
        finally:
            self.note_filters()
            for name in sys.modules:  # modules that it made without an import
                if name not in present and name not in self.loaded:
                    self.loaded.add(name)
                    self.note(name)
            self.loading.pop()

    def note_filters(self):
        for item in reversed(_warnings.filters):
            if item not in self.filters:
                self.filters.append(item)
                self.register(add_filter, item)

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        result = self.original_import(name, globals, locals, fromlist, level)
        if level:
            name = bootstrap._resolve_name(name, bootstrap._calc___package__(globals), level)
        self.note(name)
        for item in fromlist or ():
            if f"{name}.{item}" in sys.modules:
                self.note(f"{name}.{item}")
        return result

    def register(self, function, *args, **kwargs):
        if self.loading:
            self.registered.setdefault(self.loading[-1], []).append((function, args, kwargs))

    def record(self, names):
        import atexit
        import os
        self.original_load, self.original_import = bootstrap._load_unlocked, builtins.__import__
        register, register_at_fork = atexit.register, os.register_at_fork

        def at_exit(function, *args, **kwargs):
            self.register(register, function, *args, **kwargs)
            return function

        bootstrap._load_unlocked, builtins.__import__ = self.load, self.import_
        atexit.register = at_exit
        os.register_at_fork = lambda **hooks: self.register(register_at_fork, **hooks)
        try:
            for name in names:
                try:
                    __import__(name)
                except ImportError:
                    pass  # not installed: programs that want it are told so by their own import
        finally:
            bootstrap._load_unlocked, builtins.__import__ = self.original_load, self.original_import
            atexit.register, os.register_at_fork = register, register_at_fork


def add_filter(item):
    _warnings.filters.insert(0, item)
    _warnings._filters_mutated()


def remove_filters(registered):
    for calls in registered.values():
        for function, args, _ in calls:
            if function is add_filter:
                _warnings.filters.remove(args[0])
    _warnings._filters_mutated()


def renew_random(module):
    module._inst.seed()


def renew_numpy_random(module):
    module._rand.seed()


def renew_logging(module):
    module._startTime = module.time.time()


def renew_threading(module):
    module._main_thread._set_native_id()


# What a module knows since its import and each program must know anew.
renewals = {"random": renew_random, "numpy.random.mtrand": renew_numpy_random, "logging": renew_logging,
            "threading": renew_threading}


def closure_of(name, imported, found):
    """Adds the module and all that its import imports, in the order in which they come into sys.modules."""
    if name in found:
        return
    found[name] = False  # it comes there last
    package = name.rpartition(".")[0]
    for one in (*([package] if package else []), *imported.get(name, ())):
        closure_of(one, imported, found)
    del found[name]
    found[name] = True


def hide(module_names):
    """Takes modules out of sys.modules, and as attributes out of their packages; which were, is returned too."""
    hidden = {name: sys.modules[name] for name in module_names}
    attributes = set()
    for name, module in hidden.items():
        package, _, attribute = name.rpartition(".")
        namespace = vars(hidden.get(package) or sys.modules[package]) if package else {}
        if namespace.get(attribute) is module:
            del namespace[attribute]
            attributes.add(name)
        del sys.modules[name]
    return hidden, attributes


RENAMED = ("__name__", "__package__", "__file__")


def names_of_importlib():
    """The modules that importlib is made of, and what they are called: an `import importlib` renames them."""
    return {module: {name: value for name, value in vars(module).items() if name in RENAMED}
            for module in (bootstrap, external)}


def rename_importlib(names):
    for module, values in names.items():
        for name in RENAMED:
            vars(module).pop(name, None)
        vars(module).update(values)


ROUNDS = 64  # after fewer the interpreter still writes into code that it runs (PEP 659), which copies its page


def with_re(re):
    for pattern in (r"\w+", r"^(a|b)*[c-z]\s?\d{2,4}$", r"(?P<name>[^,]+?),\s*(.*)"):
        re.compile(pattern).findall("x, y 1")
    re.sub("x", "y", "x y")
    re.purge()


def with_json(json):
    json.loads(json.dumps({"a": [1, 2.5, None, True, "b"]}))


def with_collections(collections):
    counter = collections.Counter("banana")
    counter.most_common(1), counter.most_common(), counter.update("a")
    collections.defaultdict(list)["a"].append(1)
    collections.deque([1]).popleft()
    collections.OrderedDict(a=1).popitem()


def with_random(random):
    own = random.Random(1)
    own.randrange(1000), own.randint(1, 6), own.random(), own.choice("ab"), own.shuffle([1, 2, 3]), own.sample([1, 2, 3], 2)


def with_datetime(datetime):
    str(datetime.date(2024, 2, 28) + datetime.timedelta(days=1))
    datetime.datetime(2024, 2, 28, 1, 2, 3).isoformat()


def with_heapq(heapq):
    heapq.nsmallest(2, [5, 1, 4]), heapq.nlargest(2, [5, 1, 4])
    heap = [3, 1, 2]
    heapq.heapify(heap), heapq.heappush(heap, 0), heapq.heappop(heap)


def with_functools(functools):
    functools.reduce(max, (1, 2, 3))
    functools.lru_cache(maxsize=None)(len)("a")
    functools.partial(int, base=2)("10")


def with_builtins(_):
    words = sorted("b a".split(), key=len, reverse=True)
    ", ".join(f"{word:>4}{1.5:.2f}" for word in words).replace("a", "b").strip().upper()
    [*enumerate(words)], [*zip(words, words)], [*map(str, range(3))], {word: 1 for word in words}, sum([1]), min(words), {*words}


rehearsals = {"re": with_re, "json": with_json, "collections": with_collections, "random": with_random, "datetime": with_datetime,
              "heapq": with_heapq, "functools": with_functools, "builtins": with_builtins}


def rehearse():
    """Does, without a trace, what many programs do."""
    for name, work in rehearsals.items():
        if module := sys.modules.get(name):
            for _ in range(ROUNDS):
                work(module)


def spare_numpy():
    """Where a program's import of numpy goes its ordinary way, it is the second in the process, of which numpy's C code warns:
    not to be told of the program's first one."""
    name = "numpy.core._multiarray_umath"
    if not (module := sys.modules.get(name)):
        return
    guard = module._reload_guard

    def _reload_guard():
        sys.modules[name]._reload_guard = guard

    for names in sys.modules["gc"].get_referrers(guard):  # the interpreter has a copy for the next import
        if type(names) is dict and names is not vars(module) and names.get("__name__") == name:
            names["_reload_guard"] = _reload_guard
            renewals[name] = lambda _, names=names: names.update(_reload_guard=guard)


def import_ahead(names):
    plain_names = names_of_importlib()
    before, finders_before = set(sys.modules), set(sys.path_importer_cache)
    own_directory = sys.path.pop(0)
    recorder = Recorder()
    recorder.record(["gc", "atexit", *names])  # the parent itself needs those two
    rehearse()
    spare_numpy()
    sys.path.insert(0, own_directory)
    for path in set(sys.path_importer_cache) - finders_before:
        del sys.path_importer_cache[path]
    remove_filters(recorder.registered)
    if (new_names := names_of_importlib()) != plain_names:
        rename_importlib(plain_names)
        recorder.registered.setdefault("importlib", []).append((rename_importlib, (new_names,), {}))
    added = [name for name in sys.modules if name not in before]
    closures = {}
    for name in added:
        found = {}
        closure_of(name, recorder.imported, found)
        closures[name] = tuple(one for one in found if one not in before)
    hidden, attributes = hide(added)
    serve_hidden(hidden, attributes, closures, recorder.registered)
    return hidden


# C code that goes on with the modules it has met when it was first imported; a program's own set of them must not meet it.
# Where it cannot be imported, Python does its work.
ATTACHED = ("_asyncio",)
parts_of_importlib = (bootstrap.ModuleSpec, external.FileFinder, external.SourceFileLoader, external.FileLoader,
                      external.SourceLoader, external.ExtensionFileLoader, external._LoaderBasics)


def plans_for(hidden, attributes, registered):
    """What to do when a module is given back: see hidden_modules.h."""
    plans = {}
    for name, module in hidden.items():
        package, _, attribute = name.rpartition(".")
        calls = [*registered.get(name, ())]
        if name in renewals:
            calls.append((renewals[name], (module,), {}))
        parent = (hidden.get(package) or sys.modules.get(package)) if package else None
        is_attribute = name in attributes
        plans[name] = (module, parent if is_attribute else None, sys.intern(attribute) if is_attribute else None,
                       tuple(calls), parent)
    return plans


def serve_hidden(hidden, attributes, closures, registered):
    """From here on imports look among the hidden modules first."""
    find_and_load, gettrace, getprofile = bootstrap._find_and_load, sys.gettrace, sys.getprofile
    modules, can_take, take_all = sys.modules, may_be_taken, take  # of this function: its globals are importlib's
    plans = plans_for(hidden, attributes, registered)
    attached = ATTACHED

    def _find_and_load(name, import_):
        closure = closures.get(name)
        if closure is None or name in modules:
            return find_and_load(name, import_)
        # A program that traces sees importlib's own function, whose name and module are this one's.
        if gettrace() or getprofile() or not can_take(closure):
            for one in attached:
                if one in closure and one not in modules:
                    modules[one] = None
            return find_and_load(name, import_)
        take_all(closure)
        return modules[name]

    keep(vars(bootstrap), find_and_load, (hidden, closures, registered, plans))
    bootstrap._find_and_load = type(_find_and_load)(_find_and_load.__code__, vars(bootstrap), "_find_and_load", None,
                                                    _find_and_load.__closure__)
    bootstrap._find_and_load.__qualname__ = "_find_and_load"
    watch((builtins, posix, marshal, _imp, _io, bootstrap, external, *sys.meta_path, *parts_of_importlib), plans,
          external.FileFinder)


hidden = import_ahead(imports)
del Recorder  # or programs would find it among the subclasses of object
