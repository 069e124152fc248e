"""Makes `ast` nodes of libcst's: pure syntax; what it means is `seedlint.program.reader`'s to say.

For texts that are to be mended, where the numbers of the summary have to lead to libcst's nodes, and for those with
syntax that is newer than the Python that runs. Only what the reader looks at is made. What else there may be, like
annotations, types and `pass`, is left out, or an `ast.AST` that is nothing in particular. A class whose members are
parsed one by one is made without them: they are made one by one, too.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from typing import TYPE_CHECKING, Any, Final

import libcst as cst

from seedlint.program.pieces import ClassPieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


def statements_of(module: cst.Module) -> Sequence[cst.CSTNode]:
    """Return the statements of the top level, as Python counts them: a row may have several."""
    return [
        statement
        for row in module.body
        for statement in (row.body if isinstance(row, cst.SimpleStatementLine) else (row,))
    ]


def convert(statement: cst.CSTNode) -> tuple[ast.stmt, Mapping[ast.AST, cst.CSTNode]]:
    """Return the tree that Python's own parser would have made of a statement, and which of libcst's nodes each node
    was made of."""
    conversion = _Conversion()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what the escapes in its strings may deserve
        return conversion.made(statement), conversion.origins


class _Conversion:
    def __init__(self) -> None:
        self.origins: dict[ast.AST, cst.CSTNode] = {}

    def made(self, node: Any) -> Any:
        """Return what is made of a node, or None of None; of several nodes and of blocks a list."""
        if node is None:
            return None
        if isinstance(node, (list, tuple)):
            return self._each(node)
        make = _RULES.get(type(node))
        result = ast.AST() if make is None else make(self, node)
        if isinstance(result, ast.AST):
            self.origins.setdefault(result, node)  # it is there if `node` only wraps what it was made of
        return result

    def _each(self, nodes: Iterable[cst.CSTNode]) -> list[Any]:
        result: list[Any] = []
        for node in nodes:
            made = self.made(node)
            result += made if isinstance(made, list) else [made]
        return result

    # -- statements ---------------------------------------------------------------------------

    def annotated(self, node: cst.AnnAssign) -> ast.AST:
        return ast.AST() if node.value is None else ast.Assign([self.made(node.target)], self.made(node.value))

    def delete(self, node: cst.Del) -> ast.Delete:
        target = self.made(node.target)
        return ast.Delete(target.elts if isinstance(target, ast.Tuple) and not node.target.lpar else [target])

    def import_from(self, node: cst.ImportFrom) -> ast.ImportFrom:
        return ast.ImportFrom(_identifier(node.module), self.made(node.names), len(node.relative))

    def parameters(self, node: cst.Parameters) -> ast.arguments:
        defaults = [parameter.default for parameter in (*node.posonly_params, *node.params)]
        return ast.arguments(
            posonlyargs=self.made(node.posonly_params),
            args=self.made(node.params),
            vararg=self.made(node.star_arg) if isinstance(node.star_arg, cst.Param) else None,
            kwonlyargs=self.made(node.kwonly_params),
            kw_defaults=[self.made(parameter.default) for parameter in node.kwonly_params],
            kwarg=self.made(node.star_kwarg),
            defaults=[self.made(default) for default in defaults if default is not None],
        )

    def class_def(self, node: cst.ClassDef) -> ast.ClassDef:
        bases, keywords = self._arguments([*node.bases, *node.keywords])
        name, body, decorators = _identifier(node.name) or "", self.made(node.body), self.made(node.decorators)
        kind: Any = ast.ClassDef  # since Python 3.12 its types want another argument, which earlier ones don't take
        made: ast.ClassDef = kind(name, bases, keywords, body, decorators)
        return made

    def if_(self, node: cst.If) -> ast.stmt:
        # A chain of elifs is as long as its author likes: it is made in a loop, not by recursion.
        links = [node]
        while isinstance(rest := links[-1].orelse, cst.If):
            links.append(rest)
        otherwise: list[ast.stmt] = self.made(rest) or []
        for link in reversed(links):
            otherwise = [ast.If(self.made(link.test), self.made(link.body), otherwise)]
        return otherwise[0]

    # -- expressions --------------------------------------------------------------------------

    def name(self, node: cst.Name) -> ast.expr:
        if node.value in _KEYWORD_CONSTANTS:
            return ast.Constant(_KEYWORD_CONSTANTS[node.value])
        return ast.Name(_identifier(node) or "", ast.Load())

    def number(self, node: cst.Integer | cst.Float | cst.Imaginary) -> ast.Constant:
        return _literal(node.value)

    def strings(self, node: cst.BaseString) -> ast.expr:
        """Of one string or of several that stand side by side."""
        parts: list[cst.CSTNode] = []
        rest: cst.CSTNode = node
        while isinstance(rest, cst.ConcatenatedString):
            parts.append(rest.left)
            rest = rest.right
        parts.append(rest)
        texts = [part.value for part in parts if isinstance(part, cst.SimpleString)]
        if len(texts) == len(parts):
            return _literal(" ".join(texts))
        return self._joined(
            [content for part in parts if isinstance(part, cst.FormattedString) for content in part.parts]
        )

    def _joined(self, contents: Iterable[cst.BaseFormattedStringContent]) -> ast.JoinedStr:
        return ast.JoinedStr([self.made(part) for part in contents if isinstance(part, cst.FormattedStringExpression)])

    def replaced(self, node: cst.FormattedStringExpression) -> ast.FormattedValue:
        return ast.FormattedValue(self.made(node.expression), -1, self._joined(node.format_spec or ()))

    def call(self, node: cst.Call) -> ast.Call:
        return ast.Call(self.made(node.func), *self._arguments(node.args))

    def argument(self, node: cst.Arg) -> ast.expr | ast.keyword:
        value: ast.expr = self.made(node.value)
        if node.keyword is not None or node.star == "**":
            return ast.keyword(_identifier(node.keyword), value)
        return ast.Starred(value, ast.Load()) if node.star else value

    def _arguments(self, nodes: Sequence[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
        made = self.made(nodes)
        for place, argument in enumerate(made):
            argument.lineno, argument.col_offset = 1, place
        keywords = [argument for argument in made if isinstance(argument, ast.keyword)]
        return [argument for argument in made if not isinstance(argument, ast.keyword)], keywords

    def subscript(self, node: cst.Subscript) -> ast.Subscript:
        parts = [self.made(element.slice) for element in node.slice]
        is_tuple = len(parts) > 1 or isinstance(parts[0], ast.Starred) or isinstance(node.slice[0].comma, cst.Comma)
        return ast.Subscript(self.made(node.value), ast.Tuple(parts, ast.Load()) if is_tuple else parts[0], ast.Load())

    def index(self, node: cst.Index) -> ast.expr:
        value: ast.expr = self.made(node.value)
        return ast.Starred(value, ast.Load()) if node.star else value

    def dictionary(self, node: cst.Dict) -> ast.Dict:
        keys = [element.key if isinstance(element, cst.DictElement) else None for element in node.elements]
        return ast.Dict([self.made(key) for key in keys], [self.made(element.value) for element in node.elements])

    def junction(self, node: cst.BooleanOperation) -> ast.BoolOp:
        # What is long here, or a long sum, is nested to the left as deep as it is long: it is made in a loop.
        right: list[cst.CSTNode] = []
        left: cst.CSTNode = node
        while isinstance(left, cst.BooleanOperation) and type(left.operator) is type(node.operator):
            right.append(left.right)
            left = left.left
        return ast.BoolOp(self.made(node.operator), self.made([left, *reversed(right)]))

    def binary(self, node: cst.BinaryOperation) -> ast.expr:
        operations: list[cst.BinaryOperation] = []
        left: cst.CSTNode = node
        while isinstance(left, cst.BinaryOperation):
            operations.append(left)
            left = left.left
        result: ast.expr = self.made(left)
        for operation in reversed(operations):
            result = ast.BinOp(result, self.made(operation.operator), self.made(operation.right))
        return result

    def comparison(self, node: cst.Comparison) -> ast.Compare:
        operators = [self.made(target.operator) for target in node.comparisons]
        return ast.Compare(
            self.made(node.left), operators, [self.made(target.comparator) for target in node.comparisons]
        )

    def clauses(self, node: cst.CompFor | None) -> list[ast.comprehension]:
        result: list[ast.comprehension] = []
        while node is not None:
            result.append(ast.comprehension(self.made(node.target), self.made(node.iter), self.made(node.ifs), 0))
            node = node.inner_for_in
        return result


def _literal(text: str) -> ast.Constant:
    """Return the value of a number or of strings; an unreadable one counts as its text."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return ast.Constant(plain["text"])
    try:
        return ast.Constant(int(text) if text.isdecimal() else ast.literal_eval(text))
    except (ValueError, SyntaxError):  # more digits than Python converts; escapes that it refuses
        return ast.Constant(text)


