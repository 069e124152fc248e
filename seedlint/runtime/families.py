"""The families of causes: what `verify` can freeze, one by one."""

from __future__ import annotations

from typing import Final, Literal

Family = Literal[
    "python", "numpy", "tensorflow", "generator", "entropy", "clock", "hash", "pipeline", "threads", "ops"
]  # fmt: skip
"""`python`, `numpy`, `tensorflow`: the global streams. `generator`: a local generator that was made without a seed, or
TensorFlow's global generator. `entropy`: what can't be seeded. `clock`: a seed taken from the time or the process id.
`hash`: string hashing. `pipeline`: a race between parallel input workers. `threads`: a race between an op's threads.
`ops`: an op without a deterministic kernel."""

FAMILIES: Final[tuple[Family, ...]] = (
    "python", "numpy", "tensorflow", "generator", "entropy", "clock", "hash", "pipeline", "threads", "ops",
)  # fmt: skip

FROZEN_SEED: Final = 87654321
"""What frozen streams are seeded with. It is the seed that TensorFlow takes for the graph when only the op has one
(framework/random_seed.py), so that freezing `tensorflow` changes no op that has a seed of its own."""
