"""What an expression stands for, evaluated in Python's order."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from seedlint.program import summary as ir
from seedlint.program.naming import FLUENT, NAMES_METHODS, NOTED, Namer
from seedlint.program.operators import ORDERS, combine, compare, compute, negate, text_of
from seedlint.program.ordering import iterated, make_set, orders_of, own_orders
from seedlint.program.values import (
    PLAIN,
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Instance,
    Items,
    Iteration,
    LocalFunction,
    Made,
    Method,
    Position,
    Scope,
    Strings,
    Table,
    Unordered,
    Value,
    Varying,
    holds_something,
    join,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.program.events import Place


class Given:
    """The arguments of one call, each with its expression where it has one of its own, and where it stands.

    `open`: more may come by `*` or `**`. `name` is the last word of what is called, as it is written. `first` are the
    positional ones, `values` all of them, which are `plain` if each is. Nobody changes it.
    """

    __slots__ = ("first", "keywords", "name", "open", "place", "plain", "positional", "values")

    def __init__(
        self,
        positional: tuple[tuple[Value, ir.Expression | None], ...],
        keywords: tuple[tuple[str, Value, ir.Expression | None], ...],
        open: bool,
        place: Place,
        name: str = "",
    ) -> None:
        self.positional = positional
        self.keywords = keywords
        self.open = open
        self.place = place
        self.name = name
        self.first = [value for value, _ in positional]
        self.values = [*self.first, *[value for _, value, _ in keywords]] if keywords else self.first
        self.plain = PLAIN.issuperset(map(type, self.values))

    def held(self) -> list[Value]:
        """Return those that may have to be put to work later."""
        return [] if self.plain else [value for value in self.values if holds_something(value)]

    def by_keyword(self) -> Given:
        """Return those that are given by keyword alone."""
        return Given((), self.keywords, self.open, self.place, self.name)


class Evaluator(Namer):
    """Evaluates expressions; how a call is made is left to the class derived from it."""

    @abstractmethod
    def call(
        self,
        function: Value,
        given: Given,
    ) -> Value:
        """Return what calling `function` returns."""

    @abstractmethod
    def run_iteration(self, iteration: Iteration, place: Place) -> Value:
        """Run the body of a generator function, and return what it yields."""

    @abstractmethod
    def in_branches(self, branches: Sequence[Callable[[], object]], scope: Scope | None) -> bool:
        """Run each of `branches` from the present state and names, and go on from where any of them got
        to. A branch that returns False does not get to its end; return whether any does."""

    def evaluate(self, expression: ir.Expression, scope: Scope) -> Value:
        """Return what `expression` stands for, recording what evaluating it does."""
        return _EVALUATE[type(expression)](self, expression, scope)

    def _constant(self, expression: ir.Constant, scope: Scope) -> Value:
        return Constant(expression.value)

    def _name(self, expression: ir.Name, scope: Scope) -> Value:
        value = self.lookup(expression.id, scope)
        if type(value) in NOTED:
            self.mentioned(value, scope, expression.node)
        return value

    def _attribute(self, expression: ir.Attribute, scope: Scope) -> Value:
        value = self._of_attribute(expression, scope)
        if type(value) in NOTED:
            self.mentioned(value, scope, expression.node)
        return value

    def _of_attribute(self, expression: ir.Attribute, scope: Scope) -> Value:
        base = self.evaluate(expression.base, scope)
        if type(base) is External:
            return External(f"{base.path}.{expression.name}")
        if type(base) in NAMES_METHODS:
            return Method(base, expression.name)
        return self.attribute(base, expression.name, self.place(scope, expression.node))

    def _item(self, expression: ir.Item, scope: Scope) -> Value:
        index = expression.index
        found, position = self.evaluate(expression.base, scope), self.evaluate(index, scope)
        if isinstance(index, ir.Slice) and (orders := orders_of(found)):
            self.recorder.cut(orders, index, self.place(scope, expression.node))
            return found
        return self.item(found, position)

    def _slice(self, expression: ir.Slice, scope: Scope) -> Value:
        bounds = (expression.lower, expression.upper, expression.step)
        return combine([self.evaluate(bound, scope) for bound in bounds if bound is not None])

    def _lambda(self, expression: ir.Lambda, scope: Scope) -> Value:
        return LocalFunction(expression.function, scope, self.defaults(expression.function, scope))

    def _negation(self, expression: ir.Negation, scope: Scope) -> Value:
        known = truth(self.evaluate(expression.operand, scope))
        return UNKNOWN if known is None else Constant(not known)

    def _comparison(self, expression: ir.Comparison, scope: Scope) -> Value:
        first, second = self.evaluate(expression.left, scope), self.evaluate(expression.right, scope)
        # A loop's body is taken once: what a counter is then says nothing about later.
        in_loop = expression.operator in ORDERS and self.recorder.loops > 0
        return UNKNOWN if in_loop else compare(expression.operator, first, second)

    def _combination(self, expression: ir.Combination, scope: Scope) -> Value:
        values = [self.evaluate(part, scope) for part in expression.parts]
        if expression.text:
            self.recorder.spell(values)
        return combine(values)

    def _walrus(self, expression: ir.Walrus, scope: Scope) -> Value:
        result = self.evaluate(expression.value, scope)
        self.bind(expression.name, result, scope)
        return result

    def _unpack(self, expression: ir.Unpack, scope: Scope) -> Value:
        return self.evaluate(expression.value, scope)

    # -- displays and items -------------------------------------------------------------------

    def _collection(self, expression: ir.Collection, scope: Scope) -> Value:
        values: list[Value] = []
        known = True
        for item in expression.items:
            value = self.evaluate(item, scope)
            if not isinstance(item, ir.Unpack):
                values.append(value)
            elif isinstance(value, Items):
                values.extend(value.values)
            else:
                known = False
                values.append(value)
        if not known:
            return Made("", holds=values)
        loops = len(self.recorder.loops_over)
        return Items(expression.kind, tuple(values), loops=loops)

    def _dictionary(self, expression: ir.Dictionary, scope: Scope) -> Value:
        values: dict[ir.ConstantValue, Value] = {}
        complete = True
        for key, item in expression.items:
            known_key = None if key is None else self.evaluate(key, scope)
            value = self.evaluate(item, scope)
            if isinstance(known_key, Constant):
                values[known_key.value] = value
            elif key is None and isinstance(value, Table):
                values.update(value.values)
                complete = complete and value.complete
            else:
                complete = False
        return Table(values, complete)

    def item(self, base: Value, index: Value) -> Value:
        """Return `base[index]`."""
        match base:
            case Alternatives(values):
                return join([self.item(value, index) for value in values])
            case Items(_, values):
                if isinstance(index, Constant) and isinstance(index.value, int):
                    in_range = -len(values) <= index.value < len(values)
                    return values[index.value] if in_range else UNKNOWN
                return join(list(values))
            case Table(values, complete):
                if isinstance(index, Constant):
                    return values.get(index.value, UNKNOWN)
                return join(list(values.values())) if complete else UNKNOWN
            case Made(type=name) if name in FLUENT:
                return base
            case Unordered(element=element):
                return element
            case Strings():
                return base
            case External("os.environ"):
                return UNKNOWN
            case External("sys.modules"):
                self.recorder.anything_runs()
            case Varying():
                return base
        return UNKNOWN

    def iterated(self, iterable: ir.Expression, scope: Scope) -> tuple[Value, Place]:
        """Return what a loop over `iterable` goes through, and where."""
        value, node = self.evaluate(iterable, scope), getattr(iterable, "node", None)
        place = self.place(scope, node or 0)
        return (value if node is None else iterated(value, place)), place

    def elements(self, value: Value, place: Place) -> Value:
        """Return what iterating over `value` gives, one element at a time."""
        match value:
            case Items(_, values):
                return join(list(values))
            case Unordered(element=element):
                return element
            case Strings():
                return value
            case Table(values, complete):
                keys: list[Value] = [Constant(key) for key in values]
                return join(keys) if complete else UNKNOWN
            case Iteration():
                return self.run_iteration(value, place)
            case Alternatives(values):
                return join([self.elements(single, place) for single in values])
            case Made():
                self.recorder.fire(value, "run")
            case Instance():
                for name in ("__iter__", "__getitem__"):
                    method = value.cls.lookup(name)
                    if isinstance(method, LocalFunction):
                        self.call_function(method, [value], {}, place)
        return UNKNOWN

    # -- operators ----------------------------------------------------------------------------

    def _choose(self, expression: ir.Choose, scope: Scope) -> Value:
        then, otherwise = expression.then, expression.otherwise
        known = truth(self.evaluate(expression.test, scope))
        if known is not None:
            return self.evaluate(then if known else otherwise, scope)
        results: list[Value] = []
        self.in_branches(
            [
                lambda: results.append(self.evaluate(then, scope)),
                lambda: results.append(self.evaluate(otherwise, scope)),
            ],
            scope,
        )
        return join(results)

    def _junction(self, expression: ir.Junction, scope: Scope) -> Value:
        operator, right = expression.operator, expression.right
        first = self.evaluate(expression.left, scope)
        known = truth(first)
        if known is not None and known == (operator == "or"):
            return first
        if known is not None:
            return self.evaluate(right, scope)
        results: list[Value] = [first]
        self.in_branches([lambda: results.append(self.evaluate(right, scope)), lambda: None], scope)
        return join(results) if operator == "or" else UNKNOWN

    def _arithmetic(self, expression: ir.Arithmetic, scope: Scope) -> Value:
        if expression.left is None:
            return negate(expression.operator, self.evaluate(expression.right, scope))
        # Long sums are nested to the left: the operands are collected in a loop.
        chain: list[ir.Arithmetic] = []
        left: ir.Expression = expression
        while isinstance(left, ir.Arithmetic) and left.left is not None:
            chain.append(left)
            left = left.left
        result = self.evaluate(left, scope)
        for link in reversed(chain):
            right = self.evaluate(link.right, scope)
            if link.operator == "%" and text_of(result) is not None:
                self.recorder.spell([right])
            result = compute(link.operator, result, right)
        return result

    def _comprehension(self, expression: ir.Comprehension, scope: Scope) -> Value:
        inner = Scope({}, scope, scope.module)
        walked: list[Value] = []
        self.recorder.loops += 1
        for clause in expression.clauses:
            iterable, place = self.iterated(clause.iterable, inner)
            walked.append(iterable)
            self.assign(clause.target, self.elements(iterable, place), inner)
            for condition in clause.conditions:
                self.evaluate(condition, inner)
        element = self.evaluate(expression.element, inner)
        self.recorder.loops -= 1
        if expression.kind == "dict" and isinstance(element, Position):
            self.recorder.depends(place, element.orders, "they are numbered")
        orders = own_orders(walked) if expression.kind in ("list", "generator") else ()
        if holds_something(element):
            return Made("", holds=[element], orders=orders)
        if expression.kind == "set":
            return make_set(element)
        return Unordered(orders, element) if orders else UNKNOWN

    # -- calls --------------------------------------------------------------------------------

    def _call(self, expression: ir.Call, scope: Scope) -> Value:
        function = self._callee(expression.function, scope)
        positional: list[tuple[Value, ir.Expression | None]] = []
        keywords: list[tuple[str, Value, ir.Expression | None]] = []
        open_ = False
        for argument in expression.arguments:
            part = argument.value
            value = _EVALUATE[type(part)](self, part, scope)
            if not argument.star:
                if argument.keyword is None:
                    positional.append((value, part))
                else:
                    keywords.append((argument.keyword, value, part))
            elif argument.star == "*" and isinstance(value, Items):
                positional.extend((single, None) for single in value.values)
            elif argument.star == "**" and isinstance(value, Table):
                keywords.extend((str(key), single, None) for key, single in value.values.items())
                open_ = open_ or not value.complete
            else:
                open_ = True
        place = self.place(scope, expression.node)
        name = last_word(expression.function)
        return self.call(function, Given(tuple(positional), tuple(keywords), open_, place, name))

    def _callee(self, expression: ir.Expression, scope: Scope) -> Value:
        """Evaluate what is called, without recording the mention of a retired name."""
        if type(expression) is ir.Name:
            return self.lookup(expression.id, scope)
        if type(expression) is ir.Attribute:
            return self._of_attribute(expression, scope)
        return self.evaluate(expression, scope)

    def defaults(self, function: ir.Function, scope: Scope) -> dict[str, Value]:
        """Evaluate a function's default arguments, as happens when it is defined."""
        return {
            parameter.name: self.evaluate(parameter.default, scope)
            for parameter in function.parameters
            if parameter.default is not None
        }

    # -- targets ------------------------------------------------------------------------------

    def assign(self, target: ir.Expression, value: Value, scope: Scope) -> None:
        """Bind the names of `target` to (the parts of) `value`."""
        if type(target) is ir.Name:
            self.bind(target.id, value, scope)
            return
        match target:
            case ir.Attribute(base, name, node):
                self.assign_attribute(self.evaluate(base, scope), name, value)
            case ir.Item(base, index, node):
                container, position = self.evaluate(base, scope), self.evaluate(index, scope)
                self.assign_item(container, position, value, self.place(scope, node))
                if isinstance(position, Items) and position.values:
                    position = position.values[0]  # `array[number, :, :]`
                if isinstance(position, Position) and container is UNKNOWN and isinstance(base, ir.Name):
                    self.bind(base.id, Unordered(position.orders), scope)  # an array that is filled in that order
            case ir.Collection(_, items):
                parts = _unpacked(value, len(items), any(isinstance(item, ir.Unpack) for item in items))
                for item, part in zip(items, parts, strict=True):
                    self.assign(item.value if isinstance(item, ir.Unpack) else item, part, scope)

    @abstractmethod
    def update(self, base: Value, values: Value, place: Place) -> None:
        """Let `base` have the items of `values`, too: `base |= values`."""

    @abstractmethod
    def assign_item(self, base: Value, index: Value, value: Value, place: Place) -> None:
        """Let `base[index]` be `value`."""


