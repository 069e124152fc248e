"""The catalogue and the curated texts against what is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from running import tensorflow_python

from seedlint.knowledge import catalogue, load
from seedlint.knowledge.seeds import refusal
from seedlint.knowledge.tables import families, session_options

if TYPE_CHECKING:
    from seedlint.knowledge.model import Target
    from seedlint.knowledge.seeds import ValueKind

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(
        tensorflow_python() is None, reason="TensorFlow isn't importable, so there is nothing to compare"
    ),
]

ROOT = Path(__file__).parent.parent

PROBE = """
import importlib, json, os, sys, warnings
warnings.simplefilter("ignore")
import tensorflow as tf

def find(name):
    parts = name.split(".")
    found = importlib.import_module(parts[0])
    for index, part in enumerate(parts[1:], 2):
        if parts[0] in ("scipy", "sklearn") and not hasattr(found, part):
            importlib.import_module(".".join(parts[:index]))
        found = getattr(found, part)
    return found

names, statements = json.load(sys.stdin)
answers = []
for name in names:
    try:
        find(name)
        answers.append("")
    except Exception as error:
        answers.append(f"{type(error).__name__}: {error}")
for statement in statements:
    tf.random.set_seed(1)
    try:
        exec(statement, {"tf": tf})
        answers.append("")
    except Exception as error:
        answers.append(" ".join(f"{type(error).__name__}: {error}".split(" (/")[0].split()))