def _identifier(node: cst.CSTNode | None) -> str | None:
    """Return a name, dotted or not, as Python compares it."""
    match node:
        case cst.Name(value=name):
            return unicodedata.normalize("NFKC", name)
        case cst.Attribute(value=base, attr=last):
            return f"{_identifier(base)}.{_identifier(last)}"
        case cst.AsName(name=name) | cst.NameItem(name=name):
            return _identifier(name)
    return None


_PLAIN: Final = re.compile(r"(?P<quote>[\"'])(?P<text>(?:(?!(?P=quote))[^\\\r\n])*)(?P=quote)")
"""A string that is what it says; most are. Python's parser takes ten times as long for them."""
_KEYWORD_CONSTANTS: Final[dict[str, bool | None]] = {"None": None, "True": True, "False": False}
_IDENTIFIERS: Final = frozenset({"arg", "asname", "attr", "name", "rest"})
"""The fields that hold a name that is no expression."""
_BLOCKS: Final = frozenset({"finalbody", "orelse"})
"""The fields that hold a list where libcst may have nothing."""


def _as(kind: type[ast.AST], fields: str = "") -> Callable[[_Conversion, Any], ast.AST]:
    """Return the rule that makes a node of that kind with these fields, `field=theirs` where libcst's name differs."""
    names = [(field, theirs or field) for field, _, theirs in (word.partition("=") for word in fields.split())]

    def make(conversion: _Conversion, node: cst.CSTNode) -> ast.AST:
        values: dict[str, Any] = {}
        for field, theirs in names:
            value = getattr(node, theirs)
            made = _identifier(value) if field in _IDENTIFIERS else conversion.made(value)
            values[field] = [] if made is None and field in _BLOCKS else made
        return kind(**values)

    return make


