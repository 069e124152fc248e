"""Writes the catalogue: the public callables that have to do with randomness, and their signatures.

    python -m seedlint.knowledge.introspect seedlint/knowledge/libraries

walks what is installed and needs TensorFlow, Keras, tf_keras, scikit-learn, pandas and SciPy; nothing
else in seedlint imports them. Keras 2 lives in a second process (`--target keras2`), because one
process has one Keras; the first starts it itself.

An entry says what introspection can tell: the public names of the object, its kind, its signature in
Python's own syntax (`...` for a default that is no literal), its seed parameter and its public bases.
What the callable does to which stream is curated in `tables`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from seedlint.knowledge.aliases import rewrite
from seedlint.knowledge.catalogue import FOLDER, SEED_PARAMETERS, is_random_initializer
from seedlint.knowledge.tables import curated_names
from seedlint.knowledge.writing import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Entry = dict[str, Any]
"""`kind`, `sig`, and where there is something to say `names`, `seed`, `bases`, `makes`."""

SKIPPED_MODULES: Final = re.compile(
    r"tensorflow\.compat\.v2(\.|$)|tensorflow\.compat\.v1\.(compat|keras|estimator|lite)(\.|$)"
    r"|(keras|tensorflow\.keras)\._|tensorflow\.(keras|lite|tools|mlir|raw_ops\._)(\.|$)|keras\.src"
    r"|tf_keras\.(src|api|protobuf|__internal__)|sklearn\.(externals|tests|conftest)"
)
"""Modules that are the same as others under another name, that are internal, or that can't be imported."""


PLAIN_BASES: Final = re.compile(r"Mixin$|\.callback\.|\.Operation$|\.estimator_checks\.")
"""Bases that say nothing about what the object is to randomness."""

SKIPPED_METHODS: Final = re.compile(
    # Steps of one layer's own call: the `seed` is what the layer's own SeedGenerator hands them.
    r"keras\.layers\.\w+\.(get_random_transformation|random_\w+)$"
    # Keras 2's metrics are layers too, and draw nothing.
    r"|keras\.metrics\."
)


class Walk:
    """The public objects found so far: each with all the names under which it was found."""

    def __init__(self) -> None:
        self.names: dict[int, list[str]] = {}
        self.objects: dict[int, object] = {}
        self.modules: set[str] = set()

    def add(self, name: str, found: object) -> None:
        """Note that `found` is to be had as `name`."""
        self.objects[id(found)] = found
        names = self.names.setdefault(id(found), [])
        if name not in names:
            names.append(name)

    def module(self, name: str, module: ModuleType, public: Callable[[ModuleType], bool]) -> None:
        """Walk `module` and, as far as `public` agrees, the modules in it."""
        if name in self.modules or SKIPPED_MODULES.match(name):
            return
        self.modules.add(name)
        for attribute in sorted(getattr(module, "__all__", None) or dir(module)):
            if attribute.startswith("_"):
                continue
            # A lazy module raises what it likes for a name that it lists and hasn't (TensorFlow 1's
            # layers under Keras 3 among them).
            with contextlib.suppress(Exception):
                found = getattr(module, attribute)
                if isinstance(found, ModuleType):
                    if public(found):
                        self.module(f"{name}.{attribute}", found, public)
                elif callable(found) and (attribute in getattr(module, "__all__", ()) or _belongs(name, found)):
                    self.add(f"{name}.{attribute}", found)


def _belongs(module: str, found: Any) -> bool:
    """Whether `found` is there to be had from `module`, not only imported into it (scikit-learn's modules
    have no list of what is public)."""
    if not module.startswith(("sklearn", "scipy", "pandas")):
        return True
    home = getattr(found, "__module__", None) or type(found).__module__
    package, _, last = module.rpartition(".")
    if module.startswith("scipy.stats.") or home == f"{package}._{last}":
        return home.startswith(f"{package}.")
    return f"{home}.".startswith(f"{module}.") or (module == "pandas.api.typing" and "groupby" in home)


def _namespace(*prefixes: str) -> Callable[[ModuleType], bool]:
    def public(module: ModuleType) -> bool:
        return type(module) is not ModuleType or module.__name__.startswith(prefixes)

    return public


def _packages(root: str) -> Iterator[ModuleType]:
    """The public modules below package `root`, itself included."""
    package = importlib.import_module(root)
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{root}."):
        if any(part.startswith("_") for part in found.name.split(".")) or SKIPPED_MODULES.match(found.name):
            continue
        if ".tests" in found.name or ".conftest" in found.name:
            continue
        with contextlib.suppress(ImportError):
            yield importlib.import_module(found.name)


