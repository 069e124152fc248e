"""What an expression can stand for, as far as randomness goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedlint.program import summary as ir
    from seedlint.program.events import CallEvent, DrawEvent, Hold, PendingDraw, Place, SeedEvent


class Unknown(Struct, frozen=True):
    """Anything: a parameter of a function that nobody calls, a file's content, a dynamic name."""


UNKNOWN = Unknown()


class Strings(Struct, frozen=True):
    """A string, or several, about which nothing else is known."""


STRINGS = Strings()


class Order(Struct, frozen=True):
    """An order that differs: that in which `source`, called at `place`, lists the files of a directory, or in which
    strings come out of a set there."""

    place: Place
    source: str


class Constant(Struct, frozen=True):
    """The same literal in every run."""

    value: ir.ConstantValue


class Varying(Struct, frozen=True):
    """A value that changes from run to run; `reason` completes "the seed is …". `drawn` is the call that drew it,
    if it was drawn."""

    reason: str
    drawn: Place | None = None


class External(Struct, frozen=True):
    """A module or a name of one that is not part of the program, by its dotted name."""

    path: str


class Made(Struct, eq=False):
    """What a call of an external callable returned.

    `type` is the canonical name of its type, or empty. `pending` are draws that happen once it is
    built or run; `holds` are values that it was given and may put to work then. `generator` tells
    how a local generator got its state: by `seed`, or in the draws `origin` if nothing has used it since.
    `seeds_with` is what it seeds its call's streams with once it is run. `orders` are those on which that of the data
    in it depends. `when_run` calls the functions that wait until it is run.
    """

    type: str
    call: CallEvent | None = None
    pending: list[PendingDraw] = field(default_factory=list)
    holds: list[Value] = field(default_factory=list)
    generator: Hold | None = None
    origin: list[DrawEvent] = field(default_factory=list)
    seed: SeedEvent | None = None
    seeds_with: Value | None = None
    orders: tuple[Order, ...] = ()
    when_run: list[Callable[[], None]] = field(default_factory=list)


class Scope(Struct, eq=False):
    """The names of a module, class or function; lookups go on in `parent`. `changing` are those that the loop that
    is running sets."""

    names: dict[str, Value]
    parent: Scope | None
    module: Module
    globals: set[str] = field(default_factory=set)
    is_class: bool = False
    changing: frozenset[str] = frozenset()


class Module:
    """A module of the program; `path` is None for a namespace package."""

    __slots__ = ("executed", "name", "package", "path", "scope", "stars")

    def __init__(self, path: str | None, name: str, package: bool) -> None:
        self.path = path
        self.name = name
        self.package = package
        self.scope = Scope({}, None, self)
        self.executed = False
        self.stars: list[str] = []


class LocalFunction(Struct, eq=False):
    """A function of the program, bound to `receiver` if it is a method of one."""

    function: ir.Function
    scope: Scope
    defaults: dict[str, Value]
    receiver: Value | None = None
    owner: LocalClass | None = None
    kind: Literal["function", "static", "class", "property"] = "function"
    decorated: tuple[str, ...] = ()


class LocalClass(Struct, eq=False):
    """A class of the program. `ancestors` are all that it is derived from, depth first, each once."""

    name: str
    names: dict[str, Value]
    bases: tuple[Value, ...]
    module: Module
    ancestors: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        """Find its ancestors."""
        found: dict[int, Value] = {}
        for base in self.bases:
            found.setdefault(id(base), base)
            for single in base.ancestors if isinstance(base, LocalClass) else ():
                found.setdefault(id(single), single)
        self.ancestors = tuple(found.values())

    def lookup(self, name: str) -> Value | None:
        """Return the attribute from this class or its local bases, depth first."""
        if name in self.names:
            return self.names[name]
        for single in self.ancestors:
            if isinstance(single, LocalClass) and name in single.names:
                return single.names[name]
        return None

    def external_bases(self) -> tuple[str, ...]:
        """Return the dotted names of the external classes that it is derived from, each once."""
        return tuple(dict.fromkeys(single.path for single in self.ancestors if isinstance(single, External)))


class Instance(Struct, eq=False):
    """An object of a class of the program."""

    cls: LocalClass
    attributes: dict[str, Value] = field(default_factory=dict)
    made: Made | None = None


class Super(Struct, frozen=True, eq=False):
    """`super()` in a method of `cls`."""

    instance: Value
    cls: LocalClass


