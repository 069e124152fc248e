"""The module summary: what one file says, reduced to what its meaning for randomness needs.

Statements and expressions stand in the order in which Python evaluates them; types, operators,
comments and layout are gone. `node` numbers the syntax node that an element was read from, in the
order of reading, so that places can be found again by reading the same text once more. Everything
is plain data that depends on the file's text alone. Nothing in it leads back to what holds it, so that the collector of
garbage need not look at it (`gc=False`).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ConstantValue = bool | int | float | complex | str | bytes | None


class Constant(Struct, frozen=True, gc=False):
    """A literal."""

    value: ConstantValue
    node: int


class Name(Struct, frozen=True, gc=False):
    """A name that is read."""

    id: str
    node: int


class Attribute(Struct, frozen=True, gc=False):
    """`base.name`."""

    base: Expression
    name: str
    node: int


class Argument(Struct, frozen=True, gc=False):
    """An argument of a call; `star` is `*`, `**` or empty."""

    value: Expression
    keyword: str | None
    star: str


class Call(Struct, frozen=True, gc=False):
    """A call."""

    function: Expression
    arguments: tuple[Argument, ...]
    node: int


class Item(Struct, frozen=True, gc=False):
    """`base[index]`."""

    base: Expression
    index: Expression
    node: int


class Collection(Struct, frozen=True, gc=False):
    """A tuple, list or set display; starred elements are `Unpack`."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expression, ...]


class Unpack(Struct, frozen=True, gc=False):
    """`*value` in a display or a target."""

    value: Expression


class Dictionary(Struct, frozen=True, gc=False):
    """A dict display; a key of None is `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]


class Lambda(Struct, frozen=True, gc=False):
    """A lambda; its body is one `Return`."""

    function: Function


class Choose(Struct, frozen=True, gc=False):
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression


class Junction(Struct, frozen=True, gc=False):
    """`left and right`, `left or right`."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


class Negation(Struct, frozen=True, gc=False):
    """`not operand`."""

    operand: Expression


class Comparison(Struct, frozen=True, gc=False):
    """A comparison with one operator; chains are `Combination`."""

    operator: str
    left: Expression
    right: Expression


class Arithmetic(Struct, frozen=True, gc=False):
    """A binary operation, or a unary one (`left` is None)."""

    operator: str
    left: Expression | None
    right: Expression


class Combination(Struct, frozen=True, gc=False):
    """Anything else that evaluates its parts in this order (f-strings, yields, chains). `text`: an f-string."""

    parts: tuple[Expression, ...]
    text: bool = False


class Slice(Struct, frozen=True, gc=False):
    """`lower:upper:step`, as an index."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class Walrus(Struct, frozen=True, gc=False):
    """`name := value`."""

    name: str
    value: Expression


class Clause(Struct, frozen=True, gc=False):
    """`for target in iterable if … if …` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class Comprehension(Struct, frozen=True, gc=False):
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


class Parameter(Struct, frozen=True, gc=False):
    """A parameter of a function; `kind` as in `inspect`."""

    name: str
    kind: Literal["positional", "any", "args", "keyword", "kwargs"]
    default: Expression | None


class Function(Struct, frozen=True, gc=False):
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


class Do(Struct, frozen=True, gc=False):
    """An expression statement."""

    value: Expression
    node: int


class Assign(Struct, frozen=True, gc=False):
    """`target = … = value`; an augmented assignment has `augmented` set."""

    targets: tuple[Expression, ...]
    value: Expression
    augmented: bool
    node: int


class Delete(Struct, frozen=True, gc=False):
    """`del targets`."""

    targets: tuple[Expression, ...]


class ImportedName(Struct, frozen=True, gc=False):
    """`name as alias`; for `import a.b`, the dotted name."""

    name: str
    alias: str | None
    node: int


class Import(Struct, frozen=True, gc=False):
    """`import names`."""

    names: tuple[ImportedName, ...]
    node: int


class ImportFrom(Struct, frozen=True, gc=False):
    """`from module import names`; `names` is None for `*`. `level` counts the leading dots."""

    module: str
    level: int
    names: tuple[ImportedName, ...] | None
    node: int


class DefineFunction(Struct, frozen=True, gc=False):
    """`def`, with its decorators."""

    function: Function
    decorators: tuple[Expression, ...]


class DefineClass(Struct, frozen=True, gc=False):
    """`class`, with its decorators, bases and keywords."""

    name: str
    bases: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]
    node: int


class Return(Struct, frozen=True, gc=False):
    """`return value`."""

    value: Expression | None


class Raise(Struct, frozen=True, gc=False):
    """`raise …`."""

    value: Expression | None


class Jump(Struct, frozen=True, gc=False):
    """`break` or `continue`."""

    kind: Literal["break", "continue"]


class If(Struct, frozen=True, gc=False):
    """`if`; an `elif` is an `If` alone in `otherwise`. `names` are the names that its test mentions."""

    test: Expression
    names: tuple[str, ...]
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class For(Struct, frozen=True, gc=False):
    """`for target in iterable`."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class While(Struct, frozen=True, gc=False):
    """`while test`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class Handler(Struct, frozen=True, gc=False):
    """`except type as name`; `names` are the names that its type mentions."""

    type: Expression | None
    names: tuple[str, ...]
    name: str | None
    body: tuple[Statement, ...]


class Try(Struct, frozen=True, gc=False):
    """`try`."""

    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple[Statement, ...]
    finally_: tuple[Statement, ...]


class With(Struct, frozen=True, gc=False):
    """`with value as target`, one for each item."""

    value: Expression
    target: Expression | None
    body: tuple[Statement, ...]


class Case(Struct, frozen=True, gc=False):
    """`case` with the names that its pattern binds."""

    names: tuple[str, ...]
    guard: Expression | None
    body: tuple[Statement, ...]


class Match(Struct, frozen=True, gc=False):
    """`match`."""

    subject: Expression
    cases: tuple[Case, ...]


class Global(Struct, frozen=True, gc=False):
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


class Summary(Struct, frozen=True, gc=False):
    """One module."""

    body: tuple[Statement, ...]
