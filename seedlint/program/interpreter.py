"""Runs a program on module summaries, in Python's order, and traces what happens to the streams.

A module's body runs when it is first imported, a function's each time that it is called from another state
of the streams or with other arguments.
"""

from __future__ import annotations

import itertools
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, field

from seedlint.knowledge.tables.repetition import PER_STEP
from seedlint.program.events import EnvironmentEvent, NameEvent, Place, State, Trace
from seedlint.program.library import Change, Effects, Library
from seedlint.program.recorder import Recorder
from seedlint.program.seeders import names_a_seeder, only_sets_up
from seedlint.program.statements import Frame, StatementRunner
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
    from collections.abc import Iterable, Iterator, Sequence

    from seedlint.knowledge import Knowledge
    from seedlint.program import summary as ir
    from seedlint.sources.modules import Located

_DEEPEST_CALL: Final = 40
_DEEPEST_FOREIGN: Final = 1
"""How deep a module's own trace follows calls into other modules: what it says is about that module alone."""
_MOST_VISITS: Final = 4
_MOST_STEPS: Final = 150_000
_STEPS: Final = frozenset[str]().union(*PER_STEP.values())


class Modules(Protocol):
    """Finds and reads the program's own modules."""

    def locate(self, dotted: str, level: int, importer: str) -> Sequence[Located]:
        """Return the module `dotted` as `importer` sees it, after the packages that it is in; nothing
        if it is not one of the program's."""

    def summary(self, path: str) -> ir.Summary | None:
        """Return the summary of the file at `path`, or None if it can't be read."""


class _Known(Struct, eq=False):
    """What calls did, by their arguments and by the state of the streams; of which functions they never did anything to
    a stream, and of which they did."""

    memory: dict[tuple[object, ...], tuple[Value, State, tuple[object, ...]]] = field(default_factory=dict)
    visits: dict[tuple[object, ...], list[tuple[Value, State]]] = field(default_factory=dict)
    idle: dict[int, list[Value]] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)


