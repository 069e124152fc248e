"""What calling a value does: functions and classes of the program, external names, methods."""

from __future__ import annotations

import builtins
from abc import abstractmethod
from copy import copy
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.behaviour import (
    DYNAMIC,
    ENDS_PROGRAM,
    INSPECTORS,
    KEEPERS,
    MAKES_ARRAYS,
    RUNNERS,
    RUNS_LATER,
    SAME_KIND,
    SPELLS,
    VARIABLES,
    VARYING,
    WRAPPERS,
)
from seedlint.knowledge.tables.order import LISTINGS
from seedlint.program import effects, ordering
from seedlint.program import summary as ir
from seedlint.program.callbacks import CallbackCaller
from seedlint.program.evaluate import Given
from seedlint.program.events import Bound, CallEvent, EnvironmentEvent, Place, UseEvent
from seedlint.program.recorder import ALL_SEEDED
from seedlint.program.seeders import names_a_seeder
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Factory,
    Instance,
    Items,
    LocalClass,
    LocalFunction,
    Made,
    Method,
    Module,
    Partial,
    Position,
    Super,
    Table,
    Unordered,
    Value,
    Varying,
    alternatives,
    holds_something,
    join,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.knowledge.model import Api


class Caller(CallbackCaller):
    """Makes calls; how a function's body runs is left to the class derived from it."""

    seeders: frozenset[str]
    active: list[LocalFunction]
    made: list[Made]

    @abstractmethod
    def end_program(self) -> None:
        """The program ends here."""

    @abstractmethod
    def import_by_name(self, name: str, package: Value, place: Place) -> Value:
        """Return the module that `importlib.import_module(name, package)` at `place` gives."""

    @abstractmethod
    def record_setting(self, event: EnvironmentEvent) -> None:
        """Take note of an environment variable."""

    def call(
        self,
        function: Value,
        given: Given,
    ) -> Value:
        """See `Evaluator.call`."""
        if given.name in self.seeders and not isinstance(function, External):
            return self.trust(given)
        match function:
            case LocalFunction():
                values = given.first
                named = {key: value for key, value, _ in given.keywords}
                if given.open:
                    named = {**self.unknown_arguments(function, len(values)), **named}
                return _another(self.call_function(function, values, named, given.place))
            case LocalClass():
                return self.instantiate(function, given)
            case Partial(inner, first, named_first):
                return self.call(
                    inner,
                    Given(
                        (*((value, None) for value in first), *given.positional),
                        (*((key, value, None) for key, value in named_first), *given.keywords),
                        given.open,
                        given.place,
                        given.name,
                    ),
                )
            case External(path):
                drawn = len(self.recorder.trace.draws)
                result = self._call_external(path, given)
                return self._in_order(self.knowledge.canonical(path), None, given, drawn, result)
            case Method(receiver, method):
                drawn = len(self.recorder.trace.draws)
                result = self.call_method(receiver, method, given)
                return self._in_order(method, receiver, given, drawn, result)
            case Instance():
                return self.call_instance(function, given)
            case Made():
                self.hand_over_all(given, "")
                return self._call_layer(function, given)
            case Alternatives(values):
                return self._call_any(values, given)
            case Varying():
                return function
        if names_a_seeder(given.name):
            return self.trust(given)
        if given.name not in _PYTHONS_OWN:
            self.recorder.unknown_is_called(given.name)
        if given.name in INSPECTORS:
            return Constant(False) if given.name == "isinstance" and _is_a_class_itself(given.first) else UNKNOWN
        self.hand_over_all(given, "")
        return UNKNOWN

    def _in_order(self, name: str, receiver: Value | None, given: Given, drawn: int, result: Value) -> Value:
        """Take note of an order on which a call depends that drew what the trace has from number `drawn` on; return
        `result` in the order that the call keeps."""
        if not ordering.may_have_order(given.values) and not ordering.may_have_order((receiver,)):
            return result
        draws = self.recorder.trace.draws[drawn:]
        orders, effect = ordering.dependence(name, receiver, given, draws)
        self.recorder.depends(given.place, orders, effect)
        for mixed in ordering.mixed(draws, given):
            self.change(mixed, "orders", ())
        return ordering.passed_on(name, receiver, given, result)

    def _call_any(
        self,
        functions: Sequence[Value],
        given: Given,
    ) -> Value:
        results: list[Value] = []

        def branch(function: Value) -> Callable[[], object]:
            return lambda: results.append(self.call(function, given))

        callables = [function for function in functions if not isinstance(function, Constant)]
        self.in_branches([branch(function) for function in callables], None)
        return join(results)

    def _call_layer(self, layer: Made, given: Given) -> Value:
        """Call an object that was made: it is built, and with numbers at hand and `training=True` it runs."""
        values = given.values
        symbolic = [value for value in values if isinstance(value, Made) and value.type == "keras.Input"]
        training = next(
            (value for key, value, _ in given.keywords if key == "training"), UNKNOWN if given.open else None
        )
        in_training = training is not None and bool(truth(training))
        recorder = self.recorder
        if layer.call is not None:
            recorder.trace.uses.append(UseEvent(given.place, layer, training, recorder.chain, recorder.assumed > 0))
        self.recorder.fire(layer, "run" if in_training and not symbolic else "build")
        return Made("keras.Input", holds=[layer, *symbolic]) if symbolic else UNKNOWN

    # -- trust --------------------------------------------------------------------------------

    def trust(self, given: Given) -> Value:
        """Take the call to seed everything, with its first argument or the one named for a seed."""
        named = [value for key, value, _ in given.keywords if "seed" in key]
        seeds = named or given.first
        value = seeds[0] if seeds and isinstance(seeds[0], Varying) else UNKNOWN
        self.recorder.seed(given.place, ALL_SEEDED, value, trusted=True)
        return UNKNOWN

    # -- external names -----------------------------------------------------------------------

    def _call_external(self, path: str, given: Given) -> Value:
        self.recorder.called(path)
        special = self._special(path, given)
        if special is not None:
            return special
        canonical = self.knowledge.canonical(path)
        if canonical in LISTINGS:
            return UNKNOWN if names_one_file(canonical, given.first) else self.recorder.listing(canonical, given.place)
        if canonical in MAKES_ARRAYS:
            self.recorder.flow(given.place, canonical, given.values)
        if canonical in VARIABLES:
            self.hand_over_all(given, canonical)
            return UNKNOWN
        last = path.rpartition(".")[2]
        if path in self.seeders or last in self.seeders:
            return self.trust(given)
        api = self.knowledge.get(path)
        if api is not None:
            result = self.call_api(api, path, given, None)
            if api.name in RUNS_LATER and isinstance(result, Made):
                result.when_run.append(lambda: self.hand_over_all(given, api.name))
                self.made.append(result)
            else:
                self.hand_over_all(given, api.name)
            return result
        if canonical in VARYING:
            return Varying(VARYING[canonical])
        if canonical in _INPUTS:
            return Made("keras.Input")
        if names_a_seeder(last):
            return self.trust(given)
        values = given.values
        if canonical in WRAPPERS:
            return values[0] if values else External(path)
        # A function may put what it is given to work; an object of a class keeps it until it is used.
        keeps = last[:1].isupper() or canonical in KEEPERS
        if not keeps or canonical in RUNNERS:
            for value in values:
                self.put_to_work(value)
            self.hand_over_all(given, canonical)
        held = [value for value in values if holds_something(value)]
        return Made("", holds=held) if held else UNKNOWN

    def call_api(
        self,
        api: Api,
        path: str,
        given: Given,
        receiver: Value | None,
    ) -> Value:
        """Record a call of a known callable, and return what it returns."""
        recorder = self.recorder
        arguments = effects.bind(
            api,
            [Bound(value, _node(expression)) for value, expression in given.positional],
            [(key, Bound(value, _node(expression))) for key, value, expression in given.keywords],
        )
        values = given.values
        event = CallEvent(
            given.place, path, api, arguments, given.open, recorder.next_order(), recorder.chain, recorder.context,
            recorder.guarded > 0, recorder.assumed > 0, recorder.loops > 0, recorder.depth == 0, receiver,
            [value for value in values if holds_something(value)],
            repeated=recorder.repeated, steps=recorder.steps, conditional=recorder.conditions > 0,
        )  # fmt: skip
        recorder.trace.calls.append(event)
        result = effects.apply(event, self.knowledge, recorder)
        if isinstance(result, Made):
            if is_initializer(result):
                recorder.initializers += 1
                recorder.effects.calls.append(event)
            elif result.pending:
                self.made.append(result)
            self._hold(result, event)
        elif result is UNKNOWN and receiver is None:
            for value in values:
                self.put_to_work(value)
        return result

    def _hold(self, made: Made, event: CallEvent) -> None:
        made.holds.extend(value for value in event.holds if value not in made.holds)
        if isinstance(event.receiver, Made) and event.receiver.type == "tensorflow.data.Dataset":
            made.holds.append(event.receiver)  # who reads a data set reads what it is made from
        for value in list(made.holds):
            if isinstance(value, Items):
                made.holds.extend(value.values)
        # A Keras 2 Sequential that knows its input builds each layer as it is added; so does a functional
        # model's layer, which is called.
        if made.type == "keras.Sequential" and any(gives_input_shape(held) for held in made.holds):
            self.recorder.fire(made, "build")

    def _special(self, path: str, given: Given) -> Value | None:
        """Return what a callable of Python itself returns that the trace must understand."""
        values = given.first
        if path in SPELLS:
            self.recorder.spell(values)
        match path:
            case "functools.partial" if values:
                named = tuple((key, value) for key, value, _ in given.keywords)
                return Partial(values[0], tuple(values[1:]), named)
            case "copy.copy" | "copy.deepcopy" if values and isinstance(values[0], Table):
                return _copied(values[0], _DEEPEST_COPY if path == "copy.deepcopy" else 1)
            case "dataclasses.field" | "attrs.field" | "attr.ib":
                return self._field(given)
            case "functools.wraps" if values:
                # What it gives decorates: it returns what it gets, and calls nothing.
                return Partial(External("functools.update_wrapper"), (), (("wrapped", values[0]),))
            case "builtins.super":
                return self._super()
            case "builtins.getattr" if len(values) >= 2 and isinstance(values[1], Constant):
                return self.attribute(values[0], str(values[1].value), given.place)
            case "builtins.getattr" if values:
                self._get_any(values[0])
                return UNKNOWN
            case "importlib.import_module" if values and isinstance(values[0], Constant):
                package = values[1] if len(values) > 1 else UNKNOWN
                return self.import_by_name(str(values[0].value), package, given.place)
            case "builtins.__import__" if values and isinstance(values[0], Constant):
                name = str(values[0].value)
                imported = self.import_by_name(name, UNKNOWN, given.place)
                return imported if "." not in name else UNKNOWN
            case _ if path in DYNAMIC:
                self.recorder.anything_runs()
                self.hand_over_all(given, path)
                return UNKNOWN
            case "builtins.hash" if values:
                text = isinstance(values[0], Constant) and isinstance(values[0].value, str | bytes)
                return Varying("hash() of a string") if text else self._first_varying(values)
            case "builtins.next" | "builtins.iter" if values:
                return self.elements(values[0], given.place)
            case "builtins.set" | "builtins.frozenset":
                return ordering.make_set(self.elements(values[0], given.place)) if values else Items("set", ())
            case "builtins.list" | "builtins.tuple" | "builtins.sorted" if values:
                self.hand_over_all(given.by_keyword(), path)
                listed = ordering.iterated(values[0], given.place)
                if path == "builtins.sorted" and isinstance(listed, Items | Unordered):
                    return ordering.sorted_(listed)
                if isinstance(listed, Items):
                    return listed
                self.elements(values[0], given.place)
                return listed if isinstance(listed, Unordered) else self._first_varying(values)
            case "builtins.dict":
                return _table(given)
            case "builtins.zip":
                row = Items("tuple", tuple(self.elements(value, given.place) for value in values))
                orders = ordering.own_orders(values)
                return Unordered(orders, row) if orders else Items("list", (row,))
            case "builtins.enumerate" if values:
                listed = ordering.iterated(values[0], given.place)
                element = self.elements(listed, given.place)
                orders = ordering.orders_of(listed)
                if orders:
                    return Unordered(orders, Items("tuple", (Position(orders), element)))
                return Items("list", (Items("tuple", (UNKNOWN, element)),))
            case "builtins.range":
                return UNKNOWN
            case "os.environ.setdefault" | "os.putenv" if len(values) == 2:
                self._set_environment(values[0], values[1], given.place)
                return UNKNOWN
            case "os.environ.update":
                for table in values:
                    self.update(External("os.environ"), table, given.place)
                for key, value, _ in given.keywords:
                    self._set_environment(Constant(key), value, given.place)
                return UNKNOWN
            case _ if path in ENDS_PROGRAM:
                self.end_program()
                return UNKNOWN
            case _ if path in NUMPY_INTEGERS and values and not isinstance(values[0], Varying):
                return Made(path, holds=values[:1])
            case _ if path in CONVERSIONS and len(values) == 1 and isinstance(values[0], Constant):
                return _converted(path, values[0].value)
            case _ if path in SAME_KIND:
                self.hand_over_all(given.by_keyword(), path)
                return self._first_varying(values)
        return None

    def _get_any(self, base: Value) -> None:
        """Take note that some attribute of `base` is read, and may be called."""
        match base:
            case External(path):
                apis = [self.knowledge.get(f"{path}.{name}") for name in _SEED_FUNCTIONS]
                if any(api is not None and api.seeds is not None for api in apis):
                    self.recorder.anything_runs()
            case Module():
                functions = [value for value in base.scope.names.values() if isinstance(value, LocalFunction)]
                self.recorder.effects.passed_on.update(id(function.function) for function in functions)

    def _field(self, given: Given) -> Value:
        """Return what a field of a dataclass is that is described by these arguments."""
        for key, value, expression in given.keywords:
            if key in ("default_factory", "factory"):
                node = _node(expression)
                return Factory(value, given.place if node is None else Place(given.place.path, node))
        return UNKNOWN

    def _first_varying(self, values: Sequence[Value]) -> Value:
        return next((value for value in values if isinstance(value, Varying)), UNKNOWN)

    def _set_environment(self, name: Value, value: Value, place: Place) -> None:
        if isinstance(name, Constant) and isinstance(name.value, str):
            order = self.recorder.next_order()
            self.record_setting(EnvironmentEvent(place, name.value, value, order))

    def update(self, base: Value, values: Value, place: Place) -> None:
        """See `Evaluator.update`."""
        if base == External("os.environ") and isinstance(values, Table):
            for key, value in values.values.items():
                self._set_environment(Constant(key), value, place)
        elif isinstance(base, Items) and base.kind != "tuple":
            self.add(base, [values], place, each=True)

    def add(self, items: Items, added: Sequence[Value], place: Place, *, each: bool) -> None:
        """Let a list or set have `added` too, or, if `each`, what is in them."""
        if items.kind == "list":
            loops = self.recorder.loops_over[items.loops :]
            self.change(items, "orders", ordering.own_orders([items, *loops, *(added if each else ())]))
        if each:
            added = [self.elements(value, place) for value in added]
        if len(items.values) < _MOST_ITEMS:
            self.change(items, "values", (*items.values, *added))

    def assign_item(self, base: Value, index: Value, value: Value, place: Place) -> None:
        """See `Evaluator.assign_item`."""
        if base == External("os.environ"):
            self._set_environment(index, value, place)
        if isinstance(value, Position):
            self.recorder.depends(place, value.orders, "they are numbered")
        for single in alternatives(base):
            if isinstance(single, Table) and isinstance(index, Constant):
                self.change(single.values, index.value, value)
            elif isinstance(single, Made) and holds_something(value):
                self.change(single, "holds", [*single.holds, value])

    def _super(self) -> Value:
        if not self.active:
            return UNKNOWN
        function = self.active[-1]
        if function.receiver is None or function.owner is None:
            return UNKNOWN
        return Super(function.receiver, function.owner)

    # -- objects ------------------------------------------------------------------------------

    @abstractmethod
    def call_instance(self, instance: Instance, given: Given) -> Value:
        """Return what calling an object of the program returns."""

    @abstractmethod
    def call_method(self, receiver: Value, name: str, given: Given) -> Value:
        """Return what the method `name` of an object that is not of the program returns."""


