"""What the rules on uncovered draws (301 to 305, 401 to 404) have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seedlint.program.faults import SEEDABLE
from seedlint.program.values import Constant
from seedlint.rules.rule import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import DrawEvent, Place, Trace
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

SEED_FUNCTIONS: Final = {
    "python": "random.seed",
    "numpy": "numpy.random.seed",
    "tensorflow": "tensorflow.random.set_seed",
    "keras": "keras.utils.set_random_seed",
}
_EXPERIMENTS: Final = frozenset(
    {"tensorflow", "keras", "tf_keras", "numpy", "sklearn", "pandas", "scipy", "torch", "jax"}
)
"""Packages that a program imports whose numbers matter."""
_STATEFUL_IN_GRAPH: Final = "tensorflow.data.Dataset.map"


def is_an_experiment(trace: Trace) -> bool:
    """Tell whether the program works with data, or wants its random numbers to repeat."""
    return bool(trace.seeds) or not _EXPERIMENTS.isdisjoint(trace.imported)


def uncovered(view: View, code: str) -> Iterator[DrawEvent]:
    """Return the draws that rule `code` has to report, each place once.

    Those are the ones that no constant seed covers; under `strict`, all that have no seed of their own.
    """
    seen: set[object] = set()
    for draw in view.trace.draws:
        if draw.own_seed != "none" or draw.place in seen or _crashes(draw):
            continue
        if draw.covered and draw.stream == "tensorflow-generator":
            continue  # the global generator takes no seed but the one that it is set with
        wanted = draw.rule == code or (view.strict and code == strict_code(draw))
        uncovered_here = view.trace.whole_program and not draw.covered and draw.rule == code
        if wanted and (view.strict or uncovered_here):
            seen.add(draw.place)
            yield draw


def _crashes(draw: DrawEvent) -> bool:
    """Tell whether the callable is gone, so that it draws only once that is mended (201 to 206)."""
    return draw.call.api.removed is not None and draw.call.api.removed.error != ""


def strict_code(draw: DrawEvent) -> str | None:
    """Return the rule that reports `draw` under `strict`: a layer's default initializer has one there."""
    if draw.rule is None and draw.draw.parameter is not None:
        return "SEED301"
    return draw.rule


def name_of(draw: DrawEvent) -> str:
    """Return what to call the callable that draws: the last words of its name."""
    return short_name(draw.call.api.name)


def short_name(path: str) -> str:
    """Return the last words of a dotted name, enough to recognise it."""
    words = path.split(".")
    if words[-1][:1].isupper() or words[0] in ("sklearn", "scipy"):
        return words[-1]
    if len(words) > 1 and words[-2][:1].isupper():
        return ".".join(words[-2:])
    return ".".join([{"tensorflow": "tf", "numpy": "np"}.get(words[0], words[0]), *words[1:]])


def program_seed(trace: Trace) -> int | None:
    """Return the number that the program seeds with, if it does so with a literal one."""
    for seed in trace.seeds:
        if isinstance(seed.value, Constant) and type(seed.value.value) is int and 0 <= seed.value.value < 2**32:
            return seed.value.value
    return None


def where_it_comes_from(draw: DrawEvent) -> str:
    """Return the half sentence that names the stream and its state."""
    if draw.stream == "generator":
        return "takes its state from the operating system"
    if draw.stream == "tensorflow-generator":
        return "uses the global generator, which no seed function sets"
    state = {
        "unseeded": "is not seeded",
        "varying": "holds a seed that changes from run to run",
        "constant": "is shared",
    }
    return f"draws from the `{draw.stream}` stream, which {state[draw.state.holds]} here"