class Interpreter(StatementRunner):
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
        self.recorder = Recorder(trace, self.change)
        self.modules = modules
        self.seeders = seeders
        self.builtins = {name: External(f"builtins.{name}") for name in _BUILTINS}
        self.active: list[LocalFunction] = []
        self.loaded: dict[str, Module] = {}
        self.evaluated: set[int] = set()
        self.passed_on: set[int] = set()
        self.defined: list[LocalFunction] = []
        self.taken: set[str] = set()
        self._effects: list[tuple[int, Effects]] = []  # not yet adopted
        self._running: list[Module] = []
        self._too_early = 0
        self.made: list[Made] = []
        self.handed: dict[int, Made | Items] = {}
        self.released: set[int] = set()
        self.frames: list[Frame] = []
        self._main: Module | None = None
        self._helpers: dict[int, bool] = {}
        self._known = _Known()
        self.steps = 0
        self.ended = False
        self.briefly = False  # a function runs no more often for being given others to call

    # -- modules ------------------------------------------------------------------------------

    def run_module(self, module: Module, *, main: bool) -> None:
        """Run the body of `module`, once."""
        if module.executed or module.path is None:
            module.executed = True
            return
        module.executed = True
        self.recorder.trace.paths.add(module.path)
        self._main = module if main else self._main
        before = self._touched()
        if main:
            self._run_body(module, main=True)
            return
        self.library.functions[module.path].clear()
        self._running.append(module)
        effects = self._run_apart(module)
        self._running.pop()
        running = frozenset(single.path for single in self._running)
        if self._touched() == before and self.library.imports_shared(module.path, running):
            self.library.share(module, effects)
        else:
            self.library.keep_apart(module.path)

    def run_packages(self, entry: Located) -> None:
        """Run the packages that the module at `entry` is in, as `python -m` and whoever imports it do."""
        for located in self.modules.locate(entry.name, 0, entry.path or "")[:-1]:
            self.run_module(self.module_at(located), main=False)

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

    def _touched(self) -> tuple[int, ...]:
        """Return numbers that change whenever a stream is touched, or may be later."""
        trace = self.recorder.trace
        unseen = self.recorder.anything or 0
        events = (trace.seeds, trace.draws, trace.environment, trace.orders, trace.uses)
        others = len(trace.calls) - self.recorder.initializers
        return (*(len(single) for single in events), others, len(self.made), unseen, self._too_early)

    def _run_body(self, module: Module, *, main: bool) -> None:
        summary = self.modules.summary(module.path or "")
        if summary is None:
            return
        scope = module.scope
        scope.names["__name__"] = Constant("__main__" if main else module.name)
        scope.names["__file__"] = UNKNOWN
        self.frames.append(Frame())
        active, self.active = self.active, []
        guarded, self.recorder.guarded = self.recorder.guarded, 0
        loops, self.recorder.loops = self.recorder.loops, 0
        self.block(summary.body, scope)
        self.active = active
        self.recorder.guarded = guarded
        self.recorder.loops = loops
        self.ended = False
        self.frames.pop()

    def module_at(self, located: Located) -> Module:
        """Return the module of the program that was found at `located`."""
        key = located.path or f"namespace {located.name}"
        if key not in self.loaded:
            shared = self.library.modules.get(key)
            self.loaded[key] = shared or Module(located.path, located.name, located.package)
            if shared is not None:
                self._take(key)
        return self.loaded[key]

    def _take(self, path: str) -> None:
        """Take a shared module into this program, with what it imports."""
        trace, reached = self.recorder.trace, self.library.reached_from(path)
        new = reached - trace.paths
        self.taken |= new
        trace.paths |= reached
        trace.imported |= self.library.imported_from(path)
        self._effects.append((self.recorder.next_order(), self.library.effects_of(path)))
        for effects in self.library.to_redo(new):
            for change in effects.changes:
                self.library.change(change)
            if trace.whole_program:
                trace.calls += effects.calls
                self.recorder.initializers += len(effects.calls)

    def _run_apart(self, module: Module) -> Effects:
        """Run the body of `module`, as if nothing had run before; return what that does, without what the modules do
        that it imports. In the own trace of a module that imports it nothing of that counts."""
        recorder, trace, order = self.recorder, self.recorder.trace, self.recorder.next_order()
        outer = (recorder.effects, recorder.context, recorder.repeated, recorder.training, self._known, self.steps)
        effects = recorder.effects = Effects()
        recorder.context, recorder.repeated, recorder.training, self._known, self.steps = (), "", 0, _Known(), 0
        kept = (recorder.trace, recorder.anything, recorder.initializers, self.made)
        if not trace.whole_program:
            paths, imported = trace.paths, trace.imported
            recorder.trace = Trace(trace.entry, trace.target, whole_program=False, paths=paths, imported=imported)
            self.made = []
        self._run_body(module, main=False)
        if not trace.whole_program:
            recorder.trace, recorder.anything, recorder.initializers, self.made = kept
        recorder.effects, recorder.context, recorder.repeated, recorder.training, self._known, self.steps = outer
        self._effects.append((order, effects))
        return effects

    def _adopt_effects(self) -> None:
        """Count what the modules do that were run or taken, as if it had been done when that was."""
        for order, effects in self._effects:
            self._adopt(effects, dict.fromkeys(effects.external, order), order)
        self._effects.clear()
        own = self.recorder.effects
        self._adopt(own, own.external, own.unknown)

    def _adopt(self, effects: Effects, external: dict[str, int], order: int | None) -> None:
        trace, recorder = self.recorder.trace, self.recorder
        for path, called in external.items():
            trace.external[path] = max(trace.external.get(path, 0), called)
        trace.unseen |= effects.unseen
        self.evaluated |= effects.evaluated
        self.passed_on |= effects.passed_on
        if effects.unknown is not None and order is not None:
            recorder.unknown = min(order, recorder.unknown or order)

    def ran(self, function: ir.Function) -> bool:
        """Tell whether `function` was called."""
        return id(function) in self.evaluated or id(function) in self.recorder.effects.evaluated

    def change(self, holder: object, name: object, value: object) -> None:
        """See `Evaluator.change`."""
        change = Change(holder, name, value)
        if self.library.change(change):
            self.recorder.effects.changes.append(change)

    def functions(self) -> list[LocalFunction]:
        """Return the functions that the program's modules define, as far as these have run."""
        taken = (self.library.functions[path] for path in sorted(self.taken))
        return [*self.defined, *itertools.chain.from_iterable(taken)]

    def _import(self, dotted: str, level: int, place: Place) -> list[Module]:
        """Run the modules that importing `dotted` at `place` runs; return them, or nothing for an external one."""
        importer = place.path
        found = self.modules.locate(dotted, level, importer)
        modules = [self.module_at(located) for located in found]
        self._imports(modules)
        for parent, module in zip([None, *modules], modules, strict=False):
            self._import_module(module, place)
            if parent is not None:
                self._have_submodule(parent, module)
        if modules:
            self.recorder.trace.imports.add(place)
        elif level == 0:
            self._imports_external(dotted.partition(".")[0])
        return modules

    def _imports(self, modules: Iterable[Module]) -> None:
        """Take note of what the module imports that is running, if one is: what a function imports, others may never
        import."""
        if self._running:
            imports = self.library.imports[self._running[-1].path or ""]
            imports.update(module.path for module in modules if module.path is not None)

    def _imports_external(self, dotted: str) -> None:
        self.recorder.trace.imported.add(dotted)
        if self._running:
            self.library.externals[self._running[-1].path or ""].add(dotted)

    def _have_submodule(self, package: Module, module: Module) -> None:
        name = module.name.rpartition(".")[2]
        if name not in package.scope.names:
            self.change(package.scope.names, name, module)

    def _import_module(self, module: Module, place: Place) -> None:
        if not module.executed:
            with self.recorder.inside(place), self.recorder.apart():
                self.run_module(module, main=False)

    def import_by_name(self, name: str, package: Value, place: Place) -> Value:
        """See `Caller.import_by_name`."""
        dotted = name.lstrip(".")
        level = len(name) - len(dotted)
        if level == 1 and isinstance(package, Constant) and isinstance(package.value, str):
            dotted, level = f"{package.value}.{dotted}", 0
        modules = self._import(dotted, level, place)
        if not modules:
            return UNKNOWN if level else External(dotted)
        return modules[-1] if modules[-1].name.rpartition(".")[2] == dotted.rpartition(".")[2] else UNKNOWN

    def submodule(self, module: Module, name: str, place: Place) -> Value | None:
        """See `Evaluator.submodule`."""
        if module.path is None and not module.package:
            return None
        dotted = f"{module.name}.{name}" if module.name else name
        found = self.modules.locate(dotted, 0, module.path or "")
        if not found or found[-1].name.rpartition(".")[2] != name:
            return None
        last = self.module_at(found[-1])
        self._import_module(last, place)
        self.recorder.trace.imports.add(place)
        self._imports([last])
        return last

    # -- imports and definitions --------------------------------------------------------------

    def import_modules(self, names: Sequence[ir.ImportedName], scope: Scope) -> None:
        """See `StatementRunner.import_modules`."""
        for name in names:
            modules = self._import(name.name, 0, self._place(scope, name.node))
            self._imports_external(name.name)
            if not modules:
                path = name.name if name.alias is not None else name.name.partition(".")[0]
                self.bind(name.alias or path, External(path), scope)
            elif name.alias is not None:
                complete = len(modules) == name.name.count(".") + 1
                self.bind(name.alias, modules[-1] if complete else UNKNOWN, scope)
            else:
                self.bind(name.name.partition(".")[0], modules[0], scope)

    def import_names(self, statement: ir.ImportFrom, scope: Scope) -> None:
        """See `StatementRunner.import_names`."""
        modules = self._import(statement.module, statement.level, self._place(scope, statement.node))
        whole = statement.module.count(".") + 1 if statement.module else 0
        module = modules[-1] if modules and (statement.level or len(modules) >= whole) else None
        if statement.names is None:
            self._import_star(statement, module, bool(modules), scope)
            return
        for name in statement.names:
            value: Value
            if module is not None:
                value = self.attribute(module, name.name, Place(scope.module.path or "", name.node))
                # Modules that import one another get what is there already: another time it may be more.
                self._too_early += value is UNKNOWN and module in self._running
                if isinstance(value, Module):
                    self._imports([value])
            elif modules or statement.level:
                value = UNKNOWN
            elif (found := self._in_namespace(statement.module, name, scope)) is not None:
                value = found
            else:
                value = External(f"{statement.module}.{name.name}")
                self._imports_external(value.path)
                self._imported(value.path, name.node, scope)
            self.bind(name.alias or name.name, value, scope)

    def _in_namespace(self, package: str, name: ir.ImportedName, scope: Scope) -> Module | None:
        """Return the module that `from package import name` means where `package` is a directory without an
        `__init__.py`; None if it is none."""
        modules = self._import(f"{package}.{name.name}", 0, self._place(scope, name.node))
        return modules[-1] if modules and modules[-1].name.rpartition(".")[2] == name.name else None

    def _imported(self, path: str, node: int, scope: Scope) -> None:
        api = self.knowledge.get(path)
        if api is not None and api.removed is not None:
            place = Place(scope.module.path or "", node)
            self.recorder.trace.names.append(NameEvent(place, path, api, True, self.recorder.guarded > 0))

    def _import_star(self, statement: ir.ImportFrom, module: Module | None, local: bool, scope: Scope) -> None:
        if module is not None:
            exported = module.scope.names.get("__all__")
            public = [name for name in module.scope.names if not name.startswith("_")]
            if isinstance(exported, Items):
                listed = [single.value for single in exported.values if isinstance(single, Constant)]
                public = [name for name in listed if isinstance(name, str)]
            for name in public:
                if name in module.scope.names:
                    self.bind(name, module.scope.names[name], scope)
        elif not local and statement.level == 0:
            scope.module.stars.append(statement.module)
            # `from random import *` makes a function of what `import random` has bound.
            for name in scope.names:
                if self.knowledge.get(f"{statement.module}.{name}") is not None:
                    scope.names[name] = External(f"{statement.module}.{name}")

    def define_function(self, statement: ir.DefineFunction, scope: Scope) -> None:
        """See `StatementRunner.define_function`."""
        function = statement.function
        decorators = [self.evaluate(decorator, scope) for decorator in statement.decorators]
        defaults = self.defaults(function, scope)
        defined = LocalFunction(function, scope, defaults)
        self.defined.append(defined)
        if not self.active and scope.module is not self._main:
            self.library.functions[scope.module.path or ""].append(defined)
        value: Value = defined
        for decorator in reversed(decorators):
            value = self._decorated(value, decorator, Place(scope.module.path or "", function.node))
        self.bind(function.name, value, scope)

    def _decorated(self, value: Value, decorator: Value, place: Place) -> Value:
        match decorator:
            case LocalFunction():
                result = self.call_function(decorator, [value], {}, place)
                if isinstance(result, LocalFunction | Instance | Partial | LocalClass):
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

    # -- functions ----------------------------------------------------------------------------

    def call_function(
        self,
        function: LocalFunction,
        positional: Sequence[Value],
        keywords: dict[str, Value],
        place: Place | None,
    ) -> Value:
        """See `Evaluator.call_function`."""
        body = function.function
        if id(body) in self._known.busy or id(body) in self._known.idle:
            self.recorder.effects.evaluated.add(id(body))
        names = self._arguments(function, positional, keywords)
        state_key = self._state_key()
        key = self._key(function, names, state_key)
        if key in self._known.memory:
            value, state, _ = self._known.memory[key]
            self.recorder.state = dict(state)
            return value
        plain = self.briefly or not any(map(_is_callable, names.values()))
        idle = () if id(body) in self._known.busy else self._known.idle.get(id(body), ())
        if len(idle) >= _MOST_VISITS and plain and _is_plain(idle[-1]):
            return idle[-1]  # it never did anything to a stream, whatever these held
        around = (self.recorder.context, self.recorder.repeated, self.recorder.training > 0)
        visits = self._known.visits.setdefault((id(body), state_key, around), [])
        if len(visits) >= _MOST_VISITS and _is_plain(visits[-1][0]) and plain:
            # Other arguments again: what it does with these, it will have done with some before.
            value, state = visits[-1]
            self.recorder.state = dict(state)
            return value
        if self._is_far_away():
            return UNKNOWN
        running = sum(single.function is body for single in self.active)
        if running > 1 or len(self.active) >= _DEEPEST_CALL or self.steps > _MOST_STEPS:
            self.recorder.trace.complete = self.recorder.trace.complete and self.steps <= _MOST_STEPS
            return UNKNOWN
        self.recorder.effects.evaluated.add(id(body))
        scope = Scope(names, function.scope, function.scope.module)
        if body.generator:
            return Iteration(function, scope)
        before = self._touched()
        value = self._run(function, scope, place)
        if self._touched() == before:
            self._known.idle.setdefault(id(body), []).append(value)
        else:
            self._known.busy.add(id(body))
        kept = (tuple(names.values()), function)
        self._known.memory[key] = (value, dict(self.recorder.state), kept)
        visits.append((value, dict(self.recorder.state)))
        return value

    def _is_far_away(self) -> bool:
        trace = self.recorder.trace
        if trace.whole_program:
            return False
        return sum(single.scope.module.path != trace.entry for single in self.active) >= _DEEPEST_FOREIGN

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
        with recorder.inside(place, helper=self._is_helper(function.function)), self._in_steps(function):
            if self.block(function.function.body, scope):
                frame.ends.append((recorder.state, Constant(None)))
        recorder.context = context
        recorder.loops = loops
        recorder.guarded = guarded
        self.active.pop()
        self.frames.pop()
        if not frame.ends:  # it always raises or ends the program; go on all the same, with what it did
            return UNKNOWN
        recorder.merge([state for state, _ in frame.ends])
        return join([value for _, value in frame.ends])

    def _in_steps(self, function: LocalFunction) -> AbstractContextManager[None]:
        """Take note that a framework calls `function` again and again, if it does."""
        name = function.function.name
        if name not in _STEPS or not isinstance(function.owner, LocalClass):
            return nullcontext()
        bases = function.owner.external_bases()
        is_step = any(
            name in methods and self.knowledge.is_a(base, of) for base in bases for of, methods in PER_STEP.items()
        )
        return self.recorder.again(name) if is_step else nullcontext()

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
        kept = (recorder.trace, recorder.state, recorder.effects, recorder.anything, self._known, self.made)
        recorder.trace, recorder.state, recorder.effects = trace, {}, Effects()
        self._known, self.made = _Known(), []
        try:
            yield
        finally:
            recorder.trace, recorder.state, recorder.effects, recorder.anything, self._known, self.made = kept


def _is_plain(value: Value) -> bool:
    return isinstance(value, Unknown | Constant | Varying | Made | Unordered | Position | Strings)


def _is_callable(value: Value) -> bool:
    if isinstance(value, Alternatives):
        return any(map(_is_callable, value.values))
    return isinstance(value, LocalFunction | LocalClass | Partial | Method)


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
_BUILTINS: Final = (
    "__import__", "abs", "callable", "classmethod", "dict", "divmod", "enumerate", "eval", "exec", "exit", "float",
    "format", "frozenset", "getattr", "globals", "hash", "hex", "id", "int", "iter", "list", "max", "min", "next",
    "property", "quit", "range", "repr", "round", "set", "sorted", "staticmethod", "str", "sum", "super", "tuple",
    "zip",
)  # fmt: skip


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
        interpreter.run_module(module, main=False)
        interpreter.start(module, function)
    else:
        # Whoever imports the file that is run gets a second module of it.
        interpreter.run_module(Module(entry.path, entry.name, entry.package), main=True)
    interpreter.finish()
    return interpreter
