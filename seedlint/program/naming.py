"""What names and attributes stand for, and what it is to set them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from seedlint.program.events import NameEvent, Place
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Factory,
    Instance,
    Items,
    Iteration,
    LocalClass,
    LocalFunction,
    Made,
    Method,
    Module,
    Partial,
    Position,
    Scope,
    Strings,
    Super,
    Table,
    Unknown,
    Unordered,
    Value,
    Varying,
    alternatives,
    holds_something,
    join,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seedlint.knowledge import Knowledge
    from seedlint.program.recorder import Recorder

FLUENT: Final = frozenset({"pandas.DataFrame", "pandas.Series", "tensorflow.data.Dataset"})
"""Types whose items, and whose methods that `knowledge` does not list, give the same type again."""

NAMES_METHODS: Final = frozenset(
    {
        Unknown, Constant, Made, Items, Table, Iteration, Factory, Unordered, Position, Strings,
        # Decorators hand out objects with methods of their own (`main.callback`).
        LocalFunction, Partial,
    }
)  # fmt: skip
"""Of what is known no attribute but that it may be called."""
NOTED: Final = frozenset({LocalFunction, External})
"""What `Namer.mentioned` takes note of."""


class Namer(ABC):
    """Looks names and attributes up, and sets them; how a function is called is left to the class derived from it."""

    knowledge: Knowledge
    recorder: Recorder
    builtins: Mapping[str, Value]

    @abstractmethod
    def call_function(
        self,
        function: LocalFunction,
        positional: Sequence[Value],
        keywords: dict[str, Value],
        place: Place | None,
    ) -> Value:
        """Return what calling a function of the program with these arguments returns. `place` is the call's; None
        if nothing is seen to call it."""

    @abstractmethod
    def submodule(self, module: Module, name: str, place: Place) -> Value | None:
        """Return the module `name` of the package `module`, which is needed at `place`, executed, if there is one."""

    @abstractmethod
    def change(self, holder: object, name: object, value: object) -> None:
        """Let the item `name` of a dict, or the attribute `name` of something else, be `value`. All that changes what
        a module of the program may hold does so by this, as others may share the module."""

    def place(self, scope: Scope, node: int) -> Place:
        """Return where the node is, in the module of `scope`."""
        return Place(scope.module.path or "", node)

    def lookup(self, name: str, scope: Scope) -> Value:
        """Return what `name` stands for in `scope`; what the program doesn't bind, `from library import *` may."""
        if name in scope.globals:
            return scope.module.scope.names.get(name, UNKNOWN)
        current: Scope | None = scope
        while current is not None:
            value = current.names.get(name)
            # Names of a class body are not seen from its methods.
            if value is not None and (current is scope or not current.is_class):
                return UNKNOWN if name in current.changing and isinstance(value, Constant) else value
            current = current.parent
        for star in scope.module.stars:
            if self.knowledge.get(f"{star}.{name}") is not None:
                return External(f"{star}.{name}")
        return self.builtins.get(name, UNKNOWN)

    def bind(self, name: str, value: Value, scope: Scope) -> None:
        """Let `name` stand for `value` from here on."""
        target = scope.module.scope if name in scope.globals else scope
        if target is scope:
            target.names[name] = value
        else:
            self.change(target.names, name, value)

    def mentioned(self, value: Value, scope: Scope, node: int) -> None:
        """Take note of a function that is mentioned without being called, as somebody else may call it, and of a
        retired name. Calls record themselves, with their arguments."""
        if type(value) is LocalFunction:
            self.recorder.effects.passed_on.add(id(value.function))
        elif type(value) is External:
            api = self.knowledge.get(value.path)
            if api is not None and api.removed is not None:
                self.recorder.trace.names.append(
                    NameEvent(self.place(scope, node), value.path, api, False, self.recorder.guarded > 0)
                )

    def attribute(self, base: Value, name: str, place: Place) -> Value:
        """Return `base.name`."""
        match base:
            case External(path):
                return External(f"{path}.{name}")
            case Module():
                if name in base.scope.names:
                    return base.scope.names[name]
                found = self.submodule(base, name, place) if base.package else None
                return found if found is not None else UNKNOWN
            case Instance():
                return self._instance_attribute(base, name, place)
            case LocalClass():
                return self._class_attribute(base, name)
            case Super(instance, cls):
                return self._super_attribute(instance, cls, name)
            case Alternatives(values):
                return join([self.attribute(value, name, place) for value in values])
            case Varying():
                return base
            case Method(receiver, middle):
                # `self.model.fit`, where nothing is known about `self.model`.
                known = receiver.type if isinstance(receiver, Made) else ""
                if known in FLUENT and self.knowledge.method(known, middle) is None:
                    return Method(receiver, name)
                return Method(UNKNOWN, name)
        return Method(base, name)

    def _instance_attribute(self, instance: Instance, name: str, place: Place) -> Value:
        if name in instance.attributes:
            value = instance.attributes[name]
            # A function that runs again and again is taken once: what it counts then says nothing about later.
            is_count = isinstance(value, Constant) and type(value.value) is int
            return UNKNOWN if is_count and self.recorder.repeated else value
        found = instance.cls.lookup(name)
        if found is None:
            return Method(instance, name)
        if isinstance(found, LocalFunction):
            if found.kind == "property":
                return self.call_function(found, [instance], {}, place)
            return self._bound(found, instance)
        return found

    def _class_attribute(self, cls: LocalClass, name: str) -> Value:
        found = cls.lookup(name)
        if isinstance(found, LocalFunction) and found.kind == "class":
            return self._bound(found, cls)
        if found is not None:
            return found
        externals = cls.external_bases()
        return External(f"{externals[0]}.{name}") if externals else UNKNOWN

    def _bound(self, function: LocalFunction, receiver: Value) -> Value:
        if function.kind == "static":
            return function
        return LocalFunction(
            function.function, function.scope, function.defaults, receiver, function.owner,
            function.kind, function.decorated,
        )  # fmt: skip

    def _super_attribute(self, instance: Value, cls: LocalClass, name: str) -> Value:
        for base in cls.bases:
            if isinstance(base, LocalClass):
                found = base.lookup(name)
                if isinstance(found, LocalFunction):
                    return self._bound(found, instance)
                if found is not None:
                    return found
        return Method(Super(instance, cls), name)

    def assign_attribute(self, base: Value, name: str, value: Value) -> None:
        """Let `base.name` be `value`."""
        for single in alternatives(base):
            if isinstance(single, Instance):
                if isinstance(value, Unknown) and name in single.attributes:
                    continue
                self.change(single.attributes, name, value)
            elif isinstance(single, LocalClass):
                self.change(single.names, name, value)
            elif isinstance(single, Module):
                self.change(single.scope.names, name, value)
            elif isinstance(single, Made):
                _note_setting(single, name, value)
                if holds_something(value):
                    self.change(single, "holds", [*single.holds, value])
            elif isinstance(single, Method) and isinstance(single.receiver, Made):
                _note_setting(single.receiver, f"{single.name}.{name}", value)


def _note_setting(made: Made, name: str, value: Value) -> None:
    if made.call is not None:
        made.call.settings[name] = value
