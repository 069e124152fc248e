"""Which functions of a module can do anything, by themselves, that a rule on single calls looks at.

Most can't, and running each with whatever arguments is what a module's own trace costs. This only ever says "nothing
here": a function counts unless neither it nor any function of its module that it gets to mentions a telling word, or
what draws in Python beside what makes a graph.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.behaviour import SESSION_WORK, TRACERS
from seedlint.program.values import (
    Alternatives,
    External,
    Instance,
    Items,
    LocalClass,
    LocalFunction,
    Made,
    Module,
    Partial,
    Scope,
    Table,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seedlint.knowledge import Knowledge

_OTHER_WAYS: Final = frozenset(
    {"environ", "putenv", "getattr", "import", "import_module", "__import__", "globals", "locals", "vars", "modules"}
)
"""Words by which a text gets to settings, and to names that it doesn't mention."""

_MAKES_A_GRAPH: Final = frozenset(path.rpartition(".")[2] for path in TRACERS)


_OF_SESSIONS: Final = frozenset(path.rpartition(".")[2] for path in SESSION_WORK)


@cache
def _telling(knowledge: Knowledge) -> frozenset[str]:
    """Return the words one of which a function mentions if it counts by itself."""
    return knowledge.telling_words | _OTHER_WAYS


@cache
def _any(knowledge: Knowledge) -> frozenset[str]:
    """Return the last words of what a function may get to that is of a library, if it counts for that."""
    return _telling(knowledge) | knowledge.words_that_draw | _MAKES_A_GRAPH


@cache
def telling_abroad(knowledge: Knowledge) -> frozenset[str]:
    """Return the words one of which a function of another module mentions if what it does or returns says anything of
    the module that calls it."""
    return _telling(knowledge) | knowledge.words_that_draw | _OF_SESSIONS


class Relevance:
    """Tells of the functions of the module at `path` whether they count."""

    def __init__(self, path: str, knowledge: Knowledge) -> None:
        self._path = path
        self._knowledge = knowledge
        self._reached: dict[int, tuple[LocalFunction, ...] | None] = {}

    def counts(self, function: LocalFunction) -> bool:
        """Tell whether running `function` may show anything that is to be looked at."""
        waiting = [function]
        seen: set[int] = set()
        draws = graphs = False
        while waiting:
            single = waiting.pop()
            if id(single.function) in seen:
                continue
            seen.add(id(single.function))
            reached = self._reached_from(single)
            draws = draws or not self._knowledge.words_that_draw.isdisjoint(single.function.names)
            graphs = graphs or bool(single.decorated) or not _MAKES_A_GRAPH.isdisjoint(single.function.names)
            if reached is None or (draws and graphs):
                return True
            waiting.extend(reached)
        return False

    def _reached_from(self, function: LocalFunction) -> tuple[LocalFunction, ...] | None:
        """Return the functions that `function` may call; None if it counts by itself. Another module's are not
        followed further, as its trace isn't."""
        key = id(function.function)
        if key not in self._reached:
            self._reached[key] = self._find(function)
        return self._reached[key]

    def _find(self, function: LocalFunction) -> tuple[LocalFunction, ...] | None:
        body = function.function
        if not _telling(self._knowledge).isdisjoint(body.names):
            return None
        if function.scope.module.path != self._path:
            return ()
        mentioned = _Mentioned(body.names)
        found: list[LocalFunction] = []
        for name in body.names:
            for single in mentioned.in_scope(name, function.scope):
                if isinstance(single, LocalFunction):
                    found.append(single)
                elif single.path.rpartition(".")[2] in _any(self._knowledge):
                    return None
        return tuple(found)


class _Mentioned:
    """Finds the functions, and names of other libraries, that the values of mentioned names hold."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._seen: set[int] = set()

    def in_scope(self, name: str, scope: Scope) -> Iterator[LocalFunction | External]:
        current: Scope | None = scope
        while current is not None:
            if name in current.names:
                yield from self._held([current.names[name]])
                return
            current = current.parent

    def _held(self, values: Iterable[Value]) -> Iterator[LocalFunction | External]:
        waiting = [*values]
        while waiting:
            value = waiting.pop()
            if id(value) in self._seen:
                continue
            self._seen.add(id(value))
            if isinstance(value, (LocalFunction, External)):
                yield value
            else:
                waiting.extend(self._parts(value))

    def _parts(self, value: Value) -> Iterable[Value]:
        match value:
            case LocalClass(names=names, bases=bases):
                return (*names.values(), *bases)
            case Instance(cls=cls, attributes=attributes):
                return (cls, *attributes.values())
            case Module(scope=scope):
                return [scope.names[name] for name in self._names if name in scope.names]
            case Items(values=values) | Alternatives(values=values):
                return values
            case Table(values=table):
                return table.values()
            case Partial(function=function, positional=positional):
                return (function, *positional)
            case Made(holds=holds):
                return holds
        return ()
