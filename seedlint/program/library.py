"""Modules whose import leaves the streams as they are: run once, and shared by all programs that import them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from seedlint.program.values import Alternatives, Instance, Items, LocalClass, LocalFunction, Made, Partial, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from seedlint.knowledge.model import Stream
    from seedlint.program.definitions import Definitions
    from seedlint.program.events import CallEvent, DrawEvent, Place
    from seedlint.program.values import Module, Value

_ABSENT: Final = object()
"""What an item of a dict is that isn't there."""


def put(holder: object, name: Any, value: object) -> None:
    """Let the item `name` of a dict, or the attribute `name` of something else, be `value`."""
    if isinstance(holder, dict):
        holder[name] = value
    else:
        setattr(holder, name, value)


class Change:
    """An item of a dict, or an attribute of something else, gets another value."""

    __slots__ = ("holder", "name", "value")

    def __init__(self, holder: Any, name: Any, value: Any) -> None:
        self.holder: Final = holder
        self.name: Final = name
        self.value: Final = value

    def present(self) -> Change:
        """Return the change that brings back what is there now."""
        if isinstance(self.holder, dict):
            return Change(self.holder, self.name, self.holder.get(self.name, _ABSENT))
        return Change(self.holder, self.name, getattr(self.holder, self.name))

    def make(self) -> None:
        """Make the change."""
        if self.value is _ABSENT:
            self.holder.pop(self.name, None)
        else:
            put(self.holder, self.name, self.value)


class Import:
    """How a module imports another one first: through `chain`, from its body on, after so many `events`."""

    __slots__ = ("chain", "events")

    def __init__(self, chain: tuple[Place, ...], events: int) -> None:
        self.chain: Final = chain
        self.events: Final = events


class Effects:
    """What running a module's body does besides binding its names, without what the modules do that it imports.

    `changes` are those to values of shared modules, `calls` those that make initializers; `external` and `unseen` as in
    `Trace`. `events` are its draws, and None where it runs first what its text doesn't tell. `evaluated` are the
    functions, by identity, that are called, `passed_on` those that are mentioned without being called. `unknown` is
    when something was called first about which nothing is known.
    """

    __slots__ = ("calls", "changes", "evaluated", "events", "external", "passed_on", "unknown", "unseen")

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.calls: list[CallEvent] = []
        self.events: list[DrawEvent | None] = []
        self.external: dict[str, int] = {}
        self.unseen: set[str] = set()
        self.evaluated: set[int] = set()
        self.passed_on: set[int] = set()
        self.unknown: int | None = None