class Method(Struct, eq=False):
    """`receiver.name`, where the receiver is not of the program."""

    receiver: Value
    name: str


class Partial(Struct, frozen=True, eq=False):
    """`functools.partial(function, …)`."""

    function: Value
    positional: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


class Factory(Struct, frozen=True, eq=False):
    """`field(default_factory=function)`: each object of the class gets what `function`, named at `place`, returns."""

    function: Value
    place: Place


class Iteration(Struct, eq=False):
    """A call of a generator function of the program: its body runs when it is iterated."""

    function: LocalFunction
    scope: Scope
    started: bool = False


class Items(Struct, eq=False):
    """A tuple, list or set, and what is in it; a list or set may get more values later. `orders` are those in
    which a list got them, if they differ; it was made inside `loops` loops."""

    kind: Literal["tuple", "list", "set"]
    values: tuple[Value, ...]
    orders: tuple[Order, ...] = ()
    loops: int = 0


class Unordered(Struct, eq=False):
    """Several values, each like `element`, in an order that depends on `orders`; on none once they are sorted."""

    orders: tuple[Order, ...]
    element: Value = UNKNOWN


class Position(Struct, frozen=True):
    """The number of a value in an order that depends on `orders`."""

    orders: tuple[Order, ...]


class Table(Struct, eq=False):
    """A dict with constant keys; `complete` is false if it has others too."""

    values: dict[ir.ConstantValue, Value]
    complete: bool


class Alternatives(Struct, eq=False):
    """One of several values, depending on how the program runs."""

    values: tuple[Value, ...]


Value = (
    Unknown
    | Constant
    | Varying
    | External
    | Made
    | Module
    | LocalFunction
    | LocalClass
    | Instance
    | Super
    | Method
    | Partial
    | Factory
    | Iteration
    | Items
    | Unordered
    | Position
    | Strings
    | Table
    | Alternatives
)

_MOST_ALTERNATIVES = 8


def join(values: list[Value]) -> Value:
    """Return what stands for any of `values`; what is known is kept beside what is not, but of literals
    nothing is known if they are not all there is (`None if len(sys.argv) < 2 else int(sys.argv[1])`)."""
    flat: list[Value] = []
    for value in values:
        for single in value.values if isinstance(value, Alternatives) else (value,):
            if single not in flat:
                flat.append(single)
    if UNKNOWN in flat:
        flat = [value for value in flat if not isinstance(value, Unknown | Constant)]
    if not flat or len(flat) > _MOST_ALTERNATIVES:
        return UNKNOWN
    return flat[0] if len(flat) == 1 else Alternatives(tuple(flat))


def alternatives(value: Value) -> tuple[Value, ...]:
    """Return the values that `value` may be."""
    return value.values if isinstance(value, Alternatives) else (value,)


_FALSE_WHEN_RUN = (External("typing.TYPE_CHECKING"), External("typing_extensions.TYPE_CHECKING"))


def truth(value: Value) -> bool | None:
    """Return the truth of `value`, or None if it is not known."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Items):
        return None if value.kind == "set" else bool(value.values) or (False if value.kind == "tuple" else None)
    if isinstance(value, Table):
        return bool(value.values) or (False if value.complete else None)
    if isinstance(value, LocalFunction | LocalClass | Module | Instance):
        return True
    if value in _FALSE_WHEN_RUN:
        return False
    if isinstance(value, Alternatives):
        truths = {truth(single) for single in value.values}
        return truths.pop() if len(truths) == 1 else None
    return None


PLAIN: Final = frozenset({Unknown, Constant, External, Strings, Varying})
"""Values that hold nothing that may have to be put to work, and have no order of their own."""


def holds_something(value: Value) -> bool:
    """Tell whether `value` may have to be put to work later: a pending draw, a function."""
    if type(value) in PLAIN:
        return False
    waiting: list[Value] = [value]
    seen: set[int] = set()  # a list may hold itself, or another one many times
    while waiting:
        single = waiting.pop()
        if id(single) in seen:
            continue
        seen.add(id(single))
        match single:
            case Made(pending=pending, holds=holds, type=name):
                if pending or name:
                    return True
                waiting.extend(holds)
            case LocalFunction() | LocalClass() | Instance() | Partial() | Iteration():
                return True
            case Items(_, values) | Alternatives(values):
                waiting.extend(values)
            case Table(table, _):
                waiting.extend(table.values())
    return False