def walk_keras3() -> Walk:
    """All public objects of the libraries, with TensorFlow's Keras being Keras 3."""
    keras: Any = importlib.import_module("keras")
    tf: Any = importlib.import_module("tensorflow")

    walk = Walk()
    for name in ("random", "secrets", "uuid", "os", "numpy.random", "scipy.stats", "scipy.optimize"):
        walk.module(name, importlib.import_module(name), lambda _: False)
    for name in ("scipy.stats.qmc", "scipy.stats.sampling", "scipy.sparse", "scipy.sparse.linalg"):
        walk.module(name, importlib.import_module(name), lambda _: False)
    for name in ("scipy.linalg", "scipy.linalg.interpolative", "scipy.cluster.vq", "scipy.spatial.transform"):
        walk.module(name, importlib.import_module(name), lambda _: False)
    walk.module("tensorflow", tf, _namespace("tensorflow._api", "tensorflow.experimental"))
    walk.module("keras", keras, _namespace("keras."))
    in_tf = Walk()
    for part in (
        "",
        "backend",
        "preprocessing.image",
        "preprocessing.sequence",
        "preprocessing.text",
        "layers",
    ):
        module = tf.keras
        for step in filter(None, part.split(".")):
            module = getattr(module, step)
        in_tf.module(f"keras.{part}".rstrip("."), module, lambda _: False)
    for key, names in in_tf.names.items():
        for name in names:
            walk.add(name, in_tf.objects[key])
    walk.modules |= in_tf.modules
    for root in ("sklearn",):
        for module in _packages(root):
            walk.module(module.__name__, module, lambda _: False)
    pandas: Any = importlib.import_module("pandas")

    walk.module("pandas", pandas, lambda _: False)
    walk.module("pandas.plotting", pandas.plotting, lambda _: False)
    walk.module("pandas.api.typing", pandas.api.typing, lambda _: False)
    return walk


def walk_keras2() -> Walk:
    """The public objects of Keras 2, as `tf_keras` and through TensorFlow."""
    tf: Any = importlib.import_module("tensorflow")
    tf_keras: Any = importlib.import_module("tf_keras")

    walk = Walk()
    walk.module("tf_keras", tf_keras, _namespace("tf_keras."))
    walk.module("tensorflow.keras.v2", tf.keras, _namespace("tf_keras."))
    for part in ("layers", "nn", "initializers"):
        module = getattr(tf.compat.v1, part)
        walk.module(f"tensorflow.compat.v1.{part}", module, _namespace("tensorflow._api", "tf_keras."))
    return walk


def canonical_name(found: object, names: list[str], taken: dict[str, str], curated: frozenset[str]) -> str:
    """The best of the `names` of `found`: the one in `taken` (name -> canonical) or in the tables, if any."""
    for name in names:
        if name in taken:
            return taken[name]
    for name in names:
        if name in curated:
            return name
    own = getattr(found, "__name__", "")

    def rank(name: str) -> tuple[object, ...]:
        parts = name.split(".")
        return (
            "compat" in parts,
            "experimental" in parts or "raw_ops" in parts or "legacy" in parts,
            name.startswith("keras.") and parts[-1] != own and parts[-1].islower(),
            len(parts),
            "random" not in parts,
            name,
        )

    return min(names, key=rank)


def _literal(value: object) -> str:
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if type(value) is float and value == value and abs(value) != float("inf"):
        return repr(value)
    if isinstance(value, tuple | list) and not value:
        return repr(value)
    return "..."


def signature_text(found: object, *, is_method: bool = False) -> str:
    """The parameters of `found` as they would stand in its `def`, without `self`; empty if unknown."""
    target: Any = found
    skip_first = is_method
    if inspect.isclass(found):
        if found.__init__ is not object.__init__:
            target, skip_first = found.__init__, True
        elif found.__new__ is not object.__new__:
            target, skip_first = found.__new__, True
    try:
        parameters = list(inspect.signature(target).parameters.values())
    except (ValueError, TypeError):
        return _documented_signature(found)
    if skip_first and parameters and parameters[0].kind in (0, 1):
        parameters = parameters[1:]
    if [p.kind for p in parameters] == [2, 4]:
        return _class_signature(found) or _documented_signature(found) or "*args, **kwargs"
    return _render(parameters)


