"""scikit-learn's estimators: which of them draw when fitted, with which arguments.

All measured as `sklearn` says: fitted with their defaults, and with each other value of each option.
"""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Condition, Draw, SeedKind

_MEASURED = "measured: fitted under four states of NumPy's global stream, option by option"


def _fit(*where: Condition) -> Draw:
    return Draw("numpy", "SEED404", seed="random_state", when="run", where=where)


_SEED: SeedKind = "scikit-learn"

FAMILIES = (
    Family(
        prefix="sklearn",
        names="ensemble.AdaBoostClassifier ensemble.AdaBoostRegressor ensemble.BaggingClassifier "
        "ensemble.BaggingRegressor ensemble.ExtraTreesClassifier ensemble.ExtraTreesRegressor "
        "ensemble.GradientBoostingClassifier ensemble.GradientBoostingRegressor ensemble.IsolationForest "
        "ensemble.RandomForestClassifier ensemble.RandomForestRegressor ensemble.RandomTreesEmbedding "
        "tree.DecisionTreeClassifier tree.DecisionTreeRegressor tree.ExtraTreeClassifier "
        "tree.ExtraTreeRegressor",
        seed_kind=_SEED,
        draws=(_fit(),),
        source=f"T1 RandomForestClassifier(); {_MEASURED}; a tree draws the order in which it tries features",
    ),
    Family(
        prefix="sklearn",
        names="cluster.BisectingKMeans cluster.KMeans cluster.MiniBatchKMeans cluster.SpectralBiclustering "
        "cluster.SpectralClustering cluster.SpectralCoclustering mixture.BayesianGaussianMixture "
        "mixture.GaussianMixture",
        seed_kind=_SEED,
        draws=(_fit(),),
        source=f"T1 KMeans(); {_MEASURED}",
    ),
    Family(
        prefix="sklearn",
        names="neural_network.BernoulliRBM neural_network.MLPClassifier neural_network.MLPRegressor",
        seed_kind=_SEED,
        draws=(_fit(),),
        source=f"T1 MLPClassifier(); {_MEASURED}",
    ),
    Family(
        prefix="sklearn",
        names="decomposition.DictionaryLearning decomposition.FastICA "
        "decomposition.LatentDirichletAllocation decomposition.MiniBatchDictionaryLearning "
        "decomposition.MiniBatchSparsePCA decomposition.SparsePCA decomposition.TruncatedSVD "
        "covariance.EllipticEnvelope covariance.MinCovDet kernel_approximation.Nystroem "
        "kernel_approximation.PolynomialCountSketch kernel_approximation.RBFSampler "
        "kernel_approximation.SkewedChi2Sampler manifold.SpectralEmbedding "
        "random_projection.GaussianRandomProjection random_projection.SparseRandomProjection",
        seed_kind=_SEED,
        draws=(_fit(),),
        source=f"{_MEASURED}; TruncatedSVD with either algorithm",
    ),
    Family(
        prefix="sklearn",
        names="linear_model.RANSACRegressor linear_model.TheilSenRegressor "
        "model_selection.HalvingGridSearchCV model_selection.HalvingRandomSearchCV "
        "model_selection.RandomizedSearchCV multiclass.OutputCodeClassifier",
        seed_kind=_SEED,
        draws=(_fit(),),
        source=f"{_MEASURED}; RANSACRegressor's trials are random samples",
    ),
    Family(
        prefix="sklearn.linear_model",
        names="SGDClassifier SGDRegressor SGDOneClassSVM PassiveAggressiveClassifier PassiveAggressiveRegressor",
        seed_kind=_SEED,
        draws=(_fit(unless("shuffle", False)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.linear_model",
        names="Perceptron",
        seed_kind=_SEED,
        draws=(_fit(unless("shuffle", False), given("random_state", None)),),
        source=f"{_MEASURED}; its default is random_state=0",
    ),
    Family(
        prefix="sklearn.linear_model",
        names="Ridge RidgeClassifier",
        seed_kind=_SEED,
        draws=(_fit(given("solver", "sag", "saga")),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.linear_model",
        names="LogisticRegression LogisticRegressionCV",
        seed_kind=_SEED,
        draws=(
            _fit(given("solver", "sag", "saga")),
            _fit(given("solver", "liblinear"), given("dual", True)),
            _fit(given("solver", "liblinear"), unless("dual", True), given("penalty", "l1")),
        ),
        source=f"T1 LogisticRegression(); {_MEASURED}: liblinear draws in the dual and with an L1 penalty",
    ),
    Family(
        prefix="sklearn.linear_model",
        names="LogisticRegression",
        draws=(_fit(given("solver", "liblinear"), unless("dual", True), given("l1_ratio", 1, 1.0)),),
        source=f"{_MEASURED}: since scikit-learn 1.8 the L1 penalty is l1_ratio=1",
    ),
    Family(
        prefix="sklearn.linear_model",
        names="ElasticNet ElasticNetCV Lasso LassoCV MultiTaskElasticNet MultiTaskElasticNetCV "
        "MultiTaskLasso MultiTaskLassoCV",
        seed_kind=_SEED,
        draws=(_fit(given("selection", "random")),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.linear_model",
        names="Lars LassoLars",
        seed_kind=_SEED,
        draws=(_fit(unless("jitter", None)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.svm",
        names="SVC NuSVC",
        seed_kind=_SEED,
        draws=(_fit(given("probability", True)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.svm",
        names="LinearSVC",
        seed_kind=_SEED,
        draws=(
            _fit(given("dual", True)),
            _fit(unless("dual", True), given("loss", "hinge")),
            _fit(unless("dual", True), unless("loss", "hinge"), given("penalty", "l1")),
            _fit(
                unless("dual", True),
                unless("loss", "hinge"),
                unless("penalty", "l1"),
                given("multi_class", "crammer_singer"),
            ),
        ),
        source=f"{_MEASURED}: the primal problem with its L2 penalty is solved without drawing",
    ),
    Family(
        prefix="sklearn.svm",
        names="LinearSVR",
        seed_kind=_SEED,
        draws=(
            _fit(unless("loss", "squared_epsilon_insensitive")),
            _fit(given("loss", "squared_epsilon_insensitive"), given("dual", True)),
        ),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.ensemble",
        names="HistGradientBoostingClassifier HistGradientBoostingRegressor",
        seed_kind=_SEED,
        draws=(
            _fit(given("early_stopping", True)),
            _fit(unless("early_stopping", True), unless("max_features", 1, 1.0)),
        ),
        source=f"{_MEASURED}; early_stopping='auto' draws above 10,000 rows only",
    ),
    Family(
        prefix="sklearn.decomposition",
        names="PCA",
        seed_kind=_SEED,
        draws=(_fit(given("svd_solver", "randomized", "arpack")),),
        source=f"{_MEASURED}; 'auto' draws for some shapes of large data only",
    ),
    Family(
        prefix="sklearn.decomposition",
        names="KernelPCA",
        seed_kind=_SEED,
        draws=(_fit(given("eigen_solver", "randomized", "arpack")),),
        source=f"{_MEASURED}; 'auto' draws for some shapes of large data only",
    ),
    Family(
        prefix="sklearn.decomposition",
        names="NMF MiniBatchNMF",
        seed_kind=_SEED,
        draws=(_fit(unless("init", "custom")),),
        source=f"{_MEASURED}: also with init='nndsvd', by the randomized SVD in it",
    ),
    Family(
        prefix="sklearn.decomposition",
        names="FactorAnalysis",
        seed_kind=_SEED,
        draws=(_fit(given("random_state", None), unless("svd_method", "lapack")),),
        source=f"{_MEASURED}; its default is random_state=0",
    ),
    Family(
        prefix="sklearn.manifold",
        names="LocallyLinearEmbedding",
        seed_kind=_SEED,
        draws=(_fit(given("eigen_solver", "arpack")),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.manifold",
        names="MDS",
        seed_kind=_SEED,
        draws=(_fit(unless("init", "classical_mds")),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.manifold",
        names="TSNE",
        seed_kind=_SEED,
        draws=(_fit(given("init", "random")),),
        source=f"{_MEASURED}: init='pca' is as random as PCA()",
    ),
    Family(
        prefix="sklearn.neighbors",
        names="NeighborhoodComponentsAnalysis",
        seed_kind=_SEED,
        draws=(_fit(given("init", "random")),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.gaussian_process",
        names="GaussianProcessClassifier GaussianProcessRegressor",
        seed_kind=_SEED,
        draws=(_fit(unless("n_restarts_optimizer", 0)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.impute",
        names="IterativeImputer",
        seed_kind=_SEED,
        draws=(
            _fit(given("sample_posterior", True)),
            _fit(unless("sample_posterior", True), given("imputation_order", "random")),
            _fit(
                unless("sample_posterior", True),
                unless("imputation_order", "random"),
                unless("n_nearest_features", None),
            ),
        ),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.multioutput",
        names="ClassifierChain RegressorChain",
        seed_kind=_SEED,
        draws=(_fit(given("order", "random")),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.dummy",
        names="DummyClassifier",
        seed_kind=_SEED,
        draws=(_fit(given("strategy", "stratified", "uniform")),),
        source=f"{_MEASURED}: it draws when it predicts",
    ),
    Family(
        prefix="sklearn.preprocessing",
        names="TargetEncoder",
        seed_kind=_SEED,
        draws=(_fit(unless("shuffle", False)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.feature_extraction.image",
        names="PatchExtractor",
        seed_kind=_SEED,
        draws=(_fit(unless("max_patches", None)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn",
        names="preprocessing.KBinsDiscretizer preprocessing.QuantileTransformer",
        irrelevant="draws a subsample of large data only (above 200,000 and 10,000 rows)",
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn",
        names="model_selection.TunedThresholdClassifierCV",
        irrelevant="draws only if cv is a fraction",
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn",
        names="cluster.AffinityPropagation",
        irrelevant="draws noise of the size of rounding errors, to break ties",
        source=_MEASURED,
    ),
)
