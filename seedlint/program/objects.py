"""What objects do: those of the program's classes, and those that external callables made."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.behaviour import BUILDING_METHODS, DYNAMIC_METHODS, RUNNING_METHODS
from seedlint.knowledge.tables.order import PATH_LISTINGS, STRING_METHODS
from seedlint.program.calls import Caller, gives_input_shape, names_one_file
from seedlint.program.evaluate import Given
from seedlint.program.events import StreamState
from seedlint.program.seeders import names_a_seeder
from seedlint.program.values import (
    STRINGS,
    UNKNOWN,
    Constant,
    Factory,
    Instance,
    Items,
    LocalClass,
    LocalFunction,
    Made,
    Strings,
    Super,
    Table,
    Unknown,
    Unordered,
    Value,
    Varying,
    holds_something,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.knowledge.model import Api
    from seedlint.program import summary as ir

_ADDING_METHODS: Final = frozenset({"append", "appendleft", "extend", "insert", "add", "update"})
_SET_METHODS: Final = frozenset({"copy", "union", "difference", "intersection", "symmetric_difference"})
_KEEPING_METHODS: Final = frozenset(
    {"set_defaults", "add_argument", "register", "connect", "subscribe", "add_callback", "add_done_callback"}
)
"""Methods of objects about which nothing is known that keep the function that they are given for later."""
SAME_KIND_METHODS: Final = frozenset({"pandas.DataFrame", "pandas.Series", "tensorflow.data.Dataset"})


class ObjectCaller(Caller):
    """Calls classes, objects and methods."""

    def instantiate(self, cls: LocalClass, given: Given) -> Value:
        """See `Caller.instantiate`."""
        instance = Instance(cls)
        init = cls.lookup("__init__")
        if isinstance(init, LocalFunction):
            bound = self.attribute(instance, "__init__", given.place)
            self.call(bound, given)
            return instance
        for base in cls.external_bases():
            api = self.knowledge.get(base)
            if api is not None:
                made = self.call_api(api, base, given, None)
                instance.made = made if isinstance(made, Made) else None
        instance.attributes.update((key, value) for key, value, _ in given.keywords)
        self._fill_fields(instance, given)
        return instance

    def _fill_fields(self, instance: Instance, given: Given) -> None:
        """Let a dataclass make the values of the fields that it was not given."""
        for name, value in instance.cls.names.items():
            if isinstance(value, Factory) and name not in instance.attributes:
                # Which fields positional arguments are for is not known.
                sure = not given.positional and not given.open
                with nullcontext() if sure else self.recorder.assuming(), self.recorder.inside(given.place):
                    nothing = Given((), (), open=False, place=value.place)
                    instance.attributes[name] = self.call(value.function, nothing)

    def call_instance(self, instance: Instance, given: Given) -> Value:
        """See `Caller.call_instance`."""
        for name in ("__call__", "call"):
            method = instance.cls.lookup(name)
            if isinstance(method, LocalFunction):
                if name == "call":
                    self.release(instance, given.place)
                bound = self.attribute(instance, name, given.place)
                return self.call(bound, given)
        self.run_attributes(instance, "build")
        return UNKNOWN

    def call_method(self, receiver: Value, name: str, given: Given) -> Value:
        """See `Caller.call_method`."""
        match receiver:
            case Made():
                return self._call_made(receiver, name, given)
            case Instance():
                return self._call_inherited(receiver, name, given)
            case Super(instance, cls):
                return self._call_super(instance, cls, name, given)
            case Varying():
                return receiver
            case Items() | Unordered() if name == "sort":
                self.change(receiver, "orders", ())
                return UNKNOWN
            case Items() if name in _ADDING_METHODS:
                self.add(receiver, given.first[-1:], given.place, each=name in ("extend", "update"))
                return UNKNOWN
            case Items(kind="set") if name in _SET_METHODS:
                return receiver
            case Table(values, _) if name in ("values", "items", "get"):
                return self._table_method(values, name, given.first)
            case Constant(str()) if name == "format":
                self.recorder.spell(given.values)
            case Unknown() if names_a_seeder(name) and name != "seed":
                return self.trust(given)
        if name in PATH_LISTINGS and "pathlib" in self.recorder.trace.imported and receiver is UNKNOWN:
            path = f"pathlib.Path.{name}"
            return UNKNOWN if names_one_file(path, given.first) else self.recorder.listing(path, given.place)
        if name in DYNAMIC_METHODS and _runs_code(name, given.first):
            self.recorder.anything_runs()
        self.recorder.unknown_is_called(name)
        if name not in _KEEPING_METHODS:
            self.hand_over_all(given, "")
        held = [value for value in given.first if isinstance(value, Made) and value.pending]
        if held:
            return Made("", holds=list(held))
        return STRINGS if name in STRING_METHODS and isinstance(receiver, (Unknown, Strings, Constant)) else UNKNOWN

    def _table_method(self, values: dict[ir.ConstantValue, Value], name: str, given: Sequence[Value]) -> Value:
        if name == "get":
            key = given[0] if given else UNKNOWN
            default = given[1] if len(given) > 1 else Constant(None)
            return values.get(key.value, default) if isinstance(key, Constant) else UNKNOWN
        if name == "values":
            return Items("list", tuple(values.values()))
        return Items("list", tuple(Items("tuple", (Constant(key), value)) for key, value in values.items()))

    def _call_made(self, made: Made, name: str, given: Given) -> Value:
        if made.type == "":
            self.use_held(made, given.place)
        if name in RUNNING_METHODS:
            self.recorder.fire(made, "run")
        elif name in BUILDING_METHODS:
            self.recorder.fire(made, "build")
        for value in given.values:
            if isinstance(value, Made) and name in RUNNING_METHODS:
                self.recorder.fire(value, "run")
        api = self.knowledge.method(made.type, name) if made.type else None
        path = f"{made.type}.{name}"
        self.recorder.called(path)
        result: Value = UNKNOWN
        if api is not None:
            result = self.call_api(api, path, given, made)
            if api.draws:
                self.change(made, "origin", [])
            self._reseed(made, api)
        self.hand_over_all(given, api.name if api is not None else path)
        if name == "add" or (api is None and made.type == ""):
            self.change(made, "holds", made.holds + [value for value in given.first if holds_something(value)])
            self._build_if_input_is_known(made)
        if api is None and made.type in SAME_KIND_METHODS:
            return made
        if api is None and holds_something(made) and made.type == "":
            return made
        return result

    def _build_if_input_is_known(self, made: Made) -> None:
        if made.type == "keras.Sequential" and any(gives_input_shape(held) for held in made.holds):
            self.recorder.fire(made, "build")

    def _reseed(self, made: Made, api: Api) -> None:
        """`rng.seed(1)` and `generator.reset_from_seed(1)` seed the generator itself."""
        if made.generator is None or api.seeds is None or "generator" not in api.seeds.streams:
            return
        seed = self.recorder.trace.seeds[-1]
        self.change(made, "generator", seed.holds)
        self.change(made, "seed", seed)
        for draw in made.origin:
            draw.covered = True  # nothing has used what it drew
        self.change(made, "origin", [])
        if made.call is not None and made.call.api.name == "tensorflow.random.get_global_generator":
            self.recorder.state["tensorflow-generator"] = StreamState(seed.holds, seed)

    def _call_inherited(self, instance: Instance, name: str, given: Given) -> Value:
        """Call a method that an object of the program has from an external class, or not at all."""
        bases = instance.cls.external_bases()
        if not bases:
            if names_a_seeder(name):
                return self.trust(given)
            self.hand_over_all(given, "")
            return UNKNOWN
        if name in RUNNING_METHODS:
            self.release(instance, given.place)
            self.run_attributes(instance, "run")
        elif name in BUILDING_METHODS:
            self.run_attributes(instance, "build")
        self.hand_over_all(given, name)
        for base in bases:
            path = f"{base}.{name}"
            self.recorder.called(path)
            api = self.knowledge.method(base, name)
            if api is not None:
                return self.call_api(api, path, given, instance)
        return UNKNOWN

    def _call_super(self, instance: Value, cls: LocalClass, name: str, given: Given) -> Value:
        for base in cls.external_bases():
            api = self.knowledge.get(base) if name == "__init__" else self.knowledge.method(base, name)
            if api is not None:
                path = base if name == "__init__" else f"{base}.{name}"
                made = self.call_api(api, path, given, None)
                if name == "__init__" and isinstance(instance, Instance) and isinstance(made, Made):
                    instance.made = made
                return made if name != "__init__" else UNKNOWN
        self.hand_over_all(given, name)
        return UNKNOWN


def _runs_code(method: str, given: Sequence[Value]) -> bool:
    """Tell whether a call of one of DYNAMIC_METHODS runs code; most of IPython's magic words do not."""
    magic = given[0] if given else UNKNOWN
    if "magic" not in method or not isinstance(magic, Constant):
        return True
    return str(magic.value).split()[:1] == ["run"]
