"""Runs statements in Python's order: both ways of a branch are taken and joined, a loop's body once."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from seedlint.program import summary as ir
from seedlint.program.evaluate import last_word
from seedlint.program.events import Place, State
from seedlint.program.objects import ObjectCaller
from seedlint.program.repetition import loop_of_steps, names_set
from seedlint.program.values import (
    UNKNOWN,
    Constant,
    Instance,
    Items,
    Iteration,
    LocalFunction,
    Made,
    Scope,
    Value,
    join,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TRAINING: Final = "training"
"""The parameter by which Keras tells a layer or model that it is called in training."""
_VERSION_WORDS: Final = frozenset(
    {
        "__version__", "hasattr", "VERSION", "version_info", "tf_version", "TF_VERSION", "is_tf2", "IS_TF2", "tf2",
        "TF2", "TF_2", "is_tf_2", "tf_2", "executing_eagerly", "enabled",
    }
)  # fmt: skip
"""Names in a test that ask which version of a library is there, or whether a name exists."""
_MISSING_NAME_ERRORS: Final = frozenset(
    {
        "ImportError",
        "ModuleNotFoundError",
        "AttributeError",
        "Exception",
        "BaseException",
        "NameError",
        "TypeError",
    }
)
_EXPECTS_AN_ERROR: Final = frozenset({"raises", "assertRaises", "assertRaisesRegex", "suppress"})


class Frame:
    """A function call, module or class body that is being run."""

    __slots__ = ("ends", "jumps")

    def __init__(self) -> None:
        self.ends: list[tuple[State, Value]] = []
        self.jumps: list[list[tuple[State, dict[str, Value]]]] = []


class StatementRunner(ObjectCaller):
    """Runs statements; what imports and definitions do is left to the class derived from it."""

    frames: list[Frame]
    steps: int
    ended: bool

    @abstractmethod
    def import_modules(self, names: Sequence[ir.ImportedName], scope: Scope) -> None:
        """Run `import names`."""

    @abstractmethod
    def import_names(self, statement: ir.ImportFrom, scope: Scope) -> None:
        """Run `from … import …`."""

    @abstractmethod
    def define_function(self, statement: ir.DefineFunction, scope: Scope) -> None:
        """Run a `def`."""

    @abstractmethod
    def define_class(self, statement: ir.DefineClass, scope: Scope) -> None:
        """Run a `class` and its body."""

    def block(self, statements: Sequence[ir.Statement], scope: Scope) -> bool:
        """Run `statements`; return whether their end is reached."""
        for statement in statements:
            self.steps += 1
            if not _RUN[type(statement)](self, statement, scope) or self.ended:
                return False
        return True

    def _do(self, statement: ir.Do, scope: Scope) -> bool:
        _discard(self.evaluate(statement.value, scope))
        return True

    def _assign(self, statement: ir.Assign, scope: Scope) -> bool:
        result = self.evaluate(statement.value, scope)
        if statement.augmented:
            present = self.evaluate(statement.targets[0], scope)
            self.update(present, result, self.place(scope, statement.node))
            is_list = isinstance(present, Items) and present.kind == "list"
            result = present if is_list else join([present, result])
            result = UNKNOWN if isinstance(result, Constant) else result
        for target in statement.targets:
            self.assign(target, result, scope)
        if isinstance(result, Made) and all(
            isinstance(target, ir.Name) and target.id == "_" for target in statement.targets
        ):
            _discard(result)
        return True

    def _import_modules(self, statement: ir.Import, scope: Scope) -> bool:
        self.import_modules(statement.names, scope)
        return True

    def _import_names(self, statement: ir.ImportFrom, scope: Scope) -> bool:
        self.import_names(statement, scope)
        return True

    def _define_function(self, statement: ir.DefineFunction, scope: Scope) -> bool:
        self.define_function(statement, scope)
        return True

    def _define_class(self, statement: ir.DefineClass, scope: Scope) -> bool:
        self.define_class(statement, scope)
        return True

    def _return(self, statement: ir.Return, scope: Scope) -> bool:
        result = Constant(None) if statement.value is None else self.evaluate(statement.value, scope)
        self.frames[-1].ends.append((self.recorder.state, result))
        return False

    def _raise(self, statement: ir.Raise, scope: Scope) -> bool:
        if statement.value is not None:
            self.evaluate(statement.value, scope)
        return False

    def _jump(self, statement: ir.Jump, scope: Scope) -> bool:
        if self.frames[-1].jumps:
            self.frames[-1].jumps[-1].append((self.recorder.state, scope.names))
        return False

    def _for(self, statement: ir.For, scope: Scope) -> bool:
        values, place = self.iterated(statement.iterable, scope)
        self.assign(statement.target, self.elements(values, place), scope)
        self.recorder.loops_over.append(values)
        goes_on = self._loop_over(statement, values, scope)
        self.recorder.loops_over.pop()
        return goes_on

    def _while(self, statement: ir.While, scope: Scope) -> bool:
        known = truth(self.evaluate(statement.test, scope))
        if known is False:
            return self.block(statement.otherwise, scope)
        return self._loop(statement.body, statement.otherwise, scope)

    def _global(self, statement: ir.Global, scope: Scope) -> bool:
        if statement.kind == "global":
            scope.globals.update(statement.names)
        return True

    def _delete(self, statement: ir.Delete, scope: Scope) -> bool:
        for deleted in statement.targets:
            if isinstance(deleted, ir.Name):
                scope.names.pop(deleted.id, None)
        return True

    def _loop_over(self, statement: ir.For, values: Value, scope: Scope) -> bool:
        repeated = loop_of_steps(statement.target, statement.iterable, values)
        if not repeated:
            return self._loop(statement.body, statement.otherwise, scope)
        changing, scope.changing = scope.changing, scope.changing | names_set(statement.body)
        with self.recorder.again(repeated):
            goes_on = self._loop(statement.body, statement.otherwise, scope)
        scope.changing = changing
        return goes_on

    def in_branches(self, branches: Sequence[Callable[[], object]], scope: Scope | None) -> bool:
        """See `Evaluator.in_branches`."""
        state = self.recorder.state
        names: dict[str, Value] = scope.names if scope is not None else {}
        ends: list[tuple[State, dict[str, Value]]] = []
        for branch in branches:
            self.recorder.state = dict(state)
            if scope is not None:
                scope.names = dict(names)
            self.recorder.conditions += 1
            goes_on = branch() is not False
            self.recorder.conditions -= 1
            if goes_on and not self.ended:
                ends.append((self.recorder.state, scope.names if scope is not None else {}))
            self.ended = False
        if not ends:
            self.recorder.state = state
            return False
        self._go_on_from(ends, scope)
        return True

    def _go_on_from(self, ends: Sequence[tuple[State, dict[str, Value]]], scope: Scope | None) -> None:
        self.recorder.merge([state for state, _ in ends])
        if scope is None:
            return
        first, *others = [names for _, names in ends]
        merged = dict(first)
        for names in others:
            for name, value in names.items():
                if name not in merged:
                    merged[name] = value
                elif merged[name] is not value:
                    merged[name] = join([merged[name], value])
        scope.names = merged

    def _if(self, statement: ir.If, scope: Scope) -> bool:
        known = truth(self.evaluate(statement.test, scope))
        if known is not None:
            return self._if_known(statement, known, scope)
        guarded = not _VERSION_WORDS.isdisjoint(statement.names)
        self.recorder.guarded += guarded
        goes_on = self.in_branches(
            [lambda: self._then(statement, scope), lambda: self.block(statement.otherwise, scope)], scope
        )
        self.recorder.guarded -= guarded
        return goes_on

    def _if_known(self, statement: ir.If, known: bool, scope: Scope) -> bool:
        is_main = "__name__" in statement.names  # that it is isn't a condition, but no part of an import
        self.recorder.aside += is_main
        self.recorder.conditions += not is_main
        goes_on = self.block(statement.then if known else statement.otherwise, scope)
        self.recorder.aside -= is_main
        self.recorder.conditions -= not is_main
        return goes_on

    def _then(self, statement: ir.If, scope: Scope) -> bool:
        in_training = _asks_for_training(statement.test)
        self.recorder.training += in_training
        goes_on = self.block(statement.then, scope)
        self.recorder.training -= in_training
        return goes_on

    def _loop(
        self,
        body: Sequence[ir.Statement],
        otherwise: Sequence[ir.Statement],
        scope: Scope,
    ) -> bool:
        self.frames[-1].jumps.append([])
        self.recorder.loops += 1
        before = dict(self.recorder.state)
        goes_on = self.block(body, scope)
        if goes_on and self.recorder.varies_more_than(before):
            self.block(body, scope)  # what a turn leaves varies in the next one
        self.recorder.loops -= 1
        ends = self.frames[-1].jumps.pop()
        if goes_on or not ends:
            ends.append((self.recorder.state, scope.names))
        self._go_on_from(ends, scope)
        if self.ended:
            return False
        self.block(otherwise, scope)
        return True

    def _try(self, statement: ir.Try, scope: Scope) -> bool:
        before = (self.recorder.state, scope.names)
        self.recorder.state, scope.names = dict(before[0]), dict(before[1])
        guarded = any(_catches_missing_names(handler) for handler in statement.handlers)
        self.recorder.guarded += guarded
        goes_on = self.block(statement.body, scope) and not self.ended
        self.ended = False
        self.recorder.guarded -= guarded
        after = (self.recorder.state, scope.names)

        def on(run: Sequence[ir.Statement], name: str | None) -> Callable[[], object]:
            def branch() -> bool:
                # An exception can come at any point of the body: what it seeded counts as possible.
                self._go_on_from([after, before] if goes_on else [before, after], scope)
                if name is not None:
                    scope.names[name] = UNKNOWN
                self.recorder.guarded += guarded
                ended = self.block(run, scope)
                self.recorder.guarded -= guarded
                return ended

            return branch

        def normally() -> bool:
            self.recorder.state, scope.names = dict(after[0]), dict(after[1])
            return goes_on and self.block(statement.otherwise, scope)

        handlers = [on(handler.body, handler.name) for handler in statement.handlers]
        reached = self.in_branches([normally, *handlers], scope)
        return self.block(statement.finally_, scope) and reached

    def _with(self, statement: ir.With, scope: Scope) -> bool:
        value, target, body = statement.value, statement.target, statement.body
        entered = self.evaluate(value, scope)
        place = Place(scope.module.path or "", getattr(value, "node", 0))
        if isinstance(value, ir.Call) and last_word(value.function) in _EXPECTS_AN_ERROR:
            self.recorder.guarded += 1
            goes_on = self.block(body, scope)
            self.recorder.guarded -= 1
            return goes_on
        if isinstance(entered, Iteration):
            entered = self.run_iteration(entered, place)
        elif isinstance(entered, Instance):
            method = self.attribute(entered, "__enter__", place)
            if isinstance(method, LocalFunction):
                entered = self.call_function(method, [], {}, place)
        if target is not None:
            self.assign(target, entered, scope)
        return self.block(body, scope)

    def _match(self, statement: ir.Match, scope: Scope) -> bool:
        self.evaluate(statement.subject, scope)

        def on(case: ir.Case) -> Callable[[], object]:
            def branch() -> bool:
                scope.names.update(dict.fromkeys(case.names, UNKNOWN))
                if case.guard is not None:
                    self.evaluate(case.guard, scope)
                return self.block(case.body, scope)

            return branch

        return self.in_branches([*(on(case) for case in statement.cases), lambda: None], scope)


_RUN: Final[dict[type[Any], Callable[[StatementRunner, Any, Scope], bool]]] = {
    ir.Do: StatementRunner._do,
    ir.Assign: StatementRunner._assign,
    ir.Delete: StatementRunner._delete,
    ir.Import: StatementRunner._import_modules,
    ir.ImportFrom: StatementRunner._import_names,
    ir.DefineFunction: StatementRunner._define_function,
    ir.DefineClass: StatementRunner._define_class,
    ir.Return: StatementRunner._return,
    ir.Raise: StatementRunner._raise,
    ir.Jump: StatementRunner._jump,
    ir.If: StatementRunner._if,
    ir.For: StatementRunner._for,
    ir.While: StatementRunner._while,
    ir.Try: StatementRunner._try,
    ir.With: StatementRunner._with,
    ir.Match: StatementRunner._match,
    ir.Global: StatementRunner._global,
}


def _discard(value: Value) -> None:
    """Let nothing depend on what a generator drew for its state, if `value` is one: nobody has it."""
    if isinstance(value, Made):
        for draw in value.origin:
            draw.covered = True


def _asks_for_training(test: ir.Expression) -> bool:
    match test:
        case ir.Name(name) | ir.Attribute(_, name):
            return name == _TRAINING
        case ir.Junction("and", left, right):
            return _asks_for_training(left) or _asks_for_training(right)
    return False


def _catches_missing_names(handler: ir.Handler) -> bool:
    return handler.type is None or not _MISSING_NAME_ERRORS.isdisjoint(handler.names)
