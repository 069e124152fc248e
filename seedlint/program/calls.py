"""What calling a value does: functions and classes of the program, external names, methods."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.behaviour import (
    BUILDING_METHODS,
    ENDS_PROGRAM,
    RUNNERS,
    RUNNING_METHODS,
    SAME_KIND,
    VARYING,
    WRAPPERS,
)
from seedlint.program import effects
from seedlint.program import summary as ir
from seedlint.program.evaluate import Evaluator, holds_something
from seedlint.program.events import Bound, CallEvent, EnvironmentEvent, Place, StreamState
from seedlint.program.recorder import ALL_SEEDED
from seedlint.program.seeders import names_a_seeder
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Instance,
    Items,
    Iteration,
    LocalClass,
    LocalFunction,
    Made,
    Method,
    Partial,
    Super,
    Table,
    Unknown,
    Value,
    Varying,
    alternatives,
    join,
    truth,
)

if TYPE_CHECKING:
    from seedlint.knowledge.model import Api

Positional = Sequence[tuple[Value, ir.Expression | None]]
Keywords = Sequence[tuple[str, Value, ir.Expression | None]]


class Caller(Evaluator):
    """Makes calls; how a function's body runs is left to the class derived from it."""

    seeders: frozenset[str]
    active: list[LocalFunction]
    made: list[Made]

    @abstractmethod
    def end_program(self) -> None:
        """The program ends here."""

    @abstractmethod
    def record_setting(self, event: EnvironmentEvent) -> None:
        """Take note of an environment variable."""

    def call(
        self,
        function: Value,
        positional: Positional,
        keywords: Keywords,
        *,
        open_: bool,
        place: Place,
        name: str,
    ) -> Value:
        """See `Evaluator.call`."""
        if name in self.seeders and not isinstance(function, External):
            return self._trusted(positional, keywords, place)
        match function:
            case LocalFunction():
                values = [value for value, _ in positional]
                named = {key: value for key, value, _ in keywords}
                if open_:
                    named = {**self.unknown_arguments(function, len(values)), **named}
                return self.call_function(function, values, named, place)
            case LocalClass():
                return self._instantiate(function, positional, keywords, open_, place)
            case Partial(inner, first, named_first):
                return self.call(
                    inner,
                    [*((value, None) for value in first), *positional],
                    [*((key, value, None) for key, value in named_first), *keywords],
                    open_=open_, place=place, name=name,
                )  # fmt: skip
            case External(path):
                return self._call_external(path, positional, keywords, open_, place)
            case Method(receiver, method):
                return self._call_method(receiver, method, positional, keywords, open_, place)
            case Instance():
                return self._call_instance(function, positional, keywords, open_, place)
            case Made():
                self._hand_over(positional, keywords, "", place)
                return self._call_layer(function, positional, keywords)
            case Alternatives(values):
                return self._call_any(values, positional, keywords, open_, place, name)
            case Varying():
                return function
        if names_a_seeder(name):
            return self._trusted(positional, keywords, place)
        self._hand_over(positional, keywords, "", place)
        return UNKNOWN

    def _call_any(
        self,
        functions: Sequence[Value],
        positional: Positional,
        keywords: Keywords,
        open_: bool,
        place: Place,
        name: str,
    ) -> Value:
        results: list[Value] = []

        def branch(function: Value) -> Callable[[], object]:
            return lambda: results.append(
                self.call(function, positional, keywords, open_=open_, place=place, name=name)
            )

        callables = [function for function in functions if not isinstance(function, Constant)]
        self.in_branches([branch(function) for function in callables], None)
        return join(results)

    def _call_layer(self, layer: Made, positional: Positional, keywords: Keywords) -> Value:
        """Call an object that was made: it is built, and with numbers at hand and `training=True` it runs."""
        values = [value for value, _ in positional] + [value for _, value, _ in keywords]
        symbolic = [value for value in values if isinstance(value, Made) and value.type == "keras.Input"]
        in_training = any(key == "training" and truth(value) for key, value, _ in keywords)
        self.recorder.fire(layer, "run" if in_training and not symbolic else "build")
        return Made("keras.Input", holds=[layer, *symbolic]) if symbolic else UNKNOWN

    # -- trust --------------------------------------------------------------------------------

    def _trusted(self, positional: Positional, keywords: Keywords, place: Place) -> Value:
        """Take the call to seed everything, with its first argument or the one named for a seed."""
        named = [value for key, value, _ in keywords if "seed" in key]
        given = named or [value for value, _ in positional]
        value = given[0] if given and isinstance(given[0], Varying) else UNKNOWN
        self.recorder.seed(place, ALL_SEEDED, value, trusted=True)
        return UNKNOWN

    # -- external names -----------------------------------------------------------------------

    def _call_external(self, path: str, positional: Positional, keywords: Keywords, open_: bool, place: Place) -> Value:
        self.recorder.called(path)
        special = self._special(path, positional, keywords, place)
        if special is not None:
            return special
        last = path.rpartition(".")[2]
        if path in self.seeders or last in self.seeders:
            return self._trusted(positional, keywords, place)
        api = self.knowledge.get(path)
        if api is not None:
            result = self.call_api(api, path, positional, keywords, open_, place, None)
            self._hand_over(positional, keywords, api.name, place)
            return result
        canonical = self.knowledge.canonical(path)
        if canonical in VARYING:
            return Varying(VARYING[canonical])
        if canonical in _INPUTS:
            return Made("keras.Input")
        if names_a_seeder(last):
            return self._trusted(positional, keywords, place)
        values = [value for value, _ in positional] + [value for _, value, _ in keywords]
        if canonical in WRAPPERS:
            return values[0] if values else External(path)
        # A function may put what it is given to work; an object of a class keeps it until it is used.
        if not last[:1].isupper() or canonical in RUNNERS:
            for value in values:
                self._put_to_work(value)
            self._hand_over(positional, keywords, canonical, place)
        held = [value for value in values if holds_something(value)]
        return Made("", holds=held) if held else UNKNOWN

    def call_api(
        self,
        api: Api,
        path: str,
        positional: Positional,
        keywords: Keywords,
        open_: bool,
        place: Place,
        receiver: Value | None,
    ) -> Value:
        """Record a call of a known callable, and return what it returns."""
        recorder = self.recorder
        arguments = effects.bind(
            api,
            [Bound(value, _node(expression)) for value, expression in positional],
            [(key, Bound(value, _node(expression))) for key, value, expression in keywords],
        )
        values = [value for value, _ in positional] + [value for _, value, _ in keywords]
        event = CallEvent(
            place, path, api, arguments, open_, recorder.next_order(), recorder.chain, recorder.context,
            recorder.guarded > 0, recorder.assumed > 0, recorder.loops > 0, recorder.depth == 0, receiver,
            [value for value in values if holds_something(value)],
        )  # fmt: skip
        recorder.trace.calls.append(event)
        result = effects.apply(event, self.knowledge, recorder)
        if isinstance(result, Made):
            if result.pending:
                self.made.append(result)
            self._hold(result, event)
        elif result is UNKNOWN and receiver is None:
            for value in values:
                self._put_to_work(value)
        return result

    def _hold(self, made: Made, event: CallEvent) -> None:
        made.holds.extend(value for value in event.holds if value not in made.holds)
        for value in list(made.holds):
            if isinstance(value, Items):
                made.holds.extend(value.values)
        # A Keras 2 Sequential that knows its input builds each layer as it is added; so does a functional
        # model's layer, which is called.
        if made.type == "keras.Sequential" and any(_gives_input_shape(held) for held in made.holds):
            self.recorder.fire(made, "build")

    def _special(self, path: str, positional: Positional, keywords: Keywords, place: Place) -> Value | None:
        """Return what a callable of Python itself returns that the trace must understand."""
        values = [value for value, _ in positional]
        match path:
            case "functools.partial" if values:
                named = tuple((key, value) for key, value, _ in keywords)
                return Partial(values[0], tuple(values[1:]), named)
            case "builtins.super":
                return self._super()
            case "builtins.getattr" if len(values) >= 2 and isinstance(values[1], Constant):
                return self.attribute(values[0], str(values[1].value), place)
            case "builtins.hash" if values:
                text = isinstance(values[0], Constant) and isinstance(values[0].value, str | bytes)
                return Varying("hash() of a string") if text else self._first_varying(values)
            case "builtins.next" | "builtins.iter" if values:
                return self.elements(values[0], place)
            case "builtins.list" | "builtins.tuple" | "builtins.sorted" if values:
                self._hand_over((), keywords, path, place)
                if isinstance(values[0], Items):
                    return values[0]
                self.elements(values[0], place)
                return self._first_varying(values)
            case "builtins.zip":
                return Items("list", (Items("tuple", tuple(self.elements(v, place) for v in values)),))
            case "builtins.enumerate" if values:
                return Items("list", (Items("tuple", (UNKNOWN, self.elements(values[0], place))),))
            case "builtins.range":
                return UNKNOWN
            case "os.environ.setdefault" | "os.putenv" if len(values) == 2:
                self._set_environment(values[0], values[1], place)
                return UNKNOWN
            case "os.environ.update":
                for table in values:
                    for key, value in table.values.items() if isinstance(table, Table) else ():
                        self._set_environment(Constant(key), value, place)
                for key, value, _ in keywords:
                    self._set_environment(Constant(key), value, place)
                return UNKNOWN
            case _ if path in ENDS_PROGRAM:
                self.end_program()
                return UNKNOWN
            case _ if path in NUMPY_INTEGERS and values and not isinstance(values[0], Varying):
                return Made(path, holds=values[:1])
            case _ if path in CONVERSIONS and len(values) == 1 and isinstance(values[0], Constant):
                return _converted(path, values[0].value)
            case _ if path in SAME_KIND:
                self._hand_over((), keywords, path, place)
                return self._first_varying(values)
        return None

    def _first_varying(self, values: Sequence[Value]) -> Value:
        return next((value for value in values if isinstance(value, Varying)), UNKNOWN)

    def _set_environment(self, name: Value, value: Value, place: Place) -> None:
        if isinstance(name, Constant) and isinstance(name.value, str):
            order = self.recorder.next_order()
            self.record_setting(EnvironmentEvent(place, name.value, value, order))

    def assign_item(self, base: Value, index: Value, value: Value, place: Place) -> None:
        """See `Evaluator.assign_item`."""
        if base == External("os.environ"):
            self._set_environment(index, value, place)
        for single in alternatives(base):
            if isinstance(single, Table) and isinstance(index, Constant):
                single.values[index.value] = value
            elif isinstance(single, Made) and holds_something(value):
                single.holds.append(value)

    def _super(self) -> Value:
        if not self.active:
            return UNKNOWN
        function = self.active[-1]
        if function.receiver is None or function.owner is None:
            return UNKNOWN
        return Super(function.receiver, function.owner)

    # -- callbacks ----------------------------------------------------------------------------

    def _hand_over(self, positional: Positional, keywords: Keywords, path: str, place: Place) -> None:
        """Functions that are handed to somebody else are called by it, with who knows what."""
        for value in [*(value for value, _ in positional), *(value for _, value, _ in keywords)]:
            self.hand_over(value, path, place)

    def hand_over(self, value: Value, path: str, place: Place) -> None:
        """Call `value`, if it is a function of the program, as the callable `path` that is called at `place` would."""
        for single in alternatives(value):
            match single:
                case LocalFunction():
                    self._call_back(single, path, place)
                case Partial(LocalFunction() as function):
                    self._call_back(function, path, place)
                case Instance():
                    self.release(single, place)
                case Iteration():
                    self.run_iteration(single, place)
                case Made(type=""):
                    self._use_held(single, place)
                case Items(_, values):
                    for held in values:
                        self.hand_over(held, path, place)

    def _call_back(self, function: LocalFunction, path: str, place: Place) -> None:
        sure = path in RUNNERS or path.startswith("tensorflow.data.Dataset.")
        with self.recorder.handed_to(path), nullcontext() if sure else self.recorder.assuming():
            result = self.call_function(function, [], self.unknown_arguments(function, 0), place)
            if isinstance(result, Iteration):
                self.run_iteration(result, place)

    def unknown_arguments(self, function: LocalFunction, given: int) -> dict[str, Value]:
        """Return an unknown value for each parameter of `function` after the first `given`."""
        own = [parameter.name for parameter in function.function.parameters]
        skipped = given + (1 if function.receiver is not None else 0)
        return dict.fromkeys(own[skipped:], UNKNOWN)

    def release(self, instance: Instance, place: Place) -> None:
        """Let a framework that an object was given to at `place` call its methods."""
        cls = instance.cls
        if cls.released or not cls.external_bases():
            return
        cls.released = True
        for name, value in list(cls.names.items()):
            if isinstance(value, LocalFunction) and name != "__init__" and value.kind != "property":
                bound = self.attribute(instance, name, place)
                if isinstance(bound, LocalFunction):
                    with self.recorder.assuming():
                        self.call_function(bound, [], self.unknown_arguments(bound, 0), place)
        self._run_attributes(instance, "run")

    def _run_attributes(self, instance: Instance, moment: str) -> None:
        for value in [instance.made, *instance.attributes.values()]:
            for single in alternatives(value) if value is not None else ():
                if isinstance(single, Made):
                    self.recorder.fire(single, "run" if moment == "run" else "build")

    def _put_to_work(self, value: Value) -> None:
        if isinstance(value, Made):
            self.recorder.fire(value, "run")
        elif isinstance(value, Items | Alternatives):
            for single in value.values:
                self._put_to_work(single)

    # -- objects ------------------------------------------------------------------------------

    def _instantiate(
        self, cls: LocalClass, positional: Positional, keywords: Keywords, open_: bool, place: Place
    ) -> Value:
        instance = Instance(cls)
        init = cls.lookup("__init__")
        if isinstance(init, LocalFunction):
            bound = self.attribute(instance, "__init__", place)
            self.call(bound, positional, keywords, open_=open_, place=place, name="")
            return instance
        for base in cls.external_bases():
            api = self.knowledge.get(base)
            if api is not None:
                made = self.call_api(api, base, positional, keywords, open_, place, None)
                instance.made = made if isinstance(made, Made) else None
        instance.attributes.update((key, value) for key, value, _ in keywords)
        return instance

    def _call_instance(
        self, instance: Instance, positional: Positional, keywords: Keywords, open_: bool, place: Place
    ) -> Value:
        for name in ("__call__", "call"):
            method = instance.cls.lookup(name)
            if isinstance(method, LocalFunction):
                if name == "call":
                    self.release(instance, place)
                bound = self.attribute(instance, name, place)
                return self.call(bound, positional, keywords, open_=open_, place=place, name="")
        self._run_attributes(instance, "build")
        return UNKNOWN

    def _call_method(
        self,
        receiver: Value,
        name: str,
        positional: Positional,
        keywords: Keywords,
        open_: bool,
        place: Place,
    ) -> Value:
        match receiver:
            case Made():
                return self._call_made(receiver, name, positional, keywords, open_, place)
            case Instance():
                return self._call_inherited(receiver, name, positional, keywords, open_, place)
            case Super(instance, cls):
                return self._call_super(instance, cls, name, positional, keywords, open_, place)
            case Varying():
                return receiver
            case Items() if name in _ADDING_METHODS:
                self._add(receiver, name, positional, place)
                return UNKNOWN
            case Table(values, _) if name in ("values", "items", "get"):
                return self._table_method(values, name, positional)
            case Unknown() if names_a_seeder(name) and name != "seed":
                return self._trusted(positional, keywords, place)
        if name not in _KEEPING_METHODS:
            self._hand_over(positional, keywords, "", place)
        held = [value for value, _ in positional if isinstance(value, Made) and value.pending]
        return Made("", holds=list(held)) if held else UNKNOWN

    def _add(self, items: Items, name: str, positional: Positional, place: Place) -> None:
        given = [value for value, _ in positional[-1:]]
        if name == "extend":
            given = [self.elements(value, place) for value in given]
        if len(items.values) < _MOST_ITEMS:
            items.values = (*items.values, *given)

    def _table_method(self, values: dict[ir.ConstantValue, Value], name: str, positional: Positional) -> Value:
        if name == "get":
            key = positional[0][0] if positional else UNKNOWN
            default = positional[1][0] if len(positional) > 1 else Constant(None)
            return values.get(key.value, default) if isinstance(key, Constant) else UNKNOWN
        if name == "values":
            return Items("list", tuple(values.values()))
        return Items("list", tuple(Items("tuple", (Constant(key), value)) for key, value in values.items()))

    def _call_made(
        self,
        made: Made,
        name: str,
        positional: Positional,
        keywords: Keywords,
        open_: bool,
        place: Place,
    ) -> Value:
        if made.type == "":
            self._use_held(made, place)
        if name in RUNNING_METHODS:
            self.recorder.fire(made, "run")
        elif name in BUILDING_METHODS:
            self.recorder.fire(made, "build")
        for value in [*(value for value, _ in positional), *(value for _, value, _ in keywords)]:
            if isinstance(value, Made) and name in RUNNING_METHODS:
                self.recorder.fire(value, "run")
        api = self.knowledge.method(made.type, name) if made.type else None
        path = f"{made.type}.{name}"
        self.recorder.called(path)
        result: Value = UNKNOWN
        if api is not None:
            result = self.call_api(api, path, positional, keywords, open_, place, made)
            if api.draws:
                made.origin.clear()
            self._reseed(made, api)
        self._hand_over(positional, keywords, api.name if api is not None else path, place)
        if name == "add" or (api is None and made.type == ""):
            made.holds.extend(value for value, _ in positional if holds_something(value))
            self._build_if_input_is_known(made)
        if api is None and made.type in SAME_KIND_METHODS:
            return made
        if api is None and holds_something(made) and made.type == "":
            return made
        return result

    def _use_held(self, made: Made, place: Place) -> None:
        """Let an object about whose class nothing is known call the functions that it was given."""
        held, made.holds = made.holds, []
        for value in held:
            if not isinstance(value, Made) or value.type == "":
                self.hand_over(value, "", place)
        made.holds = held + made.holds

    def _build_if_input_is_known(self, made: Made) -> None:
        if made.type == "keras.Sequential" and any(_gives_input_shape(held) for held in made.holds):
            self.recorder.fire(made, "build")

    def _reseed(self, made: Made, api: Api) -> None:
        """`rng.seed(1)` and `generator.reset_from_seed(1)` seed the generator itself."""
        if made.generator is None or api.seeds is None or "generator" not in api.seeds.streams:
            return
        seed = self.recorder.trace.seeds[-1]
        made.generator, made.seed = seed.holds, seed
        for draw in made.origin:
            draw.covered = True  # nothing has used what it drew
        made.origin.clear()
        if made.call is not None and made.call.api.name == "tensorflow.random.get_global_generator":
            self.recorder.state["tensorflow-generator"] = StreamState(seed.holds, seed)

    def _call_inherited(
        self,
        instance: Instance,
        name: str,
        positional: Positional,
        keywords: Keywords,
        open_: bool,
        place: Place,
    ) -> Value:
        """Call a method that an object of the program has from an external class, or not at all."""
        bases = instance.cls.external_bases()
        if not bases:
            if names_a_seeder(name):
                return self._trusted(positional, keywords, place)
            self._hand_over(positional, keywords, "", place)
            return UNKNOWN
        if name in RUNNING_METHODS:
            self.release(instance, place)
            self._run_attributes(instance, "run")
        elif name in BUILDING_METHODS:
            self._run_attributes(instance, "build")
        self._hand_over(positional, keywords, name, place)
        for base in bases:
            api = self.knowledge.method(base, name)
            if api is not None:
                path = f"{base}.{name}"
                return self.call_api(api, path, positional, keywords, open_, place, instance)
        return UNKNOWN

    def _call_super(
        self,
        instance: Value,
        cls: LocalClass,
        name: str,
        positional: Positional,
        keywords: Keywords,
        open_: bool,
        place: Place,
    ) -> Value:
        for base in cls.external_bases():
            api = self.knowledge.get(base) if name == "__init__" else self.knowledge.method(base, name)
            if api is not None:
                path = base if name == "__init__" else f"{base}.{name}"
                made = self.call_api(api, path, positional, keywords, open_, place, None)
                if name == "__init__" and isinstance(instance, Instance) and isinstance(made, Made):
                    instance.made = made
                return made if name != "__init__" else UNKNOWN
        self._hand_over(positional, keywords, name, place)
        return UNKNOWN


