"""The words in which `knowledge` says what a callable does to randomness.

An `Api` is one public callable under one target. Its `parameters` come from introspecting the
installed packages (`catalogue.json`); what it seeds, draws, makes and retires is curated by hand in
this room's tables, with the source of each fact.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from seedlint.targets import TARGETS as TARGETS
from seedlint.targets import Target as Target

Stream = Literal["python", "numpy", "tensorflow", "keras", "hash", "tensorflow-generator", "generator", "os"]
"""`generator` is a local generator that the program made for itself; `os` can't be seeded at all."""

When = Literal["call", "build", "run"]
"""`call`: at the call itself. `build`: when the layer that the call makes is built (Keras 2 weights).
`run`: when the object that the call makes is put to work: an estimator fitted, a splitter split,
a flow iterated, a Keras 2 dropout layer called in training."""

LiteralValue = bool | int | float | str | None


class Parameter(Struct, frozen=True, gc=False):
    """One parameter of a signature. `default` is meaningful only where `has_default` is true and the
    default is a plain literal (`literal_default`)."""

    name: str
    kind: Literal["positional", "any", "keyword", "args", "kwargs"]
    has_default: bool = False
    literal_default: bool = False
    default: LiteralValue = None


class Condition(Struct, frozen=True, gc=False):
    """Holds if the effective value of `parameter` (argument, else default) is one of `values`
    (`negated`: none of them). An argument that can't be known counts as the default does; `unknown`
    says what to take when there is no literal default."""

    parameter: str
    values: tuple[LiteralValue, ...]
    negated: bool = False
    unknown: bool = True


class Draw(Struct, frozen=True, gc=False):
    """A dependence on a stream. `rule` reports it; None means that it has no finding of its own and
    is shown only with the seeding fault behind it. `seed` is the parameter that, given a constant,
    makes the draw depend on no stream. `parameter` is the argument that causes the draw when it is
    not the call as a whole (`kernel_initializer`, `recurrent_dropout`). `mixes`: TensorFlow mixes the seed of
    the draw with its global seed, and one of these that varies spoils the other; None means that the stream
    is TensorFlow's."""

    stream: Stream
    rule: str | None
    seed: str | None = None
    when: When = "call"
    where: tuple[Condition, ...] = ()
    parameter: str | None = None
    mixes: bool | None = None

    @property
    def takes_global_seed(self) -> bool:
        """Tell whether a global seed of TensorFlow that varies makes the draw vary, whatever its own seed is."""
        return self.stream == "tensorflow" if self.mixes is None else self.mixes


class Seeds(Struct, frozen=True, gc=False):
    """The call sets `streams` to the value of parameter `value`. `only_if_given`: it does so as a
    side effect, when that argument is given and not None; `when` it does so is as for draws, and `after_draws` says
    that it has drawn before. `constant_default`: the value is constant when the argument is left out
    (`seed_everything(seed=42)` of a library)."""

    streams: tuple[Stream, ...]
    value: str | None
    only_if_given: bool = False
    constant_default: bool = False
    when: When = "call"
    after_draws: bool = False


class Removed(Struct, frozen=True, gc=False):
    """The name is gone, or does nothing, in the target.

    `rule` reports it; `error` is the text that running it prints (empty: it runs, without effect);
    `use` is the canonical name of what takes its place, if one thing does; `rename_is_safe` says that
    putting `use` in place of the name keeps arguments and numbers; `renamed` maps parameters that
    changed name, and `positional` that positional arguments change meaning; `note` says what to mind.
    """

    rule: str
    error: str
    use: str | None = None
    rename_is_safe: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    positional_changed: bool = False
    note: str = ""


SeedKind = Literal["python", "numpy", "numpy-generator", "tensorflow", "keras", "scikit-learn"]
"""Which values a seed parameter accepts; `seeds.py` says what each kind rejects."""


class Api(Struct, frozen=True, gc=False):
    """One public callable under one target.

    `name` is canonical: the one name to which all public names of the object resolve. `makes` is the
    canonical name of the type of what the call returns, if that type has methods that matter.
    `initializers` maps each `*_initializer` parameter of a layer to its default. `other_seeds` are
    parameters that take the seed as well (SciPy's `rng` beside `random_state`). `retired` are parameters
    that the callable had once, with what becomes of a call that gives them. `source` tells where
    the curated facts come from.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    seed: str | None = None
    seed_kind: SeedKind | None = None
    draws: tuple[Draw, ...] = ()
    seeds: Seeds | None = None
    makes: str | None = None
    removed: Removed | None = None
    initializers: tuple[tuple[str, str | None], ...] = ()
    source: str = ""
    other_seeds: tuple[str, ...] = ()
    retired: tuple[tuple[str, Removed], ...] = ()
