"""Keras besides its layers: initializers, `keras.random`, utilities, models, data sets, the backend."""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw, Seeds

_INITIALIZERS = (
    "GlorotUniform GlorotNormal HeUniform HeNormal LecunUniform LecunNormal RandomNormal RandomUniform "
    "TruncatedNormal VarianceScaling Orthogonal"
)

FAMILIES = (
    Family(
        prefix="keras.utils",
        names="set_random_seed",
        seed_kind="keras",
        seeds=Seeds(("python", "numpy", "tensorflow", "keras"), "seed"),
        source="T1 KSRS; T0 H13: of Keras 3 it resets keras.random's generator from 3.13 on",
    ),
    Family(
        prefix="keras.initializers",
        names=_INITIALIZERS,
        seed_kind="keras",
        draws=(Draw("python", "SEED301", seed="seed"),),
        source="T1 initializers.GlorotUniform()(shape); T3 row 03",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.initializers",
        names=_INITIALIZERS,
        seed_kind="keras",
        draws=(Draw("python", "SEED301", seed="seed", when="build"),),
        source="T1 initializers.GlorotUniform()(shape); T3 row 03",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.random",
        names="normal uniform truncated_normal categorical gamma beta binomial randint",
        seed_kind="keras",
        draws=(Draw("keras", "SEED304", seed="seed"),),
        source="T1 keras.random.normal(); T3 rows 24, 25",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.random",
        names="dropout",
        seed_kind="keras",
        draws=(Draw("keras", "SEED302", seed="seed", where=(unless("rate", 0, 0.0),)),),
        source="T1 keras.random.dropout()",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.random",
        names="shuffle",
        seed_kind="keras",
        draws=(Draw("keras", "SEED403", seed="seed"),),
        source="T1 keras.random.shuffle()",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.random",
        names="SeedGenerator",
        seed_kind="keras",
        draws=(Draw("python", "SEED305", seed="seed"),),
        source="T1 keras.random.SeedGenerator(); T3 row 26",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.backend",
        names="random_normal random_uniform random_bernoulli random_binomial truncated_normal "
        "random_normal_variable random_uniform_variable",
        seed_kind="keras",
        draws=(Draw("numpy", "SEED304", seed="seed"),),
        source="T1 tf.keras.backend.random_normal()",
    ),
    Family(
        prefix="keras.backend",
        names="dropout",
        seed_kind="keras",
        draws=(Draw("numpy", "SEED302", seed="seed"),),
        source="keras/src/legacy/backend.py dropout",
    ),
    Family(
        prefix="keras.utils",
        names="image_dataset_from_directory text_dataset_from_directory audio_dataset_from_directory",
        seed_kind="numpy",
        makes="tensorflow.data.Dataset",
        draws=(Draw("numpy", "SEED402", seed="seed", where=(unless("shuffle", False),)),),
        source="T1 image_dataset_from_directory(); T3 row 31",
    ),
    Family(
        prefix="keras.utils",
        names="timeseries_dataset_from_array",
        seed_kind="numpy",
        makes="tensorflow.data.Dataset",
        draws=(Draw("numpy", "SEED402", seed="seed", where=(given("shuffle", True),)),),
        source="T1 timeseries_dataset_from_array(shuffle=True)",
    ),
    Family(
        prefix="keras.utils",
        names="split_dataset",
        seed_kind="python",
        draws=(Draw("python", "SEED402", seed="seed", where=(given("shuffle", True),)),),
        seeds=Seeds(("python",), "seed", only_if_given=True),
        source="T1 split_dataset(shuffle=True); T3 row 48; T8: it calls random.seed(seed)",
    ),
    Family(
        prefix="keras.preprocessing.sequence",
        names="skipgrams",
        draws=(Draw("python", "SEED304"),),
        source="T1 skipgrams(seed=1): the words are drawn before the seed is set",
    ),
    Family(
        names="keras.Model keras.Sequential",
        source="T1 Sequential([Input, Dense]): the layers in it draw, not the model",
        irrelevant="its layers draw, not the model",
    ),
    Family(
        prefix="keras.Model",
        names="fit",
        draws=(Draw("tensorflow", None, where=(unless("shuffle", False),)),),
        source="T1 model.fit(numpy, shuffle=True) order (a PyDataset's is drawn from python, T1)",
    ),
    Family(
        prefix="keras.models",
        names="clone_model model_from_json",
        makes="keras.Model",
        draws=(Draw("python", None),),
        source="T3 rows 28, 29; consumption per call",
    ),
)
