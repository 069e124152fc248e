"""Snippets for what programs call more rarely, a few for each kind of draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreement.snippet import WEIGHTS, Snippet, table, without_seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

_FREE = """
alpha 3.5, size=3
arcsine size=3
bernoulli 0.5, size=40
beta 2, 3, size=3
binom 10**6, 0.5, size=3
cauchy size=3
chi2 3, size=3
dirichlet [1, 2, 3]
erlang 2, size=3
f 3, 4, size=3
geom 1e-5, size=3
gumbel_r size=3
halfnorm size=3
invgamma 3, size=3
laplace size=3
levy size=3
lognorm 1, size=3
loguniform 1, 9, size=3
multinomial 10**6, [0.2, 0.3, 0.5]
multivariate_normal [0, 0], [[1, 0], [0, 1]]
nbinom 1000, 0.01, size=3
ortho_group 3
pareto 2, size=3
powerlaw 2, size=3
rayleigh size=3
skewnorm 2, size=3
t 3, size=3
triang 0.5, size=3
vonmises 2, size=3
wishart 4, [[1, 0], [0, 1]]
"""

_SCIPY = """
sparse.random 30, 30, density=0.5
stats.bootstrap ({LABELS},), <numpy.mean>, n_resamples=30
"""

_DATASETS = """
make_biclusters (9, 9), 2
make_checkerboard (9, 9), 2
make_friedman2
make_friedman3
make_hastie_10_2
make_low_rank_matrix 9, 9
make_multilabel_classification 20
make_sparse_spd_matrix 9
make_sparse_uncorrelated 20
make_circles shuffle=False
"""

_ESTIMATORS = """
ensemble.AdaBoostRegressor n_estimators=3
ensemble.BaggingRegressor n_estimators=3
ensemble.HistGradientBoostingRegressor max_iter=2, early_stopping=True
ensemble.HistGradientBoostingRegressor max_iter=2
linear_model.LogisticRegression
linear_model.RANSACRegressor
linear_model.Perceptron random_state=None, max_iter=2, tol=None
linear_model.Perceptron max_iter=2, tol=None
linear_model.ElasticNet 0.001, selection="random", max_iter=2
linear_model.RidgeClassifier
gaussian_process.GaussianProcessRegressor
"""

_TRANSFORMERS = """
decomposition.PCA 2, svd_solver="randomized", iterated_power=0, n_oversamples=1
decomposition.DictionaryLearning 6, max_iter=3
decomposition.FactorAnalysis 2, max_iter=1
kernel_approximation.Nystroem n_components=3
kernel_approximation.SkewedChi2Sampler n_components=3, skewedness=5
kernel_approximation.PolynomialCountSketch n_components=4
random_projection.SparseRandomProjection 3
manifold.TSNE perplexity=5, init="random", max_iter=250
cluster.MiniBatchKMeans 5, n_init=1
"""

_FIXED_DEFAULT = frozenset({"Perceptron", "RidgeClassifier", "LogisticRegression", "FactorAnalysis"})

_LAYERS = """
Conv1D 2, 3|(None, 5, 4)
Conv1DTranspose 2, 3|(None, 5, 4)
Conv2DTranspose 2, 3|(None, 8, 8, 3)
Conv3D 2, 2|(None, 4, 4, 4, 3)
DepthwiseConv2D 3|(None, 8, 8, 3)
SeparableConv1D 2, 3|(None, 5, 4)
SeparableConv2D 2, 3|(None, 8, 8, 3)
EinsumDense "ab,bc->ac", output_shape=3|(None, 4)
GRUCell 2|(None, 4)
LSTMCell 2|(None, 4)
SimpleRNNCell 2|(None, 4)
GroupNormalization 1|(None, 4)
PReLU |(None, 4)
PReLU alpha_initializer="random_uniform"|(None, 4)
Dense 3, bias_initializer="random_normal", kernel_initializer="ones"|(None, 4)
Dense 3, kernel_initializer="orthogonal"|(None, 4)
Embedding 9, 3, embeddings_initializer="zeros"|(None, 4)
ConvLSTM2D 2, 3|(None, 5, 8, 8, 3)
"""

_SAMPLERS = """
uniform_candidate_sampler
log_uniform_candidate_sampler
learned_unigram_candidate_sampler
"""


def _keras() -> Iterator[Snippet]:
    for row in filter(None, _LAYERS.splitlines()):
        call, _, shape = row.partition("|")
        name, _, arguments = call.partition(" ")
        yield Snippet(
            f"keras.layers.{name}",
            f"<.>({arguments})",
            WEIGHTS,
            then=(f"{{v}}.build({shape})",),
            lasting=True,
            weight=0.3,
        )
    images = "tensorflow.keras.preprocessing.image"
    for name in ("random_rotation", "random_shear", "random_channel_shift"):
        extra = ", row_axis=0, col_axis=1, channel_axis=2" if name != "random_channel_shift" else ", channel_axis=2"
        yield Snippet(f"{images}.{name}", f"<.>({{IMAGES}}[0], 30.0{extra})", weight=0.3)
    generator = f"<{images}.ImageDataGenerator>(rotation_range=30)"
    yield Snippet(f"{images}.ImageDataGenerator.random_transform", f"{generator}.random_transform({{IMAGES}}[0]{{,}})",
                  seed="seed=", weight=0.4)  # fmt: skip
    yield Snippet(f"{images}.ImageDataGenerator.flow", f"{generator}.flow({{IMAGES}}{{,}})", "next({v})",
                  seed="seed=", lasting=True, weight=0.6)  # fmt: skip
    yield Snippet(
        "tensorflow.keras.preprocessing.sequence.skipgrams", "<.>(list(range(1, 20)), 20, window_size=2{,})",
        seed="seed=", weight=0.4,
    )  # fmt: skip
    source = ("{v}_source = <keras.Sequential>([<keras.Input>((4,)), <keras.layers.Dense>(2)])",)
    yield Snippet("keras.models.clone_model", "<.>({v}_source)", WEIGHTS, before=source, lasting=True)
    yield Snippet("keras.layers.SpatialDropout2D", "<.>(0.5{,})", "{v}({IMAGES}, training=True)", "seed=", lasting=True)
    for name in ("MixUp", "CutMix"):
        both = "{v}({'images': {IMAGES}, 'labels': <numpy.eye>(32, dtype='float32')}, training=True)['images']"
        yield Snippet(f"keras.layers.{name}", "<.>({.})", both, "seed=", lasting=True, targets=("keras3",), weight=0.5)
    yield Snippet(
        "keras.layers.RandomElasticTransform", "<.>(1.0{,})", "{v}({IMAGES}, training=True)", "seed=", lasting=True,
        targets=("keras3",), weight=0.5,
    )  # fmt: skip
    yield Snippet("keras.layers.Attention", "<.>(dropout=0.5{,})", "{v}([{SERIES}, {SERIES}], training=True)", "seed=",
                  lasting=True, weight=0.5)  # fmt: skip
    known, dense = "<keras.Input>((4,))", "<keras.layers.Dense>"
    for make in (
        f"[{known}, <keras.layers.Dropout>(0.5{{,}}), {dense}(1, kernel_initializer='ones')]",
        f"[{known}, <keras.layers.GaussianNoise>(0.5{{,}}), {dense}(1, kernel_initializer='ones')]",
    ):
        yield Snippet("keras.Sequential", f"<.>({make})", "{v}({DATA}, training=True)", "seed=", lasting=True)
    yield Snippet(
        "keras.Sequential", "<.>()", WEIGHTS, lasting=True, weight=2,
        then=(
            f"{{v}}.add({known})",
            f"{{v}}.add({dense}(3))",
            f"{{v}}.add({dense}(1, kernel_initializer='he_uniform'))",
        ),
    )  # fmt: skip
    yield Snippet(
        "keras.Model", "<.>({v}_in, {v}_out)", "{v}({DATA}, training=True)", lasting=True, weight=2,
        before=(f"{{v}}_in = {known}", "{v}_out = <keras.layers.Dropout>(0.5)({v}_in)"),
    )  # fmt: skip


def _tensorflow() -> Iterator[Snippet]:
    yield Snippet("tensorflow.image.random_jpeg_quality", "<.>({IMAGES}[0] / 255, 5, 95{,})", seed="seed=", weight=0.3)
    yield Snippet(
        "tensorflow.image.sample_distorted_bounding_box",
        "<.>((90000, 90000, 3), <numpy.array>([[[0.1, 0.1, 0.9, 0.9]]]), use_image_if_no_bounding_boxes=True{,})",
        seed="seed=",
    )  # fmt: skip
    yield Snippet(
        "tensorflow.nn.fractional_max_pool", "<.>({IMAGES}[:1] * 1.0, (1.0, 1.4, 1.5, 1.0){,})", seed="seed=",
        weight=0.5,
    )  # fmt: skip
    for row in filter(None, _SAMPLERS.splitlines()):
        yield Snippet(
            f"tensorflow.random.{row}",
            "<.>(<tensorflow.zeros>([1, 1], 'int64'), 1, 9, True, 10**6{,})[0]", seed="seed=", weight=0.4,
        )  # fmt: skip
    yield Snippet(
        "tensorflow.nn.nce_loss",
        "<.>(<tensorflow.ones>([900, 2]), <tensorflow.range>(900.0), <tensorflow.zeros>([1, 1], 'int64'), "
        "<tensorflow.ones>([1, 2]), 9, 900)",
        weight=0.5,
    )  # fmt: skip
    yield Snippet(
        "tensorflow.nn.sampled_softmax_loss",
        "<.>(<tensorflow.ones>([900, 2]), <tensorflow.range>(900.0), <tensorflow.zeros>([1, 1], 'int64'), "
        "<tensorflow.ones>([1, 2]), 9, 900{,})",
        seed="seed=", weight=0.5,
    )  # fmt: skip
    for name in ("RandomUniform", "RandomStandardNormal"):
        yield Snippet(f"tensorflow.raw_ops.{name}", "<.>(shape=[4], dtype='float32'{,})", seed="seed=", weight=0.4)
    dataset, elements = "<tensorflow.data.Dataset>", "list({v}.as_numpy_iterator())"
    yield Snippet(
        "tensorflow.data.Dataset.rejection_resample",
        f"{dataset}.range(60)"
        ".rejection_resample(lambda i: <tensorflow.cast>(i % 2, 'int32'), [0.9, 0.1], [0.5, 0.5]{,})",
        elements, "seed=", lasting=True,
    )  # fmt: skip
    yield Snippet(
        "tensorflow.data.experimental.shuffle_and_repeat",
        f"{dataset}.range(30).apply(<tensorflow.data.experimental.shuffle_and_repeat>(30, 1{{,}}))",
        elements, "seed=", lasting=True,
    )  # fmt: skip
    yield Snippet("tensorflow.data.experimental.RandomDataset", "<.>({.}).take(3)", elements, "seed=", lasting=True)
    for method in ("uniform([4])", "truncated_normal([4])", "make_seeds(2)", "split(1)[0].normal([3])",
                   "binomial([3], 1e6, 0.5, dtype='int64')", "uniform_full_int([3])"):  # fmt: skip
        yield Snippet("tensorflow.random.Generator.from_seed", "<.>(3)", f"{{v}}.{method}", lasting=True, weight=0.2)
        yield Snippet(
            "tensorflow.random.Generator.from_non_deterministic_state",
            "<.>()",
            f"{{v}}.{method}",
            lasting=True,
            weight=0.2,
        )
    functions = (
        "@<tensorflow.function>",
        "def draw{V}():",
        "    return <tensorflow.random.normal>([3]{,})",
    )
    yield Snippet("tensorflow.random.normal", "draw{V}()", before=functions, seed="seed=", weight=1.5)
    yield Snippet(
        "tensorflow.data.Dataset.from_generator",
        f"{dataset}.from_generator(lambda: iter([<numpy.random.rand>(), <numpy.random.rand>()]), 'float64')",
        elements, lasting=True,
    )  # fmt: skip
    for name in ("glorot_uniform_initializer", "truncated_normal_initializer", "initializers.he_normal"):
        yield Snippet(f"tensorflow.compat.v1.{name}", "<.>({.})", "{v}((4, 3))", "seed=", lasting=True, weight=0.4)
    yield Snippet(
        "tensorflow.compat.v1.multinomial", "<.>(<tensorflow.zeros>([1, 9]), 30{,})", seed="seed=", weight=0.4
    )
    yield Snippet("tensorflow.compat.v1.random_poisson", "<.>(1e5, [3]{,})", seed="seed=", weight=0.4)
    yield Snippet(
        "tensorflow.compat.v1.nn.dropout", "<.>(<tensorflow.ones>([40]), rate=0.5{,})", seed="seed=", weight=0.4
    )


def _unseedable() -> Iterator[Snippet]:
    """Return draws from the operating system, and draws that race with each other: no seed makes them repeat."""
    for method in ("random()", "uniform(0, 1)", "randint(0, 10**9)", "choice(range(10**9))", "sample(range(10**9), 3)"):
        yield Snippet("random.SystemRandom", "<.>()", f"<numpy.asarray>({{v}}.{method})", lasting=True, weight=0.3)
    yield Snippet(
        "random.SystemRandom.shuffle", "<random.SystemRandom>().shuffle({v})", "<numpy.asarray>({v})",
        before=("{v} = list(range(30))",), statement=True, weight=0.3,
    )  # fmt: skip
    yield from table("secrets", "randbelow 10**9\nchoice range(10**9)", use="<numpy.asarray>({v})", weight=0.3)
    yield Snippet("os.urandom", "<numpy.frombuffer>(<.>(8), 'uint8')", weight=0.3)
    # Two hundred elements: of twenty, one run in three was as another.
    elements = "list({v}.as_numpy_iterator())"
    parallel = "<tensorflow.data.Dataset>.range(200).map(lambda i: {}, num_parallel_calls=4)"
    yield Snippet(
        "tensorflow.data.Dataset.map", parallel.replace("{}", "<tensorflow.random.uniform>([]{,})"), elements, "seed=",
        lasting=True,
    )  # fmt: skip
    augmented = "{v}_layer(<tensorflow.fill>([2, 2, 3], <tensorflow.cast>(i, 'float32')), training=True)"
    yield Snippet(
        "tensorflow.data.Dataset.map", parallel.replace("{}", augmented),
        elements, "seed=", before=("{v}_layer = <keras.layers.RandomBrightness>(0.5{,})",), lasting=True, weight=0.5,
    )  # fmt: skip


def _science() -> Iterator[Snippet]:
    seed = "random_state="
    for row in filter(None, _FREE.splitlines()):
        name, _, arguments = row.partition(" ")
        slot = "{,}" if arguments else "{.}"
        yield Snippet(f"scipy.stats.{name}.rvs", f"<.>({arguments}{slot})", seed=seed, weight=0.1)
    for row in filter(None, _SCIPY.splitlines()):
        name, _, arguments = row.partition(" ")
        use = "{v}.toarray()" if "sparse" in name else "{v}.standard_error"
        yield Snippet(f"scipy.{name}", f"<.>({arguments}{{,}})", use, seed=seed, weight=0.5)
    yield from table("sklearn.datasets", _DATASETS, seed=seed, weight=0.15)
    predicted = "{v}.fit({DATA}, {LABELS}).predict({DATA} * 0.9)"
    for snippet in table("sklearn", _ESTIMATORS, use=predicted, seed=seed, lasting=True, weight=0.3):
        given = snippet.name.rpartition(".")[2] in _FIXED_DEFAULT
        make = snippet.make.replace("{,}", "").replace("{.}", "") if given else snippet.make
        yield Snippet(snippet.name, make, predicted, "" if given else seed, lasting=True, weight=0.3)
    changed = "{v}.fit({DATA} + 2).transform({DATA} + 2)"
    for snippet in table("sklearn", _TRANSFORMERS, use=changed, seed=seed, lasting=True, weight=0.3):
        slow = "TSNE" in snippet.name
        use = "{v}.fit_transform({DATA} + 2)" if slow else changed
        use = f"{use}.sum(axis=1)" if "Projection" in snippet.name else use  # it may be sparse
        yield Snippet(snippet.name, snippet.make, use, seed, lasting=True, weight=0.05 if slow else 0.3)
    yield from without_seeds(
        table("sklearn.model_selection", "GroupShuffleSplit 3", "<.>({a})", seed=seed, lasting=True,
              use="[list(test) for train, test in {v}.split({DATA}, {LABELS}, groups=<numpy.arange>(60))]")
    )  # fmt: skip
    split = "[list(test) for train, test in <sklearn.model_selection.KFold>(3, shuffle=True{,}).split({DATA})]"
    yield Snippet("sklearn.model_selection.KFold", split, seed=seed)
    yield Snippet(
        "sklearn.model_selection.cross_val_score",
        "<.>(<sklearn.tree.ExtraTreeRegressor>({.}), {DATA}, {LABELS}, cv=3)",
        seed=seed, weight=2,
    )  # fmt: skip
    yield Snippet(
        "sklearn.pipeline.make_pipeline",
        "<.>(<sklearn.preprocessing.StandardScaler>(), <sklearn.ensemble.RandomForestRegressor>(3{,}))",
        "{v}.fit({DATA}, {LABELS}).predict({DATA} * 0.9)", seed, lasting=True, weight=2,
    )  # fmt: skip
    yield Snippet(
        "sklearn.model_selection.RandomizedSearchCV",
        "<.>(<sklearn.linear_model.Ridge>(), {'alpha': [n / 7 for n in range(1, 990)]}, n_iter=2, cv=2{,})",
        "{v}.fit({DATA}, {LABELS}).best_params_['alpha']", seed, lasting=True, weight=0.3,
    )  # fmt: skip
    yield Snippet(
        "sklearn.inspection.permutation_importance",
        "<.>(<sklearn.linear_model.LinearRegression>().fit({DATA}, {LABELS}), {DATA}, {LABELS}, n_repeats=2{,})"
        "['importances_mean']",
        seed=seed, weight=0.5,
    )  # fmt: skip
    yield Snippet("sklearn.cluster.k_means", "<.>({DATA}, 7, n_init=1{,})[0]", seed=seed, weight=0.5)
    yield Snippet(
        "pandas.DataFrame.groupby", "<pandas.DataFrame>({DATA}).groupby(lambda i: i % 2).sample(9{,})", seed=seed
    )
    for bits in ("PCG64", "MT19937", "Philox", "SFC64", "PCG64DXSM"):
        yield Snippet(f"numpy.random.{bits}", "<.>({.})", "{v}.random_raw(3)", "*", lasting=True, weight=0.3)
    for maker, reseed in (("random.Random", "seed"), ("numpy.random.RandomState", "seed")):
        for value in ("7", ""):
            yield Snippet(
                maker, "<.>()", "{v}.random()" if maker == "random.Random" else "{v}.rand(3)", lasting=True,
                then=(f"{{v}}.{reseed}({value})",), weight=0.7,
            )  # fmt: skip


MORE: tuple[Snippet, ...] = (*_keras(), *_tensorflow(), *_unseedable(), *_science())
