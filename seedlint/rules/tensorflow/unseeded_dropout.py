"""SEED302: dropout and noise layers without a seed."""

from __future__ import annotations

from seedlint.rules._draws import check_all
from seedlint.rules.rule import Example, Rule

check = check_all("SEED302", "other units are dropped in every run")

RULE = Rule(
    code="SEED302",
    name="unseeded-dropout",
    severity="warning",
    summary="dropout and noise layers without a seed",
    what=(
        "Reports dropout and noise layers, the `dropout` arguments of recurrent and attention layers, and "
        "`tf.nn.dropout`, that draw from a stream without a constant seed."
    ),
    why=(
        "The units that are dropped decide the gradients: training takes another course. Under Keras 3 "
        "these layers take their seed from Python's `random` when they are made, so `tf.random.set_seed` "
        "does not reach them; under Keras 2 they draw from TensorFlow's stream in training."
    ),
    fix_safety=(
        "Safe: the program gets its seed first (SEED101 to SEED104), which usually leaves nothing to do "
        "here; what is then still not covered gets a seed of its own. Only the choice of random numbers "
        "changes."
    ),
    sources=(
        ("https://keras.io/api/layers/regularization_layers/dropout/"),
        (
            "Experiment: with all initializers seeded, op determinism and `tf.random.set_seed(42)`, a model "
            "with an unseeded Dropout ended with other weights in 5 of 5 processes (Keras 3.15)"
        ),
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
layer = tf.keras.layers.Dropout(0.5)
""",
            reason="under Keras 3 the layer draws from Python's `random`",
            found=(4,),
            fixed="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
layer = tf.keras.layers.Dropout(0.5)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
layer = keras.layers.Dropout(0.5)
""",
            reason="the program is seeded",
        ),
        Example(
            code="""\
from keras.layers import Dropout

layer = Dropout(0.5, seed=3)
""",
            reason="the layer has a seed of its own",
        ),
        Example(
            code="""\
from keras.layers import Dropout

layer = Dropout(0)
""",
            reason="a rate of 0 drops nothing",
        ),
        Example(
            code="""\
import tensorflow as tf
import tf_keras

tf.random.set_seed(1)
layer = tf_keras.layers.Dropout(0.5)
""",
            reason="under Keras 2 the layer draws from TensorFlow's stream",
            target="keras2",
        ),
        Example(
            code="""\
from torch.nn import Dropout

layer = Dropout(0.5)
""",
            reason="another library's Dropout",
        ),
    ),
    check=check,
)
