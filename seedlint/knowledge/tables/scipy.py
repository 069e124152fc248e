"""SciPy: its distributions draw from NumPy's global stream; what it added lately from the system's entropy.

"Measured" means: called after `np.random.seed` with 0, 0, 1 and 1 (SciPy 1.17); `numpy` if the results
follow the seed, `generator` if no two are the same.
"""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw

_MEASURED = "measured: results after np.random.seed(0), (0), (1), (1)"

_DISTRIBUTIONS = (
    "alpha anglit arcsine argus bernoulli beta betabinom betanbinom betaprime binom boltzmann "
    "bradford burr burr12 cauchy chi chi2 cosine crystalball dgamma dirichlet dlaplace "
    "dpareto_lognorm dweibull erlang expon exponnorm exponpow exponweib f fatiguelife fisk "
    "foldcauchy foldnorm gamma gausshyper genexpon genextreme gengamma genhalflogistic genhyperbolic "
    "geninvgauss genlogistic gennorm genpareto geom gibrat gompertz gumbel_l gumbel_r halfcauchy "
    "halfgennorm halflogistic halfnorm hypergeom hypsecant invgamma invgauss invweibull invwishart "
    "irwinhall jf_skew_t johnsonsb johnsonsu kappa3 kappa4 ksone kstwo kstwobign landau laplace "
    "laplace_asymmetric levy levy_l levy_stable loggamma logistic loglaplace lognorm logser "
    "loguniform lomax matrix_normal matrix_t maxwell mielke moyal multinomial multivariate_hypergeom "
    "multivariate_normal multivariate_t nakagami nbinom ncf nchypergeom_fisher nchypergeom_wallenius "
    "nct ncx2 nhypergeom norm normal_inverse_gamma norminvgauss ortho_group pareto pearson3 planck "
    "poisson poisson_binom powerlaw powerlognorm powernorm randint random_correlation random_table "
    "rayleigh rdist recipinvgauss reciprocal rel_breitwigner rice semicircular skellam skewcauchy "
    "skewnorm special_ortho_group studentized_range t trapezoid triang truncexpon truncnorm "
    "truncpareto truncweibull_min tukeylambda uniform uniform_direction unitary_group vonmises "
    "vonmises_fisher vonmises_line wald weibull_max weibull_min wishart wrapcauchy yulesimon zipf "
    "zipfian"
)

FAMILIES = (
    Family(
        prefix="scipy.stats",
        names=" ".join(f"{name}.rvs" for name in _DISTRIBUTIONS.split()),
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="random_state"),),
        source="T1 scipy.stats.norm.rvs()",
    ),
    Family(
        prefix="scipy",
        names="optimize.differential_evolution optimize.dual_annealing optimize.basinhopping "
        "cluster.vq.kmeans linalg.clarkson_woodruff_transform stats.gaussian_kde.resample",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="seed"),),
        source=_MEASURED,
    ),
    Family(
        names="scipy.cluster.vq.kmeans2",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="seed", where=(unless("minit", "matrix"),)),),
        source=_MEASURED,
    ),
    Family(
        names="scipy.optimize.check_grad",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="seed", where=(given("direction", "random"),)),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy",
        names="sparse.rand sparse.random sparse.random_array spatial.transform.Rotation.random "
        "stats.bootstrap stats.permutation_test stats.goodness_of_fit stats.multiscale_graphcorr",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats",
        names="dunnett sobol_indices",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED304", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy",
        names="stats.Binomial.sample stats.Logistic.sample stats.Mixture.sample stats.Normal.sample "
        "stats.Uniform.sample",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED304", seed="rng"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats.qmc",
        names="Sobol Halton",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED305", seed="seed", where=(unless("scramble", False),)),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats.qmc",
        names="LatinHypercube PoissonDisk MultivariateNormalQMC MultinomialQMC",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED305", seed="seed"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.sparse.linalg",
        names="eigs eigsh",
        irrelevant="the start vector decides the sign and the last bits, not the result",
        source=f"{_MEASURED}: bits differ",
    ),
    Family(
        prefix="scipy.stats",
        names="rv_continuous.rvs rv_discrete.rvs rv_histogram.rvs sampling.DiscreteAliasUrn.rvs "
        "sampling.DiscreteGuideTable.rvs sampling.NumericalInverseHermite.rvs "
        "sampling.NumericalInversePolynomial.rvs "
        "sampling.SimpleRatioUniforms.rvs sampling.TransformedDensityRejection.rvs",
        seed="random_state",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats",
        names="sampling.FastGeneratorInversion.rvs",
        draws=(Draw("generator", None),),
        source=f"{_MEASURED}; its constructor takes the seed",
    ),
    Family(
        prefix="scipy.stats",
        names="sampling.FastGeneratorInversion",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED305", seed="random_state"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats",
        names="BootstrapMethod PermutationMethod sampling.RatioUniforms",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED304", seed="random_state", when="run"),),
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats",
        names="rv_continuous rv_discrete sampling.DiscreteAliasUrn sampling.DiscreteGuideTable "
        "sampling.NumericalInverseHermite sampling.NumericalInversePolynomial "
        "sampling.SimpleRatioUniforms sampling.TransformedDensityRejection MonteCarloMethod qmc.QMCEngine",
        irrelevant="a distribution or sampler to be: its rvs draws, or what it is given",
        source=_MEASURED,
    ),
    Family(
        prefix="scipy.stats.sampling",
        names="DiscreteAliasUrn.set_random_state DiscreteGuideTable.set_random_state "
        "NumericalInverseHermite.set_random_state NumericalInversePolynomial.set_random_state "
        "SimpleRatioUniforms.set_random_state TransformedDensityRejection.set_random_state "
        "FastGeneratorInversion.evaluate_error",
        irrelevant="draws nothing that counts",
        source="scipy/stats/_unuran, _sampling.py",
    ),
    Family(
        prefix="scipy",
        names="linalg.interpolative.estimate_rank linalg.interpolative.estimate_spectral_norm "
        "linalg.interpolative.estimate_spectral_norm_diff linalg.interpolative.interp_decomp "
        "linalg.interpolative.svd sparse.linalg.svds stats.gaussian_kde.integrate_box "
        "stats.dirichlet_multinomial stats.iqr",
        irrelevant="the result doesn't depend on the draw, or there is none (the rng of iqr is a range)",
        source=_MEASURED,
    ),
)
