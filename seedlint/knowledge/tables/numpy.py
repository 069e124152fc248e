"""`numpy.random`: the global stream, and the generators that a program makes for itself."""

from __future__ import annotations

from typing import Final

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Draw, Seeds

_DISTRIBUTIONS = (
    "beta binomial bytes chisquare choice dirichlet exponential f gamma geometric gumbel hypergeometric "
    "laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial "
    "noncentral_chisquare noncentral_f normal pareto poisson power rayleigh standard_cauchy "
    "standard_exponential standard_gamma standard_normal standard_t triangular uniform vonmises wald "
    "weibull zipf"
)
_LEGACY = "rand randn randint random random_sample random_integers tomaxint"
_NEW = "integers random multivariate_hypergeometric spawn"

GENERATOR_METHODS: Final = {
    **{name: name for name in (*_DISTRIBUTIONS.split(), "shuffle", "permutation", "random")},
    "rand": "random",
    "randn": "standard_normal",
    "randint": "integers",
    "random_sample": "random",
    "ranf": "random",
    "sample": "random",
}
"""The method of a `Generator` for a legacy function or a method of `RandomState`. It has the same parameters in front
(compared by `inspect`, NumPy 2.4), but for SHAPE_APART. `random_integers` and `tomaxint` have no counterpart."""

SHAPE_APART: Final = frozenset({"rand", "randn"})
"""Those that take a shape as several arguments; a `Generator` takes it as one tuple."""

FAMILIES = (
    Family(
        prefix="numpy.random",
        names="seed",
        seed_kind="numpy",
        seeds=Seeds(("numpy",), "seed"),
        source="T1 np.random.rand(); T8 seed types",
    ),
    Family(
        prefix="numpy.random",
        names=f"{_DISTRIBUTIONS} rand randn randint random random_sample random_integers ranf sample",
        draws=(Draw("numpy", "SEED304"),),
        source="T1 np.random.rand()",
    ),
    Family(
        prefix="numpy.random",
        names="shuffle permutation",
        draws=(Draw("numpy", "SEED403"),),
        source="T1 np.random.rand()",
    ),
    Family(
        prefix="numpy.random",
        names="default_rng",
        seed_kind="numpy-generator",
        makes="numpy.random.Generator",
        draws=(Draw("generator", "SEED305", seed="seed"),),
        source="T1 np.random.default_rng()",
    ),
    Family(
        prefix="numpy.random",
        names="RandomState",
        seed="seed",
        seed_kind="numpy",
        draws=(Draw("generator", "SEED305", seed="seed"),),
        source="T1 np.random.RandomState()",
    ),
    Family(
        prefix="numpy.random",
        names="PCG64 PCG64DXSM MT19937 Philox SFC64",
        seed="seed",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED305", seed="seed"),),
        source="T1 np.random.Generator(np.random.PCG64())",
    ),
    Family(
        prefix="numpy.random",
        names="SeedSequence",
        seed="entropy",
        seed_kind="numpy-generator",
        draws=(Draw("generator", "SEED305", seed="entropy"),),
        source="T1 np.random.SeedSequence()",
    ),
    Family(
        prefix="numpy.random",
        names="Generator",
        irrelevant="as seeded as the bit generator that it is given",
        source="T1 np.random.Generator(np.random.PCG64())",
    ),
    Family(
        prefix="numpy.random.RandomState",
        names=f"{_DISTRIBUTIONS} {_LEGACY} shuffle permutation",
        draws=(Draw("generator", None),),
        source="T1 np.random.RandomState()",
    ),
    Family(
        prefix="numpy.random.RandomState",
        names="seed",
        seed_kind="numpy",
        seeds=Seeds(("generator",), "seed"),
        source="numpy/random/mtrand.pyx RandomState.seed",
    ),
    Family(
        prefix="numpy.random.Generator",
        names=f"{_DISTRIBUTIONS} {_NEW} shuffle permutation permuted",
        draws=(Draw("generator", None),),
        source="T1 np.random.default_rng()",
    ),
    Family(
        prefix="numpy.random",
        names="get_state set_state BitGenerator",
        irrelevant="a saved state is neither a seed nor a draw",
        source="numpy/random/mtrand.pyx",
    ),
)
