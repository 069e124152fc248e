"""Keras besides its layers: initializers, `keras.random`, utilities, models, data sets, the backend."""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw, Removed, Seeds

_INITIALIZERS = (
    "GlorotUniform GlorotNormal HeUniform HeNormal LecunUniform LecunNormal RandomNormal RandomUniform "
    "TruncatedNormal VarianceScaling Orthogonal"
)
_APPLICATIONS = (
    "ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge DenseNet121 DenseNet169 "
    "DenseNet201 EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 "
    "EfficientNetB5 EfficientNetB6 EfficientNetB7 EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 "
    "EfficientNetV2B3 EfficientNetV2L EfficientNetV2M EfficientNetV2S InceptionResNetV2 InceptionV3 "
    "MobileNet MobileNetV2 MobileNetV3Large MobileNetV3Small NASNetLarge NASNetMobile ResNet101 "
    "ResNet101V2 ResNet152 ResNet152V2 ResNet50 ResNet50V2 VGG16 VGG19 Xception"
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
        draws=(Draw("numpy", "SEED304", seed="seed", mixes=True),),
        source="T1 tf.keras.backend.random_normal(); with a seed it varies where TensorFlow's global seed does",
    ),
    Family(
        prefix="keras.backend",
        names="dropout",
        seed_kind="keras",
        draws=(Draw("numpy", "SEED302", seed="seed", mixes=True),),
        source="keras/src/legacy/backend.py dropout",
    ),
    Family(
        prefix="keras.utils",
        names="image_dataset_from_directory text_dataset_from_directory audio_dataset_from_directory",
        seed_kind="numpy",
        makes="tensorflow.data.Dataset",
        draws=(Draw("numpy", "SEED402", seed="seed", where=(unless("shuffle", False),), mixes=True),),
        source="T1 image_dataset_from_directory(); T3 row 31",
    ),
    Family(
        prefix="keras.utils",
        names="timeseries_dataset_from_array",
        seed_kind="numpy",
        makes="tensorflow.data.Dataset",
        draws=(Draw("numpy", "SEED402", seed="seed", where=(given("shuffle", True),), mixes=True),),
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
        names="keras.preprocessing.image.ImageDataGenerator",
        irrelevant="its flows draw",
        source="measured: nothing moves",
    ),
    Family(
        prefix="keras.preprocessing.image.ImageDataGenerator",
        names="flow flow_from_directory flow_from_dataframe",
        seed_kind="numpy",
        makes="keras.preprocessing.image.Iterator",
        # A flow that doesn't shuffle draws only if its generator augments, which the call doesn't tell;
        # one for validation usually does neither.
        draws=(Draw("numpy", "SEED303", seed="seed", when="run", where=(unless("shuffle", False),)),),
        seeds=Seeds(("numpy",), "seed", only_if_given=True, when="run"),
        source="T1 ImageDataGenerator().flow(); T3 row 30; T8: it calls np.random.seed(seed + batch)",
    ),
    Family(
        prefix="keras.preprocessing.image",
        names="NumpyArrayIterator DirectoryIterator Iterator",
        seed="seed",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED303", seed="seed", when="run", where=(unless("shuffle", False),)),),
        seeds=Seeds(("numpy",), "seed", only_if_given=True, when="run"),
        source="T1 ImageDataGenerator().flow(): it makes these",
    ),
    Family(
        prefix="keras.preprocessing.image.ImageDataGenerator",
        names="random_transform get_random_transform",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED303", seed="seed"),),
        seeds=Seeds(("numpy",), "seed", only_if_given=True),
        source="measured: NumPy's state moves; keras/src/legacy/preprocessing/image.py: np.random.seed(seed)",
    ),
    Family(
        prefix="keras.preprocessing.image.ImageDataGenerator",
        names="fit",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED303", seed="seed", where=(given("augment", True),)),),
        seeds=Seeds(("numpy",), "seed", only_if_given=True),
        source="measured: NumPy's state moves with augment=True or with a seed",
    ),
    Family(
        prefix="keras.preprocessing.image",
        names="random_rotation random_shift random_shear random_zoom random_channel_shift random_brightness",
        draws=(Draw("numpy", "SEED303"),),
        source="measured: NumPy's state moves, K3 and tf_keras",
    ),
    Family(
        prefix="keras.preprocessing.sequence",
        names="skipgrams",
        seed_kind="python",
        draws=(Draw("python", "SEED304"),),
        seeds=Seeds(("python",), "seed", only_if_given=True, after_draws=True),
        source="T1 skipgrams(seed=1): the words are drawn before the seed is set; sequence_utils.py: random.seed(seed)",
    ),
    Family(
        names="keras.Model keras.Sequential",
        source="T1 Sequential([Input, Dense]): the layers in it draw, not the model",
        irrelevant="its layers draw, not the model",
    ),
    Family(
        prefix="keras.Model",
        names="fit",
        # On arrays, which come with their targets; a PyDataset's order is drawn from python (T1), a tf.data data
        # set's is its own, and both bring their targets with them.
        draws=(Draw("tensorflow", None, where=(unless("shuffle", False), unless("y", None))),),
        source="T1 model.fit(numpy, shuffle=True) order",
    ),
    Family(
        prefix="keras.Model",
        names="fit",
        source="T8: TypeError; measured",
        retired=tuple(
            (
                parameter,
                Removed(
                    "SEED405",
                    f"TypeError: TensorFlowTrainer.fit() got an unexpected keyword argument '{parameter}'",
                    note=f"give {parameter} to the keras.utils.PyDataset",
                ),
            )
            for parameter in ("workers", "use_multiprocessing", "max_queue_size")
        ),
        targets=("keras3",),
    ),
    Family(
        prefix="keras.Layer",
        names="add_weight",
        source="T1 add_weight() default init; measured: without an initializer it is glorot_uniform",
        initializers=(("initializer", "glorot_uniform"),),
    ),
    Family(
        prefix="keras.models",
        names="clone_model model_from_json model_from_config model_from_yaml",
        makes="keras.Model",
        draws=(Draw("python", None),),
        source="T3 rows 28, 29; measured: Python's state moves",
    ),
    Family(
        names="keras.Layer.from_config keras.Model.from_config keras.Sequential.from_config keras.layers.deserialize "
        "keras.initializers.deserialize",
        draws=(Draw("python", None),),
        source="T3 row 29; measured: Python's state moves",
        targets=("keras3",),
    ),
    Family(
        names="keras.models.load_model",
        makes="keras.Model",
        irrelevant="what it draws is overwritten by the weights that it loads",
        source="consumption of global streams per call (T3)",
    ),
    Family(
        prefix="keras.initializers",
        names="get",
        draws=(
            Draw(
                "python",
                "SEED301",
                where=(
                    given(
                        "identifier",
                        *("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform"),
                        *("lecun_normal", "random_uniform", "random_normal", "uniform", "normal"),
                        *("truncated_normal", "variance_scaling", "orthogonal", "GlorotUniform"),
                        *("GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal"),
                        *("RandomUniform", "RandomNormal", "TruncatedNormal", "VarianceScaling"),
                        *("Orthogonal", "OrthogonalInitializer"),
                        unknown=False,
                    ),
                ),
            ),
        ),
        source="measured: Python's state moves for 'glorot_uniform', not for 'zeros'",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.applications",
        names=_APPLICATIONS,
        makes="keras.Model",
        draws=(Draw("python", None, where=(given("weights", None),)),),
        source="measured: MobileNetV2(weights=None) moves Python's state; with weights, they are loaded over it",
    ),
    Family(
        prefix="keras.datasets",
        names="boston_housing.load_data california_housing.load_data imdb.load_data reuters.load_data",
        irrelevant="the seed has a constant default (113), and is a generator's of its own",
        source="T7",
    ),
    Family(
        prefix="keras.utils",
        names="warmstart_embedding_matrix",
        draws=(
            Draw(
                "python",
                None,
                where=(unless("new_embeddings_initializer", "zeros", "ones", "identity"),),
            ),
        ),
        source="tf_keras/src/utils/warmstart_embedding_matrix.py; as an initializer",
        targets=("keras2",),
    ),
    Family(
        prefix="keras.utils",
        names="GeneratorEnqueuer",
        irrelevant="random_seed is for the worker processes only",
        source="tf_keras/src/utils/data_utils.py",
    ),
    Family(
        prefix="keras.initializers",
        names="STFT Identity Zeros Ones Constant",
        irrelevant="draws nothing",
        source="T1 initializers.Zeros()(shape); measured: nothing moves",
    ),
    Family(
        names="keras.initializers.Initializer",
        irrelevant="abstract",
        source="keras/src/initializers/initializer.py",
    ),
    Family(
        prefix="keras.ops.image",
        names="elastic_transform",
        seed_kind="keras",
        draws=(Draw("keras", "SEED303", seed="seed"),),
        source="keras/src/backend/tensorflow/image.py: draw_seed(seed)",
        targets=("keras3",),
    ),
    Family(
        prefix="keras.layers",
        names="JaxLayer FlaxLayer",
        irrelevant="needs the JAX backend",
        source="keras/src/utils/jax_layer.py",
    ),
)