def _unpacked(value: Value, count: int, starred: bool) -> list[Value]:
    if isinstance(value, Items) and len(value.values) == count and not starred:
        return list(value.values)
    if isinstance(value, Alternatives) and not starred:
        rows = [_unpacked(single, count, starred) for single in value.values]
        return [join([row[column] for row in rows]) for column in range(count)]
    if isinstance(value, (Varying, Made)):
        return [value] * count
    return [UNKNOWN] * count


def last_word(expression: ir.Expression) -> str:
    """Return the name by which `expression` calls what it names, or nothing."""
    if type(expression) is ir.Attribute:
        return expression.name
    return expression.id if type(expression) is ir.Name else ""


_EVALUATE: Final[dict[type[Any], Callable[[Evaluator, Any, Scope], Value]]] = {
    ir.Constant: Evaluator._constant,
    ir.Name: Evaluator._name,
    ir.Attribute: Evaluator._attribute,
    ir.Call: Evaluator._call,
    ir.Item: Evaluator._item,
    ir.Slice: Evaluator._slice,
    ir.Collection: Evaluator._collection,
    ir.Dictionary: Evaluator._dictionary,
    ir.Lambda: Evaluator._lambda,
    ir.Choose: Evaluator._choose,
    ir.Junction: Evaluator._junction,
    ir.Negation: Evaluator._negation,
    ir.Comparison: Evaluator._comparison,
    ir.Arithmetic: Evaluator._arithmetic,
    ir.Combination: Evaluator._combination,
    ir.Walrus: Evaluator._walrus,
    ir.Comprehension: Evaluator._comprehension,
    ir.Unpack: Evaluator._unpack,
}
