"""Runs a program on module summaries, in Python's order, and traces what happens to the streams.

A module's body runs when it is first imported, a function's each time that it is called from another state
of the streams or with other arguments.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.repetition import PER_STEP
from seedlint.program.events import EnvironmentEvent, Place, Trace
from seedlint.program.importing import Importer, Known, Modules, Running
from seedlint.program.library import Effects, Library
from seedlint.program.recorder import Recorder
from seedlint.program.relevance import telling_abroad
from seedlint.program.seeders import names_a_seeder, only_sets_up
from seedlint.program.statements import Frame
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Instance,
    Items,
    Iteration,
    LocalClass,
    LocalFunction,
    Made,
    Method,
    Module,
    Partial,
    Position,
    Scope,
    Strings,
    Table,
    Unknown,
    Unordered,
    Value,
    Varying,
    join,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seedlint.knowledge import Knowledge
    from seedlint.program import summary as ir
    from seedlint.sources.modules import Located

_DEEPEST_CALL: Final = 40
_DEEPEST_FOREIGN: Final = 1
"""How deep a module's own trace follows calls into other modules: what it says is about that module alone."""
_MOST_VISITS: Final = 4
_MOST_STEPS: Final = 150_000
_STEPS: Final = frozenset[str]().union(*PER_STEP.values())