class Library:
    """The modules that were run for one target and one way to find modules.

    A module is shared if running it, with all that it imports, neither seeded, nor called anything that `knowledge`
    knows but initializers and what draws a number from an unseeded stream, nor made anything else that draws later.
    What it did is done again for each program that takes it, and what a program does to the values of shared modules is
    undone at its end: no program sees what another did.
    """

    def __init__(self) -> None:
        self.modules: dict[str, Module] = {}
        self.definitions: dict[str, Definitions] = {}
        self.imports: defaultdict[str, dict[str, Import]] = defaultdict(dict)
        self.externals: defaultdict[str, set[str]] = defaultdict(set)
        self._effects: dict[str, Effects] = {}
        self._drawn_from: dict[str, frozenset[Stream]] = {}
        self._awaited: set[str] = set()
        self._held: dict[str, list[Any]] = {}
        self._shared: set[int] = set()
        self._undo: list[Change] = []
        self._reached: dict[str, frozenset[str]] = {}
        self._imported: dict[str, frozenset[str]] = {}

    def share(self, module: Module, effects: Effects, start: int) -> None:
        """Let other programs have `module` as it is now. So many places of the chain led to it in this one."""
        if module.path is None:
            return
        self.modules[module.path] = module
        self._effects[module.path] = effects
        for call in effects.calls:
            call.chain = ()  # each program gets there in its own way
        if effects.events:
            effects.events = [event and event.reached_by(event.chain[start:]) for event in effects.events]
            self._drawn_from[module.path] = frozenset(chain.from_iterable(map(_streams_behind, effects.events)))
        given = chain.from_iterable(_each(change.value) for change in effects.changes)
        held = [module.scope.names, *_changeable([*module.scope.names.values(), *given], self._shared)]
        self._held[module.path] = held
        self._shared.update(map(id, held))

    def forget(self, changed: Set[str]) -> None:
        """Run the modules anew that run one of these files."""
        for path in [*self.modules]:
            if not self.reached_from(path).isdisjoint(changed):
                self._drop(path)
        for path in changed:
            for known in (self.definitions, self.imports, self.externals):
                known.pop(path, None)
        for remembered in (self._reached, self._imported):
            remembered.clear()

    def imports_shared(self, path: str, running: frozenset[str]) -> bool:
        """Tell whether all that the file `path` imports is shared, but for what is `running` yet, and may be."""
        others = [file for file in self.imports[path] if file not in self.modules and file != path]
        if not running.issuperset(others):
            return False
        self._awaited.update(others)
        return True

    def keep_apart(self, path: str) -> None:
        """Let no program have those that import the file `path`, which is not to be shared, and that were shared while
        it was running."""
        if path in self._awaited:
            self._awaited.discard(path)
            for file in [file for file in self.modules if path in self.reached_from(file)]:
                self._drop(file)

    def _drop(self, path: str) -> None:
        del self.modules[path], self._effects[path]
        self._drawn_from.pop(path, None)
        self._shared.difference_update(map(id, self._held.pop(path)))

    def is_shared(self, holder: object) -> bool:
        """Tell whether what may be changed is a value of a shared module."""
        return id(holder) in self._shared

    def change(self, change: Change) -> None:
        """Make a change; if it is one to a value of a shared module, until `undo`."""
        if self.is_shared(change.holder):
            self._undo.append(change.present())
        change.make()

    def undo(self) -> None:
        """Undo all changes to the values of shared modules since this was done last."""
        while self._undo:
            self._undo.pop().make()

    def reached_from(self, path: str) -> frozenset[str]:
        """Return the files that importing the file `path` runs, itself among them."""
        if path in self._reached:
            return self._reached[path]
        reached = {path}
        waiting = [path]
        while waiting:
            new = self.imports[waiting.pop()].keys() - reached
            reached |= new
            waiting.extend(new)
        found = frozenset(reached)
        if self._is_final(found):
            self._reached[path] = found
        return found

    def imported_from(self, path: str) -> frozenset[str]:
        """Return the other packages that importing the file `path` imports."""
        if path in self._imported:
            return self._imported[path]
        reached = self.reached_from(path)
        imported = frozenset[str]().union(*(self.externals[file] for file in reached))
        if self._is_final(reached):
            self._imported[path] = imported
        return imported

    def effects_of(self, files: Set[str]) -> list[Effects]:
        """Return what running each of these files does, as far as they are shared."""
        return [self._effects[file] for file in sorted(files & self._effects.keys())]

    def drawn_from(self, files: Set[str]) -> frozenset[Stream]:
        """Return the streams that draw other numbers in these files where they are seeded."""
        return frozenset(chain.from_iterable(self._drawn_from[file] for file in self._drawn_from.keys() & files))

    def has_events(self, files: Set[str]) -> bool:
        """Tell whether there are draws in these files, or what their text doesn't tell."""
        return not self._drawn_from.keys().isdisjoint(files)

    def places_of_imports(self, files: Iterable[str]) -> set[Place]:
        """Return where these files import modules of the program."""
        return {imported.chain[-1] for file in files for imported in self.imports[file].values()}

    def events_in(self, path: str, files: Set[str], way: tuple[Place, ...]) -> Iterator[DrawEvent | None]:
        """Return the events when the file `path` is imported by `way`, in Python's order, where `files` are those that
        were not imported before, itself among them."""
        return self._events_in(path, {*files}, way)

    def _events_in(self, path: str, new: set[str], way: tuple[Place, ...]) -> Iterator[DrawEvent | None]:
        new.discard(path)
        events = [event and event.reached_by((*way, *event.chain)) for event in self._effects[path].events]
        done = 0
        for file, imported in self.imports[path].items():
            yield from events[done : imported.events]
            done = imported.events
            if file in new:
                yield from self._events_in(file, new, (*way, *imported.chain))
        yield from events[done:]

    def _is_final(self, reached: Set[str]) -> bool:
        """Tell whether none of these files is being run yet, and may import more."""
        return reached <= self.modules.keys()


def _streams_behind(draw: DrawEvent | None) -> tuple[Stream, ...]:
    if draw is None:
        return ()
    return (draw.stream, "tensorflow") if draw.draw.takes_global_seed else (draw.stream,)


def _each(given: object) -> Iterable[object]:
    """Return what an item or an attribute was given, which may be several values."""
    return given if isinstance(given, (list, tuple)) else (given,)


def _changeable(values: Iterable[object], known: Set[int]) -> list[Any]:
    """Return all that programs can change in `values`, and in what they hold, as what `Change.holder` is then; but for
    what is `known`, by identity. What is no value can't be changed."""
    found: dict[int, Any] = {}
    waiting: list[object] = [*values]
    while waiting:
        value = waiting.pop()
        parts: list[Value] = []
        holder: Any = value
        match value:
            case Table(values=table):
                holder, parts = table, [*table.values()]
            case Items(values=items):
                parts = [*items]
            case Alternatives(values=several):
                parts = [*several]
            case Instance(cls=cls, attributes=attributes):
                holder, parts = attributes, [cls, *attributes.values()]
            case LocalClass(names=names, bases=bases):
                holder, parts = names, [*names.values(), *bases]
            case Made(holds=holds):
                parts = [*holds]
            case LocalFunction(defaults=defaults):
                parts = [*defaults.values()]
            case Partial(positional=positional, keywords=keywords):
                parts = [*positional, *(single for _, single in keywords)]
            case _:
                continue
        if id(holder) not in found and id(holder) not in known:
            found[id(holder)] = holder
            waiting += parts
    return [*found.values()]
