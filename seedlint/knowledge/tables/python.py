"""Python's own `random`, and what draws from the operating system."""

from __future__ import annotations

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Draw, Seeds

_DISTRIBUTIONS = (
    "random uniform randint randrange choice choices sample getrandbits randbytes gauss normalvariate "
    "lognormvariate expovariate vonmisesvariate gammavariate betavariate paretovariate weibullvariate "
    "triangular binomialvariate"
)

FAMILIES = (
    Family(
        prefix="random",
        names="seed",
        seed="a",
        seed_kind="python",
        seeds=Seeds(("python",), "a"),
        source="T1 random.random(); T8 seed types",
    ),
    Family(
        prefix="random",
        names=_DISTRIBUTIONS,
        draws=(Draw("python", "SEED304"),),
        source="T1 random.random()",
    ),
    Family(
        prefix="random",
        names="shuffle",
        draws=(Draw("python", "SEED403"),),
        source="T1 random.random()",
    ),
    Family(
        prefix="random",
        names="Random",
        seed="x",
        seed_kind="python",
        draws=(Draw("generator", "SEED305", seed="x"),),
        source="T1 random.Random()",
    ),
    Family(
        prefix="random.Random",
        names=f"{_DISTRIBUTIONS} shuffle",
        draws=(Draw("generator", None),),
        source="T1 random.Random()",
    ),
    Family(
        prefix="random.Random",
        names="seed",
        seed="a",
        seed_kind="python",
        seeds=Seeds(("generator",), "a"),
        source="CPython Lib/random.py Random.seed",
    ),
    Family(
        prefix="random",
        names="SystemRandom",
        draws=(Draw("os", "SEED308"),),
        source="T1 random.SystemRandom()",
    ),
    Family(
        prefix="random.SystemRandom",
        names=f"{_DISTRIBUTIONS} shuffle",
        draws=(Draw("os", None),),
        source="T1 random.SystemRandom(); the finding is at the constructor",
    ),
    Family(
        prefix="secrets",
        names="token_bytes token_hex token_urlsafe choice randbelow randbits",
        draws=(Draw("os", "SEED308"),),
        source="T1 secrets.token_hex()",
    ),
    Family(
        names="os.urandom os.getrandom uuid.uuid4 uuid.uuid1",
        draws=(Draw("os", "SEED308"),),
        source="T1 os.urandom(), uuid.uuid4()",
    ),
    Family(
        prefix="random",
        names="getstate setstate",
        irrelevant="a saved state is neither a seed nor a draw",
        source="CPython Lib/random.py",
    ),
)
