"""SEED303: augmentation without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED303", "the augmentation differs in every run")

RULE = Rule(
    code="SEED303",
    name="unseeded-augmentation",
    severity="warning",
    summary="augmentation without a seed",
    what=(
        "Reports augmentation layers (`RandomFlip`, `RandomRotation`…), `tf.image.random_*` and flows of "
        "`ImageDataGenerator` that draw from a stream without a constant seed."
    ),
    why=(
        "The model sees other pictures in every run. The layers draw from Python's `random` when they are "
        "made, `tf.image.random_*` from TensorFlow's stream, `ImageDataGenerator` from NumPy's while it "
        "is iterated."
    ),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes. No seed is given to `tf.image.random_*` inside `Dataset.map`: it would repeat the same "
        "numbers in every epoch."
    ),
    sources=(
        ("https://keras.io/api/layers/preprocessing_layers/image_augmentation/"),
        (
            "Experiment: a seeded `tf.image.random_*` in `Dataset.map` drew the same numbers in each of three "
            "epochs (TensorFlow 2.21 and 2.15)"
        ),
    ),
    bad=(
        Example(
            code="""\
import keras

flip = keras.layers.RandomFlip("horizontal")
""",
            reason="nothing is seeded",
            found=(3,),
            fixed="""\
import keras

keras.utils.set_random_seed(42)

flip = keras.layers.RandomFlip("horizontal")
""",
        ),
    ),
    good=(
        Example(
            code="""\
import keras

keras.utils.set_random_seed(42)
flip = keras.layers.RandomFlip("horizontal")
""",
            reason="the program is seeded",
        ),
        Example(
            code="""\
import keras

flip = keras.layers.RandomFlip("horizontal", seed=2)
""",
            reason="the layer has a seed of its own",
        ),
        Example(
            code="""\
import tensorflow as tf

image = tf.image.stateless_random_brightness(tf.zeros((4, 4, 3)), 0.2, seed=(1, 2))
""",
            reason="a stateless op always takes its seed",
        ),
    ),
    check=check,
)
