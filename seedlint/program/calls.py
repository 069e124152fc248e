"""What calling a value does: functions and classes of the program, external names, methods."""

from __future__ import annotations

import builtins
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from seedlint.knowledge.tables.behaviour import (
    INSPECTORS,
    KEEPERS,
    MAKES_ARRAYS,
    RUNNERS,
    RUNS_LATER,
    VARIABLES,
    VARYING,
    WRAPPERS,
)
from seedlint.knowledge.tables.order import LISTINGS
from seedlint.program import effects, ordering
from seedlint.program import summary as ir
from seedlint.program.evaluate import Given
from seedlint.program.events import Bound, CallEvent, UseEvent
from seedlint.program.pythons_own import PythonCaller
from seedlint.program.recorder import ALL_SEEDED
from seedlint.program.seeders import names_a_seeder
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Instance,
    Items,
    LocalClass,
    LocalFunction,
    Made,
    Method,
    Partial,
    Value,
    Varying,
    join,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.knowledge.model import Api


class Caller(PythonCaller):
    """Makes calls; how a function's body runs is left to the class derived from it."""

    seeders: frozenset[str]
    made: list[Made]

    def call(
        self,
        function: Value,
        given: Given,
    ) -> Value:
        """See `Evaluator.call`."""
        if given.name in self.seeders and not isinstance(function, External):
            return self.trust(given)
        call = _CALLS.get(type(function))
        return self._call_unknown(given) if call is None else call(self, function, given)

    def _call_function(self, function: LocalFunction, given: Given) -> Value:
        named = {key: value for key, value, _ in given.keywords}
        if given.open:
            named = {**self.unknown_arguments(function, len(given.first)), **named}
        return _another(self.call_function(function, given.first, named, given.place))

    def _call_partial(self, function: Partial, given: Given) -> Value:
        positional = (*((value, None) for value in function.positional), *given.positional)
        keywords = (*((key, value, None) for key, value in function.keywords), *given.keywords)
        return self.call(function.function, Given(positional, keywords, given.open, given.place, given.name))

    def _call_path(self, function: External, given: Given) -> Value:
        drawn = len(self.recorder.trace.draws)
        result = self._call_external(function.path, given)
        return self._in_order(self.knowledge.canonical(function.path), None, given, drawn, result)

    def _call_attribute(self, function: Method, given: Given) -> Value:
        drawn = len(self.recorder.trace.draws)
        result = self.call_method(function.receiver, function.name, given)
        return self._in_order(function.name, function.receiver, given, drawn, result)

    def _call_unknown(self, given: Given) -> Value:
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
        if (given.plain or not ordering.may_have_order(given.values)) and not ordering.may_have_order((receiver,)):
            return result
        draws = self.recorder.trace.draws[drawn:]
        orders, effect = ordering.dependence(name, receiver, given, draws)
        self.recorder.depends(given.place, orders, effect)
        for mixed in ordering.mixed(draws, given):
            self.change(mixed, "orders", ())
        return ordering.passed_on(name, receiver, given, result)

    def _call_any(self, function: Alternatives, given: Given) -> Value:
        results: list[Value] = []

        def branch(function: Value) -> Callable[[], object]:
            return lambda: results.append(self.call(function, given))

        callables = [single for single in function.values if not isinstance(single, Constant)]
        self.in_branches([branch(single) for single in callables], None)
        return join(results)

    def _call_layer(self, layer: Made, given: Given) -> Value:
        """Call an object that was made: it is built, and with numbers at hand and `training=True` it runs."""
        self.hand_over_all(given, "")
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
        special = self.call_pythons_own(path, given)
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
        held = given.held()
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
            given.place, path, api, arguments, open=given.open, order=recorder.next_order(), chain=recorder.chain,
            context=recorder.context, guarded=recorder.guarded > 0, assumed=recorder.assumed > 0,
            in_loop=recorder.loops > 0, top_level=recorder.depth == 0, receiver=receiver, holds=given.held(),
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

    # -- objects ------------------------------------------------------------------------------

    @abstractmethod
    def call_instance(self, instance: Instance, given: Given) -> Value:
        """Return what calling an object of the program returns."""

    @abstractmethod
    def call_method(self, receiver: Value, name: str, given: Given) -> Value:
        """Return what the method `name` of an object that is not of the program returns."""


_PYTHONS_OWN: Final = frozenset(dir(builtins))
_CALLS: Final[dict[type[Any], Callable[[Caller, Any, Given], Value]]] = {
    LocalFunction: Caller._call_function,
    LocalClass: lambda self, function, given: self.instantiate(function, given),
    Partial: Caller._call_partial,
    External: Caller._call_path,
    Method: Caller._call_attribute,
    Instance: lambda self, function, given: self.call_instance(function, given),
    Made: Caller._call_layer,
    Alternatives: Caller._call_any,
    Varying: lambda self, function, given: function,
}
_INPUTS: Final = frozenset({"keras.Input", "keras.layers.Input"})


def names_one_file(listing: str, given: Sequence[Value]) -> bool:
    """Tell whether `listing` is given a pattern without anything in it that could match several names."""
    pattern = given[0] if given else UNKNOWN
    is_glob = "glob" in listing.rpartition(".")[2].lower()
    return is_glob and isinstance(pattern, Constant) and not set("*?[") & set(str(pattern.value))


def is_initializer(made: Made) -> bool:
    """Tell whether `made` is an initializer."""
    name = made.call.api.name if made.call is not None else made.type
    return ".initializers." in name or name.endswith("_initializer")


def _another(value: Value) -> Value:
    """Return an initializer like `value`, if it is one: what a function returns each time may be another each time."""
    return value.another() if isinstance(value, Made) and is_initializer(value) else value


def _is_a_class_itself(given: Sequence[Value]) -> bool:
    """Tell whether a class of the program is asked whether it is an object of a class of a library."""
    match given:
        case [LocalClass(), External(path)]:
            return not path.endswith(("type", "Type", "Meta", "Callable", "Hashable"))
    return False


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
