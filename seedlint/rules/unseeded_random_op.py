"""SEED304: random numbers from a stream without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED304", "the numbers differ in every run")

RULE = Rule(
    code="SEED304",
    name="unseeded-random-op",
    severity="warning",
    summary="random numbers from a stream without a seed",
    what=(
        "Reports draws of `random`, `numpy.random`, `tf.random`, `keras.random` and SciPy's distributions "
        "from a stream that holds no constant seed."
    ),
    why=("Data, noise or parameters that are drawn so differ in every run, and all that is computed from them."),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes."
    ),
    sources=(
        ("https://docs.python.org/3/library/random.html"),
        ("https://numpy.org/doc/stable/reference/random/legacy.html"),
        ("https://www.tensorflow.org/api_docs/python/tf/random/set_seed"),
    ),
    bad=(
        Example(
            code="""\
import numpy as np

noise = np.random.normal(size=10)
""",
            reason="nothing is seeded",
            found=(3,),
            fixed="""\
import numpy as np

np.random.seed(42)

noise = np.random.normal(size=10)
""",
        ),
        Example(
            code="""\
import random

import numpy as np

np.random.seed(0)
print(random.randint(1, 6))
""",
            reason="NumPy's seed does not set Python's `random`",
            found=(6,),
            fixed="""\
import random

import numpy as np

np.random.seed(0)
random.seed(0)
print(random.randint(1, 6))
""",
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np

np.random.seed(0)
noise = np.random.normal(size=10)
""",
            reason="the stream is seeded",
        ),
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(3)
noise = rng.normal(size=10)
""",
            reason="a generator with a constant seed",
        ),
        Example(
            code="""\
import tensorflow as tf

x = tf.random.normal((3,), seed=1)
y = tf.random.stateless_normal((3,), seed=(1, 2))
""",
            reason="each op has its seed",
        ),
        Example(
            code="""\
class random:
    @staticmethod
    def random():
        return 4


print(random.random())
""",
            reason="the program's own `random`",
        ),
    ),
    check=check,
)
