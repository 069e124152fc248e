"""What a text means: reads its tree into a module summary, in one walk of our own.

The tree is one of Python's own `ast`, which costs a tenth of what libcst's does. `seedlint.program.conversion` makes
one of that where only libcst's will do.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any, Final, Literal

from seedlint.program import summary as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.USub: "-",
    ast.UAdd: "+",
}


_MOST: Final = 1 << 32
"""So many numbers has each statement of the top level for its nodes: those of others don't change where it does."""


class Reading:
    """What a statement of the top level says, the nodes that its numbers stand for, which of these stand in f-strings,
    and if it is a class, its members, each with how many of its nodes come before."""

    __slots__ = ("in_strings", "members", "nodes", "statements")

    def __init__(
        self,
        statements: tuple[ir.Statement, ...],
        nodes: Sequence[ast.AST],
        in_strings: Sequence[range],
        members: Sequence[tuple[ast.stmt, int]],
    ) -> None:
        self.statements: Final = statements
        self.nodes: Final = nodes
        self.in_strings: Final = in_strings
        self.members: Final = members


def read(statement: ast.stmt, place: int) -> Reading:
    """Return what `statement` says, of which there are `place` before it. Where its nodes are doesn't matter, but in
    which order the arguments of a call are."""
    reader = _Reader(place * _MOST)
    statements = reader.block([statement])
    members = reader.members if isinstance(statement, ast.ClassDef) else ()
    return Reading(statements, reader.nodes, reader.in_strings, members)


def summary_of(readings: Iterable[Reading]) -> ir.Summary:
    """Return what all statements of a text say."""
    return ir.Summary(tuple([statement for reading in readings for statement in reading.statements]))


def split(number: int) -> tuple[int, int]:
    """Return the place of the statement that a node is in, and that of the node in it."""
    return divmod(number, _MOST)


def first_beside(number: int) -> int:
    """Return the number of the first node in the statement that a node is in."""
    return number - number % _MOST


def numbered(readings: Iterable[Reading]) -> Iterator[tuple[int, ast.AST]]:
    """Return the nodes of all statements of a text with their numbers."""
    for place, reading in enumerate(readings):
        yield from enumerate(reading.nodes, place * _MOST)