def _only(field: str) -> Callable[[_Conversion, Any], Any]:
    """Return the rule for a node that only wraps what it has in `field`."""
    return lambda conversion, node: conversion.made(getattr(node, field))


_RULES: Final[dict[type[Any], Callable[[_Conversion, Any], Any]]] = {
    # What only wraps what counts
    cst.IndentedBlock: _only("body"), cst.SimpleStatementSuite: _only("body"), cst.SimpleStatementLine: _only("body"),
    cst.Else: _only("body"), cst.Finally: _only("body"),
    ClassPieces: lambda *_: [],
    cst.AssignTarget: _only("target"), cst.Decorator: _only("decorator"), cst.AsName: _only("name"),
    cst.Element: _only("value"), cst.CompIf: _only("test"), cst.From: _only("item"),
    cst.MatchOrElement: _only("pattern"), cst.MatchSequenceElement: _only("value"),
    cst.MatchMappingElement: _only("pattern"), cst.MatchKeywordElement: _only("pattern"),
    # Statements
    cst.Expr: _as(ast.Expr, "value"),
    cst.Assign: _as(ast.Assign, "targets value"),
    cst.AnnAssign: _Conversion.annotated,
    cst.AugAssign: _as(ast.AugAssign, "target op=operator value"),
    cst.Del: _Conversion.delete,
    cst.Import: _as(ast.Import, "names"),
    cst.ImportFrom: _Conversion.import_from,
    cst.ImportAlias: _as(ast.alias, "name asname"),
    cst.ImportStar: lambda *_: [ast.alias("*")],
    cst.FunctionDef: _as(ast.FunctionDef, "name args=params body decorator_list=decorators"),
    cst.ClassDef: _Conversion.class_def,
    cst.Parameters: _Conversion.parameters,
    cst.Param: _as(ast.arg, "arg=name"),
    cst.Return: _as(ast.Return, "value"), cst.Raise: _as(ast.Raise, "exc"),
    cst.Break: _as(ast.Break), cst.Continue: _as(ast.Continue),
    cst.If: _Conversion.if_,
    cst.For: _as(ast.For, "target iter body orelse"),
    cst.While: _as(ast.While, "test body orelse"),
    cst.Try: _as(ast.Try, "body handlers orelse finalbody"),
    cst.TryStar: _as(ast.Try, "body handlers orelse finalbody"),
    cst.ExceptHandler: _as(ast.ExceptHandler, "type name body"),
    cst.ExceptStarHandler: _as(ast.ExceptHandler, "type name body"),
    cst.With: _as(ast.With, "items body"),
    cst.WithItem: _as(ast.withitem, "context_expr=item optional_vars=asname"),
    cst.Global: _as(ast.Global, "names"), cst.Nonlocal: _as(ast.Nonlocal, "names"),
    cst.NameItem: lambda _, node: _identifier(node),
    cst.Assert: _as(ast.Assert, "test msg"),
    cst.Match: _as(ast.Match, "subject cases"),
    cst.MatchCase: _as(ast.match_case, "pattern guard body"),
    # Patterns
    cst.MatchAs: _as(ast.MatchAs, "pattern name"),
    cst.MatchOr: _as(ast.MatchOr, "patterns"),
    cst.MatchList: _as(ast.MatchSequence, "patterns"), cst.MatchTuple: _as(ast.MatchSequence, "patterns"),
    cst.MatchStar: _as(ast.MatchStar, "name"),
    cst.MatchMapping: _as(ast.MatchMapping, "patterns=elements rest"),
    cst.MatchClass: _as(ast.MatchClass, "cls patterns kwd_patterns=kwds"),
    # Expressions
    cst.Name: _Conversion.name,
    cst.Attribute: _as(ast.Attribute, "value attr"),
    cst.Call: _Conversion.call,
    cst.Arg: _Conversion.argument,
    cst.Integer: _Conversion.number, cst.Float: _Conversion.number, cst.Imaginary: _Conversion.number,
    cst.SimpleString: _Conversion.strings, cst.ConcatenatedString: _Conversion.strings,
    cst.FormattedString: _Conversion.strings,
    cst.FormattedStringExpression: _Conversion.replaced,
    cst.Ellipsis: lambda *_: ast.Constant(...),
    cst.Subscript: _Conversion.subscript,
    cst.Index: _Conversion.index,
    cst.Slice: _as(ast.Slice, "lower upper step"),
    cst.Tuple: _as(ast.Tuple, "elts=elements"), cst.List: _as(ast.List, "elts=elements"),
    cst.Set: _as(ast.Set, "elts=elements"), cst.StarredElement: _as(ast.Starred, "value"),
    cst.Dict: _Conversion.dictionary,
    cst.Lambda: _as(ast.Lambda, "args=params body"),
    cst.IfExp: _as(ast.IfExp, "test body orelse"),
    cst.BooleanOperation: _Conversion.junction,
    cst.UnaryOperation: _as(ast.UnaryOp, "op=operator operand=expression"),
    cst.BinaryOperation: _Conversion.binary,
    cst.Comparison: _Conversion.comparison,
    cst.NamedExpr: _as(ast.NamedExpr, "target value"),
    cst.ListComp: _as(ast.ListComp, "elt generators=for_in"),
    cst.SetComp: _as(ast.SetComp, "elt generators=for_in"),
    cst.GeneratorExp: _as(ast.GeneratorExp, "elt generators=for_in"),
    cst.DictComp: _as(ast.DictComp, "key value generators=for_in"),
    cst.CompFor: _Conversion.clauses,
    cst.Await: _as(ast.Await, "value=expression"),
    cst.Yield: _as(ast.Yield, "value"),
    # Operators
    cst.And: _as(ast.And), cst.Or: _as(ast.Or), cst.Not: _as(ast.Not),
    cst.Minus: _as(ast.USub), cst.Plus: _as(ast.UAdd), cst.BitInvert: _as(ast.Invert),
    cst.Add: _as(ast.Add), cst.Subtract: _as(ast.Sub), cst.Multiply: _as(ast.Mult),
    cst.MatrixMultiply: _as(ast.MatMult), cst.Divide: _as(ast.Div), cst.FloorDivide: _as(ast.FloorDiv),
    cst.Modulo: _as(ast.Mod), cst.Power: _as(ast.Pow), cst.LeftShift: _as(ast.LShift),
    cst.RightShift: _as(ast.RShift), cst.BitOr: _as(ast.BitOr), cst.BitXor: _as(ast.BitXor),
    cst.BitAnd: _as(ast.BitAnd), cst.Equal: _as(ast.Eq), cst.NotEqual: _as(ast.NotEq),
    cst.LessThan: _as(ast.Lt), cst.LessThanEqual: _as(ast.LtE), cst.GreaterThan: _as(ast.Gt),
    cst.GreaterThanEqual: _as(ast.GtE), cst.Is: _as(ast.Is), cst.IsNot: _as(ast.IsNot),
    cst.In: _as(ast.In), cst.NotIn: _as(ast.NotIn),
}  # fmt: skip
