"""SEED301: explicit initializers without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED301", "the weights differ in every run")

RULE = Rule(
    code="SEED301",
    name="unseeded-initializer",
    severity="warning",
    summary="explicit initializers without a seed",
    what=(
        "Reports initializers that the program names, by class (`GlorotUniform()`) or by string "
        '(`kernel_initializer="he_normal"`), and that draw from a stream without a constant seed. Layers '
        "that keep their default initializer are shown with the seeding fault behind them (SEED101 to "
        "SEED104), and get findings of their own under `--strict`."
    ),
    why=(
        "Other initial weights lead to another model. Under Keras 3 an initializer draws when it is made, "
        "under Keras 2 when its layer is built, and since TensorFlow 2.10 from Python's `random`, "
        "whatever `tf.random.set_seed` was told."
    ),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes. Under `--strict` each initializer gets another seed: two with one seed give their "
        "layers the same weights."
    ),
    sources=(
        ("https://keras.io/api/layers/initializers/"),
        (
            "Experiment: `GlorotUniform()` gives the same weights in every process after `random.seed(42)`, "
            "and others after `tf.random.set_seed(42)` (TensorFlow 2.10, 2.15, 2.21)"
        ),
    ),
    bad=(
        Example(
            code="""\
import keras

layer = keras.layers.Dense(8, kernel_initializer="he_normal")
""",
            reason="an initializer named by a string",
            found=(3,),
            fixed="""\
import keras

keras.utils.set_random_seed(42)

layer = keras.layers.Dense(8, kernel_initializer="he_normal")
""",
        ),
        Example(
            code="""\
import keras

SEED = 3
keras.utils.set_random_seed(SEED)
first = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal())
second = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal())
""",
            reason="under `--strict` each initializer has a seed of its own, another one each",
            found=(5, 6),
            strict=True,
            fixed="""\
import keras

SEED = 3
keras.utils.set_random_seed(SEED)
first = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=SEED))
second = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=SEED + 1))
""",
        ),
    ),
    good=(
        Example(
            code="""\
import keras

keras.utils.set_random_seed(42)
layer = keras.layers.Dense(8, kernel_initializer="he_normal")
""",
            reason="the program is seeded",
        ),
        Example(
            code="""\
import keras

layer = keras.layers.Dense(8, kernel_initializer=keras.initializers.HeNormal(seed=1))
""",
            reason="the initializer has a seed of its own",
        ),
        Example(
            code="""\
import keras

layer = keras.layers.Dense(8, kernel_initializer="zeros", bias_initializer="ones")
""",
            reason="these initializers are not random",
        ),
        Example(
            code="""\
import keras


def dense(units, seed):
    return keras.layers.Dense(units, kernel_initializer=keras.initializers.HeNormal(seed=seed))
""",
            reason="the seed is passed on: whoever calls the function gives it",
        ),
    ),
    check=check,
)
