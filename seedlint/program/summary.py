"""The module summary: what one file says, reduced to what its meaning for randomness needs.

Statements and expressions stand in the order in which Python evaluates them; types, operators,
comments and layout are gone. `node` numbers the syntax node that an element was read from, in the
order of reading, so that places can be found again by reading the same text once more. Everything
is plain data that depends on the file's text alone. Nobody changes it; it is not frozen because that doubles what
making it costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ConstantValue = bool | int | float | complex | str | bytes | None


@dataclass(slots=True)
class Constant:
    """A literal."""

    value: ConstantValue
    node: int


@dataclass(slots=True)
class Name:
    """A name that is read."""

    id: str
    node: int


@dataclass(slots=True)
class Attribute:
    """`base.name`."""

    base: Expression
    name: str
    node: int


@dataclass(slots=True)
class Argument:
    """An argument of a call; `star` is `*`, `**` or empty."""

    value: Expression
    keyword: str | None
    star: str


@dataclass(slots=True)
class Call:
    """A call."""

    function: Expression
    arguments: tuple[Argument, ...]
    node: int


@dataclass(slots=True)
class Item:
    """`base[index]`."""

    base: Expression
    index: Expression
    node: int


@dataclass(slots=True)
class Collection:
    """A tuple, list or set display; starred elements are `Unpack`."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expression, ...]


@dataclass(slots=True)
class Unpack:
    """`*value` in a display or a target."""

    value: Expression


@dataclass(slots=True)
class Dictionary:
    """A dict display; a key of None is `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]


@dataclass(slots=True)
class Lambda:
    """A lambda; its body is one `Return`."""

    function: Function


@dataclass(slots=True)
class Choose:
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression


@dataclass(slots=True)
class Junction:
    """`left and right`, `left or right`."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


@dataclass(slots=True)
class Negation:
    """`not operand`."""

    operand: Expression


@dataclass(slots=True)
class Comparison:
    """A comparison with one operator; chains are `Combination`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Arithmetic:
    """A binary operation, or a unary one (`left` is None)."""

    operator: str
    left: Expression | None
    right: Expression


@dataclass(slots=True)
class Combination:
    """Anything else that evaluates its parts in this order (f-strings, yields, chains). `text`: an f-string."""

    parts: tuple[Expression, ...]
    text: bool = False


@dataclass(slots=True)
class Slice:
    """`lower:upper:step`, as an index."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


@dataclass(slots=True)
class Walrus:
    """`name := value`."""

    name: str
    value: Expression


@dataclass(slots=True)
class Clause:
    """`for target in iterable if … if …` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


@dataclass(slots=True)
class Comprehension:
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


@dataclass(slots=True)
class Parameter:
    """A parameter of a function; `kind` as in `inspect`."""

    name: str
    kind: Literal["positional", "any", "args", "keyword", "kwargs"]
    default: Expression | None


@dataclass(slots=True)
class Function:
    """A function's parameters and body. `generator`: it yields, so its body runs when iterated. `names` are the
    names and attributes that it mentions, `calls` the last words of what it calls ("" where there is none)."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    generator: bool
    names: tuple[str, ...]
    calls: tuple[str, ...]
    node: int


@dataclass(slots=True)
class Do:
    """An expression statement."""

    value: Expression
    node: int


@dataclass(slots=True)
class Assign:
    """`target = … = value`; an augmented assignment has `augmented` set."""

    targets: tuple[Expression, ...]
    value: Expression
    augmented: bool
    node: int


@dataclass(slots=True)
class Delete:
    """`del targets`."""

    targets: tuple[Expression, ...]


@dataclass(slots=True)
class ImportedName:
    """`name as alias`; for `import a.b`, the dotted name."""

    name: str
    alias: str | None
    node: int


@dataclass(slots=True)
class Import:
    """`import names`."""

    names: tuple[ImportedName, ...]
    node: int


@dataclass(slots=True)
class ImportFrom:
    """`from module import names`; `names` is None for `*`. `level` counts the leading dots."""

    module: str
    level: int
    names: tuple[ImportedName, ...] | None
    node: int


@dataclass(slots=True)
class DefineFunction:
    """`def`, with its decorators."""

    function: Function
    decorators: tuple[Expression, ...]


@dataclass(slots=True)
class DefineClass:
    """`class`, with its decorators, bases and keywords."""

    name: str
    bases: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: tuple[Statement, ...]
    node: int


@dataclass(slots=True)
class Return:
    """`return value`."""

    value: Expression | None


@dataclass(slots=True)
class Raise:
    """`raise …`."""

    value: Expression | None


@dataclass(slots=True)
class Jump:
    """`break` or `continue`."""

    kind: Literal["break", "continue"]


@dataclass(slots=True)
class If:
    """`if`; an `elif` is an `If` alone in `otherwise`. `names` are the names that its test mentions."""

    test: Expression
    names: tuple[str, ...]
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(slots=True)
class For:
    """`for target in iterable`."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(slots=True)
class While:
    """`while test`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(slots=True)
class Handler:
    """`except type as name`; `names` are the names that its type mentions."""

    type: Expression | None
    names: tuple[str, ...]
    name: str | None
    body: tuple[Statement, ...]


@dataclass(slots=True)
class Try:
    """`try`."""

    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple[Statement, ...]
    finally_: tuple[Statement, ...]


@dataclass(slots=True)
class With:
    """`with value as target`, one for each item."""

    value: Expression
    target: Expression | None
    body: tuple[Statement, ...]


@dataclass(slots=True)
class Case:
    """`case` with the names that its pattern binds."""

    names: tuple[str, ...]
    guard: Expression | None
    body: tuple[Statement, ...]


@dataclass(slots=True)
class Match:
    """`match`."""

    subject: Expression
    cases: tuple[Case, ...]


@dataclass(slots=True)
class Global:
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


@dataclass(slots=True)
class Summary:
    """One module."""

    body: tuple[Statement, ...]
