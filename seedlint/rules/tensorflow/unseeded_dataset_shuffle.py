"""SEED401: shuffled datasets without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED401", "the order of the data differs in every run")

RULE = Rule(
    code="SEED401",
    name="unseeded-dataset-shuffle",
    severity="warning",
    summary="shuffled datasets without a seed",
    what=(
        "Reports `Dataset.shuffle`, `list_files` (which shuffles unless told not to), "
        "`sample_from_datasets`, `rejection_resample` and others of `tf.data` that draw from TensorFlow's "
        "stream without a constant seed."
    ),
    why=(
        "The order of the data decides the course of training. `tf.data` takes its seed when the dataset "
        "is defined: a seed that comes later does not reach it."
    ),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes."
    ),
    sources=(
        ("https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle"),
        (
            "Experiment: `Dataset.shuffle` repeats after `tf.random.set_seed` only if that came before the "
            "dataset was defined (TensorFlow 2.21 and 2.15)"
        ),
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

data = tf.data.Dataset.range(100).shuffle(100).batch(10)
""",
            reason="nothing is seeded",
            found=(3,),
            fixed="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(42)

data = tf.data.Dataset.range(100).shuffle(100).batch(10)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

data = tf.data.Dataset.range(100).shuffle(100, seed=1).batch(10)
""",
            reason="the shuffle has a seed of its own",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
data = tf.data.Dataset.range(100).shuffle(100)
""",
            reason="TensorFlow's stream is seeded",
        ),
        Example(
            code="""\
import tensorflow as tf

files = tf.data.Dataset.list_files("*.png", shuffle=False)
""",
            reason="sorted, not shuffled",
        ),
    ),
    check=check,
)