class _Reader:
    """Numbers nodes as it meets them, `first` and on; the same tree gives the same numbers."""

    def __init__(self, first: int) -> None:
        self.nodes: list[ast.AST] = []
        self.in_strings: list[range] = []
        self.members: list[tuple[ast.stmt, int]] = []
        self._before = first - 1
        # What is mentioned and called, in the order of reading: a stretch of it is what a part mentions.
        self._names: list[str] = []
        self._calls: list[str] = []
        self._yields: list[bool] = []

    def _number(self, node: ast.AST) -> int:
        self.nodes.append(node)
        return self._before + len(self.nodes)

    # -- statements ---------------------------------------------------------------------------

    def block(self, statements: Sequence[ast.stmt]) -> tuple[ir.Statement, ...]:
        result: list[ir.Statement] = []
        for statement in statements:
            read = _STATEMENTS.get(type(statement))
            if read is not None:
                result.extend(read(self, statement))
        return tuple(result)

    def _do(self, node: ast.Expr) -> Iterable[ir.Statement]:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, (str, bytes, type(...))):
            return ()
        number = self._number(node)
        return (ir.Do(self.expression(node.value), number),)

    def _assign(self, node: ast.Assign) -> Iterable[ir.Statement]:
        number = self._number(node)
        value = self.expression(node.value)
        return (ir.Assign(self._each(node.targets), value, False, number),)

    def _annotated(self, node: ast.AnnAssign) -> Iterable[ir.Statement]:
        if node.value is None:
            return ()
        number = self._number(node)
        value = self.expression(node.value)
        return (ir.Assign((self.expression(node.target),), value, False, number),)

    def _augmented(self, node: ast.AugAssign) -> Iterable[ir.Statement]:
        number = self._number(node)
        target = self.expression(node.target)
        return (ir.Assign((target,), self.expression(node.value), True, number),)

    def _delete(self, node: ast.Delete) -> Iterable[ir.Statement]:
        targets = node.targets
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple):
            targets = targets[0].elts
        return (ir.Delete(self._each(targets)),)

    def _assert(self, node: ast.Assert) -> Iterable[ir.Statement]:
        parts = self._each([node.test] if node.msg is None else [node.test, node.msg])
        return (ir.Do(ir.Combination(parts), self._number(node)),)

    def _import(self, node: ast.Import) -> Iterable[ir.Statement]:
        self._names.append("import")
        number = self._number(node)
        return (ir.Import(self._aliases(node.names), number),)

    def _import_from(self, node: ast.ImportFrom) -> Iterable[ir.Statement]:
        self._names.append("import")
        number = self._number(node)
        names = None if node.names[0].name == "*" else self._aliases(node.names)
        return (ir.ImportFrom(node.module or "", node.level, names, number),)

    def _aliases(self, nodes: Sequence[ast.alias]) -> tuple[ir.ImportedName, ...]:
        return tuple(ir.ImportedName(node.name, node.asname, self._number(node)) for node in nodes)

    def _function_def(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterable[ir.Statement]:
        decorators = self._each(node.decorator_list)
        number = self._number(node)
        parameters = tuple(self._parameters(node.args))
        self._yields.append(False)
        names, calls = len(self._names), len(self._calls)
        body = self.block(node.body)
        function = ir.Function(
            node.name, parameters, body, self._yields.pop(),
            _each_once(self._names[names:]), _each_once(self._calls[calls:]), number,
        )  # fmt: skip
        return (ir.DefineFunction(function, decorators),)

    def _parameters(self, node: ast.arguments) -> Iterator[ir.Parameter]:
        defaults: list[ast.expr | None] = list(node.defaults)
        defaults[:0] = [None] * (len(node.posonlyargs) + len(node.args) - len(defaults))
        given = iter(defaults)
        for argument in node.posonlyargs:
            yield ir.Parameter(argument.arg, "positional", self._optional(next(given)))
        for argument in node.args:
            yield ir.Parameter(argument.arg, "any", self._optional(next(given)))
        if node.vararg is not None:
            yield ir.Parameter(node.vararg.arg, "args", None)
        for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            yield ir.Parameter(argument.arg, "keyword", self._optional(default))
        if node.kwarg is not None:
            yield ir.Parameter(node.kwarg.arg, "kwargs", None)

    def _class_def(self, node: ast.ClassDef) -> Iterable[ir.Statement]:
        decorators = self._each(node.decorator_list)
        number = self._number(node)
        bases = (*map(self._argument, node.bases), *map(self._argument, node.keywords))
        members: list[tuple[ast.stmt, int]] = []
        body: list[ir.Statement] = []
        for member in node.body:
            members.append((member, len(self.nodes)))
            body += self.block([member])
        self.members = members  # of a class in another, this one's are known last
        return (ir.DefineClass(node.name, bases, decorators, tuple(body), number),)

    def _if(self, node: ast.If) -> Iterable[ir.Statement]:
        # A chain of elifs is as long as its author likes: it is read in a loop, not by recursion.
        links: list[tuple[ir.Expression, tuple[str, ...], tuple[ir.Statement, ...]]] = []
        rest: Sequence[ast.stmt] = [node]
        while len(rest) == 1 and isinstance(link := rest[0], ast.If):
            start = len(self._names)
            test = self.expression(link.test)
            names = _each_once(self._names[start:])
            links.append((test, names, self.block(link.body)))
            rest = link.orelse
        otherwise = self.block(rest)
        for test, names, then in reversed(links):
            otherwise = (ir.If(test, names, then, otherwise),)
        return otherwise

    def _for(self, node: ast.For | ast.AsyncFor) -> Iterable[ir.Statement]:
        iterable = self.expression(node.iter)
        target = self.expression(node.target)
        return (ir.For(target, iterable, self.block(node.body), self.block(node.orelse)),)

    def _while(self, node: ast.While) -> Iterable[ir.Statement]:
        return (ir.While(self.expression(node.test), self.block(node.body), self.block(node.orelse)),)

    def _try(self, node: ast.Try) -> Iterable[ir.Statement]:
        body = self.block(node.body)
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        return (ir.Try(body, handlers, self.block(node.orelse), self.block(node.finalbody)),)

    def _handler(self, node: ast.ExceptHandler) -> ir.Handler:
        start = len(self._names)
        caught = self._optional(node.type)
        names = _each_once(self._names[start:])
        return ir.Handler(caught, names, node.name, self.block(node.body))

    def _with(self, node: ast.With | ast.AsyncWith) -> Iterable[ir.Statement]:
        items = [(self.expression(item.context_expr), self._optional(item.optional_vars)) for item in node.items]
        body = self.block(node.body)
        for value, target in reversed(items):
            body = (ir.With(value, target, body),)
        return body

    def _match(self, node: ast.Match) -> Iterable[ir.Statement]:
        subject = self.expression(node.subject)
        cases = tuple(
            ir.Case(tuple(_bound_names(case.pattern)), self._optional(case.guard), self.block(case.body))
            for case in node.cases
        )
        return (ir.Match(subject, cases),)

    # -- expressions --------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> ir.Expression:
        read = _EXPRESSIONS.get(type(node))
        return ir.Combination(()) if read is None else read(self, node)

    def _optional(self, node: ast.expr | None) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    def _each(self, nodes: Iterable[ast.expr]) -> tuple[ir.Expression, ...]:
        return tuple([self.expression(node) for node in nodes])

    def _constant(self, node: ast.Constant) -> ir.Expression:
        if node.value is ...:
            return ir.Combination(())
        return ir.Constant(node.value, self._number(node))

    def _name(self, node: ast.Name) -> ir.Expression:
        self._names.append(node.id)
        return ir.Name(node.id, self._number(node))

    def _attribute(self, node: ast.Attribute) -> ir.Expression:
        base = self.expression(node.value)
        self._names.append(node.attr)
        return ir.Attribute(base, node.attr, self._number(node))

    def _call(self, node: ast.Call) -> ir.Expression:
        function = self.expression(node.func)
        self._calls.append(function.id if isinstance(function, ir.Name) else getattr(function, "name", ""))
        given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        if node.keywords and any(isinstance(argument, ast.Starred) for argument in node.args):
            given.sort(key=lambda argument: (argument.lineno, argument.col_offset))
        arguments = tuple([self._argument(argument) for argument in given])
        return ir.Call(function, arguments, self._number(node))

    def _argument(self, node: ast.expr | ast.keyword) -> ir.Argument:
        if isinstance(node, ast.keyword):
            return ir.Argument(self.expression(node.value), node.arg, "" if node.arg is not None else "**")
        if isinstance(node, ast.Starred):
            return ir.Argument(self.expression(node.value), None, "*")
        return ir.Argument(self.expression(node), None, "")

    def _formatted(self, node: ast.JoinedStr) -> ir.Expression:
        first = len(self.nodes)
        parts = tuple(self._format_parts(node))
        self.in_strings.append(range(first, len(self.nodes)))
        return ir.Combination(parts, text=True)

    def _format_parts(self, node: ast.JoinedStr) -> Iterator[ir.Expression]:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield self.expression(part.value)
                if isinstance(part.format_spec, ast.JoinedStr):
                    yield from self._format_parts(part.format_spec)

    def _subscript(self, node: ast.Subscript) -> ir.Expression:
        base = self.expression(node.value)
        return ir.Item(base, self.expression(node.slice), self._number(node))

    def _slice(self, node: ast.Slice) -> ir.Expression:
        return ir.Slice(*map(self._optional, (node.lower, node.upper, node.step)))

    def _dictionary(self, node: ast.Dict) -> ir.Expression:
        pairs = zip(node.keys, node.values, strict=True)
        return ir.Dictionary(tuple([(self._optional(key), self.expression(value)) for key, value in pairs]))

    def _lambda(self, node: ast.Lambda) -> ir.Expression:
        number = self._number(node)
        parameters = tuple(self._parameters(node.args))
        names, calls = len(self._names), len(self._calls)
        body = ir.Return(self.expression(node.body))
        mentioned, called = _each_once(self._names[names:]), _each_once(self._calls[calls:])
        return ir.Lambda(ir.Function("<lambda>", parameters, (body,), False, mentioned, called, number))

    def _if_expression(self, node: ast.IfExp) -> ir.Expression:
        test = self.expression(node.test)
        return ir.Choose(test, self.expression(node.body), self.expression(node.orelse))

    def _junction(self, node: ast.BoolOp) -> ir.Expression:
        operator: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        result, *others = self._each(node.values)
        for right in others:
            result = ir.Junction(operator, result, right)
        return result

    def _unary(self, node: ast.UnaryOp) -> ir.Expression:
        operand = self.expression(node.operand)
        if isinstance(node.op, ast.Not):
            return ir.Negation(operand)
        return ir.Arithmetic(_OPERATORS.get(type(node.op), "?"), None, operand)

    def _binary(self, node: ast.BinOp) -> ir.Expression:
        # Long sums are nested to the left as deep as they are long: they are read in a loop.
        operands: list[tuple[str, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            operands.append((_OPERATORS.get(type(left.op), "?"), left.right))
            left = left.left
        result = self.expression(left)
        for operator, right in reversed(operands):
            result = ir.Arithmetic(operator, result, self.expression(right))
        return result

    def _comparison(self, node: ast.Compare) -> ir.Expression:
        left, *rights = self._each([node.left, *node.comparators])
        if len(rights) == 1:
            return ir.Comparison(_COMPARISONS[type(node.ops[0])], left, rights[0])
        return ir.Combination((left, *rights))

    def _walrus(self, node: ast.NamedExpr) -> ir.Expression:
        return ir.Walrus(node.target.id, self.expression(node.value))

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> ir.Expression:
        if self._yields:
            self._yields[-1] = True
        return ir.Combination(() if node.value is None else (self.expression(node.value),))

    def _comprehension(
        self, kind: Literal["list", "set", "generator"], node: ast.ListComp | ast.SetComp | ast.GeneratorExp
    ) -> ir.Expression:
        clauses = tuple(self._clauses(node.generators))
        return ir.Comprehension(kind, clauses, self.expression(node.elt))

    def _dict_comprehension(self, node: ast.DictComp) -> ir.Expression:
        clauses = tuple(self._clauses(node.generators))
        element = ir.Combination((self.expression(node.key), self.expression(node.value)))
        return ir.Comprehension("dict", clauses, element)

    def _clauses(self, nodes: Iterable[ast.comprehension]) -> Iterator[ir.Clause]:
        for node in nodes:
            iterable = self.expression(node.iter)
            target = self.expression(node.target)
            yield ir.Clause(target, iterable, self._each(node.ifs))


_EXPRESSIONS: Final[dict[type[ast.AST], Callable[[_Reader, Any], ir.Expression]]] = {
    ast.Constant: _Reader._constant,
    ast.Name: _Reader._name,
    ast.Attribute: _Reader._attribute,
    ast.Call: _Reader._call,
    ast.JoinedStr: _Reader._formatted,
    ast.Subscript: _Reader._subscript,
    ast.Slice: _Reader._slice,
    ast.Starred: lambda self, node: ir.Unpack(self.expression(node.value)),
    ast.Tuple: lambda self, node: ir.Collection("tuple", self._each(node.elts)),
    ast.List: lambda self, node: ir.Collection("list", self._each(node.elts)),
    ast.Set: lambda self, node: ir.Collection("set", self._each(node.elts)),
    ast.Dict: _Reader._dictionary,
    ast.Lambda: _Reader._lambda,
    ast.IfExp: _Reader._if_expression,
    ast.BoolOp: _Reader._junction,
    ast.UnaryOp: _Reader._unary,
    ast.BinOp: _Reader._binary,
    ast.Compare: _Reader._comparison,
    ast.NamedExpr: _Reader._walrus,
    ast.ListComp: lambda self, node: self._comprehension("list", node),
    ast.SetComp: lambda self, node: self._comprehension("set", node),
    ast.GeneratorExp: lambda self, node: self._comprehension("generator", node),
    ast.DictComp: _Reader._dict_comprehension,
    ast.Await: lambda self, node: self.expression(node.value),
    ast.Yield: _Reader._yield,
    ast.YieldFrom: _Reader._yield,
}
_STATEMENTS: Final[dict[type[ast.AST], Callable[[_Reader, Any], Iterable[ir.Statement]]]] = {
    ast.Expr: _Reader._do,
    ast.Assign: _Reader._assign,
    ast.AnnAssign: _Reader._annotated,
    ast.AugAssign: _Reader._augmented,
    ast.Delete: _Reader._delete,
    ast.Import: _Reader._import,
    ast.ImportFrom: _Reader._import_from,
    ast.FunctionDef: _Reader._function_def,
    ast.AsyncFunctionDef: _Reader._function_def,
    ast.ClassDef: _Reader._class_def,
    ast.Return: lambda self, node: (ir.Return(self._optional(node.value)),),
    ast.Raise: lambda self, node: (ir.Raise(self._optional(node.exc)),),
    ast.Break: lambda self, _: (ir.Jump("break"),),
    ast.Continue: lambda self, _: (ir.Jump("continue"),),
    ast.If: _Reader._if,
    ast.For: _Reader._for,
    ast.AsyncFor: _Reader._for,
    ast.While: _Reader._while,
    ast.Try: _Reader._try,
    ast.With: _Reader._with,
    ast.AsyncWith: _Reader._with,
    ast.Match: _Reader._match,
    ast.Global: lambda self, node: (ir.Global(tuple(node.names), "global"),),
    ast.Nonlocal: lambda self, node: (ir.Global(tuple(node.names), "nonlocal"),),
    ast.Assert: _Reader._assert,
}
if sys.version_info >= (3, 11):
    _STATEMENTS[ast.TryStar] = _Reader._try


def _each_once(words: Sequence[str]) -> tuple[str, ...]:
    """A set of them would take six times the memory."""
    return tuple(dict.fromkeys(words))


def _bound_names(pattern: ast.pattern) -> Iterator[str]:
    """Return the names that a match pattern binds."""
    if isinstance(pattern, (ast.MatchAs, ast.MatchStar)) and pattern.name is not None:
        yield pattern.name
    if isinstance(pattern, ast.MatchMapping) and pattern.rest is not None:
        yield pattern.rest
    for child in ast.iter_child_nodes(pattern):
        if isinstance(child, ast.pattern):
            yield from _bound_names(child)
