"""Which functions are there to seed: by their names, or by all that they do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seedlint.program import summary as ir

_SETS: Final = ("set", "fix", "init", "initialize", "reset", "setup", "seed", "control", "lock")
_MAKES: Final = ("make", "ensure", "enable", "set")
_SEEDER: Final = (
    rf"(?:{'|'.join(_SETS)})_?(?:up_)?(?:all_?|the_?|global_?|"
    r"random_?|rng_?|np_?|tf_?|everything_?|torch_?|numpy_?|tensorflow_?|python_?)*"
    r"(?:seeds?|seed_?everything|everything|random|randomness|rngs?|determinism|reproducibility|all)"
    rf"|seed_?(?:everything|all|it_?all)|(?:{'|'.join(_MAKES)})_?(?:full_?)?"
    r"(?:reproducible|determinism|deterministic|reproducibility)"
)
_NOT_SEEDERS: Final = frozenset({"set_all", "init_all", "reset_all", "setup_all", "set_everything", "lock_all"})

SEEDING_WORDS: Final = frozenset({"seed", "set_seed", "set_random_seed", "manual_seed"})
"""The last words of what seeds a stream."""

_SETTING_WORDS: Final = frozenset(
    {
        "seed", "set_seed", "set_random_seed", "manual_seed", "manual_seed_all", "print", "str", "int", "format",
        "info", "debug", "warning", "warn", "enable_op_determinism", "setdefault", "update", "putenv", "getLogger",
        "set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads", "use_deterministic_algorithms",
        "is_available", "ConfigProto", "Session", "get_default_graph", "set_session", "set_global_generator",
        "from_seed", "clear_session", "reset_default_graph", "set_default_graph", "isinstance", "hasattr",
    }
)  # fmt: skip
"""What a function calls that does nothing but seed and set up."""


@lru_cache(maxsize=10_000)
def names_a_seeder(name: str) -> bool:
    """Tell whether a function called `name` is taken to seed (`set_seed`, `fix_random`, …)."""
    small = name.lstrip("_").lower()
    # Most names begin otherwise, and are spared the pattern.
    if not small.startswith((*_SETS, *_MAKES)) or small in _NOT_SEEDERS:
        return False
    return re.fullmatch(_SEEDER, small) is not None


def only_sets_up(function: ir.Function) -> bool:
    """Tell whether all that `function` calls seeds or sets up."""
    return bool(function.calls) and _SETTING_WORDS.issuperset(function.calls)
