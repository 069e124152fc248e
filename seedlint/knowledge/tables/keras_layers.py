"""Keras's layers that draw (their weights draw as their `*_initializer` parameters say)."""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw

_DROPOUT = "Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout AlphaDropout"
_RATE = (unless("rate", 0, 0.0),)
_STDDEV = (unless("stddev", 0, 0.0),)
_AUGMENTATION = "RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomCrop"
_AUGMENTATION_3 = (
    "RandomErasing MixUp CutMix RandAugment RandomHue RandomSaturation RandomShear RandomGrayscale "
    "RandomColorJitter RandomGaussianBlur RandomPerspective RandomInvert RandomPosterization "
    "RandomSharpness RandomColorDegeneration RandomElasticTransform RandomHeight RandomWidth"
)
_RECURRENT = "LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell ConvLSTM1D ConvLSTM2D ConvLSTM3D"
_DROPS = (Draw("python", "SEED302", seed="seed", where=(unless("dropout", 0, 0.0),), parameter="dropout"),)


def _run_time_dropout(seed: str | None, *parameters: str) -> tuple[Draw, ...]:
    """Keras 2: drawn from TensorFlow's stream when the layer is called in training."""
    return tuple(
        Draw("tensorflow", "SEED302", seed, "run", (unless(parameter, 0, 0.0),), parameter) for parameter in parameters
    )


FAMILIES = (
    Family(
        prefix="keras.layers",
        names=_DROPOUT,
        seed_kind="keras",
        seed="seed",
        draws=(Draw("python", "SEED302", seed="seed", where=_RATE),),
        source="T1 Dropout()(x, training=True); T3 row 09",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names=_DROPOUT,
        seed_kind="keras",
        seed="seed",
        draws=(Draw("tensorflow", "SEED302", seed="seed", when="run", where=_RATE),),
        source="T1 Dropout()(x, training=True); T3 row 09; T7: SpatialDropout takes seed in **kwargs",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="GaussianNoise",
        seed_kind="keras",
        draws=(Draw("python", "SEED302", seed="seed", where=_STDDEV),),
        source="T1 GaussianNoise()(x, training=True)",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names="GaussianNoise",
        seed_kind="keras",
        draws=(Draw("tensorflow", "SEED302", seed="seed", when="run", where=_STDDEV),),
        source="T1 GaussianNoise()(x, training=True)",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names=f"{_RECURRENT} Attention AdditiveAttention",
        seed="seed",
        seed_kind="keras",
        draws=_DROPS,
        source="T1 LSTM(dropout=.5); measured: Python's state moves in the constructor",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names="MultiHeadAttention GroupQueryAttention",
        seed_kind="keras",
        draws=(
            Draw(
                "python",
                "SEED302",
                seed="seed",
                when="build",
                where=(unless("dropout", 0, 0.0),),
                parameter="dropout",
            ),
        ),
        source="T1 MultiHeadAttention(dropout=.5); measured: its Dropout is made when it is built",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names="LSTM GRU",
        seed="seed",
        seed_kind="keras",
        # With recurrent dropout the layer's cell makes both masks, and the cell isn't given the seed.
        draws=(*_run_time_dropout("seed", "dropout"), *_run_time_dropout(None, "recurrent_dropout")),
        source="T1 LSTM(dropout=.5); T7: takes seed in **kwargs; measured: with a seed, recurrent_dropout "
        "differs in every process",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="LSTMCell GRUCell SimpleRNNCell",
        seed="seed",
        seed_kind="keras",
        draws=_run_time_dropout("seed", "dropout", "recurrent_dropout"),
        source="T1 LSTM(dropout=.5); T7: takes seed in **kwargs; measured: TensorFlow's generator moves",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="SimpleRNN ConvLSTM1D ConvLSTM2D ConvLSTM3D",
        seed_kind="keras",
        draws=_run_time_dropout(None, "dropout", "recurrent_dropout"),
        source="T1 LSTM(dropout=.5); T7: has no seed parameter at all",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="MultiHeadAttention",
        seed_kind="keras",
        draws=_run_time_dropout(None, "dropout"),
        source="T1 MultiHeadAttention(dropout=.5); T7: has no seed parameter at all",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="Attention AdditiveAttention",
        seed="seed",
        seed_kind="keras",
        draws=_run_time_dropout("seed", "dropout"),
        source="T7: takes seed in **kwargs; measured: TensorFlow's generator moves",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names=_RECURRENT,
        draws=(
            Draw(
                "python",
                "SEED302",
                seed="seed",
                where=(unless("recurrent_dropout", 0, 0.0),),
                parameter="recurrent_dropout",
            ),
        ),
        source="T1 LSTM(recurrent_dropout=.5)",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names=f"{_AUGMENTATION} {_AUGMENTATION_3}",
        seed_kind="keras",
        draws=(Draw("python", "SEED303", seed="seed"),),
        source="T1 RandomFlip()(x, training=True) and following; T3 row 10",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names="AugMix",
        seed_kind="keras",
        draws=(
            Draw("python", "SEED303", seed="seed"),
            # Its chains are chosen by Python's random.choice, whatever its seed.
            Draw("python", None, when="run"),
        ),
        source="T1b AugMix(seed=1), T0 H14, aug_mix.py:242; measured: Python's state moves at the call too",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names="Solarization",
        seed_kind="keras",
        draws=(
            Draw("python", "SEED303", seed="seed", where=(unless("addition_factor", 0, 0.0),)),
            Draw(
                "python",
                "SEED303",
                seed="seed",
                where=(given("addition_factor", 0, 0.0), unless("threshold_factor", 0, 0.0)),
            ),
        ),
        source="T1 Solarization(): with its default factors there is nothing to draw",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names=f"{_AUGMENTATION} RandomHeight RandomWidth",
        seed_kind="keras",
        draws=(Draw("python", "SEED303", seed="seed", when="build"),),
        source="T1 RandomFlip()(x, training=True); T3 row 10; measured: Python's state moves when it is built",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="Pipeline StackedRNNCells RNN Bidirectional TimeDistributed Wrapper",
        irrelevant="the layers in it draw",
        source="measured: nothing moves",
    ),
    Family(
        prefix="keras.layers.experimental",
        names="RandomFourierFeatures",
        draws=(Draw("python", None, when="build"),),
        source="tf_keras/src/layers/kernelized.py: initializers without a seed",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.layers",
        names="AutoContrast Equalization ContrastLimitedAdaptiveHistogramEqualization MaxNumBoundingBoxes",
        irrelevant="an augmentation layer that draws nothing",
        source="measured: nothing moves",
    ),
)
