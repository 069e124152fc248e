"""scikit-learn: splitters and other functions. (The estimators are in `sklearn_estimators`.)

Every `random_state=None` draws from NumPy's global stream (`sklearn.utils.check_random_state`). "Measured"
means: called, fitted or split on toy data after `np.random.seed(0)` to `seed(3)`; it draws if the results
differ (scikit-learn 1.9). That NumPy's state has moved is not enough: `SVC()` draws a number that it
never uses. What draws above a certain size of the data only is left out.
"""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw

_MEASURED = "measured: results under four states of NumPy's global stream"
_SHUFFLES = (given("shuffle", True),)
_SHUFFLES_BY_DEFAULT = (unless("shuffle", False),)
_NO_SEED = given("random_state", None)

FAMILIES = (
    Family(
        prefix="sklearn.model_selection",
        names="train_test_split",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", where=_SHUFFLES_BY_DEFAULT),),
        source="T1 sklearn.train_test_split(); T8: shuffle=False with random_state is silent",
    ),
    Family(
        prefix="sklearn.model_selection",
        names="KFold StratifiedKFold StratifiedGroupKFold GroupKFold",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", when="run", where=_SHUFFLES),),
        source="T1 sklearn.KFold(shuffle=True); T8: random_state without shuffle raises",
    ),
    Family(
        prefix="sklearn.model_selection",
        names="ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", when="run"),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.model_selection",
        names="check_cv",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED402", seed="random_state", when="run", where=_SHUFFLES),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.model_selection",
        names="learning_curve LearningCurveDisplay.from_estimator",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=_SHUFFLES),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.model_selection",
        names="permutation_test_score",
        seed="random_state",
        seed_kind="scikit-learn",
        # Its default is random_state=0.
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(_NO_SEED,)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.model_selection",
        names="ParameterSampler",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", when="run"),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.utils",
        names="shuffle resample",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED403", seed="random_state"),),
        source="T1 sklearn.utils.shuffle(), resample()",
    ),
    Family(
        prefix="sklearn.utils",
        names="extmath.randomized_svd extmath.randomized_range_finder random.sample_without_replacement",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn",
        names="cluster.k_means cluster.kmeans_plusplus cluster.spectral_clustering covariance.fast_mcd "
        "decomposition.dict_learning decomposition.dict_learning_online decomposition.fastica "
        "inspection.permutation_importance manifold.spectral_embedding",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.decomposition.non_negative_factorization",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(unless("init", "custom"),)),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.manifold.smacof",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(given("init", None),)),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.manifold.locally_linear_embedding",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(given("eigen_solver", "arpack"),)),),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.feature_selection",
        names="mutual_info_classif mutual_info_regression",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(unless("discrete_features", True),)),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.feature_extraction.image.extract_patches_2d",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(unless("max_patches", None),)),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.metrics.silhouette_score",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(unless("sample_size", None),)),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.linear_model.ridge_regression",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(given("solver", "sag", "saga"),)),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.neighbors.KernelDensity.sample",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        names="sklearn.gaussian_process.GaussianProcessRegressor.sample_y sklearn.cluster.estimate_bandwidth",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state", where=(_NO_SEED,)),),
        source="the default is random_state=0",
    ),
    Family(
        prefix="sklearn.datasets",
        names="make_biclusters make_blobs make_checkerboard make_classification make_friedman1 "
        "make_friedman2 make_friedman3 make_gaussian_quantiles make_hastie_10_2 make_low_rank_matrix "
        "make_multilabel_classification make_regression make_s_curve make_sparse_coded_signal "
        "make_sparse_spd_matrix make_sparse_uncorrelated make_spd_matrix make_swiss_roll",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED404", seed="random_state"),),
        source=f"T1 sklearn.make_classification(); {_MEASURED}",
    ),
    Family(
        prefix="sklearn.datasets",
        names="make_circles make_moons",
        seed_kind="scikit-learn",
        draws=(
            Draw("numpy", "SEED404", seed="random_state", where=_SHUFFLES_BY_DEFAULT),
            Draw(
                "numpy",
                "SEED404",
                seed="random_state",
                where=(given("shuffle", False), unless("noise", None)),
            ),
        ),
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.datasets",
        names="fetch_covtype fetch_kddcup99 fetch_rcv1",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED403", seed="random_state", where=_SHUFFLES),),
        source="sklearn/datasets/_covtype.py: random_state is used if shuffle is true",
    ),
    Family(
        prefix="sklearn.datasets",
        names="fetch_20newsgroups load_files",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED403", seed="random_state", where=(*_SHUFFLES_BY_DEFAULT, _NO_SEED)),),
        source="sklearn/datasets/_base.py, _twenty_newsgroups.py: the default of random_state is a number",
    ),
    Family(
        prefix="sklearn.datasets",
        names="fetch_olivetti_faces",
        seed_kind="scikit-learn",
        draws=(Draw("numpy", "SEED403", seed="random_state", where=(*_SHUFFLES, _NO_SEED)),),
        source="sklearn/datasets/_olivetti_faces.py: the default of random_state is 0",
    ),
    Family(
        names="sklearn.inspection.PartialDependenceDisplay "
        "sklearn.inspection.PartialDependenceDisplay.from_estimator "
        "sklearn.metrics.PredictionErrorDisplay.from_estimator "
        "sklearn.metrics.PredictionErrorDisplay.from_predictions "
        "sklearn.preprocessing.quantile_transform",
        irrelevant="draws a subsample of large data only",
        source="sklearn/inspection/_plot/partial_dependence.py:828; measured: quantile_transform(X)",
    ),
    Family(
        names="sklearn.cluster.affinity_propagation",
        irrelevant="draws noise of the size of rounding errors, to break ties",
        source=_MEASURED,
    ),
    Family(
        prefix="sklearn.utils",
        names="check_random_state murmurhash3_32 murmurhash.murmurhash3_bytes_s32 "
        "murmurhash.murmurhash3_bytes_u32 murmurhash.murmurhash3_int_s32 murmurhash.murmurhash3_int_u32",
        irrelevant="draws nothing: a check of the seed, and hashes",
        source="sklearn/utils/validation.py, murmurhash.pyx",
    ),
    Family(
        names="sklearn.model_selection.BaseShuffleSplit sklearn.tree.BaseDecisionTree",
        irrelevant="abstract",
        source="sklearn/model_selection/_split.py, tree/_classes.py",
    ),
)
