"""Reading the catalogue, which has a file for each library, and the signatures in it."""

from __future__ import annotations

import ast
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import json

from seedlint.knowledge.model import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seedlint.knowledge.model import LiteralValue

FOLDER: Final = os.path.join(os.path.dirname(__file__), "libraries")

SEED_PARAMETERS: Final = (
    "seed",
    "random_state",
    "shuffle_seed",
    "rng",
    "seed_generator",
    "random_seed",
    "file_random_seed",
    "op_seed",
    "seed2",
    "entropy",
)
"""The names of parameters that take a seed, in order of preference where a callable has several."""

RANDOM_INITIALIZERS: Final = (
    r"(glorot|xavier|he|lecun)(uniform|normal)|(random)?(uniform|normal)|truncatednormal|variancescaling"
    r"|orthogonal(initializer)?"
)
"""The random initializers as strings, without case and underscores (the names that
`keras.initializers.get` of Keras 2 and 3 knows: `glorot_uniform`, `GlorotUniform`, `uniform`)."""

_CLASSES: Final = {
    name.lower(): name
    for name in (
        *("GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal"),
        *("RandomUniform", "RandomNormal", "TruncatedNormal", "VarianceScaling", "Orthogonal"),
    )
} | {"uniform": "RandomUniform", "normal": "RandomNormal", "orthogonalinitializer": "Orthogonal"}


def is_random_initializer(string: str) -> bool:
    """Whether a layer given `string` as its initializer draws: `'he_normal'` does, `'zeros'` doesn't."""
    return re.fullmatch(RANDOM_INITIALIZERS, string.replace("_", "").lower()) is not None


def initializer_class(string: str) -> str | None:
    """The class that a random initializer's string stands for: `'he_normal'` is `HeNormal`; None if it is none."""
    return _CLASSES.get(string.replace("_", "").lower())


@cache
def read(library: tuple[str, ...]) -> Mapping[str, Any]:
    """Return what the catalogue has of a library (`tables.library_of`), nothing of all others: the `entries` of its
    callables, by name, and the names of its `modules`. Of Keras that is Keras 3's; `keras2` is what is different under
    Keras 2, where `missing` are the names that are not there."""
    if not library:
        return {}
    with open(place(library), "rb") as file:
        found: Mapping[str, Any] = json.decode(file.read())
    return found


def place(library: tuple[str, ...], folder: str = FOLDER) -> str:
    """Return where the catalogue has a library."""
    return os.path.join(folder, f"{library[0]}.json")


def parameters(signature: str) -> tuple[Parameter, ...]:
    """The parameters of a signature that is written as in a `def`, without the parentheses."""
    if not signature:
        return ()
    arguments = ast.parse(f"lambda {signature}: 0", mode="eval").body
    assert isinstance(arguments, ast.Lambda)
    return tuple(_parameters(arguments.args))


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    for index, (argument, default) in enumerate(zip(positional, defaults + list(arguments.defaults), strict=True)):
        is_positional = index < len(arguments.posonlyargs)
        yield _parameter(argument.arg, "positional" if is_positional else "any", default)
    if arguments.vararg:
        yield Parameter(arguments.vararg.arg, "args")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument.arg, "keyword", default)
    if arguments.kwarg:
        yield Parameter(arguments.kwarg.arg, "kwargs")


def _parameter(name: str, kind: Any, default: ast.expr | None) -> Parameter:
    if default is None:
        return Parameter(name, kind)
    value: LiteralValue
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return Parameter(name, kind, has_default=True)
    if value is Ellipsis or not (value is None or isinstance(value, bool | int | float | str)):
        return Parameter(name, kind, has_default=True)
    return Parameter(name, kind, has_default=True, literal_default=True, default=value)


def initializers(found: tuple[Parameter, ...]) -> tuple[tuple[str, str | None], ...]:
    """Each parameter that takes an initializer, with its default where that is a string."""
    return tuple(
        (parameter.name, parameter.default if isinstance(parameter.default, str) else None)
        for parameter in found
        if parameter.name.endswith("initializer")
    )
