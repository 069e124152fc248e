"""Importing the program's own modules: each is run when it is first imported, or taken from the library, which has
those that other programs have run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from seedlint.program.definitions import Definitions
from seedlint.program.events import UNSEEDED, NameEvent, Place, State, Trace
from seedlint.program.library import Effects, Import, Library
from seedlint.program.statements import Frame, StatementRunner
from seedlint.program.values import (
    UNKNOWN,
    Constant,
    External,
    Items,
    LocalFunction,
    Made,
    Module,
    Scope,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.program import summary as ir
    from seedlint.program.events import DrawEvent
    from seedlint.sources.modules import Located


class Modules(Protocol):
    """Finds and reads the program's own modules."""

    def locate(self, dotted: str, level: int, importer: str) -> Sequence[Located]:
        """Return the module `dotted` as `importer` sees it, after the packages that it is in; nothing
        if it is not one of the program's."""

    def summary(self, path: str) -> ir.Summary | None:
        """Return the summary of the file at `path`, or None if it can't be read."""


class Running:
    """The file whose body is being run as a module, and how many places of the chain led to it."""

    __slots__ = ("path", "start")

    def __init__(self, path: str, start: int) -> None:
        self.path: Final = path
        self.start: Final = start


class Known:
    """What calls did, by their arguments and by the state of the streams; of which functions they never did anything to
    a stream, and of which they did."""

    __slots__ = ("busy", "idle", "memory", "visits")

    def __init__(self) -> None:
        self.memory: dict[tuple[object, ...], tuple[Value, State, tuple[object, ...]]] = {}
        self.visits: dict[tuple[object, ...], list[tuple[Value, State]]] = {}
        self.idle: dict[int, list[Value]] = {}
        self.busy: set[int] = set()


