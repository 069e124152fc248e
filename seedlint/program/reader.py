"""Reads a libcst tree into a module summary, in one walk of our own.

libcst's visitors cost as much as parsing again and its metadata several times that, so the fields
are read directly; positions are computed later, for the nodes of findings alone.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import libcst as cst

from seedlint.program import summary as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_COMPARISONS: Final[dict[type[cst.BaseCompOp], str]] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}
_OPERATORS: Final[dict[type[cst.CSTNode], str]] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.Minus: "-",
    cst.Plus: "+",
}


def read(module: cst.Module) -> tuple[ir.Summary, list[cst.CSTNode]]:
    """Return the summary of `module` and the nodes that its numbers stand for."""
    reader = _Reader()
    body = reader.block(module.body)
    return ir.Summary(body), reader.nodes


class _Reader:
    """Numbers nodes as it meets them; the same text gives the same numbers."""

    def __init__(self) -> None:
        self.nodes: list[cst.CSTNode] = []
        # What is mentioned and called, in the order of reading: a stretch of it is what a part mentions.
        self.names: list[str] = []
        self.calls: list[str] = []
        self.yields: list[bool] = []
        self._expressions: dict[type[cst.CSTNode], Callable[[Any], ir.Expression]] = {
            cst.Name: self._name,
            cst.Attribute: self._attribute,
            cst.Call: self._call,
            cst.Integer: self._number,
            cst.Float: self._number,
            cst.Imaginary: self._number,
            cst.SimpleString: self._string,
            cst.ConcatenatedString: self._concatenated,
            cst.FormattedString: self._formatted,
            cst.Subscript: self._subscript,
            cst.Tuple: lambda node: self._collection("tuple", node),
            cst.List: lambda node: self._collection("list", node),
            cst.Set: lambda node: self._collection("set", node),
            cst.Dict: self._dictionary,
            cst.Lambda: self._lambda,
            cst.IfExp: self._if_expression,
            cst.BooleanOperation: self._junction,
            cst.UnaryOperation: self._unary,
            cst.BinaryOperation: self._binary,
            cst.Comparison: self._comparison,
            cst.NamedExpr: self._walrus,
            cst.ListComp: lambda node: self._comprehension("list", node),
            cst.SetComp: lambda node: self._comprehension("set", node),
            cst.GeneratorExp: lambda node: self._comprehension("generator", node),
            cst.DictComp: self._dict_comprehension,
            cst.Await: lambda node: self.expression(node.expression),
            cst.Yield: self._yield,
            cst.Ellipsis: lambda _: ir.Combination(()),
        }
        self._statements: dict[type[cst.CSTNode], Callable[[Any], Iterable[ir.Statement]]] = {
            cst.SimpleStatementLine: self._line,
            cst.SimpleStatementSuite: self._line,
            cst.IndentedBlock: lambda node: self.block(node.body),
            cst.Expr: self._do,
            cst.Assign: self._assign,
            cst.AnnAssign: self._annotated,
            cst.AugAssign: self._augmented,
            cst.Del: self._delete,
            cst.Import: self._import,
            cst.ImportFrom: self._import_from,
            cst.FunctionDef: self._function_def,
            cst.ClassDef: self._class_def,
            cst.Return: lambda node: (ir.Return(self._optional(node.value)),),
            cst.Raise: lambda node: (ir.Raise(self._optional(node.exc)),),
            cst.Break: lambda _: (ir.Jump("break"),),
            cst.Continue: lambda _: (ir.Jump("continue"),),
            cst.If: self._if,
            cst.For: self._for,
            cst.While: self._while,
            cst.Try: self._try,
            cst.TryStar: self._try,
            cst.With: self._with,
            cst.Match: self._match,
            cst.Global: lambda node: (self._global(node, "global"),),
            cst.Nonlocal: lambda node: (self._global(node, "nonlocal"),),
            cst.Assert: self._assert,
        }

    def number(self, node: cst.CSTNode) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    # -- statements ---------------------------------------------------------------------------

    def block(self, statements: Sequence[cst.CSTNode]) -> tuple[ir.Statement, ...]:
        result: list[ir.Statement] = []
        for statement in statements:
            read = self._statements.get(type(statement))
            if read is not None:
                result.extend(read(statement))
        return tuple(result)

    def suite(self, node: cst.BaseSuite) -> tuple[ir.Statement, ...]:
        return self.block(node.body)

    def _line(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite) -> Iterable[ir.Statement]:
        return self.block(node.body)

    def _do(self, node: cst.Expr) -> Iterable[ir.Statement]:
        if isinstance(node.value, cst.Ellipsis) or _is_plain_text(node.value):
            return ()
        number = self.number(node)
        return (ir.Do(self.expression(node.value), number),)

    def _assign(self, node: cst.Assign) -> Iterable[ir.Statement]:
        number = self.number(node)
        value = self.expression(node.value)
        targets = tuple(self.expression(target.target) for target in node.targets)
        return (ir.Assign(targets, value, False, number),)

    def _annotated(self, node: cst.AnnAssign) -> Iterable[ir.Statement]:
        if node.value is None:
            return ()
        number = self.number(node)
        value = self.expression(node.value)
        return (ir.Assign((self.expression(node.target),), value, False, number),)

    def _augmented(self, node: cst.AugAssign) -> Iterable[ir.Statement]:
        number = self.number(node)
        target = self.expression(node.target)
        return (ir.Assign((target,), self.expression(node.value), True, number),)

    def _delete(self, node: cst.Del) -> Iterable[ir.Statement]:
        targets = [item.value for item in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
        return (ir.Delete(tuple(self.expression(target) for target in targets)),)

    def _assert(self, node: cst.Assert) -> Iterable[ir.Statement]:
        parts = [self.expression(node.test)]
        if node.msg is not None:
            parts.append(self.expression(node.msg))
        return (ir.Do(ir.Combination(tuple(parts)), self.number(node)),)

    def _import(self, node: cst.Import) -> Iterable[ir.Statement]:
        number = self.number(node)
        return (ir.Import(tuple(self._alias(alias) for alias in node.names), number),)

    def _import_from(self, node: cst.ImportFrom) -> Iterable[ir.Statement]:
        number = self.number(node)
        module = _dotted(node.module) if node.module is not None else ""
        names = None if isinstance(node.names, cst.ImportStar) else tuple(map(self._alias, node.names))
        return (ir.ImportFrom(module, len(node.relative), names, number),)

    def _alias(self, node: cst.ImportAlias) -> ir.ImportedName:
        alias = None
        if node.asname is not None:
            alias = cst.ensure_type(node.asname.name, cst.Name).value
        name = _dotted(node.name)
        return ir.ImportedName(name, alias, self.number(node))

    def _function_def(self, node: cst.FunctionDef) -> Iterable[ir.Statement]:
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        number = self.number(node)
        parameters = self._parameters(node.params)
        self.yields.append(False)
        names, calls = len(self.names), len(self.calls)
        body = self.suite(node.body)
        function = ir.Function(
            node.name.value, parameters, body, self.yields.pop(),
            frozenset(self.names[names:]), frozenset(self.calls[calls:]), number,
        )  # fmt: skip
        return (ir.DefineFunction(function, decorators),)

    def _parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        def parameter(
            param: cst.Param, kind: Literal["positional", "any", "args", "keyword", "kwargs"]
        ) -> ir.Parameter:
            return ir.Parameter(param.name.value, kind, self._optional(param.default))

        result = [parameter(param, "positional") for param in node.posonly_params]
        result += [parameter(param, "any") for param in node.params]
        if isinstance(node.star_arg, cst.Param):
            result.append(parameter(node.star_arg, "args"))
        result += [parameter(param, "keyword") for param in node.kwonly_params]
        if node.star_kwarg is not None:
            result.append(parameter(node.star_kwarg, "kwargs"))
        return tuple(result)

    def _class_def(self, node: cst.ClassDef) -> Iterable[ir.Statement]:
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        number = self.number(node)
        bases = self._arguments([*node.bases, *node.keywords])
        body = self.suite(node.body)
        return (ir.DefineClass(node.name.value, bases, decorators, body, number),)

    def _if(self, node: cst.If) -> Iterable[ir.Statement]:
        # A chain of elifs is as long as its author likes: it is read in a loop, not by recursion.
        links: list[tuple[ir.Expression, frozenset[str], tuple[ir.Statement, ...]]] = []
        link: cst.If | cst.Else | None = node
        while isinstance(link, cst.If):
            start = len(self.names)
            test = self.expression(link.test)
            names = frozenset(self.names[start:])
            links.append((test, names, self.suite(link.body)))
            link = link.orelse
        otherwise = self.suite(link.body) if link is not None else ()
        for test, names, then in reversed(links):
            otherwise = (ir.If(test, names, then, otherwise),)
        return otherwise

    def _else(self, node: cst.Else | cst.Finally | None) -> tuple[ir.Statement, ...]:
        return () if node is None else self.suite(node.body)

    def _for(self, node: cst.For) -> Iterable[ir.Statement]:
        iterable = self.expression(node.iter)
        target = self.expression(node.target)
        return (ir.For(target, iterable, self.suite(node.body), self._else(node.orelse)),)

    def _while(self, node: cst.While) -> Iterable[ir.Statement]:
        return (ir.While(self.expression(node.test), self.suite(node.body), self._else(node.orelse)),)

    def _try(self, node: cst.Try | cst.TryStar) -> Iterable[ir.Statement]:
        body = self.suite(node.body)
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        return (ir.Try(body, handlers, self._else(node.orelse), self._else(node.finalbody)),)

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Handler:
        start = len(self.names)
        caught = self._optional(node.type)
        names = frozenset(self.names[start:])
        bound = node.name.name if node.name is not None else None
        name = bound.value if isinstance(bound, cst.Name) else None
        return ir.Handler(caught, names, name, self.suite(node.body))

    def _with(self, node: cst.With) -> Iterable[ir.Statement]:
        items = [
            (self.expression(item.item), None if item.asname is None else self.expression(item.asname.name))
            for item in node.items
        ]
        body = self.suite(node.body)
        for value, target in reversed(items):
            body = (ir.With(value, target, body),)
        return body

    def _match(self, node: cst.Match) -> Iterable[ir.Statement]:
        subject = self.expression(node.subject)
        cases = tuple(
            ir.Case(tuple(_bound_names(case.pattern)), self._optional(case.guard), self.suite(case.body))
            for case in node.cases
        )
        return (ir.Match(subject, cases),)

    def _global(self, node: cst.Global | cst.Nonlocal, kind: Literal["global", "nonlocal"]) -> ir.Statement:
        return ir.Global(tuple(item.name.value for item in node.names), kind)

    # -- expressions --------------------------------------------------------------------------

    def expression(self, node: cst.CSTNode) -> ir.Expression:
        read = self._expressions.get(type(node))
        return ir.Combination(()) if read is None else read(node)

    def _optional(self, node: cst.CSTNode | None) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    def _name(self, node: cst.Name) -> ir.Expression:
        if node.value in _KEYWORD_CONSTANTS:
            return ir.Constant(_KEYWORD_CONSTANTS[node.value], self.number(node))
        self.names.append(node.value)
        return ir.Name(node.value, self.number(node))

    def _attribute(self, node: cst.Attribute) -> ir.Expression:
        base = self.expression(node.value)
        self.names.append(node.attr.value)
        return ir.Attribute(base, node.attr.value, self.number(node))

    def _call(self, node: cst.Call) -> ir.Expression:
        function = self.expression(node.func)
        self.calls.append(function.id if isinstance(function, ir.Name) else getattr(function, "name", ""))
        arguments = self._arguments(node.args)
        return ir.Call(function, arguments, self.number(node))

    def _arguments(self, nodes: Sequence[cst.Arg]) -> tuple[ir.Argument, ...]:
        return tuple(
            ir.Argument(
                self.expression(node.value),
                None if node.keyword is None else node.keyword.value,
                node.star,
            )
            for node in nodes
        )

    def _number(self, node: cst.Integer | cst.Float | cst.Imaginary) -> ir.Expression:
        return ir.Constant(_literal(node.value), self.number(node))

    def _string(self, node: cst.SimpleString) -> ir.Expression:
        return ir.Constant(_literal(node.value), self.number(node))

    def _concatenated(self, node: cst.ConcatenatedString) -> ir.Expression:
        parts = _parts(node)
        if _is_plain_text(node):
            values = [_literal(part.value) for part in parts if isinstance(part, cst.SimpleString)]
            return ir.Constant(_joined(values), self.number(node))
        return ir.Combination(tuple(part for single in parts for part in self._formatted_parts(single)), text=True)

    def _formatted(self, node: cst.FormattedString) -> ir.Expression:
        return ir.Combination(tuple(self._formatted_parts(node)), text=True)

    def _formatted_parts(self, node: cst.CSTNode) -> Iterable[ir.Expression]:
        return self._format_parts(node.parts) if isinstance(node, cst.FormattedString) else ()

    def _format_parts(self, parts: Sequence[cst.BaseFormattedStringContent]) -> Iterable[ir.Expression]:
        for part in parts:
            if isinstance(part, cst.FormattedStringExpression):
                yield self.expression(part.expression)
                yield from self._format_parts(part.format_spec or ())

    def _subscript(self, node: cst.Subscript) -> ir.Expression:
        base = self.expression(node.value)
        parts = [self._index(element.slice) for element in node.slice]
        alone = (
            len(parts) == 1 and not isinstance(parts[0], ir.Unpack) and not isinstance(node.slice[0].comma, cst.Comma)
        )
        index = parts[0] if alone else ir.Collection("tuple", tuple(parts))
        return ir.Item(base, index, self.number(node))

    def _index(self, node: cst.BaseSlice) -> ir.Expression:
        if isinstance(node, cst.Slice):
            return ir.Slice(*map(self._optional, (node.lower, node.upper, node.step)))
        index = cst.ensure_type(node, cst.Index)
        return ir.Unpack(self.expression(index.value)) if index.star else self.expression(index.value)

    def _collection(self, kind: Literal["tuple", "list", "set"], node: cst.Tuple | cst.List | cst.Set) -> ir.Expression:
        return ir.Collection(
            kind,
            tuple(
                ir.Unpack(self.expression(element.value))
                if isinstance(element, cst.StarredElement)
                else self.expression(element.value)
                for element in node.elements
            ),
        )

    def _dictionary(self, node: cst.Dict) -> ir.Expression:
        return ir.Dictionary(
            tuple(
                (
                    self.expression(element.key) if isinstance(element, cst.DictElement) else None,
                    self.expression(element.value),
                )
                for element in node.elements
            )
        )

    def _lambda(self, node: cst.Lambda) -> ir.Expression:
        number = self.number(node)
        parameters = self._parameters(node.params)
        names, calls = len(self.names), len(self.calls)
        body = ir.Return(self.expression(node.body))
        mentioned, called = frozenset(self.names[names:]), frozenset(self.calls[calls:])
        return ir.Lambda(ir.Function("<lambda>", parameters, (body,), False, mentioned, called, number))

    def _if_expression(self, node: cst.IfExp) -> ir.Expression:
        test = self.expression(node.test)
        return ir.Choose(test, self.expression(node.body), self.expression(node.orelse))

    def _junction(self, node: cst.BooleanOperation) -> ir.Expression:
        operator: Literal["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
        return ir.Junction(operator, self.expression(node.left), self.expression(node.right))

    def _unary(self, node: cst.UnaryOperation) -> ir.Expression:
        operand = self.expression(node.expression)
        if isinstance(node.operator, cst.Not):
            return ir.Negation(operand)
        return ir.Arithmetic(_OPERATORS.get(type(node.operator), "?"), None, operand)

    def _binary(self, node: cst.BinaryOperation) -> ir.Expression:
        # Long sums are nested to the left as deep as they are long: they are read in a loop.
        operands: list[tuple[str, cst.CSTNode]] = []
        left: cst.CSTNode = node
        while isinstance(left, cst.BinaryOperation):
            operands.append((_OPERATORS.get(type(left.operator), "?"), left.right))
            left = left.left
        result = self.expression(left)
        for operator, right in reversed(operands):
            result = ir.Arithmetic(operator, result, self.expression(right))
        return result

    def _comparison(self, node: cst.Comparison) -> ir.Expression:
        left = self.expression(node.left)
        rights = [self.expression(target.comparator) for target in node.comparisons]
        if len(rights) == 1:
            operator = _COMPARISONS[type(node.comparisons[0].operator)]
            return ir.Comparison(operator, left, rights[0])
        return ir.Combination((left, *rights))

    def _walrus(self, node: cst.NamedExpr) -> ir.Expression:
        value = self.expression(node.value)
        if isinstance(node.target, cst.Name):
            return ir.Walrus(node.target.value, value)
        return value

    def _yield(self, node: cst.Yield) -> ir.Expression:
        if self.yields:
            self.yields[-1] = True
        value = node.value.item if isinstance(node.value, cst.From) else node.value
        return ir.Combination(() if value is None else (self.expression(value),))

    def _comprehension(
        self,
        kind: Literal["list", "set", "generator"],
        node: cst.ListComp | cst.SetComp | cst.GeneratorExp,
    ) -> ir.Expression:
        clauses = tuple(self._clauses(node.for_in))
        return ir.Comprehension(kind, clauses, self.expression(node.elt))

    def _dict_comprehension(self, node: cst.DictComp) -> ir.Expression:
        clauses = tuple(self._clauses(node.for_in))
        element = ir.Combination((self.expression(node.key), self.expression(node.value)))
        return ir.Comprehension("dict", clauses, element)

    def _clauses(self, node: cst.CompFor | None) -> Iterable[ir.Clause]:
        while node is not None:
            iterable = self.expression(node.iter)
            target = self.expression(node.target)
            yield ir.Clause(target, iterable, tuple(self.expression(test.test) for test in node.ifs))
            node = node.inner_for_in


_KEYWORD_CONSTANTS: Final[dict[str, bool | None]] = {"None": None, "True": True, "False": False}


def _parts(node: cst.ConcatenatedString) -> list[cst.CSTNode]:
    """Return the strings that stand side by side."""
    parts: list[cst.CSTNode] = []
    rest: cst.CSTNode = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(rest.left)
        rest = rest.right
    return [*parts, rest]


def _is_plain_text(node: cst.CSTNode) -> bool:
    """Tell whether it is a string literal, of one part or several, that nothing is put into."""
    parts = _parts(node) if isinstance(node, cst.ConcatenatedString) else [node]
    return all(isinstance(part, cst.SimpleString) for part in parts)


def _joined(values: Sequence[ir.ConstantValue]) -> ir.ConstantValue:
    if all(isinstance(value, bytes) for value in values):
        return b"".join(cast("Sequence[bytes]", values))
    return "".join(map(str, values))


def _literal(text: str) -> ir.ConstantValue:
    """Return the value of a number or string literal; an unreadable one counts as its text."""
    try:
        return cast("ir.ConstantValue", ast.literal_eval(text))
    except (ValueError, SyntaxError):  # more digits than Python converts; escapes that it refuses
        return text


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _bound_names(pattern: cst.CSTNode) -> Iterable[str]:
    """Return the names that a match pattern binds."""
    if isinstance(pattern, cst.MatchAs | cst.MatchStar) and pattern.name is not None:
        yield pattern.name.value
    if isinstance(pattern, cst.MatchMapping) and pattern.rest is not None:
        yield pattern.rest.value
    for child in pattern.children:
        yield from _bound_names(child)
