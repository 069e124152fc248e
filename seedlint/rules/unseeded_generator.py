"""SEED305: a random generator of the program's own without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED305", "its numbers differ in every run")

RULE = Rule(
    code="SEED305",
    name="unseeded-generator",
    severity="warning",
    summary="a random generator of the program's own without a seed",
    what=(
        "Reports generators that the program makes for itself without a seed: `default_rng()`, "
        "`RandomState()`, `random.Random()`, `SeedGenerator()`, "
        "`tf.random.Generator.from_non_deterministic_state()`, and `tf.random.get_global_generator()` "
        "before it is set."
    ),
    why=(
        "Such a generator takes its state from the operating system. No global seed reaches it: a program "
        "can be seeded in full and still differ because of one."
    ),
    fix_safety=(
        "Safe: the generator gets the program's seed. Generators that must differ from each other (one "
        "for each worker) need different seeds: derive them from one, with "
        "`numpy.random.SeedSequence(SEED).spawn(n)`."
    ),
    sources=(
        ("https://numpy.org/doc/stable/reference/random/generator.html"),
        ("https://www.tensorflow.org/guide/random_numbers"),
        (
            "Experiment: none of random.seed, np.random.seed, tf.random.set_seed and "
            "keras.utils.set_random_seed made `default_rng()` repeat"
        ),
    ),
    bad=(
        Example(
            code="""\
import numpy as np

np.random.seed(0)
rng = np.random.default_rng()
noise = rng.normal(size=10)
""",
            reason="the global seed does not reach a generator of one's own",
            found=(4,),
            fixed="""\
import numpy as np

np.random.seed(0)
rng = np.random.default_rng(0)
noise = rng.normal(size=10)
""",
        ),
        Example(
            code="""\
import random

SEED = 5
rng = random.Random()
print(rng.random())
""",
            reason="the program's own constant is used",
            found=(4,),
            fixed="""\
import random

SEED = 5
rng = random.Random(SEED)
print(rng.random())
""",
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(0)
noise = rng.normal(size=10)
""",
            reason="the generator is seeded",
        ),
        Example(
            code="""\
import numpy as np


def sample(rng=None, seed=0):
    rng = rng or np.random.default_rng(seed)
    return rng.normal()
""",
            reason="whoever calls the function gives the seed",
        ),
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
generator = keras.random.SeedGenerator()
""",
            reason="a SeedGenerator takes its seed from Python's `random`, which is seeded",
        ),
    ),
    check=check,
)
