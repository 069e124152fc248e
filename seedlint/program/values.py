"""What an expression can stand for, as far as randomness goes.

Plain classes, and no Structs: mypyc compiles what they hold to fields of C, which is why a compiled seedlint is faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedlint.program import summary as ir
    from seedlint.program.events import CallEvent, DrawEvent, Hold, PendingDraw, Place, SeedEvent


class Unknown:
    """Anything: a parameter of a function that nobody calls, a file's content, a dynamic name."""

    __slots__ = ()


UNKNOWN: Final = Unknown()


class Strings:
    """A string, or several, about which nothing else is known."""

    __slots__ = ()


STRINGS: Final = Strings()


class Order:
    """An order that differs: that in which `source`, called at `place`, lists the files of a directory, or in which
    strings come out of a set there."""

    __slots__ = ("place", "source")

    def __init__(self, place: Place, source: str) -> None:
        self.place: Final = place
        self.source: Final = source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Order) and self.place == other.place and self.source == other.source

    def __hash__(self) -> int:
        return hash((self.place, self.source))


class Constant:
    """The same literal in every run."""

    __slots__ = ("value",)
    __match_args__: Final = ("value",)

    def __init__(self, value: ir.ConstantValue) -> None:
        self.value: Final = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Varying:
    """A value that changes from run to run; `reason` completes "the seed is …". `drawn` is the call that drew it,
    if it was drawn."""

    __slots__ = ("drawn", "reason")

    def __init__(self, reason: str, drawn: Place | None = None) -> None:
        self.reason: Final = reason
        self.drawn: Final = drawn

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Varying) and self.reason == other.reason and self.drawn == other.drawn

    def __hash__(self) -> int:
        return hash((self.reason, self.drawn))


class External:
    """A module or a name of one that is not part of the program, by its dotted name."""

    __slots__ = ("path",)
    __match_args__: Final = ("path",)

    def __init__(self, path: str) -> None:
        self.path: Final = path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, External) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)


class Made:
    """What a call of an external callable returned.

    `type` is the canonical name of its type, or empty. `pending` are draws that happen once it is
    built or run; `holds` are values that it was given and may put to work then. `generator` tells
    how a local generator got its state: by `seed`, or in the draws `origin` if nothing has used it since.
    `seeds_with` is what it seeds its call's streams with once it is run. `orders` are those on which that of the data
    in it depends. `when_run` calls the functions that wait until it is run.
    """

    __slots__ = (
        "call", "generator", "holds", "orders", "origin", "pending", "seed", "seeds_with", "type", "when_run",
    )  # fmt: skip

    def __init__(
        self,
        type: str,
        call: CallEvent | None = None,
        pending: list[PendingDraw] | None = None,
        *,
        holds: list[Value] | None = None,
        seeds_with: Value | None = None,
        orders: tuple[Order, ...] = (),
    ) -> None:
        self.type = type
        self.call = call
        self.pending: list[PendingDraw] = [] if pending is None else pending
        self.holds: list[Value] = [] if holds is None else holds
        self.generator: Hold | None = None
        self.origin: list[DrawEvent] = []
        self.seed: SeedEvent | None = None
        self.seeds_with = seeds_with
        self.orders = orders
        self.when_run: list[Callable[[], None]] = []

    def another(self) -> Made:
        """Return what the same call returns another time."""
        return Made(
            self.type, self.call, self.pending, holds=self.holds, seeds_with=self.seeds_with, orders=self.orders
        )


class Scope:
    """The names of a module, class or function; lookups go on in `parent`. `changing` are those that the loop that
    is running sets."""

    __slots__ = ("changing", "globals", "is_class", "module", "names", "parent")

    def __init__(self, names: dict[str, Value], parent: Scope | None, module: Module, is_class: bool = False) -> None:
        self.names = names
        self.parent = parent
        self.module = module
        self.globals: set[str] = set()
        self.is_class = is_class
        self.changing: frozenset[str] = frozenset()


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


Kind = Literal["function", "static", "class", "property"]


class LocalFunction:
    """A function of the program, bound to `receiver` if it is a method of one."""

    __slots__ = ("decorated", "defaults", "function", "kind", "owner", "receiver", "scope")

    def __init__(
        self,
        function: ir.Function,
        scope: Scope,
        defaults: dict[str, Value],
        receiver: Value | None = None,
        owner: LocalClass | None = None,
        kind: Kind = "function",
        decorated: tuple[str, ...] = (),
    ) -> None:
        self.function = function
        self.scope = scope
        self.defaults = defaults
        self.receiver = receiver
        self.owner = owner
        self.kind = kind
        self.decorated = decorated