_MOST_ITEMS: Final = 64
_ADDING_METHODS: Final = frozenset({"append", "appendleft", "extend", "insert", "add"})
_KEEPING_METHODS: Final = frozenset(
    {"set_defaults", "add_argument", "register", "connect", "subscribe", "add_callback", "add_done_callback"}
)
"""Methods of objects about which nothing is known that keep the function that they are given for later."""
_INPUTS: Final = frozenset({"keras.Input", "keras.layers.Input"})
SAME_KIND_METHODS: Final = frozenset({"pandas.DataFrame", "pandas.Series", "tensorflow.data.Dataset"})


CONVERSIONS: Final[dict[str, Callable[..., ir.ConstantValue]]] = {
    "builtins.int": int,
    "builtins.float": float,
    "builtins.str": str,
    "builtins.abs": abs,
    "builtins.round": round,
}
NUMPY_INTEGERS: Final = frozenset(
    f"numpy.{name}"
    for name in (
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "int_", "uint", "intc", "intp",
    )
)  # fmt: skip


def _converted(path: str, value: ir.ConstantValue) -> Value:
    try:
        return Constant(CONVERSIONS[path](value))
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN


def _node(expression: ir.Expression | None) -> int | None:
    return getattr(expression, "node", None)


def _gives_input_shape(value: Value) -> bool:
    if not isinstance(value, Made):
        return False
    given = value.call.arguments.keys() if value.call is not None else set()
    return value.type in ("keras.Input", "keras.layers.InputLayer") or bool(
        given & {"input_shape", "input_dim", "batch_input_shape"}
    )