fields = {
    name: [field.name for field in getattr(tf.compat.v1, name).DESCRIPTOR.fields]
    for name in ("ConfigProto", "GPUOptions", "GraphOptions", "OptimizerOptions")
}
json.dump([answers, fields], sys.stdout)
"""


def run(arguments: list[str], given: str, target: Target = "keras3") -> str:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    environment.pop("TF_USE_LEGACY_KERAS", None)
    if target == "keras2":
        environment["TF_USE_LEGACY_KERAS"] = "1"
    done = subprocess.run(
        [tensorflow_python() or sys.executable, *arguments],
        input=given,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@cache
def probe(target: Target, names: tuple[str, ...], statements: tuple[str, ...]) -> tuple[list[str], dict[str, Any]]:
    """The errors of looking `names` up and of running `statements`, and the fields of the messages."""
    answers, fields = json.loads(run(["-c", PROBE], json.dumps([names, statements]), target))
    return answers, fields


def removed_names(target: Target) -> list[str]:
    knowledge = load(target)
    return [
        name
        for name in sorted(knowledge.names())
        if name.startswith(("tensorflow.", "keras."))
        and (api := knowledge.get(name)) is not None
        and api.removed is not None
    ]


def catalogued(folder: Path) -> dict[str, dict[str, Any]]:
    return {file.stem: json.loads(file.read_text("utf-8")) for file in folder.iterdir()}


def part_of(document: dict[str, Any], *steps: str) -> Any:
    for step in steps:
        document = document.get(step, {})
    return document


def other_names(target: Target) -> list[str]:
    """Curated names that the catalogue has not, because a base class has them or another Python."""
    knowledge = load(target)
    documents = catalogued(Path(catalogue.FOLDER)).values()
    listed = {
        name for document in documents for name in (*document["entries"], *part_of(document, "keras2", "entries"))
    }
    return sorted(
        name
        for family in families()
        if target in family.targets and family.removed is None
        for name in family.full_names()
        if name not in listed and knowledge.is_class(name.rpartition(".")[0]) and not name.endswith("binomialvariate")
    )


IMPORTS = (
    "from tensorflow import set_random_seed",
    "from tensorflow.contrib.layers import xavier_initializer",
    "from tensorflow.layers import dropout",
    "from tensorflow.random import set_random_seed",
    "from tensorflow import ConfigProto",
)
CALLS = (
    ("tensorflow.nn.dropout", "keep_prob", "tf.nn.dropout(tf.ones((2,)), keep_prob=0.5)"),
    ("tensorflow.random_normal_initializer", "dtype", "tf.random_normal_initializer(dtype=tf.float32)"),
    ("tensorflow.random_uniform_initializer", "dtype", "tf.random_uniform_initializer(dtype=tf.float32)"),
    (
        "tensorflow.nn.fractional_max_pool",
        "deterministic",
        "tf.nn.fractional_max_pool(tf.ones((1, 4, 4, 1)), [1, 1.4, 1.4, 1], deterministic=True)",
    ),
)
# The API, the kind of the value, the statement, and what fills the text.
SEEDS: tuple[tuple[str, ValueKind, str, dict[str, str]], ...] = (
    ("random.seed", "numpy-integer", "import random, numpy; random.seed(numpy.int64(1))", {}),
    ("numpy.random.seed", "negative", "import numpy; numpy.random.seed(-1)", {}),
    ("numpy.random.seed", "from-2**32", "import numpy; numpy.random.seed(2**32)", {}),
    ("numpy.random.seed", "float", "import numpy; numpy.random.seed(1.5)", {}),
    ("numpy.random.default_rng", "negative", "import numpy; numpy.random.default_rng(-1)", {}),
    ("numpy.random.default_rng", "float", "import numpy; numpy.random.default_rng(1.5)", {"value": "1.5"}),
    ("tensorflow.random.set_seed", "string", "tf.random.set_seed('abc'); tf.random.normal([])", {}),
    ("tensorflow.random.set_seed", "sequence", "tf.random.set_seed([1, 2]); tf.random.normal([])", {}),
    ("tensorflow.random.normal", "sequence", "tf.random.normal([], seed=[1, 2])", {"type": "list"}),
    ("tensorflow.data.Dataset.shuffle", "float", "tf.data.Dataset.range(3).shuffle(3, seed=1.5)", {"value": "1.5"}),
    ("tensorflow.random_normal_initializer", "bool", "tf.random_normal_initializer(seed=True)((1,))", {}),
    ("keras.utils.set_random_seed", "negative", "tf.keras.utils.set_random_seed(-1)", {}),
    (
        "keras.utils.set_random_seed",
        "none",
        "tf.keras.utils.set_random_seed(None)",
        {"value": "None", "class": "<class 'NoneType'>"},
    ),
    (
        "keras.initializers.GlorotUniform",
        "float",
        "tf.keras.initializers.GlorotUniform(seed=1.5)((1, 1))",
        {"value": "1.5"},
    ),
    ("keras.initializers.GlorotUniform", "bool", "tf.keras.initializers.GlorotUniform(seed=True)((1, 1))", {}),
    (
        "keras.layers.Dropout",
        "numpy-integer",
        "import numpy; tf.keras.layers.Dropout(0.5, seed=numpy.int64(1))",
        {"value": "1"},
    ),
    (
        "sklearn.model_selection.train_test_split",
        "negative",
        "from sklearn.model_selection import train_test_split as t; t([1, 2], random_state=-1)",
        {"api": "train_test_split", "value": "-1"},
    ),
    (
        "pandas.DataFrame.sample",
        "float",
        "import pandas; pandas.DataFrame([1, 2]).sample(random_state=1.5)",
        {},
    ),
)


@cache
def probed(target: Target) -> tuple[dict[str, str], dict[str, Any]]:
    names = (*removed_names(target), *other_names(target))
    statements = (*IMPORTS, *(case[2] for case in CALLS), *(case[2] for case in SEEDS))
    answers, fields = probe(target, names, statements)
    return dict(zip((*names, *statements), answers, strict=True)), fields


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


@cache
def walked_anew() -> dict[str, dict[str, Any]]:
    with TemporaryDirectory() as folder:
        run(["-m", "seedlint.knowledge.introspect", folder], "")
        return catalogued(Path(folder))


@pytest.mark.parametrize("library", ["keras", "numpy", "pandas", "scipy", "sklearn", "tensorflow"])
def test_the_catalogue_is_what_is_installed(library: str) -> None:
    there, here = (each[library] for each in (catalogued(Path(catalogue.FOLDER)), walked_anew()))
    # NumPy and SciPy come with the others, in whatever version; the standard library with the Python that runs.
    if library in ("tensorflow", "keras", "sklearn", "pandas"):
        assert same_version(there, here, library)
    elif not same_version(there, here, library):
        pytest.skip("another version is installed")
    for steps in (("entries",), ("modules",), ("keras2", "entries"), ("keras2", "modules"), ("keras2", "missing")):
        assert part_of(there, *steps) == part_of(here, *steps), steps


def same_version(there: dict[str, Any], here: dict[str, Any], library: str) -> bool:
    versions = [part_of(document, "versions", library) for document in (there, here)]
    return all(versions) and _minor(versions[0]) == _minor(versions[1])


@pytest.mark.parametrize("name", removed_names("keras3"))
def test_error_texts_are_what_tensorflow_prints(name: str) -> None:
    api = load("keras3").get(name)
    assert api is not None
    assert api.removed is not None
    printed = probed("keras3")[0][name]
    assert printed == api.removed.error


@pytest.mark.parametrize("statement", IMPORTS)
def test_import_errors_are_what_python_prints(statement: str) -> None:
    _, module, _, name = statement.split()
    assert probed("keras3")[0][statement] == load("keras3").import_error(f"{module}.{name}")


@pytest.mark.parametrize(("name", "parameter", "statement"), CALLS)
def test_retired_parameters_raise(name: str, parameter: str, statement: str) -> None:
    api = load("keras3").get(name)
    assert api is not None
    assert probed("keras3")[0][statement] == dict(api.retired)[parameter].error


@pytest.mark.parametrize(("name", "value", "statement", "filled"), SEEDS)
def test_seeds_are_refused_as_said(name: str, value: ValueKind, statement: str, filled: dict[str, str]) -> None:
    api = load("keras3").get(name)
    assert api is not None
    found = refusal(name, api.seed_kind, value, "keras3")
    assert found is not None
    assert found.effect == "error"
    assert probed("keras3")[0][statement] == found.text.format(**filled)


@pytest.mark.parametrize("name", other_names("keras3"))
def test_inherited_names_exist(name: str) -> None:
    assert probed("keras3")[0][name] == ""


def test_every_field_of_the_session_messages_has_an_answer() -> None:
    fields = probed("keras3")[1]
    tables = {
        "ConfigProto": session_options.CONFIG,
        "GPUOptions": session_options.GPU,
        "GraphOptions": session_options.GRAPH,
        "OptimizerOptions": session_options.OPTIMIZER,
    }
    assert {name: sorted(found) for name, found in fields.items()} == {
        name: sorted(table) for name, table in tables.items()
    }
