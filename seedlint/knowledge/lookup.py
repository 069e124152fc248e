"""Looking up what a name of the program's text means to randomness."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from seedlint.knowledge import catalogue
from seedlint.knowledge.aliases import rewrite
from seedlint.knowledge.model import Api
from seedlint.knowledge.tables import TABLES, families_about, library_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.knowledge.families import Family
    from seedlint.knowledge.model import Stream, Target, When


_IN_PYTHON: Final = ("random.", "numpy.random.")


class _Library:
    """What the names of some packages mean under one target: the catalogue's entries, what is curated, and aliases."""

    def __init__(self, packages: tuple[str, ...], target: Target) -> None:
        document = catalogue.read(packages)
        keras2 = document.get("keras2", {})
        main, other = (each.get("entries", {}) for each in (document, keras2))
        # Both targets' aliases count: a name must not change its canonical name with the target.
        self.aliases = {
            alias: name
            for entries in (other, main)
            for name, entry in entries.items()
            for alias in entry.get("names", ())
        }
        self.entries: Mapping[str, Mapping[str, Any]] = main
        self.modules = frozenset(document.get("modules", ()))
        if target == "keras2":
            self.modules |= {*keras2.get("modules", ())}
            missing = frozenset(keras2.get("missing", ()))
            self.entries = {name: entry for name, entry in (main | other).items() if name not in missing}
        self.families: dict[str, list[Family]] = {}
        for name, family in families_about(packages):
            if target in family.targets:
                self.families.setdefault(name, []).append(family)

    def has(self, name: str) -> bool:
        """Whether anything is known of that canonical name."""
        return name in self.families or name in self.entries

    def telling_names(self) -> set[str]:
        """The names of all callables of which a call says something wherever it stands (`Knowledge.telling_words`)."""
        names = {
            name
            for name, families in self.families.items()
            for family in families
            if family.removed or family.retired or family.seeds or family.seed or family.like
        }
        for name, entry in self.entries.items():
            if "seed" in entry or any(parameter in entry["sig"] for parameter in catalogue.SEED_PARAMETERS):
                names.add(name)
        return names | {alias for alias, name in self.aliases.items() if name in names}