def report(
    view: View,
    draw: DrawEvent,
    effect: str,
    fix: Callable[[Rewriter], Fix | None] | None = None,
    *,
    advice: str = "",
) -> Report:
    """Return the report of an uncovered draw. `effect` completes "…: " with what differs in every run; `fix`
    and `advice` replace the usual ones: give it a seed, or seed the program."""
    advice = advice or _advice(view, draw)
    message = f"`{name_of(draw)}` {where_it_comes_from(draw)}: {effect}; {advice}"
    if draw.covered:
        message = (
            f"`{name_of(draw)}` has no seed of its own: it depends on all that draws from the "
            f"`{draw.stream}` stream before it; {advice}"
        )
    return Report(
        draw.place,
        message,
        "possible" if draw.assumed or draw.state.possible else "certain",
        (draw.stream,),
        related=_without_seed(draw),
        fix=fix if fix is not None else give_seed(view, draw),
    )


def _without_seed(draw: DrawEvent) -> tuple[tuple[Place, str], ...]:
    """Return the call of the function that passes on to `draw` what it was given for a seed, if that is none."""
    given = None if draw.draw.seed is None else draw.call.value(draw.draw.seed)
    return ((draw.chain[-1], "called here, without a seed"),) if given == Constant(None) and draw.chain else ()


def _advice(view: View, draw: DrawEvent) -> str:
    seed = draw.draw.seed
    own = f"pass `{seed}=SEED`" if seed is not None and not in_dataset_map(draw) else ""
    if draw.covered and own:
        return own
    if draw.stream not in SEEDABLE:
        return own or "use a generator that you seed"
    call = f"call `{seed_function(view, draw)}(SEED)` before it"
    return f"{call}, or {own}" if own else call


def seed_function(view: View, draw: DrawEvent) -> str:
    """Return the dotted name of the function that seeds what `draw` draws from, in this program."""
    if view.trace.uses_tensorflow or draw.stream in ("tensorflow", "keras"):
        return set_random_seed(view.trace)
    return SEED_FUNCTIONS[draw.stream]


def set_random_seed(trace: Trace) -> str:
    """Return the dotted name of the function that seeds all streams, in the Keras that the program uses."""
    return f"{'tf_keras' if 'tf_keras' in trace.imported else 'keras'}.utils.set_random_seed"


def in_dataset_map(draw: DrawEvent) -> bool:
    """Tell whether the draw is one of `tf.random` or `tf.image` inside `Dataset.map`.

    A seed of its own would make it draw the same numbers in every epoch there (FACTS.md, T0 H8).
    """
    return draw.stream == "tensorflow" and _STATEFUL_IN_GRAPH in draw.call.context


_OWN_NUMBER_EACH: Final = frozenset({"SEED301", "SEED302", "SEED303"})


def give_seed(view: View, draw: DrawEvent) -> Callable[[Rewriter], Fix | None] | None:
    """Return the fix that gives the draw a constant seed of its own, if it takes one."""
    parameter = draw.draw.seed
    if parameter is None or in_dataset_map(draw):
        return None
    names = [single.name for single in draw.call.api.parameters if single.kind in ("positional", "any")]
    position = names.index(parameter) if parameter in names else None
    known = program_seed(view.trace)

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(draw.call.place.node)
        if call is None or rewriter.passes_on(call, parameter, position):
            return None
        fresh = draw.rule in _OWN_NUMBER_EACH
        seed = rewriter.fresh_seed(call, known) if fresh else rewriter.seed(call, known)
        if not call.args and position == 0 and draw.rule == "SEED305":
            edits = rewriter.editor.replace(call, f"{rewriter.editor.text_of(call.func)}({seed})")
            return rewriter.fix("safe", f"seed it with {seed}", edits)
        edits_ = rewriter.editor.set_argument(call, parameter, position, seed)
        return rewriter.fix("safe", f"pass `{parameter}={seed}`", edits_)

    return fix


def check_all(code: str, effect: str) -> Callable[[View], Iterable[Report]]:
    """Return the check of a rule that reports each uncovered draw of `code`."""

    def check(view: View) -> Iterator[Report]:
        for draw in uncovered(view, code):
            yield report(view, draw, effect)

    return check
