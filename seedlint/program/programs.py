"""Traces whole programs, and modules that no program reaches."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from seedlint.knowledge.tables.behaviour import GRADIENTS, LOADS_WEIGHTS, TRAINS, UPDATES, VARIABLES, WITHOUT_LAYERS
from seedlint.program.events import Place, SeederEvent, Trace
from seedlint.program.interpreter import Interpreter, run
from seedlint.program.recorder import ALL_SEEDED, GLOBAL_STREAMS
from seedlint.program.relevance import Relevance
from seedlint.program.seeders import only_sets_up
from seedlint.program.values import LocalClass, LocalFunction, Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from seedlint.knowledge import Knowledge
    from seedlint.knowledge.model import Stream
    from seedlint.program import summary as ir
    from seedlint.program.events import DrawEvent
    from seedlint.program.importing import Modules
    from seedlint.program.library import Library
    from seedlint.sources.modules import Located


def trace_program(
    entry: Located,
    modules: Modules,
    knowledge: Knowledge,
    seeders: Iterable[str] = (),
    library: Library | None = None,
    function: str = "",
) -> Trace:
    """Trace the program that starts at the module `entry`: its top level, then those of its functions
    that nobody calls, which whoever uses it is taken to call. Where the program is a command that imports the
    module and calls its `function`, that is called first. `library` holds what such traces share."""
    trace = Trace(entry.path or "", knowledge.target, whole_program=True)
    interpreter = run(entry, trace, modules, knowledge, seeders, library, function)
    script = bool(trace.draws)
    idle = {seeder.place.node for seeder in _seeders(interpreter) if not seeder.called} if script else ()
    own = [single for single in interpreter.functions() if single.scope.module.path == trace.entry]
    if trace.start is not None:
        own = _of_command(interpreter, own)
    own = [single for single in own if single.function.node not in idle]
    _run_uncalled(interpreter, own)
    trace.seeders = _seeders(interpreter)
    _doubt(interpreter)
    if _only_loads_weights(interpreter):
        trace.draws = [draw for draw in trace.draws if not _is_for_training(draw)]
    return trace


def _only_loads_weights(interpreter: Interpreter) -> bool:
    """Tell whether the program loads weights and trains none: what they were before is gone, and nothing is dropped."""
    trace = interpreter.recorder.trace
    paths = (path for path in trace.external if path.partition(".")[0] not in WITHOUT_LAYERS)
    called = trace.unseen.union(path.rpartition(".")[2] for path in paths)
    return not LOADS_WEIGHTS.isdisjoint(called) and not _trains(called | _behind(interpreter, trace.unseen))


def _behind(interpreter: Interpreter, unseen: Set[str]) -> set[str]:
    """Return what calls may lead to of which nothing is known but the last words: each may be of any function of the
    program by that name that was not seen to run."""
    idle: defaultdict[str, list[ir.Function]] = defaultdict(list)
    for function in interpreter.functions():
        if id(function.function) not in interpreter.evaluated:
            idle[function.function.name].append(function.function)
    found: set[str] = set()
    waiting = set(unseen)
    while waiting:
        found |= waiting
        waiting = {call for name in waiting & idle.keys() for single in idle[name] for call in single.calls} - found
    return found


def _trains(called: Set[str]) -> bool:
    by_hand = not GRADIENTS.isdisjoint(called) and not UPDATES.isdisjoint(called)
    return by_hand or not TRAINS.isdisjoint(called)


def _is_for_training(draw: DrawEvent) -> bool:
    """Tell whether initial weights are drawn (by default, by an initializer or by hand) or dropout, or in training."""
    by_default = draw.rule is None and draw.stream in ("python", "tensorflow") and draw.draw.when != "run"
    by_hand = not VARIABLES.isdisjoint(draw.call.context)
    return by_default or by_hand or draw.rule in ("SEED301", "SEED302") or draw.in_training


def trace_module(
    entry: Located,
    modules: Modules,
    knowledge: Knowledge,
    seeders: Iterable[str] = (),
    library: Library | None = None,
    *,
    draws: bool = False,
) -> Trace:
    """Trace the module `entry` on its own: its top level, and each of its functions with whatever
    arguments. What the streams hold then says nothing, but what is called does. Functions that call nothing that says
    something by itself are left out, unless it is their `draws` that are asked for."""
    trace = Trace(entry.path or "", knowledge.target, whole_program=False)
    interpreter = Interpreter(trace, modules, knowledge, frozenset(seeders), library)
    interpreter.run_packages(entry)
    module = interpreter.loaded[trace.entry] = Module(entry.path, entry.name, entry.package)
    interpreter.run_main(module)
    interpreter.finish()
    interpreter.briefly = not draws
    own = [function for function in interpreter.defined if function.scope.module is module]
    relevance = Relevance(trace.entry, knowledge)
    with interpreter.recorder.assuming():
        for function in own:
            if not interpreter.ran(function.function) and (draws or relevance.counts(function)):
                _call(interpreter, function)
        interpreter.finish()
    return trace


def _call(interpreter: Interpreter, function: LocalFunction) -> None:
    state = interpreter.recorder.fork()
    result = interpreter.call_function(function, [], interpreter.unknown_arguments(function, 0), None)
    place = Place(function.scope.module.path or "", function.function.node)
    interpreter.hand_over(result, "", place)
    interpreter.recorder.state = state


def _run_uncalled(interpreter: Interpreter, own: list[LocalFunction]) -> None:
    """Run the functions that nobody calls, each from the end of the top level.

    Who calls them, and in which order, is not known: what one of them seeds may be seeded in all.
    """
    trace = interpreter.recorder.trace
    first = len(trace.draws)
    seeded_by: dict[Stream, set[int]] = {}
    ran: dict[int, int] = {}
    with interpreter.recorder.assuming():
        for function in _roots_first(own):
            if interpreter.ran(function.function):
                continue
            seeds, draws = len(trace.seeds), len(trace.draws)
            _call(interpreter, function)
            interpreter.finish()
            for seed in trace.seeds[seeds:]:
                for stream in seed.streams if seed.holds == "constant" else ():
                    seeded_by.setdefault(stream, set()).add(function.function.node)
            ran.update(dict.fromkeys(range(draws, len(trace.draws)), function.function.node))
    for index in range(first, len(trace.draws)):
        draw = trace.draws[index]
        if draw.own_seed == "none" and seeded_by.get(draw.stream, set()) - {ran[index]}:
            draw.covered = True


def _doubt(interpreter: Interpreter) -> None:
    """Call what comes after something unseen uncertain, where that may have seeded: code from who knows where, or a
    function of the program that seeds and that somebody was given to call."""
    recorder = interpreter.recorder
    unseen = [recorder.anything]
    seeding = itertools.chain.from_iterable(single.seeding for single in interpreter.definitions())
    if any(_may_seed_unseen(interpreter, function) for function in seeding):
        unseen.append(recorder.unknown)
    for draw in recorder.trace.draws:
        if draw.stream in GLOBAL_STREAMS and any(order is not None and order < draw.order for order in unseen):
            draw.assumed = True


def _may_seed_unseen(interpreter: Interpreter, function: LocalFunction) -> bool:
    body = id(function.function)
    is_given = body in interpreter.passed_on or bool(function.decorated) or isinstance(function.owner, LocalClass)
    return is_given and body not in interpreter.evaluated


def _of_command(interpreter: Interpreter, own: list[LocalFunction]) -> list[LocalFunction]:
    """Leave out the functions that a command has nothing to do with: they are there for whoever imports the module.
    Its own are registered by decorators, as subcommands are, or mentioned in what it runs (`set_defaults(run=train)`).
    """
    ran = [single.function for single in own if id(single.function) in interpreter.evaluated]
    mentioned = frozenset[str]().union(*(function.names for function in ran))
    return [single for single in own if single.decorated or single.function.name in mentioned]


def _roots_first(own: list[LocalFunction]) -> list[LocalFunction]:
    """Order functions so that those that no other one mentions come first: they call the others. Who makes an object
    of a class mentions that, not its constructor."""
    bodies = {id(function.function): function.function for function in own}
    mentions = Counter(name for body in bodies.values() for name in body.names)

    def is_root(function: LocalFunction) -> bool:
        body = function.function
        name = function.owner.name if body.name == "__init__" and isinstance(function.owner, LocalClass) else body.name
        return mentions[name] == (name in body.names)

    return sorted(own, key=lambda function: not is_root(function))


def _seeders(interpreter: Interpreter) -> list[SeederEvent]:
    """Find the functions that are there to seed, and whether anybody called them. One that another function mentions
    may be called in a way that the trace does not see, and is left out."""
    definitions = interpreter.definitions()
    result: list[SeederEvent] = []
    for function in itertools.chain.from_iterable(single.seeders for single in definitions):
        body = function.function
        mentioning = itertools.chain.from_iterable(single.mentioning(body.name) for single in definitions)
        if any(other is not body and id(other) not in interpreter.evaluated for other in mentioning):
            continue
        streams = _streams_seeded(interpreter, function)
        if not streams:
            continue
        parameters = tuple(
            parameter.name
            for parameter in body.parameters
            if parameter.default is None and parameter.kind in ("positional", "any", "keyword")
        )
        place = Place(function.scope.module.path or "", body.node)
        called = id(body) in interpreter.evaluated
        pure = only_sets_up(body)
        result.append(SeederEvent(place, body.name, streams, called=called, pure=pure, parameters=parameters))
    return result


def _streams_seeded(interpreter: Interpreter, function: LocalFunction) -> tuple[Stream, ...]:
    """Find out which streams calling `function` would seed, without leaving a trace of it."""
    if not function.function.calls:
        return ()
    real = interpreter.recorder.trace
    trial = Trace(real.entry, real.target, whole_program=False)
    with interpreter.on_trial(trial):
        _call(interpreter, function)
    seeded = {stream for seed in trial.seeds if seed.holds == "constant" for stream in seed.streams}
    return tuple(stream for stream in ALL_SEEDED if stream in seeded)