class Knowledge:
    """What the libraries' names mean under one target. Get it from `load`."""

    initializer_stream: Stream = "python"
    """What a random initializer without a seed draws from, under both targets (T0 H1, H2)."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.initializer_when: When = "call" if target == "keras3" else "build"
        """When it does so: Keras 3 in the layer's constructor, Keras 2 when the layer is built (T0 H3)."""
        self._libraries: dict[tuple[str, ...], _Library] = {}
        self._by_package: dict[str, _Library] = {}
        self._apis: dict[str, Api | None] = {}
        self._found: dict[str, Api | None] = {}
        self._canonical: dict[str, str] = {}
        self._telling: frozenset[str] | None = None
        self._drawing: frozenset[str] | None = None

    def _about(self, dotted: str) -> _Library:
        """What is known of the library that `dotted` begins with; read when something of it is asked for."""
        package = dotted.partition(".")[0]
        if package not in self._by_package:
            self._by_package[package] = self._library(library_of(package))
        return self._by_package[package]

    def _library(self, packages: tuple[str, ...]) -> _Library:
        if packages not in self._libraries:
            self._libraries[packages] = _Library(packages, self.target)
        return self._libraries[packages]

    def _all(self) -> list[_Library]:
        return [self._library(packages) for packages in TABLES]

    def canonical(self, dotted: str) -> str:
        """The one name for the object that `dotted` names; `dotted` itself if it is unknown.

        >>> load("keras3").canonical("tensorflow.keras.layers.Dropout")
        'keras.layers.Dropout'
        """
        found = self._canonical.get(dotted)
        if found is None:
            found = self._canonical[dotted] = self._find(dotted)
        return found

    def _find(self, dotted: str) -> str:
        known = self._known(dotted)
        if known:
            return known
        rewritten = rewrite(dotted)
        known = self._known(rewritten) or self._known_deep(rewritten)
        if known:
            return known
        # A method or a name below an alias: resolve what is before the last dot first.
        owner, dot, last = rewritten.rpartition(".")
        if dot and owner != dotted:
            canonical_owner = self.canonical(owner)
            method = self._method(canonical_owner, last)
            if method:
                return method
            if canonical_owner != owner and canonical_owner in self._about(canonical_owner).entries:
                return f"{canonical_owner}.{last}"
        return rewritten

    def _known(self, dotted: str) -> str | None:
        library = self._about(dotted)
        return dotted if library.has(dotted) else library.aliases.get(dotted)

    def _known_deep(self, dotted: str) -> str | None:
        """Old and private deep paths: `keras.layers.core.Dense`, `sklearn.model_selection._split.KFold`."""
        parts = dotted.split(".")
        if len(parts) < 4 or parts[0] not in ("keras", "sklearn", "pandas", "scipy", "numpy"):
            return None
        for end in range(len(parts) - 2, 0, -1):
            known = self._known(".".join([*parts[:end], parts[-1]]))
            if known:
                return known
        return None

    def _method(self, type_name: str, method: str) -> str | None:
        for owner in (type_name, *self.bases(type_name)):
            name = f"{owner}.{method}"
            if self._about(name).has(name):
                return name
        return None

    def get(self, dotted: str) -> Api | None:
        """What is known of the callable that `dotted` names, or None."""
        if dotted not in self._found:
            name = self.canonical(dotted)
            if name not in self._apis:
                self._apis[name] = self._api(name)
            self._found[dotted] = self._apis[name]
        return self._found[dotted]

    def method(self, type_name: str, method: str) -> Api | None:
        """What is known of `method` of an object of type `type_name`, its bases' methods included."""
        name = self._method(self.canonical(type_name), method)
        return self.get(name) if name else None

    def bases(self, type_name: str) -> tuple[str, ...]:
        """The canonical names of the public bases of a class, nearest first; empty if unknown."""
        entry = self._entry(self.canonical(type_name))
        return tuple(entry.get("bases", ())) if entry else ()

    def is_a(self, type_name: str, base: str) -> bool:
        """Whether the class `type_name` is `base` or derived from it."""
        name = self.canonical(type_name)
        base = self.canonical(base)
        return name == base or base in self.bases(name)

    def _entry(self, name: str) -> Mapping[str, Any] | None:
        return self._about(name).entries.get(name)

    def is_class(self, dotted: str) -> bool:
        """Whether `dotted` names a class that is known."""
        entry = self._entry(self.canonical(dotted))
        return entry is not None and entry["kind"] == "class"

    def is_module(self, dotted: str) -> bool:
        """Whether `dotted` names a public module of a library that is known."""
        return any(name in self._about(name).modules for name in (dotted, rewrite(dotted)))

    def is_random_initializer(self, string: str) -> bool:
        """Whether a layer given `string` as its initializer draws: `'he_normal'` does, `'zeros'` doesn't."""
        return catalogue.is_random_initializer(string)

    def initializer_class(self, string: str) -> str | None:
        """The class that a random initializer's string stands for: `'he_normal'` is `HeNormal`; None if none is."""
        return catalogue.initializer_class(string)

    def names(self) -> frozenset[str]:
        """The canonical names of all that is known."""
        return frozenset(name for library in self._all() for name in (*library.entries, *library.families))

    @property
    def telling_words(self) -> frozenset[str]:
        """The last words of all callables of which a call says something wherever it stands: what is gone, or takes
        something no more, and what seeds or takes a seed."""
        if self._telling is None:
            names = (name for library in self._all() for name in library.telling_names())
            self._telling = frozenset(name.rpartition(".")[2] for name in names)
        return self._telling

    @property
    def words_that_draw(self) -> frozenset[str]:
        """The last words of all that draws in Python, not in a graph."""
        if self._drawing is None:
            curated = (each for package in ("random", "numpy") for each in self._about(package).families.items())
            in_python = (each for each in curated if each[0].startswith(_IN_PYTHON))
            drawing = (name for name, families in in_python if any(family.draws for family in families))
            self._drawing = frozenset(name.rpartition(".")[2] for name in drawing)
        return self._drawing

    def import_error(self, dotted: str) -> str | None:
        """What `from module import name` of a name that is gone prints; None if it is not gone.

        >>> load("keras3").import_error("tensorflow.set_random_seed")
        "ImportError: cannot import name 'set_random_seed' from 'tensorflow'"
        """
        api = self.get(dotted)
        if api is None or api.removed is None or not api.removed.error:
            return None
        if api.removed.error.startswith("ModuleNotFoundError"):
            return api.removed.error
        module, _, name = dotted.rpartition(".")
        parts = module.split(".")
        for end in range(2, len(parts) + 1):
            if not self.is_module(".".join(parts[:end])):
                return f"ModuleNotFoundError: No module named '{'.'.join(parts[:end])}'"
        return f"ImportError: cannot import name '{name}' from '{module}'"

    def _api(self, name: str) -> Api | None:
        library = self._about(name)
        entry = library.entries.get(name)
        curated = library.families.get(name, [])
        borrowed = next((family.like for family in curated if family.like), None)
        if borrowed and entry is None:
            lender = self._about(borrowed)
            entry = lender.entries.get(borrowed)
            curated = [*lender.families.get(borrowed, []), *curated]
        if entry is None and not curated:
            # A distribution of SciPy is an instance; called, it gives one with the same methods.
            return Api(name, makes=name) if f"{name}.rvs" in library.families else None
        parameters = catalogue.parameters(entry["sig"]) if entry else ()
        makes = entry.get("makes") if entry else None
        if entry and entry["kind"] == "class" and not borrowed:
            makes = name
        found = Api(
            name=name,
            parameters=parameters,
            seed=entry.get("seed") if entry else None,
            makes=makes,
            # Keras's layers have them, and `add_weight`, `enable_lora` and the like.
            initializers=catalogue.initializers(parameters) if name.startswith("keras.") else (),
        )
        return _merge(found, curated)


def _merge(found: Api, curated: list[Family]) -> Api:
    """`found` with what the families say: draws add up, of the rest the last that is set holds."""
    seeds, removed = found.seeds, found.removed
    seed, seed_kind, makes = found.seed, found.seed_kind, found.makes
    initializers = found.initializers
    for family in curated:
        seeds = family.seeds or seeds
        removed = family.removed or removed
        seed = family.seed or seed
        seed_kind = family.seed_kind or seed_kind
        makes = family.makes or makes
        initializers = family.initializers or initializers
    return Api(
        name=found.name,
        parameters=found.parameters,
        seed=seed,
        seed_kind=seed_kind,
        draws=tuple(draw for family in curated for draw in family.draws),
        seeds=seeds,
        makes=makes,
        removed=removed,
        initializers=initializers,
        source="; ".join(dict.fromkeys(family.source for family in curated)),
        other_seeds=tuple(
            parameter.name
            for parameter in found.parameters
            if parameter.name in catalogue.SEED_PARAMETERS and parameter.name != seed
        ),
        retired=tuple(pair for family in curated for pair in family.retired),
    )


@cache
def load(target: Target) -> Knowledge:
    """What is known under `target`; made once."""
    return Knowledge(target)