_MOST_ITEMS: Final = 64
_DEEPEST_COPY: Final = 8
_PYTHONS_OWN: Final = frozenset(dir(builtins))
_SEED_FUNCTIONS: Final = ("seed", "set_seed", "set_random_seed")
_INPUTS: Final = frozenset({"keras.Input", "keras.layers.Input"})


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


def names_one_file(listing: str, given: Sequence[Value]) -> bool:
    """Tell whether `listing` is given a pattern without anything in it that could match several names."""
    pattern = given[0] if given else UNKNOWN
    is_glob = "glob" in listing.rpartition(".")[2].lower()
    return is_glob and isinstance(pattern, Constant) and not set("*?[") & set(str(pattern.value))


def _converted(path: str, value: ir.ConstantValue) -> Value:
    try:
        return Constant(CONVERSIONS[path](value))
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN


def is_initializer(made: Made) -> bool:
    """Tell whether `made` is an initializer."""
    name = made.call.api.name if made.call is not None else made.type
    return ".initializers." in name or name.endswith("_initializer")


def _another(value: Value) -> Value:
    """Return an initializer like `value`, if it is one: what a function returns each time may be another each time."""
    return copy(value) if isinstance(value, Made) and is_initializer(value) else value


def _is_a_class_itself(given: Sequence[Value]) -> bool:
    """Tell whether a class of the program is asked whether it is an object of a class of a library."""
    match given:
        case [LocalClass(), External(path)]:
            return not path.endswith(("type", "Type", "Meta", "Callable", "Hashable"))
    return False


def _table(given: Given) -> Table:
    """Return what `dict` makes of these arguments."""
    values = {}
    for value in given.first:
        values.update(value.values if isinstance(value, Table) else {})
    values.update({key: value for key, value, _ in given.keywords})
    complete = all(isinstance(value, Table) and value.complete for value in given.first)
    return Table(values, complete and not given.open)


def _copied(value: Value, depth: int) -> Value:
    if not isinstance(value, Table) or not depth:
        return value
    return Table({key: _copied(single, depth - 1) for key, single in value.values.items()}, value.complete)


def _node(expression: ir.Expression | None) -> int | None:
    return getattr(expression, "node", None)


def gives_input_shape(value: Value) -> bool:
    """Tell whether a layer says what its input looks like, so that a Sequential builds itself at once."""
    if not isinstance(value, Made):
        return False
    given = value.call.arguments.keys() if value.call is not None else set()
    return value.type in ("keras.Input", "keras.layers.InputLayer") or bool(
        given & {"input_shape", "input_dim", "batch_input_shape"}
    )
