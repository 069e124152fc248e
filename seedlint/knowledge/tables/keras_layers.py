"""Keras's layers that draw (their weights draw as their `*_initializer` parameters say)."""

from __future__ import annotations

from seedlint.knowledge.families import Family, unless
from seedlint.knowledge.model import Draw

_DROPOUT = "Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout AlphaDropout"
_RATE = (unless("rate", 0, 0.0),)
_STDDEV = (unless("stddev", 0, 0.0),)
_AUGMENTATION = (
    "RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomCrop"
)
_AUGMENTATION_3 = (
    "RandomErasing MixUp CutMix RandAugment RandomHue RandomSaturation RandomShear RandomGrayscale "
    "RandomColorJitter RandomGaussianBlur RandomPerspective RandomInvert RandomPosterization "
    "RandomSharpness RandomColorDegeneration RandomElasticTransform"
)
_RECURRENT = "LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell ConvLSTM1D ConvLSTM2D ConvLSTM3D"
_ATTENTION = "MultiHeadAttention GroupQueryAttention Attention AdditiveAttention"

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
        names=f"{_RECURRENT} {_ATTENTION}",
        seed_kind="keras",
        seed="seed",
        draws=(
            Draw("python", "SEED302", seed="seed", where=(unless("dropout", 0, 0.0),), parameter="dropout"),
        ),
        source="T1 LSTM(dropout=.5), MultiHeadAttention(dropout=.5)",
        targets=("keras3",),
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
        draws=(Draw("python", "SEED303"),),
        source="T1b AugMix(seed=1), T0 H14: its seed doesn't cover what it draws (aug_mix.py:242)",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names=f"{_AUGMENTATION} RandomHeight RandomWidth",
        seed_kind="keras",
        draws=(Draw("python", "SEED303", seed="seed", when="run"),),
        source="T1 RandomFlip()(x, training=True); T3 row 10",
        targets=("keras2",),
    ),
)
