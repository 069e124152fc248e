"""SEED112: a call that reseeds a global stream as a side effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.rules._draws import SEED_FUNCTIONS, seed_function, short_name
from seedlint.rules._seeding import describe
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.events import DrawEvent, SeedEvent
    from seedlint.rules.rule import View


def check(view: View) -> Iterator[Report]:
    """Report each side effect on a stream from which something else draws afterwards."""
    seen: set[object] = set()
    for seed in view.trace.seeds:
        if not seed.hidden or seed.holds != "constant" or seed.call is None or seed.place in seen:
            continue
        draws = _depending(view, seed)
        if draws:
            seen.add(seed.place)
            yield _report(view, seed, draws)


def _depending(view: View, seed: SeedEvent) -> list[DrawEvent]:
    """Return what others draw from the state that the call has left, each place once."""
    found = {
        draw.place: draw
        for draw in view.trace.draws
        if draw.state.seed is not None
        and draw.state.seed.call is seed.call
        and draw.call is not seed.call
        and draw.own_seed == "none"
    }
    return list(found.values())


def _report(view: View, seed: SeedEvent, draws: list[DrawEvent]) -> Report:
    stream, first = seed.streams[0], draws[0]
    name = short_name(seed.call.api.name) if seed.call is not None else ""
    return Report(
        seed.place,
        f"`{name}` calls `{SEED_FUNCTIONS[stream]}` with its seed: what is drawn from the `{stream}` stream after it "
        f"(`{short_name(first.call.api.name)}` first) follows from that seed, whatever the program seeds the stream "
        f"with before; call `{seed_function(view, first)}(SEED)` after it",
        "possible" if seed.call is None or seed.call.assumed or first.assumed or first.state.possible else "certain",
        seed.streams,
        related=tuple((draw.place, describe(draw)) for draw in draws),
    )


RULE = Rule(
    code="SEED112",
    name="hidden-reseeding",
    severity="note",
    summary="a call that reseeds a global stream as a side effect: `split_dataset(seed=)`, `flow(seed=)`",
    what="Reports calls that set the state of a global stream though they look as if their seed were their own: "
    "`keras.utils.split_dataset(shuffle=True, seed=…)` and `skipgrams(seed=…)` call `random.seed`, the flows of "
    "`ImageDataGenerator` call `np.random.seed`. Only where something else draws from that stream afterwards.",
    why="The program's own seed is undone there. Layers that are made after `split_dataset` start with weights that "
    "follow from the seed of the split: an experiment that varies the program's seed trains the same initial weights "
    "again and again, and one that varies the split varies the weights with it. A program that seeds nothing repeats, "
    "by accident, until the call is moved.",
    fix_safety="There is no fix: whether the draws are to follow from the program's seed (seed after the call) or were "
    "meant to repeat as they do is for a person to say.",
    sources=(
        "https://keras.io/api/utils/python_utils/",
        "Experiment: after `split_dataset(…, shuffle=True, seed=1)` the default weights of a layer were the same in "
        "every run, with no other seed, and with `random.seed` set to anything before (TensorFlow 2.15 and 2.21)",
    ),
    bad=(
        Example(
            code="""\
import keras
import numpy as np

keras.utils.set_random_seed(7)
training, testing = keras.utils.split_dataset(np.arange(20.0), left_size=0.8, shuffle=True, seed=1)
layer = keras.layers.Dense(8)
""",
            reason="the layer's weights follow from the seed of the split, not from 7",
            found=(5,),
        ),
        Example(
            code="""\
import keras
import numpy as np

training, testing = keras.utils.split_dataset(np.arange(20.0), left_size=0.8, shuffle=True, seed=1)
model = keras.Sequential([keras.layers.Dropout(0.5), keras.layers.Dense(8)])
""",
            reason="nothing else is seeded: the program repeats by accident",
            found=(4,),
        ),
    ),
    good=(
        Example(
            code="""\
import keras
import numpy as np

training, testing = keras.utils.split_dataset(np.arange(20.0), left_size=0.8, shuffle=True, seed=1)
keras.utils.set_random_seed(7)
layer = keras.layers.Dense(8)
""",
            reason="the program seeds after it",
        ),
        Example(
            code="""\
import keras
import numpy as np

keras.utils.set_random_seed(7)
layer = keras.layers.Dense(8)
training, testing = keras.utils.split_dataset(np.arange(20.0), left_size=0.8, shuffle=True, seed=1)
""",
            reason="nothing draws from Python's stream after it",
        ),
        Example(
            code="""\
import keras
import numpy as np

keras.utils.set_random_seed(7)
training, testing = keras.utils.split_dataset(np.arange(20.0), left_size=0.8, shuffle=True)
layer = keras.layers.Dense(8)
""",
            reason="without a seed it draws from the stream like others, and sets nothing",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(7)
generator = keras.preprocessing.image.ImageDataGenerator(rotation_range=20)
pictures = next(generator.flow_from_directory("pictures", seed=1))
masks = next(generator.flow_from_directory("masks", seed=1))
""",
            reason="each flow sets the stream for itself: pictures and masks are turned alike, on purpose",
        ),
    ),
    check=check,
)
