"""What whoever is given functions and objects of the program does with them: callbacks."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final, Literal

from seedlint.knowledge.tables.behaviour import RUNNERS, TRACERS, WRAPPERS
from seedlint.program.evaluate import Evaluator, Given
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Instance,
    Items,
    Iteration,
    LocalClass,
    LocalFunction,
    Made,
    Partial,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.program.events import Place

_WORKS: Final = frozenset({Alternatives, Made, Instance, Partial, LocalFunction, LocalClass, Iteration, Items})
"""What whoever is given it can put to work."""


class CallbackCaller(Evaluator):
    """Calls back what external callables are given; how a call is made is left to the class derived from it."""

    handed: dict[int, Made | Items]
    """What is being handed over, by identity, with all that holds it."""
    released: set[int]
    """The classes, by identity, an object of which a framework was given."""

    @abstractmethod
    def instantiate(self, cls: LocalClass, given: Given) -> Value:
        """Return a new object of a class of the program."""

    def hand_over_all(self, given: Given, path: str) -> None:
        """Functions that are handed to somebody else are called by it, with who knows what."""
        if not given.plain:
            self._hand_over_each(given.values, path, given.place)

    def _hand_over_each(self, values: Sequence[Value], path: str, place: Place) -> None:
        for value in values:
            if type(value) in _WORKS:
                self.hand_over(value, path, place)

    def hand_over(self, value: Value, path: str, place: Place) -> None:
        """Call `value`, if it is a function of the program, as the callable `path` that is called at `place` would."""
        for single in alternatives(value):
            match single:
                case Made() | Instance() | Partial(Made() | Instance()) if path in TRACERS and path not in WRAPPERS:
                    with self.recorder.handed_to(path, sure=True), self.recorder.inside(place):
                        self.call(single, Given(((UNKNOWN, None),), (), False, place))
                case LocalFunction():
                    self._call_back(single, path, place)
                case Partial(LocalFunction() as function):
                    self._call_back(function, path, place)
                case Instance():
                    self.release(single, place)
                case LocalClass() if path == "fire.Fire":
                    self.instantiate(single, Given((), (), open=True, place=place))
                case Iteration():
                    self.run_iteration(single, place)
                case Made(type=""):
                    self.use_held(single, place)
                case Items() if self._goes_on_to(single):
                    self._hand_over_held(single, single.values, path, place)

    def _goes_on_to(self, holder: Made | Items) -> bool:
        """Tell whether what `holder` holds is yet to be handed over: others that are may hold it too, or it itself."""
        return id(holder) not in self.handed

    def _hand_over_held(self, holder: Made | Items, values: Sequence[Value], path: str, place: Place) -> None:
        outermost = not self.handed
        self.handed[id(holder)] = holder
        try:
            self._hand_over_each(values, path, place)
        finally:
            if outermost:
                self.handed.clear()

    def _call_back(self, function: LocalFunction, path: str, place: Place) -> None:
        sure = path in RUNNERS or path.startswith("tensorflow.data.Dataset.")
        handed, self.handed = self.handed, {}
        with self.recorder.handed_to(path, sure=sure):
            result = self.call_function(function, [], self.unknown_arguments(function, 0), place)
            if isinstance(result, Iteration):
                self.run_iteration(result, place)
        self.handed = handed

    def unknown_arguments(self, function: LocalFunction, given: int) -> dict[str, Value]:
        """Return an unknown value for each parameter of `function` after the first `given`."""
        own = [parameter.name for parameter in function.function.parameters]
        skipped = given + (1 if function.receiver is not None else 0)
        return dict.fromkeys(own[skipped:], UNKNOWN)

    def release(self, instance: Instance, place: Place) -> None:
        """Let a framework that an object was given to at `place` call its methods."""
        cls = instance.cls
        if id(cls) in self.released or not cls.external_bases():
            return
        self.released.add(id(cls))
        for name, value in list(cls.names.items()):
            if isinstance(value, LocalFunction) and name != "__init__" and value.kind != "property":
                bound = self.attribute(instance, name, place)
                if isinstance(bound, LocalFunction):
                    with self.recorder.assuming():
                        self.call_function(bound, [], self.unknown_arguments(bound, 0), place)
        self.run_attributes(instance, "run")

    def run_attributes(self, instance: Instance, moment: Literal["build", "run"]) -> None:
        """Let what an object of the program has made be built or run."""
        for value in [instance.made, *instance.attributes.values()]:
            for single in alternatives(value) if value is not None else ():
                if isinstance(single, Made):
                    self.recorder.fire(single, moment)

    def put_to_work(self, value: Value) -> None:
        """Let models and layers run that an external callable was given, by itself or in a list."""
        if type(value) not in _WORKS:
            return
        waiting: list[Value] = [value]
        seen: set[int] = set()
        while waiting:
            single = waiting.pop()
            if isinstance(single, Made):
                self.recorder.fire(single, "run")
            elif isinstance(single, (Items, Alternatives)) and id(single) not in seen:
                seen.add(id(single))
                waiting.extend(reversed(single.values))

    def use_held(self, made: Made, place: Place) -> None:
        """Let an object about whose class nothing is known call the functions that it was given."""
        if not made.holds or not self._goes_on_to(made):
            return
        held = made.holds
        self.change(made, "holds", [])
        self._hand_over_held(made, held, "", place)
        self.change(made, "holds", held + made.holds)