class Interpreter(Importer):
    """Traces one program. Use `run`."""

    def __init__(
        self,
        trace: Trace,
        modules: Modules,
        knowledge: Knowledge,
        seeders: frozenset[str] = frozenset(),
        library: Library | None = None,
    ) -> None:
        self.library = Library() if library is None else library
        self.knowledge = knowledge
        self.recorder = Recorder(trace, self.library)
        self.modules = modules
        self.seeders = seeders
        self.builtins = _BUILTINS
        self.active: list[LocalFunction] = []
        self.loaded: dict[str, Module] = {}
        self.evaluated: set[int] = set()
        self.passed_on: set[int] = set()
        self.defined: list[LocalFunction] = []
        self.taken: set[str] = set()
        self.entered: set[str] = set()
        self._effects: list[tuple[int, Effects]] = []  # not yet adopted
        self._running: list[Running] = []
        self._again: set[str] = set()  # files of shared modules that are run all the same
        self._redrawn = 0  # draws of shared modules
        self.made: list[Made] = []
        self.handed: dict[int, Made | Items] = {}
        self.released: set[int] = set()
        self.frames: list[Frame] = []
        self._main: Module | None = None
        self._helpers: dict[int, bool] = {}
        self.known = Known()
        self.steps = 0
        self.ended = False
        self.briefly = False  # a function runs no more often for being given others to call

    # -- functions and classes ----------------------------------------------------------------

    def start(self, module: Module, function: str) -> None:
        """Call what `module` has by the name `function` (dots in it allowed), if it is a function of the program."""
        value: Value = module
        for name in function.split("."):
            value = self.attribute(value, name, Place(module.path or "", 0))
        if isinstance(value, LocalFunction):
            trace = self.recorder.trace
            trace.entry = value.scope.module.path or ""
            trace.start = Place(trace.entry, value.function.node)
            self.call_function(value, [], {}, None)

    def define_function(self, statement: ir.DefineFunction, scope: Scope) -> None:
        """See `StatementRunner.define_function`."""
        function = statement.function
        decorators = [self.evaluate(decorator, scope) for decorator in statement.decorators]
        defaults = self.defaults(function, scope)
        defined = LocalFunction(function, scope, defaults)
        self.defined.append(defined)
        path = scope.module.path or ""
        if not self.active and scope.module is not self._main and path not in self.library.modules:
            self.library.definitions[path].functions.append(defined)
        value: Value = defined
        for decorator in reversed(decorators):
            value = self._decorated(value, decorator, Place(path, function.node))
        self.bind(function.name, value, scope)

    def _decorated(self, value: Value, decorator: Value, place: Place) -> Value:
        match decorator:
            case LocalFunction():
                result = self.call_function(decorator, [value], {}, place)
                if isinstance(result, (LocalFunction, Instance, Partial, LocalClass)):
                    return result
            case External("builtins.staticmethod") if isinstance(value, LocalFunction):
                value.kind = "static"
            case External("builtins.classmethod") if isinstance(value, LocalFunction):
                value.kind = "class"
            case External("builtins.property" | "functools.cached_property") if isinstance(value, LocalFunction):
                value.kind = "property"
            case External(path) if isinstance(value, LocalFunction):
                value.decorated = (*value.decorated, self.knowledge.canonical(path))
            case Unknown() | Method() | Made() if isinstance(value, LocalFunction):
                value.decorated = (*value.decorated, "?")
        return value

    def define_class(self, statement: ir.DefineClass, scope: Scope) -> None:
        """See `StatementRunner.define_class`."""
        for decorator in statement.decorators:
            self.evaluate(decorator, scope)
        bases = tuple(
            self.evaluate(base.value, scope) for base in statement.bases if base.keyword is None and not base.star
        )
        inner = Scope({}, scope, scope.module, is_class=True)
        self.frames.append(Frame())
        self.block(statement.body, inner)
        self.frames.pop()
        defined = LocalClass(statement.name, inner.names, bases, scope.module)
        for value in inner.names.values():
            if isinstance(value, LocalFunction) and value.owner is None:
                value.owner = defined
        self.bind(statement.name, defined, scope)

    def call_function(
        self,
        function: LocalFunction,
        positional: Sequence[Value],
        keywords: dict[str, Value],
        place: Place | None,
    ) -> Value:
        """See `Namer.call_function`."""
        body = function.function
        if id(body) in self.known.busy or id(body) in self.known.idle:
            self.recorder.effects.evaluated.add(id(body))
        names = self._arguments(function, positional, keywords)
        state_key = self._state_key()
        key = self._key(function, names, state_key)
        if key in self.known.memory:
            value, state, _ = self.known.memory[key]
            self.recorder.state = dict(state)
            return value
        plain = self.briefly or not any(map(_is_callable, names.values()))
        idle = () if id(body) in self.known.busy else self.known.idle.get(id(body), ())
        if len(idle) >= _MOST_VISITS and plain and _is_plain(idle[-1]):
            return idle[-1]  # it never did anything to a stream, whatever these held
        around = (self.recorder.context, self.recorder.repeated, self.recorder.training > 0)
        visits = self.known.visits.setdefault((id(body), state_key, around), [])
        if len(visits) >= _MOST_VISITS and _is_plain(visits[-1][0]) and plain:
            # Other arguments again: what it does with these, it will have done with some before.
            value, state = visits[-1]
            self.recorder.state = dict(state)
            return value
        if self._is_far_away(function):
            return UNKNOWN
        running = sum(single.function is body for single in self.active)
        if running > 1 or len(self.active) >= _DEEPEST_CALL or self.steps > _MOST_STEPS:
            self.recorder.trace.complete = self.recorder.trace.complete and self.steps <= _MOST_STEPS
            return UNKNOWN
        self.recorder.effects.evaluated.add(id(body))
        scope = Scope(names, function.scope, function.scope.module)
        if body.generator:
            return Iteration(function, scope)
        before = self._touched(), self.recorder.anything
        value = self._run(function, scope, place)
        if (self._touched(), self.recorder.anything) == before:
            self.known.idle.setdefault(id(body), []).append(value)
        else:
            self.known.busy.add(id(body))
        kept = (tuple(names.values()), function)
        self.known.memory[key] = (value, dict(self.recorder.state), kept)
        visits.append((value, dict(self.recorder.state)))
        return value

    def _is_far_away(self, function: LocalFunction) -> bool:
        """Tell whether the own trace of a module has nothing to learn from `function`, of another one."""
        trace = self.recorder.trace
        if trace.whole_program:
            return False
        if sum(single.scope.module.path != trace.entry for single in self.active) >= _DEEPEST_FOREIGN:
            return True
        is_own = function.scope.module.path == trace.entry
        return not is_own and telling_abroad(self.knowledge).isdisjoint(function.function.names)

    def run_iteration(self, iteration: Iteration, place: Place) -> Value:
        """See `Evaluator.run_iteration`."""
        if not iteration.started:
            iteration.started = True
            self._run(iteration.function, iteration.scope, place)
        return UNKNOWN

    def _run(self, function: LocalFunction, scope: Scope, place: Place | None) -> Value:
        frame = Frame()
        self.frames.append(frame)
        self.active.append(function)
        recorder = self.recorder
        guarded, recorder.guarded = recorder.guarded, 0
        loops = recorder.loops
        context = recorder.context
        recorder.context = (*context, *function.decorated)
        way = recorder.enter(place, helper=self._is_helper(function.function))
        if self._is_step(function):
            with recorder.again(function.function.name):
                reaches_end = self.block(function.function.body, scope)
        else:
            reaches_end = self.block(function.function.body, scope)
        if reaches_end:
            frame.ends.append((recorder.state, Constant(None)))
        recorder.leave(way)
        recorder.context = context
        recorder.loops = loops
        recorder.guarded = guarded
        self.active.pop()
        self.frames.pop()
        if not frame.ends:  # it always raises or ends the program; go on all the same, with what it did
            return UNKNOWN
        recorder.merge([state for state, _ in frame.ends])
        return join([value for _, value in frame.ends])

    def _is_step(self, function: LocalFunction) -> bool:
        """Tell whether a framework calls `function` again and again."""
        name = function.function.name
        if name not in _STEPS or not isinstance(function.owner, LocalClass):
            return False
        bases = function.owner.external_bases()
        return any(
            name in methods and self.knowledge.is_a(base, of) for base in bases for of, methods in PER_STEP.items()
        )

    def _is_helper(self, function: ir.Function) -> bool:
        """Tell whether `function` is there to seed."""
        if id(function) not in self._helpers:
            self._helpers[id(function)] = names_a_seeder(function.name) or only_sets_up(function)
        return self._helpers[id(function)]

    def _arguments(
        self, function: LocalFunction, positional: Sequence[Value], keywords: dict[str, Value]
    ) -> dict[str, Value]:
        if function.receiver is not None and function.kind != "static":
            positional = [function.receiver, *positional]
        # Whoever calls a function that an external decorator wraps may give it anything.
        from_outside = any(path not in _KEEPS_ARGUMENTS for path in function.decorated)
        names: dict[str, Value] = {}
        rest = list(positional)
        for parameter in function.function.parameters:
            match parameter.kind:
                case "args":
                    unknown = parameter.name in keywords
                    names[parameter.name] = UNKNOWN if unknown else Items("tuple", tuple(rest))
                    rest = []
                case "kwargs":
                    # An unknown value for `**options` itself says that anything may be in it.
                    others: dict[ir.ConstantValue, Value] = {
                        key: value for key, value in keywords.items() if key not in names and key != parameter.name
                    }
                    names[parameter.name] = Table(others, parameter.name not in keywords)
                case "positional" | "any" if rest:
                    names[parameter.name] = rest.pop(0)
                case _ if parameter.name in keywords:
                    names[parameter.name] = keywords[parameter.name]
                case _:
                    default = function.defaults.get(parameter.name, UNKNOWN)
                    names[parameter.name] = UNKNOWN if from_outside else default
        return names

    def _key(self, function: LocalFunction, names: dict[str, Value], state: tuple[object, ...]) -> tuple[object, ...]:
        recorder = self.recorder
        arguments = tuple(map(_fingerprint, names.values()))
        return (
            id(function.function), id(function.scope), arguments, state, recorder.context, recorder.assumed > 0,
            recorder.repeated, recorder.training > 0,
        )  # fmt: skip

    def _state_key(self) -> tuple[object, ...]:
        state = self.recorder.state
        if not state:
            return ()
        return tuple(sorted((stream, held.holds, held.seed and id(held.seed)) for stream, held in state.items()))

    # -- the rest -----------------------------------------------------------------------------

    def end_program(self) -> None:
        """See `Caller.end_program`."""
        self.ended = True

    def record_setting(self, event: EnvironmentEvent) -> None:
        """See `Caller.record_setting`."""
        self.recorder.trace.environment.append(event)

    def finish(self) -> None:
        """Let everything that was made and never visibly built or run be so now. An initializer draws for a
        layer only: that of a default argument may never be used."""
        for made in self.made:
            # Through what it is used is not seen; through what it was made is.
            with self.recorder.reached_by(made.call.chain if made.call is not None else ()):
                self.recorder.fire(made, "run")
        self.made.clear()
        self._adopt_effects()

    @contextmanager
    def on_trial(self, trace: Trace) -> Iterator[None]:
        """Record everything meanwhile in `trace`, from unseeded streams, and leave nothing of it."""
        recorder = self.recorder
        kept = (recorder.trace, recorder.state, recorder.effects, recorder.anything, self.known, self.made)
        recorder.trace, recorder.state, recorder.effects = trace, {}, Effects()
        self.known, self.made = Known(), []
        try:
            yield
        finally:
            recorder.trace, recorder.state, recorder.effects, recorder.anything, self.known, self.made = kept