class LocalClass:
    """A class of the program. `ancestors` are all that it is derived from, depth first, each once."""

    __slots__ = ("ancestors", "bases", "module", "name", "names")

    def __init__(self, name: str, names: dict[str, Value], bases: tuple[Value, ...], module: Module) -> None:
        self.name = name
        self.names = names
        self.bases = bases
        self.module = module
        found: dict[int, Value] = {}
        for base in bases:
            found.setdefault(id(base), base)
            for single in base.ancestors if isinstance(base, LocalClass) else ():
                found.setdefault(id(single), single)
        self.ancestors: tuple[Value, ...] = tuple(found.values())

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


class Instance:
    """An object of a class of the program."""

    __slots__ = ("attributes", "cls", "made")

    def __init__(self, cls: LocalClass) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}
        self.made: Made | None = None


class Super:
    """`super()` in a method of `cls`."""

    __slots__ = ("cls", "instance")
    __match_args__: Final = ("instance", "cls")

    def __init__(self, instance: Value, cls: LocalClass) -> None:
        self.instance: Final = instance
        self.cls: Final = cls


class Method:
    """`receiver.name`, where the receiver is not of the program."""

    __slots__ = ("name", "receiver")
    __match_args__: Final = ("receiver", "name")

    def __init__(self, receiver: Value, name: str) -> None:
        self.receiver: Final = receiver
        self.name: Final = name


class Partial:
    """`functools.partial(function, …)`."""

    __slots__ = ("function", "keywords", "positional")
    __match_args__: Final = ("function", "positional", "keywords")

    def __init__(self, function: Value, positional: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...]) -> None:
        self.function: Final = function
        self.positional: Final = positional
        self.keywords: Final = keywords


class Factory:
    """`field(default_factory=function)`: each object of the class gets what `function`, named at `place`, returns."""

    __slots__ = ("function", "place")

    def __init__(self, function: Value, place: Place) -> None:
        self.function: Final = function
        self.place: Final = place


class Iteration:
    """A call of a generator function of the program: its body runs when it is iterated."""

    __slots__ = ("function", "scope", "started")

    def __init__(self, function: LocalFunction, scope: Scope) -> None:
        self.function = function
        self.scope = scope
        self.started = False


class Items:
    """A tuple, list or set, and what is in it; a list or set may get more values later. `orders` are those in
    which a list got them, if they differ; it was made inside `loops` loops."""

    __slots__ = ("kind", "loops", "orders", "values")
    __match_args__: Final = ("kind", "values")

    def __init__(
        self,
        kind: Literal["tuple", "list", "set"],
        values: tuple[Value, ...],
        orders: tuple[Order, ...] = (),
        loops: int = 0,
    ) -> None:
        self.kind = kind
        self.values = values
        self.orders = orders
        self.loops = loops


class Unordered:
    """Several values, each like `element`, in an order that depends on `orders`; on none once they are sorted."""

    __slots__ = ("element", "orders")

    def __init__(self, orders: tuple[Order, ...], element: Value = UNKNOWN) -> None:
        self.orders = orders
        self.element = element


class Position:
    """The number of a value in an order that depends on `orders`."""

    __slots__ = ("orders",)

    def __init__(self, orders: tuple[Order, ...]) -> None:
        self.orders: Final = orders

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Position) and self.orders == other.orders

    def __hash__(self) -> int:
        return hash(self.orders)


class Table:
    """A dict with constant keys; `complete` is false if it has others too."""

    __slots__ = ("complete", "values")
    __match_args__: Final = ("values", "complete")

    def __init__(self, values: dict[ir.ConstantValue, Value], complete: bool) -> None:
        self.values = values
        self.complete = complete


class Alternatives:
    """One of several values, depending on how the program runs."""

    __slots__ = ("values",)
    __match_args__: Final = ("values",)

    def __init__(self, values: tuple[Value, ...]) -> None:
        self.values = values


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
        flat = [value for value in flat if not isinstance(value, (Unknown, Constant))]
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
    if isinstance(value, (LocalFunction, LocalClass, Module, Instance)):
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
