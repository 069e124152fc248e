"""The module summary: what one file says, reduced to what its meaning for randomness needs.

Statements and expressions stand in the order in which Python evaluates them; types, operators,
comments and layout are gone. `node` numbers the syntax node that an element was read from, in the
order of reading, so that places can be found again by reading the same text once more. Everything
is plain data that depends on the file's text alone. Nothing in it leads back to what holds it, so that the collector of
garbage need not look at it (`gc=False`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    ConstantValue = bool | int | float | complex | str | bytes | None
else:
    ConstantValue = Any  # what decodes summaries has no type for all of these


class _Element(Struct, frozen=True, gc=False, array_like=True, tag=True, tag_field="is_a"):
    """What is encoded is its name and its fields."""


class Constant(_Element, frozen=True):
    """A literal."""

    value: ConstantValue
    node: int


class Name(_Element, frozen=True):
    """A name that is read."""

    id: str
    node: int


class Attribute(_Element, frozen=True):
    """`base.name`."""

    base: Expression
    name: str
    node: int


class Argument(_Element, frozen=True):
    """An argument of a call; `star` is `*`, `**` or empty."""

    value: Expression
    keyword: str | None
    star: str


class Call(_Element, frozen=True):
    """A call."""

    function: Expression
    arguments: tuple[Argument, ...]
    node: int


class Item(_Element, frozen=True):
    """`base[index]`."""

    base: Expression
    index: Expression
    node: int


class Collection(_Element, frozen=True):
    """A tuple, list or set display; starred elements are `Unpack`."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expression, ...]


class Unpack(_Element, frozen=True):
    """`*value` in a display or a target."""

    value: Expression


class Dictionary(_Element, frozen=True):
    """A dict display; a key of None is `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]


class Lambda(_Element, frozen=True):
    """A lambda; its body is one `Return`."""

    function: Function


class Choose(_Element, frozen=True):
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression


class Junction(_Element, frozen=True):
    """`left and right`, `left or right`."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


class Negation(_Element, frozen=True):
    """`not operand`."""

    operand: Expression


class Comparison(_Element, frozen=True):
    """A comparison with one operator; chains are `Combination`."""

    operator: str
    left: Expression
    right: Expression


class Arithmetic(_Element, frozen=True):
    """A binary operation, or a unary one (`left` is None)."""

    operator: str
    left: Expression | None
    right: Expression


class Combination(_Element, frozen=True):
    """Anything else that evaluates its parts in this order (f-strings, yields, chains). `text`: an f-string."""

    parts: tuple[Expression, ...]
    text: bool = False


class Slice(_Element, frozen=True):
    """`lower:upper:step`, as an index."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class Walrus(_Element, frozen=True):
    """`name := value`."""

    name: str
    value: Expression


class Clause(_Element, frozen=True):
    """`for target in iterable if … if …` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class Comprehension(_Element, frozen=True):
    """A comprehension or generator expression; a dict's element is a two-part `Combination`."""

    kind: Literal["list", "set", "dict", "generator"]
    clauses: tuple[Clause, ...]
    element: Expression


Expression = (
    Constant
    | Name
    | Attribute
    | Call
    | Item
    | Collection
    | Unpack
    | Dictionary
    | Lambda
    | Choose
    | Junction
    | Negation
    | Comparison
    | Arithmetic
    | Combination
    | Slice
    | Walrus
    | Comprehension
)


class Parameter(_Element, frozen=True):
    """A parameter of a function; `kind` as in `inspect`."""

    name: str
    kind: Literal["positional", "any", "args", "keyword", "kwargs"]
    default: Expression | None


class Function(_Element, frozen=True):
    """A function's parameters and body. `generator`: it yields, so its body runs when iterated. `names` are the
    names and attributes that it mentions, and `import` if it imports, `calls` the last words of what it calls ("" where
    there is none)."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    generator: bool
    names: tuple[str, ...]
    calls: tuple[str, ...]
    node: int


class Do(_Element, frozen=True):
    """An expression statement."""

    value: Expression
    node: int


class Assign(_Element, frozen=True):
    """`target = … = value`; an augmented assignment has `augmented` set."""

    targets: tuple[Expression, ...]
    value: Expression
    augmented: bool
    node: int


class Delete(_Element, frozen=True):
    """`del targets`."""

    targets: tuple[Expression, ...]


class ImportedName(_Element, frozen=True):
    """`name as alias`; for `import a.b`, the dotted name."""

    name: str
    alias: str | None
    node: int


class Import(_Element, frozen=True):
    """`import names`."""

    names: tuple[ImportedName, ...]
    node: int


class ImportFrom(_Element, frozen=True):
    """`from module import names`; `names` is None for `*`. `level` counts the leading dots."""

    module: str
    level: int
    names: tuple[ImportedName, ...] | None
    node: int


class DefineFunction(_Element, frozen=True):
    """`def`, with its decorators."""

    function: Function
    decorators: tuple[Expression, ...]


class DefineClass(_Element, frozen=True):
    """`class`, with its decorators, bases and keywords."""

    name: str
    bases: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]
    node: int


class Return(_Element, frozen=True):
    """`return value`."""

    value: Expression | None


class Raise(_Element, frozen=True):
    """`raise …`."""

    value: Expression | None


class Jump(_Element, frozen=True):
    """`break` or `continue`."""

    kind: Literal["break", "continue"]


class If(_Element, frozen=True):
    """`if`; an `elif` is an `If` alone in `otherwise`. `names` are the names that its test mentions."""

    test: Expression
    names: tuple[str, ...]
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class For(_Element, frozen=True):
    """`for target in iterable`."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class While(_Element, frozen=True):
    """`while test`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class Handler(_Element, frozen=True):
    """`except type as name`; `names` are the names that its type mentions."""

    type: Expression | None
    names: tuple[str, ...]
    name: str | None
    body: tuple[Statement, ...]


class Try(_Element, frozen=True):
    """`try`."""

    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple[Statement, ...]
    finally_: tuple[Statement, ...]


class With(_Element, frozen=True):
    """`with value as target`, one for each item."""

    value: Expression
    target: Expression | None
    body: tuple[Statement, ...]


class Case(_Element, frozen=True):
    """`case` with the names that its pattern binds."""

    names: tuple[str, ...]
    guard: Expression | None
    body: tuple[Statement, ...]


class Match(_Element, frozen=True):
    """`match`."""

    subject: Expression
    cases: tuple[Case, ...]


class Global(_Element, frozen=True):
    """`global` or `nonlocal`."""

    names: tuple[str, ...]
    kind: Literal["global", "nonlocal"]


Statement = (
    Do
    | Assign
    | Delete
    | Import
    | ImportFrom
    | DefineFunction
    | DefineClass
    | Return
    | Raise
    | Jump
    | If
    | For
    | While
    | Try
    | With
    | Match
    | Global
)


class Summary(_Element, frozen=True):
    """One module."""

    body: tuple[Statement, ...]