def _class_signature(found: object) -> str:
    """A compiled class may have its signature on itself and none on its `__init__` (NumPy's since 2.4)."""
    try:
        text = _render(list(inspect.signature(found).parameters.values())) if inspect.isclass(found) else ""
    except (ValueError, TypeError):
        return ""
    return text if text != "*args, **kwargs" else ""


def _render(parameters: list[inspect.Parameter]) -> str:
    parts: list[str] = []
    starred = False
    for index, parameter in enumerate(parameters):
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
            parts.append(f"*{parameter.name}")
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            parts.append(f"**{parameter.name}")
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            parts.append("*")
        default = "" if parameter.default is parameter.empty else f"={_literal(parameter.default)}"
        parts.append(parameter.name + default)
        following = parameters[index + 1 : index + 2]
        if parameter.kind is parameter.POSITIONAL_ONLY and not (following and following[0].kind == 0):
            parts.append("/")
    return ", ".join(parts)


def _documented_signature(found: object) -> str:
    """Compiled code often has its signature in the first lines of its documentation only."""
    name = getattr(found, "__name__", "")
    match = re.match(rf"\s*(?:\w+\.)*{re.escape(name)}\((.*?)\)", getattr(found, "__doc__", None) or "", re.DOTALL)
    if not match:
        return ""
    text = " ".join(match[1].split()).replace("[", "").replace("]", "")
    rendered: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        parameter, _, default = part.partition("=")
        if not re.fullmatch(r"\**\w+|/|\*", parameter):
            return ""
        known = re.fullmatch(r"None|True|False|-?[\d.]+|'[^']*'", default)
        rendered.append(parameter if not default else f"{parameter}={default if known else '...'}")
    return ", ".join(rendered)


def seed_parameter(signature: str) -> str | None:
    """The parameter that takes the seed, going by its name."""
    names = set(re.findall(r"(?:^|, )(\w+)", signature))
    return next((name for name in SEED_PARAMETERS if name in names), None)


def _kind(found: object) -> str:
    return "class" if inspect.isclass(found) else "function"


def _has_random_initializer(signature: str) -> bool:
    return any(is_random_initializer(value) for value in re.findall(r"\w*initializer='(\w+)'", signature))


class Catalogue:
    """The entries of one walk."""

    def __init__(self, walk: Walk, layer: type, dataset: type, taken: dict[str, str]) -> None:
        self.walk = walk
        self.layer = layer
        self.dataset = dataset
        self.entries: dict[str, Entry] = {}
        self.canonical: dict[int, str] = {}
        self.curated = curated_names()
        self.names: dict[int, list[str]] = {}
        for key, names in walk.names.items():
            rewritten = list(dict.fromkeys(rewrite(name) for name in names))
            self.names[key] = rewritten
            self.canonical[key] = canonical_name(walk.objects[key], rewritten, taken, self.curated)
        for key, found in walk.objects.items():
            if inspect.isclass(found):
                self._class(self.canonical[key], found, self.names[key])
            elif hasattr(found, "rvs"):
                # SciPy's distributions are instances.
                self._put(f"{self.canonical[key]}.rvs", found.rvs, [])
            else:
                self._function(self.canonical[key], found, self.names[key])
        # A class whose methods are known is known itself.
        for name in sorted(self.entries):
            owner = name.rpartition(".")[0]
            if owner not in self.entries:
                for key, found in walk.objects.items():
                    if self.canonical[key] == owner and inspect.isclass(found):
                        self._put(owner, found, self.names[key])

    def _put(self, name: str, found: Any, names: list[str], *, kind: str = "", is_method: bool = False) -> None:
        signature = signature_text(found, is_method=is_method)
        entry: Entry = {"kind": kind or _kind(found), "sig": signature}
        others = sorted(set(names) - {name})
        if others:
            entry["names"] = others
        seed = seed_parameter(signature)
        if seed:
            entry["seed"] = seed
        if inspect.isclass(found):
            bases = [self.canonical[id(base)] for base in found.__mro__[1:-1] if id(base) in self.canonical]
            bases = [base for base in bases if not PLAIN_BASES.search(base)]
            if bases:
                entry["bases"] = bases
        else:
            annotation = getattr(inspect.unwrap(found), "__annotations__", {}).get("return")
            if annotation in ("DatasetV2", "dataset_ops.DatasetV2", self.dataset):
                entry["makes"] = self.canonical[id(self.dataset)]
        self.entries[name] = entry

    def _relevant(self, name: str, found: object, *, is_method: bool = False) -> bool:
        if name in self.curated:
            return True
        signature = signature_text(found, is_method=is_method)
        return seed_parameter(signature) is not None or _has_random_initializer(signature)

    def _function(self, name: str, found: object, names: list[str]) -> None:
        if self._relevant(name, found):
            self._put(name, found, names)

    def _class(self, name: str, found: type, names: list[str]) -> None:
        is_layer = issubclass(found, self.layer) and not SKIPPED_METHODS.match(name)
        if is_layer or issubclass(found, self.dataset) or self._relevant(name, found):
            self._put(name, found, names)
        for attribute, definer in _methods(found):
            static = inspect.getattr_static(found, attribute)
            kind = {staticmethod: "staticmethod", classmethod: "classmethod"}.get(type(static), "method")
            member = getattr(found, attribute, None)
            if not callable(member) or inspect.isclass(member) or SKIPPED_METHODS.match(f"{name}.{attribute}"):
                continue
            # A method belongs to the public class that defines it; the others inherit it.
            owner = self.canonical.get(id(definer), name)
            full = f"{owner}.{attribute}"
            is_method = kind == "method"
            if found is self.dataset or full in self.curated or self._relevant(full, member, is_method=is_method):
                self._put(full, member, [], kind=kind, is_method=is_method)