def _is_plain(value: Value) -> bool:
    return isinstance(value, (Unknown, Constant, Varying, Made, Unordered, Position, Strings))


def _is_callable(value: Value) -> bool:
    if isinstance(value, Alternatives):
        return any(map(_is_callable, value.values))
    return isinstance(value, (LocalFunction, LocalClass, Partial, Method))


def _fingerprint(value: Value, depth: int = 4) -> object:
    """Return what is equal for values that are used alike; of what they hold deeper down, for the same ones only."""
    match value:
        case Constant(single):
            return (type(single).__name__, single)
        case External(path):
            return path
        case Unknown():
            return "?"
        case Items(_, values) if depth:
            return tuple(_fingerprint(single, depth - 1) for single in values)
        case Table(values, _) if depth:
            return tuple((key, _fingerprint(single, depth - 1)) for key, single in values.items())
        case LocalFunction(function=function, scope=scope, receiver=receiver):
            return (id(function), id(scope), id(receiver))
    return id(value)


_KEEPS_ARGUMENTS: Final = frozenset(
    {
        "tensorflow.function",
        "functools.lru_cache",
        "functools.cache",
        "functools.wraps",
        "contextlib.contextmanager",
    }
)
_NAMES: Final = (
    "__import__", "abs", "callable", "classmethod", "dict", "divmod", "enumerate", "eval", "exec", "exit", "float",
    "format", "frozenset", "getattr", "globals", "hash", "hex", "id", "int", "iter", "list", "max", "min", "next",
    "property", "quit", "range", "repr", "round", "set", "sorted", "staticmethod", "str", "sum", "super", "tuple",
    "zip",
)  # fmt: skip
_BUILTINS: Final[Mapping[str, Value]] = {name: External(f"builtins.{name}") for name in _NAMES}


def run(
    entry: Located,
    trace: Trace,
    modules: Modules,
    knowledge: Knowledge,
    seeders: Iterable[str] = (),
    library: Library | None = None,
    function: str = "",
) -> Interpreter:
    """Run the module `entry` as a program's top level, recording into `trace`; or import it and call its `function`."""
    interpreter = Interpreter(trace, modules, knowledge, frozenset(seeders), library)
    interpreter.run_packages(entry)
    if function:
        module = interpreter.module_at(entry)
        interpreter.enter(module)
        interpreter.start(module, function)
    else:
        # Whoever imports the file that is run gets a second module of it.
        interpreter.run_main(Module(entry.path, entry.name, entry.package))
    interpreter.finish()
    return interpreter