class Importer(StatementRunner):
    """Imports modules; what definitions do is left to the class derived from it."""

    library: Library
    modules: Modules
    loaded: dict[str, Module]
    made: list[Made]
    """What the draws wait for that nobody was seen to build or run."""
    evaluated: set[int]
    """The functions, by identity, that were called, as far as what modules do was adopted."""
    passed_on: set[int]
    """Those that were mentioned without being called."""
    defined: list[LocalFunction]
    """What the modules define that were run here."""
    taken: set[str]
    """The files of those that were taken."""
    entered: set[str]
    """The files of all that were imported."""
    known: Known
    steps: int
    _main: Module | None
    _effects: list[tuple[int, Effects]]
    _running: list[Running]
    _again: set[str]
    _redrawn: int

    # -- modules ------------------------------------------------------------------------------

    def run_main(self, module: Module) -> None:
        """Run the body of `module`, which is where the program starts, or what is traced on its own."""
        module.executed = True
        if module.path is not None:
            self.recorder.trace.paths.add(module.path)
            self._main = module
            self._run_body(module, main=True)

    def _run_imported(self, module: Module) -> None:
        """Run the body of `module`, once."""
        if module.executed or module.path is None:
            module.executed = True
            return
        module.executed = True
        self.recorder.trace.paths.add(module.path)
        self.entered.add(module.path)
        if module.path in self.library.modules:
            self._again.add(module.path)
            self._run_apart(module, module.path)
        else:
            self._run_first(module, module.path)

    def _run_first(self, module: Module, path: str) -> None:
        """Run the body of a module that is not shared, and share it if that may be."""
        self.library.definitions[path] = Definitions([])
        trace, before = self.recorder.trace, self._touched()
        texts = len(trace.flows), len(trace.spelled)
        effects = self._run_apart(module, path)
        draws = [event for event in effects.events if event is not None]
        are_lone = texts == (len(trace.flows), len(trace.spelled)) and _are_lone(draws)
        redrawn, self._redrawn = self._redrawn, self._redrawn + len(draws) * are_lone
        if self._touched() == before and self._imports_shared(path):
            self.library.share(module, effects, len(self.recorder.chain))
        else:
            self._redrawn = redrawn
            self.library.keep_apart(path)

    def _imports_shared(self, path: str) -> bool:
        """Tell whether all that the file `path` imports is shared, or may be, and is here what it is there."""
        if self._again and not self._again.isdisjoint(self.library.reached_from(path)):
            return False
        return self.library.imports_shared(path, frozenset(single.path for single in self._running))

    def run_packages(self, entry: Located) -> None:
        """Run the packages that the module at `entry` is in, as `python -m` and whoever imports it do."""
        for located in self.modules.locate(entry.name, 0, entry.path or "")[:-1]:
            self.enter(self.module_at(located))

    def _touched(self) -> tuple[int, ...]:
        """Return numbers that change whenever a stream is touched, or may be later, but for numbers that modules draw
        which are shared."""
        trace = self.recorder.trace
        others = len(trace.calls) - self.recorder.initializers - self._redrawn
        return (
            len(trace.seeds), len(trace.environment), len(trace.orders), len(trace.uses),
            len(trace.draws) - self._redrawn, others, len(self.made),
        )  # fmt: skip

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
            module = self.library.modules.get(key)
            if module is None or not self._can_take(key):
                module = Module(located.path, located.name, located.package)
            self.loaded[key] = module
        return self.loaded[key]

    def _can_take(self, path: str) -> bool:
        """Tell whether a shared module is for this program what it was for others: it may draw other numbers here."""
        reached = self.library.reached_from(path)
        state = self.recorder.state
        drawn = self.library.drawn_from(reached - self.entered) if self.recorder.trace.whole_program else ()
        return self._again.isdisjoint(reached) and all(state.get(stream, UNSEEDED) == UNSEEDED for stream in drawn)

    def enter(self, module: Module) -> None:
        """Import `module`: run its body, or take it from the library, unless that was done before."""
        if module.path is None or module is not self.library.modules.get(module.path):
            self._run_imported(module)
        elif module.path not in self.entered:
            self._take(module.path)

    def _take(self, path: str) -> None:
        """Take a shared module into this program, with what it imports."""
        trace, reached = self.recorder.trace, self.library.reached_from(path)
        new = reached - self.entered
        self.entered |= new
        self.taken |= new
        trace.paths |= reached
        trace.imported |= self.library.imported_from(path)
        order = self.recorder.next_order()
        for effects in self.library.effects_of(new):
            for change in effects.changes:
                self.library.change(change)  # it is no effect of what imports that
            if trace.whole_program:
                self._effects.append((order, effects))
                trace.calls += effects.calls
                self.recorder.initializers += len(effects.calls)
        if trace.whole_program and self.library.has_events(new):
            for event in self.library.events_in(path, new, self.recorder.chain):
                self._happens_again(event)
            trace.imports |= self.library.places_of_imports(new)

    def _happens_again(self, event: DrawEvent | None) -> None:
        if event is None:
            self.recorder.anything_runs()
        else:
            self.recorder.draw_again(event)
            self._redrawn += 1

    def _run_apart(self, module: Module, path: str) -> Effects:
        """Run the body of `module`, from the file `path`, as if nothing had run before; return what that does, without
        what the modules do that it imports. In the own trace of a module that imports it nothing of that counts."""
        recorder, trace, order = self.recorder, self.recorder.trace, self.recorder.next_order()
        outer = (recorder.effects, recorder.context, recorder.repeated, recorder.training, self.known, self.steps)
        effects = recorder.effects = Effects()
        recorder.context, recorder.repeated, recorder.training, self.known, self.steps = (), "", 0, Known(), 0
        kept = (recorder.trace, recorder.anything, recorder.initializers, self.made)
        if not trace.whole_program:
            recorder.trace = Trace(trace.entry, trace.target, whole_program=False)
            recorder.trace.paths, recorder.trace.imported = trace.paths, trace.imported
            self.made = []
        self._running.append(Running(path, len(recorder.chain)))
        self._run_body(module, main=False)
        self._running.pop()
        if not trace.whole_program:
            effects.events.clear()
            recorder.trace, recorder.anything, recorder.initializers, self.made = kept
        else:
            self._effects.append((order, effects))
        recorder.effects, recorder.context, recorder.repeated, recorder.training, self.known, self.steps = outer
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
        """See `Namer.change`."""
        self.recorder.change(holder, name, value)

    def definitions(self) -> list[Definitions]:
        """Return what the program's modules define, as far as these have run."""
        return [Definitions(self.defined), *(self.library.definitions[path] for path in sorted(self.taken))]

    def functions(self) -> list[LocalFunction]:
        """Return the functions that the program's modules define, as far as these have run."""
        return [function for single in self.definitions() for function in single.functions]

    def _import(self, dotted: str, level: int, place: Place) -> list[Module]:
        """Run the modules that importing `dotted` at `place` runs; return them, or nothing for an external one."""
        importer = place.path
        modules: list[Module] = []
        for located in self.modules.locate(dotted, level, importer):
            module = self.module_at(located)
            self._note_module(module, place)
            self._import_module(module, place)
            if modules:
                self._have_submodule(modules[-1], module)
            modules.append(module)
        if modules:
            self.recorder.trace.imports.add(place)
        elif level == 0:
            self._note_names(dotted.partition(".")[0])
        return modules

    def _note_module(self, module: Module, place: Place) -> None:
        """Take note that the module imports `module` that is running, if one is: what a function imports, others may
        never import."""
        if self._running and module.path is not None:
            running = self._running[-1]
            chain = (*self.recorder.chain[running.start :], place)
            self.library.imports[running.path].setdefault(module.path, Import(chain, len(self.recorder.effects.events)))

    def _note_names(self, dotted: str) -> None:
        self.recorder.trace.imported.add(dotted)
        if self._running:
            self.library.externals[self._running[-1].path].add(dotted)

    def _have_submodule(self, package: Module, module: Module) -> None:
        name = module.name.rpartition(".")[2]
        if name not in package.scope.names:
            self.change(package.scope.names, name, module)

    def _import_module(self, module: Module, place: Place) -> None:
        if module.path not in self.entered:
            with self.recorder.inside(place), self.recorder.apart():
                self.enter(module)

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
        """See `Namer.submodule`."""
        if module.path is None and not module.package:
            return None
        dotted = f"{module.name}.{name}" if module.name else name
        found = self.modules.locate(dotted, 0, module.path or "")
        if not found or found[-1].name.rpartition(".")[2] != name:
            return None
        last = self.module_at(found[-1])
        self._note_module(last, place)
        self._import_module(last, place)
        self.recorder.trace.imports.add(place)
        return last

    # -- import statements --------------------------------------------------------------------

    def import_modules(self, names: Sequence[ir.ImportedName], scope: Scope) -> None:
        """See `StatementRunner.import_modules`."""
        for name in names:
            modules = self._import(name.name, 0, self.place(scope, name.node))
            self._note_names(name.name)
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
        modules = self._import(statement.module, statement.level, self.place(scope, statement.node))
        whole = statement.module.count(".") + 1 if statement.module else 0
        module = modules[-1] if modules and (statement.level or len(modules) >= whole) else None
        if statement.names is None:
            self._import_star(statement, module, bool(modules), scope)
            return
        for name in statement.names:
            value: Value
            if module is not None:
                place = Place(scope.module.path or "", name.node)
                value = self.attribute(module, name.name, place)
                if isinstance(value, Module):
                    self._note_module(value, place)
            elif modules or statement.level:
                value = UNKNOWN
            elif (found := self._in_namespace(statement.module, name, scope)) is not None:
                value = found
            else:
                value = External(f"{statement.module}.{name.name}")
                self._note_names(value.path)
                self._note_retired(value.path, name.node, scope)
            self.bind(name.alias or name.name, value, scope)

    def _in_namespace(self, package: str, name: ir.ImportedName, scope: Scope) -> Module | None:
        """Return the module that `from package import name` means where `package` is a directory without an
        `__init__.py`; None if it is none."""
        modules = self._import(f"{package}.{name.name}", 0, self.place(scope, name.node))
        return modules[-1] if modules and modules[-1].name.rpartition(".")[2] == name.name else None

    def _note_retired(self, path: str, node: int, scope: Scope) -> None:
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


_LONE: Final = ("python", "numpy", "tensorflow")
"""Streams that numbers are drawn from without more than that."""


def _are_lone(draws: Sequence[DrawEvent]) -> bool:
    """Tell whether `draws` are of numbers from streams that nobody had seeded, and nothing else came of them."""
    return len({id(draw.call) for draw in draws}) == len(draws) and all(map(_is_lone, draws))


def _is_lone(draw: DrawEvent) -> bool:
    call = draw.call
    plain = draw.stream in _LONE and draw.state == UNSEEDED and draw.own_seed == "none" and not draw.assumed
    return plain and not (call.api.makes or call.api.seeds or call.repeated or call.conditional)
