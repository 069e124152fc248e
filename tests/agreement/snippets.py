"""The calls that the trial's programs are made of, one for each kind of draw that `knowledge` has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreement.more_snippets import MORE
from agreement.snippet import WEIGHTS, Snippet, table, without_seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYTHON = """
random
uniform 0, 1
randint 0, 10**9
randrange 10**9
choice range(10**9)
choices range(10**9), k=3
sample range(10**9), 3
getrandbits 64
randbytes 8
gauss 0, 1
normalvariate 0, 1
lognormvariate 0, 1
expovariate 1
vonmisesvariate 0, 4
gammavariate 2, 3
betavariate 2, 3
paretovariate 3
weibullvariate 2, 3
triangular 0, 1, 0.5
"""

_NUMPY = """
beta 2, 3, size=3
binomial 10**6, 0.5, size=3
bytes 8
chisquare 3, size=3
choice 10**9, size=3
dirichlet [1, 2, 3]
exponential size=3
f 3, 4, size=3
gamma 2, size=3
geometric 1e-5, size=3
gumbel size=3
hypergeometric 10**6, 10**6, 10**5, size=3
laplace size=3
logistic size=3
lognormal size=3
logseries 0.99999, size=4
multinomial 10**6, [0.2, 0.3, 0.5]
multivariate_normal [0, 0], [[1, 0], [0, 1]]
negative_binomial 1000, 0.01, size=3
noncentral_chisquare 3, 1, size=3
noncentral_f 3, 4, 1, size=3
normal size=3
pareto 2, size=3
poisson 10**6, size=3
power 2, size=3
rayleigh size=3
standard_cauchy size=3
standard_exponential size=3
standard_gamma 2, size=3
standard_normal size=3
standard_t 3, size=3
triangular 0, 1, 2, size=3
uniform size=3
vonmises 0, 1, size=3
wald 1, 1, size=3
weibull 2, size=3
zipf 1.3, size=6
"""

_NUMPY_GLOBAL = """
rand 3
randn 3
randint 10**9, size=3
random 3
random_sample 3
ranf 3
sample 3
permutation 30
"""

_NUMPY_NEW = """
integers 10**9, size=3
random 3
permutation 30
permuted range(30)
multivariate_hypergeometric [10**4, 10**4], 999
"""

_TENSORFLOW = """
normal [4]
uniform [4]
truncated_normal [4]
categorical <tensorflow.zeros>([1, 9]), 30
gamma [4], 2.0
poisson [4], 1e5
shuffle <tensorflow.range>(30)
"""

_KERAS = """
normal (4,)
uniform (4,)
truncated_normal (4,)
categorical <tensorflow.zeros>([1, 9]), 30
gamma (4,), 2.0
beta (4,), 2.0, 3.0
binomial (4,), 10000.0, 0.5
randint (4,), 0, 10**6
dropout <tensorflow.ones>([40]), 0.5
shuffle <tensorflow.range>(30)
"""

_INITIALIZERS = """
GlorotUniform
GlorotNormal
HeUniform
HeNormal
LecunUniform
LecunNormal
RandomNormal stddev=0.1
RandomUniform
TruncatedNormal
VarianceScaling
Orthogonal
"""

_DROPOUTS = """
Dropout 0.5
SpatialDropout1D 0.5
GaussianNoise 0.1
GaussianDropout 0.5
AlphaDropout 0.5
"""

_AUGMENTATIONS = """
RandomFlip
RandomRotation 0.2
RandomZoom 0.3
RandomTranslation 0.3, 0.3
RandomContrast 0.5
RandomBrightness 0.5
"""

_AUGMENTATIONS_3 = """
RandomErasing
RandomHue 0.5
RandomSaturation 0.5
RandomShear 0.4, 0.4
RandomGrayscale 0.5
RandomColorJitter brightness_factor=0.3
RandomGaussianBlur sigma=(0.2, 2.0)
RandomPerspective
RandomInvert 0.5
RandomPosterization 5
RandomSharpness 0.5
RandomColorDegeneration 0.5
RandAugment
Solarization addition_factor=0.5
"""

_IMAGE_OPS = """
random_brightness {IMAGES}, 0.5
random_contrast {IMAGES}, 0.5, 1.5
random_hue {IMAGES}, 0.4
random_saturation {IMAGES}, 0.5, 1.5
random_flip_left_right {IMAGES}
random_flip_up_down {IMAGES}
random_crop {DATA}, (3, 2)
"""

_RVS = """
norm size=3
uniform size=3
expon size=3
gamma 2, size=3
poisson 10**5, size=3
randint 0, 10**9, size=3
truncnorm -1, 2, size=3
"""

_DATASETS = """
make_blobs
make_classification
make_regression
make_moons
make_circles
make_friedman1
make_swiss_roll
make_moons shuffle=False, noise=0.1
make_moons shuffle=False
make_gaussian_quantiles
make_s_curve
make_spd_matrix 4
"""

_ESTIMATORS = """
ensemble.RandomForestClassifier n_estimators=3
ensemble.ExtraTreesClassifier n_estimators=3
ensemble.BaggingClassifier n_estimators=3
ensemble.GradientBoostingClassifier n_estimators=2, subsample=0.5
ensemble.RandomForestRegressor n_estimators=3
ensemble.ExtraTreesRegressor n_estimators=3
neural_network.MLPRegressor hidden_layer_sizes=(3,), max_iter=2
linear_model.SGDRegressor max_iter=3, tol=None
linear_model.SGDRegressor max_iter=3, tol=None, shuffle=False
linear_model.LinearRegression
linear_model.Ridge solver="sag", max_iter=2
linear_model.Ridge
linear_model.Lasso 0.001, selection="random", max_iter=2
linear_model.Lasso 0.001
tree.ExtraTreeRegressor
tree.DecisionTreeRegressor max_features=1
neighbors.KNeighborsClassifier
naive_bayes.GaussianNB
svm.SVC
"""

_TRANSFORMERS = """
decomposition.PCA 2
decomposition.TruncatedSVD 2, n_iter=1
decomposition.FastICA 2, max_iter=2, tol=10.0
kernel_approximation.RBFSampler n_components=3
random_projection.GaussianRandomProjection 3
preprocessing.StandardScaler
"""

_SPLITTERS = """
KFold 5, shuffle=True
KFold 5
StratifiedKFold 3, shuffle=True
StratifiedKFold 3
ShuffleSplit 3
StratifiedShuffleSplit 3
RepeatedKFold n_splits=5, n_repeats=2
RepeatedStratifiedKFold n_splits=3, n_repeats=2
"""

_SPLITS = "[list(test) for train, test in {v}.split({DATA}, {LABELS})]"


def _python_and_numpy() -> Iterator[Snippet]:
    yield from table("random", _PYTHON)
    for name in ("random", "numpy.random"):
        yield Snippet(f"{name}.shuffle", "<.>({v})", before=("{v} = list(range(30))",), statement=True, weight=4)
    yield from table("numpy.random", _NUMPY + _NUMPY_GLOBAL)
    for row in _PYTHON.split("\n")[1:-1]:
        method, _, arguments = row.partition(" ")
        yield Snippet("random.Random", "<.>({.})", f"{{v}}.{method}({arguments})", seed="*", lasting=True, weight=0.15)
    for row in (_NUMPY + _NUMPY_GLOBAL).split("\n"):
        method, _, arguments = row.partition(" ")
        if method and method not in ("ranf", "sample"):
            yield Snippet(
                "numpy.random.RandomState", "<.>({.})", f"{{v}}.{method}({arguments})",
                seed="*", lasting=True, weight=0.08,
            )  # fmt: skip
    for row in (_NUMPY + _NUMPY_NEW).split("\n"):
        method, _, arguments = row.partition(" ")
        if method:
            yield Snippet(
                "numpy.random.default_rng", "<.>({.})", f"{{v}}.{method}({arguments})",
                seed="*", lasting=True, weight=0.08,
            )  # fmt: skip
    yield Snippet(
        "numpy.random.Generator", "<.>(<numpy.random.PCG64>({.}))", "{v}.normal(size=3)", seed="*", lasting=True
    )
    yield Snippet("numpy.random.SeedSequence", "<.>({.})", "{v}.generate_state(4)", seed="*", lasting=True)


def _tensorflow() -> Iterator[Snippet]:
    yield from table("tensorflow.random", _TENSORFLOW, seed="seed=", weight=2)
    yield from table("tensorflow.experimental.numpy.random", "randn 4\nrand 4\nuniform size=[3]")
    yield from table("tensorflow.compat.v1", "random_normal [4]\nrandom_uniform [4]", seed="seed=")
    yield from table("tensorflow.image", _IMAGE_OPS, seed="seed=", weight=2)
    yield Snippet("tensorflow.nn.dropout", "<.>(<tensorflow.ones>([40]), 0.5{,})", seed="seed=")
    yield Snippet("tensorflow.random.stateless_normal", "<.>([4], seed=(1, 2))")
    yield Snippet("tensorflow.random.stateless_uniform", "<.>([4], seed=(1, 2))")
    make = "<.>(0.0, 1.0{,})"
    yield Snippet("tensorflow.random_normal_initializer", make, "{v}((4, 3))", seed="seed=", lasting=True)
    yield Snippet("tensorflow.random_uniform_initializer", make, "{v}((4, 3))", seed="seed=", lasting=True)
    yield Snippet("tensorflow.random.Generator.from_non_deterministic_state", "<.>()", "{v}.normal([4])", lasting=True)
    yield Snippet("tensorflow.random.Generator.from_seed", "<.>(11)", "{v}.normal([4])", lasting=True)
    yield Snippet("tensorflow.random.get_global_generator", "<.>()", "{v}.normal([4])", lasting=True, weight=2)
    dataset = "<tensorflow.data.Dataset>"
    elements = "list({v}.as_numpy_iterator())"
    for make, weight in (
        (f"{dataset}.range(30).shuffle(30{{,}})", 4),
        (f"{dataset}.range(30).shuffle(30{{,}}, reshuffle_each_iteration=False)", 1),
        (f"{dataset}.range(30).map(lambda i: i * 2).shuffle(30{{,}}).batch(4).prefetch(1).unbatch()", 1),
        (f"{dataset}.from_tensor_slices(list(range(30))).shuffle(buffer_size=30{{,}}).repeat(2)", 2),
    ):
        yield Snippet("tensorflow.data.Dataset.shuffle", make, elements, "seed=", lasting=True, weight=weight)
    yield Snippet(
        "tensorflow.data.Dataset.list_files", f"{dataset}.list_files('texts/*/*.txt'{{,}})", elements, "seed=",
        lasting=True, weight=2,
    )  # fmt: skip
    yield Snippet(
        "tensorflow.data.Dataset.list_files", f"{dataset}.list_files('texts/*/*.txt', shuffle=False)", elements,
        lasting=True,
    )  # fmt: skip
    yield Snippet(
        "tensorflow.data.Dataset.random", f"{dataset}.random({{.}}).take(3)", elements, seed="seed=", lasting=True
    )
    yield Snippet(
        "tensorflow.data.Dataset.sample_from_datasets",
        f"{dataset}.sample_from_datasets([{dataset}.range(20), {dataset}.range(50, 70)]{{,}})",
        elements, "seed=", lasting=True,
    )  # fmt: skip
    yield Snippet(
        "tensorflow.data.Dataset.map", f"{dataset}.range(5).map(lambda i: <tensorflow.random.uniform>([]))", elements,
        lasting=True,
    )  # fmt: skip
    yield Snippet("tensorflow.data.Dataset.batch", f"{dataset}.range(30).batch(4).unbatch()", elements, lasting=True)


def _layers() -> Iterator[Snippet]:
    yield from table(
        "keras.layers", _DROPOUTS, use="{v}({SERIES}, training=True)", seed="seed=", lasting=True, weight=1.5
    )
    yield Snippet("keras.layers.Dropout", "<.>(0.0)", "{v}({SERIES}, training=True)", lasting=True)
    yield from table("keras.layers", _AUGMENTATIONS, use="{v}({IMAGES}, training=True)", seed="seed=", lasting=True)
    crops = "[{v}({IMAGES}[n : n + 1], training=True) for n in range(8)]"
    yield Snippet("keras.layers.RandomCrop", "<.>(2, 2{,})", crops, "seed=", lasting=True)
    yield from table(
        "keras.layers", _AUGMENTATIONS_3, use="{v}({IMAGES}, training=True)", seed="seed=", lasting=True,
        targets=("keras3",), weight=0.6,
    )  # fmt: skip
    yield Snippet(
        "keras.layers.AugMix", "<.>((0, 255){,})", "{v}({IMAGES}, training=True)", seed="seed=", lasting=True,
        targets=("keras3",), weight=0.5,
    )  # fmt: skip
    for initial in ("", ", kernel_initializer='he_normal'", ", kernel_initializer='zeros'", ", use_bias=False"):
        yield from _made_of("Dense", f"3{initial}", "(None, 4)", 3 if not initial else 1)
    yield from _made_of("Conv2D", "2, 3", "(None, 8, 8, 3)", 1)
    yield from _made_of("Embedding", "9, 3", "(None, 4)", 1)
    yield from _made_of("LSTM", "2", "(None, 5, 4)", 1)
    yield from _made_of("GRU", "2", "(None, 5, 4)", 1)
    yield from _made_of("SimpleRNN", "2, recurrent_initializer='zeros'", "(None, 5, 4)", 0.5)
    yield from _made_of("BatchNormalization", "", "(None, 4)", 1)
    yield from _made_of("LayerNormalization", "", "(None, 4)", 0.5)
    for name in ("GlorotUniform", "HeNormal", "Orthogonal", "RandomNormal"):
        inner = f"<keras.initializers.{name}>({{.}})"
        yield Snippet(
            "keras.layers.Dense", f"<.>(3, kernel_initializer={inner})", "{v}.get_weights()", "seed=",
            then=("{v}.build((None, 4))",), lasting=True,
        )  # fmt: skip
    yield Snippet(
        "keras.layers.LSTM",
        "<.>(2, kernel_initializer='ones', recurrent_initializer='ones', dropout=0.5{,})",
        "{v}({SERIES}, training=True)", seed="seed=", lasting=True,
    )  # fmt: skip
    yield Snippet(
        "keras.layers.GRU",
        "<.>(2, kernel_initializer='ones', recurrent_initializer='ones', recurrent_dropout=0.5{,})",
        "{v}({SERIES}, training=True)", seed="seed=", lasting=True,
    )  # fmt: skip
    yield Snippet(
        "keras.layers.MultiHeadAttention",
        "<.>(2, 2, kernel_initializer='ones', dropout=0.5)",
        "{v}({SERIES}, {SERIES}, training=True)", lasting=True,
    )  # fmt: skip
    yield Snippet("keras.layers.Bidirectional", "<.>(<keras.layers.LSTM>(2))", "{v}({SERIES})", lasting=True)
    yield Snippet("keras.layers.TimeDistributed", "<.>(<keras.layers.Dense>(2))", "{v}({SERIES})", lasting=True)


def _made_of(name: str, arguments: str, shape: str, weight: float) -> Iterator[Snippet]:
    yield Snippet(
        f"keras.layers.{name}", f"<.>({arguments})", WEIGHTS, then=(f"{{v}}.build({shape})",),
        lasting=True, weight=weight,
    )  # fmt: skip


def _models() -> Iterator[Snippet]:
    dense, sequential = "<keras.layers.Dense>", "<keras.Sequential>"
    known = "<keras.Input>((4,))"
    fit = ("{v}.compile('sgd', 'mse')", "{v}.fit({DATA}, {LABELS}, batch_size=7, verbose=0)")
    same = "kernel_initializer='zeros'"
    yield Snippet("keras.Sequential", f"{sequential}([{known}, {dense}(3)])", WEIGHTS, lasting=True, weight=3)
    yield Snippet(
        "keras.Sequential", f"{sequential}([{dense}(3), {dense}(1)])", WEIGHTS, then=("{v}.build((None, 4))",),
        lasting=True, weight=3,
    )  # fmt: skip
    yield Snippet("keras.Sequential", f"{sequential}([{known}, {dense}(1, {same})])", WEIGHTS, lasting=True)
    yield Snippet(
        "keras.Model.fit", f"{sequential}([{known}, {dense}(1, {same})])", WEIGHTS, then=fit, lasting=True, weight=3
    )
    yield Snippet("keras.Model.fit", f"{sequential}([{known}, {dense}(1)])", WEIGHTS, then=fit, lasting=True, weight=2)
    unshuffled = tuple(line.replace("verbose=0", "verbose=0, shuffle=False") for line in fit)
    yield Snippet(
        "keras.Model.fit", f"{sequential}([{known}, {dense}(1, {same})])", WEIGHTS, then=unshuffled, lasting=True
    )
    yield Snippet(
        "keras.Model.fit",
        f"{sequential}([{known}, <keras.layers.Dropout>(0.5), {dense}(1, {same})])",
        WEIGHTS, then=unshuffled, lasting=True,
    )  # fmt: skip
    functional = (
        f"{{v}}_in = {known}",
        f"{{v}}_out = {dense}(2)({{v}}_in)",
    )
    yield Snippet("keras.Model", "<.>({v}_in, {v}_out)", WEIGHTS, before=functional, lasting=True, weight=2)
    subclassed = (
        "class Net{V}(<.>):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.inner = {dense}(2)",
        "    def call(self, inputs):",
        "        return self.inner(inputs)",
    )
    yield Snippet("keras.Model", "Net{V}()", "{v}({DATA})", before=subclassed, lasting=True, weight=2)
    layer = (
        "class Scale{V}(<.>):",
        "    def build(self, shape):",
        "        self.kernel = self.add_weight(shape=(4,), initializer='random_normal')",
        "    def call(self, inputs):",
        "        return inputs * self.kernel",
    )
    yield Snippet("keras.layers.Layer", "Scale{V}()", "{v}({DATA})", before=layer, lasting=True, weight=2)


def _keras() -> Iterator[Snippet]:
    yield from table("keras.random", _KERAS, seed="seed=", targets=("keras3",), weight=1.5)
    yield Snippet(
        "keras.random.SeedGenerator", "<.>({.})", "<keras.random.normal>((4,), seed={v})", seed="seed=", lasting=True,
        targets=("keras3",), weight=2,
    )  # fmt: skip
    yield from table("keras.initializers", _INITIALIZERS, use="{v}((4, 3))", seed="seed=", lasting=True)
    yield from table("keras.initializers", "Zeros\nOnes", use="{v}((4, 3))", lasting=True, weight=0.5)
    yield from table("tensorflow.keras.backend", "random_normal (4,)\nrandom_uniform (4,)", seed="seed=")
    texts = "label_mode=None, batch_size=2"
    elements = "list({v}.as_numpy_iterator())"
    for shuffle in ("", ", shuffle=False"):
        seed = "" if shuffle else "{,}"
        yield Snippet(
            "keras.utils.text_dataset_from_directory", f"<.>('texts', {texts}{shuffle}{seed})", elements,
            "seed=" if seed else "", lasting=True,
        )  # fmt: skip
        yield Snippet(
            "keras.utils.image_dataset_from_directory",
            f"<.>('images', {texts}, image_size=(4, 4){shuffle}{seed})", elements,
            "seed=" if seed else "", lasting=True,
        )  # fmt: skip
    for shuffle in (", shuffle=True{,}", ""):
        yield Snippet(
            "keras.utils.timeseries_dataset_from_array",
            f"<.>({{DATA}}, None, sequence_length=3, batch_size=4{shuffle})", elements,
            "seed=" if shuffle else "", lasting=True,
        )  # fmt: skip
    yield Snippet(
        "keras.utils.split_dataset", "<.>({DATA}, left_size=0.5, shuffle=True{,})[0]", elements, "seed=", weight=2
    )
    yield Snippet("keras.utils.split_dataset", "<.>({DATA}, left_size=0.5)[0]", elements)
    images = "<tensorflow.keras.preprocessing.image.ImageDataGenerator>"
    yield Snippet(
        "keras.preprocessing.image.ImageDataGenerator.flow", f"{images}().flow({{IMAGES}}{{,}})", "next({v})",
        "seed=", lasting=True, weight=2,
    )  # fmt: skip
    yield Snippet(
        "keras.preprocessing.image.ImageDataGenerator.flow", f"{images}().flow({{IMAGES}}, shuffle=False)", "next({v})",
        lasting=True,
    )  # fmt: skip


def _science() -> Iterator[Snippet]:
    seed = "random_state="
    yield Snippet(
        "sklearn.model_selection.train_test_split", "<.>({DATA}, {LABELS}, test_size=0.3{,})", seed=seed, weight=5
    )
    yield Snippet("sklearn.model_selection.train_test_split", "<.>({DATA}, shuffle=False)", weight=1)
    yield from without_seeds(table("sklearn.model_selection", _SPLITTERS, use=_SPLITS, seed=seed, lasting=True))
    yield Snippet("sklearn.utils.shuffle", "<.>({DATA}{,})", seed=seed)
    yield Snippet("sklearn.utils.resample", "<.>({DATA}{,})", seed=seed)
    yield from table("sklearn.datasets", _DATASETS, seed=seed, weight=0.4)
    predicted = "{v}.fit({DATA}, {LABELS}).predict({DATA} * 0.9)"
    yield from without_seeds(table("sklearn", _ESTIMATORS, use=predicted, seed=seed, lasting=True, weight=0.4))
    losses = "{v}.fit({DATA}, {LABELS}).loss_curve_"
    yield from table("sklearn", "neural_network.MLPClassifier max_iter=2", use=losses, seed=seed, lasting=True)
    changed = "{v}.fit_transform({DATA})"
    yield from without_seeds(table("sklearn", _TRANSFORMERS, use=changed, seed=seed, lasting=True, weight=0.4))
    centres = "{v}.fit({DATA}).cluster_centers_"
    yield Snippet("sklearn.cluster.KMeans", "<.>(7, n_init=1{,})", centres, seed, lasting=True)
    frame = "<pandas.DataFrame>({DATA})"
    yield Snippet("pandas.DataFrame.sample", f"{frame}.sample(20{{,}})", seed=seed, weight=2)
    yield Snippet("pandas.DataFrame.sample", f"{frame}.sample(frac=1{{,}}).reset_index(drop=True)", seed=seed, weight=2)
    yield Snippet("pandas.Series.sample", "<pandas.Series>({LABELS}).sample(frac=1{,}).index", seed=seed)
    for row in _RVS.split("\n")[1:-1]:
        name, _, arguments = row.partition(" ")
        yield Snippet(f"scipy.stats.{name}.rvs", f"<.>({arguments}{{,}})", seed=seed, weight=0.4)


SNIPPETS: tuple[Snippet, ...] = (
    *_python_and_numpy(),
    *_tensorflow(),
    *_layers(),
    *_models(),
    *_keras(),
    *_science(),
    *MORE,
)