def _methods(found: type) -> Iterator[tuple[str, type]]:
    for attribute in sorted(dir(found)):
        if attribute.startswith("_"):
            continue
        for definer in found.__mro__:
            if attribute in definer.__dict__:
                yield attribute, definer
                break


def catalogue_keras3() -> dict[str, Any]:
    """The catalogue of the default target, and of all that has nothing to do with Keras."""
    keras: Any = importlib.import_module("keras")
    tf: Any = importlib.import_module("tensorflow")

    walk = walk_keras3()
    made = Catalogue(walk, keras.layers.Layer, tf.data.Dataset, {})
    versions = {}
    for name in ("tensorflow", "keras", "numpy", "sklearn", "pandas", "scipy"):
        versions[name] = importlib.import_module(name).__version__
    return {
        "versions": versions,
        "modules": sorted({rewrite(module) for module in walk.modules}),
        "entries": made.entries,
    }


def catalogue_keras2(main: dict[str, Any]) -> dict[str, Any]:
    """What is different under Keras 2: entries that are new or have another signature, and those missing."""
    tf: Any = importlib.import_module("tensorflow")
    tf_keras: Any = importlib.import_module("tf_keras")

    taken = {name: name for name in main["entries"]}
    for name, entry in main["entries"].items():
        taken.update(dict.fromkeys(entry.get("names", ()), name))
    walk = walk_keras2()
    made = Catalogue(walk, tf_keras.layers.Layer, tf.data.Dataset, taken)
    other = {
        name: entry
        for name, entry in made.entries.items()
        if not (name in main["entries"] and _same(main["entries"][name], entry))
        and not (name in main["entries"] and not name.startswith("keras."))
    }
    missing = [name for name in main["entries"] if name.startswith("keras.") and name not in made.entries]
    return {
        "versions": {"keras": tf_keras.__version__},
        "modules": sorted({rewrite(module) for module in walk.modules} - set(main["modules"])),
        "entries": other,
        "missing": sorted(missing),
    }


def _same(one: Entry, other: Entry) -> bool:
    return all(one.get(field) == other.get(field) for field in ("kind", "sig", "seed", "bases", "makes"))


def main() -> None:
    """Write the catalogue to a folder; that of Keras 2, in a process of its own, to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=FOLDER)
    parser.add_argument("--target", choices=["keras3", "keras2"], default="keras3")
    options = parser.parse_args()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    warnings.simplefilter("ignore")
    if options.target == "keras2":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        sys.stdout.write(json.dumps(catalogue_keras2(json.load(sys.stdin))))
        return
    os.environ.pop("TF_USE_LEGACY_KERAS", None)
    catalogue = catalogue_keras3()
    child = subprocess.run(
        [sys.executable, "-m", "seedlint.knowledge.introspect", "--target", "keras2"],
        input=json.dumps(catalogue),
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode:
        sys.exit(child.stderr)
    catalogue["keras2"] = json.loads(child.stdout)
    write(catalogue, options.folder)


if __name__ == "__main__":
    main()
