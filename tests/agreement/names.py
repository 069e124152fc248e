"""Writing names as people do: each file imports what it needs, in one of the styles that Python has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

    from seedlint.knowledge.model import Target

_ALIASES: Final = {
    "numpy": ("np", "np", "np", "numpy"),
    "tensorflow": ("tf", "tf", "tf", "tensorflow"),
    "pandas": ("pd",),
    "numpy.random": ("npr", "rnd"),
    "tensorflow.random": ("tfr",),
    "keras.layers": ("layers", "L"),
    "keras": ("keras", "K"),
    "random": ("random", "random", "rd"),
}
_KERAS: Final = {
    "keras3": ("keras", "keras", "tensorflow.keras"),
    "keras2": ("tf_keras", "tf_keras", "tensorflow.keras"),
}

_NO_MODULES: Final = frozenset({"tensorflow.experimental", "tensorflow.compat"})


class Names:
    """The names of one file: `spell` writes one, and sees to its import."""

    def __init__(self, rng: random.Random, target: Target) -> None:
        self._rng = rng
        self._keras = rng.choice(_KERAS[target])
        self._roots = _KERAS[target]
        self._bound: dict[str, str] = {}
        self.imports: list[str] = []

    def spell(self, dotted: str) -> str:
        """Return `dotted`, a module's public name or a name below one, as this file writes it."""
        if dotted.startswith("keras."):
            root = self._keras if self._rng.random() < 0.8 else self._rng.choice(self._roots)
            dotted = root + dotted.removeprefix("keras")
        parts = dotted.split(".")
        end = next((index + 1 for index, part in enumerate(parts) if part[:1].isupper()), len(parts))
        if dotted.startswith(_OBJECTS):  # objects in lower case, which nothing can be imported from
            end = len(parts) - 1
        known = next((length for length in range(end, 0, -1) if ".".join(parts[:length]) in self._bound), 0)
        if known and self._rng.random() < 0.8:
            return ".".join([self._bound[".".join(parts[:known])], *parts[known:]])
        length = self._rng.choice([1, 1, max(1, end - 1), end] if end > 1 else [1])
        if ".".join(parts[:length]) in _NO_MODULES:
            length = 1
        local = self._import(parts[:length])
        return ".".join([local, *parts[length:]])

    def _import(self, parts: list[str]) -> str:
        dotted = ".".join(parts)
        if dotted in self._bound:
            return self._bound[dotted]
        key = dotted.replace("tensorflow.keras", "keras").replace("tf_keras", "keras")
        wanted = self._rng.choice(_ALIASES.get(key, (parts[-1],)))
        if len(parts) == 1:
            wanted = wanted if key != "keras" or wanted != "keras" or dotted != "tf_keras" else "tf_keras"
        elif self._rng.random() < 0.15:
            wanted = f"{parts[-1].lower()}_fn" if parts[-1][:1].islower() else parts[-1][:1] + parts[-1][1:3]
        taken = set(self._bound.values())
        while wanted in taken or wanted in _RESERVED:
            wanted += "_"
        self._bound[dotted] = wanted
        if len(parts) == 1:
            line = f"import {dotted}" if wanted == dotted else f"import {dotted} as {wanted}"
        elif parts[-1][:1].islower() and dotted in _MODULES and self._rng.random() < 0.3:
            line = f"import {dotted} as {wanted}"
        else:
            line = f"from {'.'.join(parts[:-1])} import {parts[-1]}"
            line += "" if wanted == parts[-1] else f" as {wanted}"
        self.imports.append(line)
        return wanted


_RESERVED: Final = frozenset(
    {
        "record",
        "list",
        "range",
        "hash",
        "int",
        "max",
        "min",
        "sum",
        "abs",
        "round",
        "main",
        "super",
        "bytes",
        "zip",
        "map",
        "filter",
    }
)
_OBJECTS: Final = ("datetime.datetime.", "scipy.stats.")
_MODULES: Final = frozenset(
    {"numpy.random", "tensorflow.random", "tensorflow.keras", "keras.layers", "tf_keras.layers",
     "tensorflow.keras.layers", "sklearn.datasets", "sklearn.model_selection"}
)  # fmt: skip
