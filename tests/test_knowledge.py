"""The lookup, and the tables' agreement with the catalogue."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seedlint.knowledge import TARGETS, catalogue, families, load, seeds
from seedlint.knowledge.tables import families as all_families
from seedlint.knowledge.tables import families_about, library_of, seeders, session_options

if TYPE_CHECKING:
    from seedlint.knowledge.families import Family
    from seedlint.knowledge.model import Api, Target

NOT_INSTALLED = ("theano", "tfdeterminism", "fwd9m")


FILES = tuple(Path(catalogue.FOLDER).iterdir())


def entries(target: Target) -> dict[str, dict[str, Any]]:
    documents = [json.loads(file.read_text("utf-8")) for file in FILES]
    found = {name: entry for document in documents for name, entry in document["entries"].items()}
    if target == "keras3":
        return found
    for keras2 in (document["keras2"] for document in documents if "keras2" in document):
        found |= keras2["entries"]
        found = {name: entry for name, entry in found.items() if name not in keras2.get("missing", ())}
    return found


@pytest.mark.parametrize(
    ("dotted", "canonical"),
    [
        ("tensorflow.keras.layers.Dropout", "keras.layers.Dropout"),
        ("tensorflow.compat.v2.keras.layers.Dropout", "keras.layers.Dropout"),
        ("tensorflow.python.keras.layers.Dropout", "keras.layers.Dropout"),
        ("tensorflow.python.keras.layers.core.Dense", "keras.layers.Dense"),
        ("keras.src.layers.core.dense.Dense", "keras.layers.Dense"),
        ("keras.layers.core.Dense", "keras.layers.Dense"),
        ("keras.layers.convolutional.Conv2D", "keras.layers.Conv2D"),
        ("keras.layers.Convolution2D", "keras.layers.Conv2D"),
        ("keras.layers.normalization.BatchNormalization", "keras.layers.BatchNormalization"),
        ("keras.layers.experimental.preprocessing.RandomFlip", "keras.layers.RandomFlip"),
        ("tf_keras.layers.Dense", "keras.layers.Dense"),
        ("tf_keras.utils.set_random_seed", "keras.utils.set_random_seed"),
        ("tensorflow.keras.Sequential", "keras.Sequential"),
        ("keras.models.Sequential", "keras.Sequential"),
        ("keras.layers.Layer", "keras.Layer"),
        ("tensorflow.initializers.he_normal", "keras.initializers.HeNormal"),
        ("keras.initializers.glorot_uniform", "keras.initializers.GlorotUniform"),
        (
            "tensorflow.keras.preprocessing.image_dataset_from_directory",
            "keras.utils.image_dataset_from_directory",
        ),
        ("tensorflow.compat.v1.random_normal", "tensorflow.random.normal"),
        ("tensorflow.compat.v1.set_random_seed", "tensorflow.compat.v1.set_random_seed"),
        ("tensorflow.compat.v1.random.set_random_seed", "tensorflow.compat.v1.set_random_seed"),
        ("tensorflow.nn.all_candidate_sampler", "tensorflow.random.all_candidate_sampler"),
        ("tensorflow.random.experimental.Generator", "tensorflow.random.Generator"),
        ("tensorflow.data.TFRecordDataset.list_files", "tensorflow.data.Dataset.list_files"),
        ("tensorflow.compat.v1.data.Dataset.batch", "tensorflow.data.Dataset.batch"),
        ("keras.backend.tensorflow_backend.set_session", "keras.backend.set_session"),
        ("numpy.random.mtrand.RandomState", "numpy.random.RandomState"),
        ("sklearn.model_selection._split.KFold", "sklearn.model_selection.KFold"),
        ("sklearn.ensemble.forest.RandomForestClassifier", "sklearn.ensemble.RandomForestClassifier"),
        ("pandas.core.frame.DataFrame.sample", "pandas.DataFrame.sample"),
        # Unknown names and the program's own come back as they are.
        ("keras.optimizers.Adam", "keras.optimizers.Adam"),
        ("mypackage.layers.Dense", "mypackage.layers.Dense"),
        ("random", "random"),
        ("kerastuner.Dense", "kerastuner.Dense"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("target", TARGETS)
def test_names_resolve_to_one(dotted: str, canonical: str, target: Target) -> None:
    assert load(target).canonical(dotted) == canonical


def test_every_alias_resolves_under_both_targets() -> None:
    for target in TARGETS:
        for name, entry in entries(target).items():
            for alias in (name, *entry.get("names", ())):
                assert {load(target).canonical(alias) for target in TARGETS} == {name}, alias


def test_methods_are_found_through_bases() -> None:
    knowledge = load("keras3")
    fit = knowledge.method("keras.Sequential", "fit")
    assert fit is not None
    assert fit.name == "keras.Model.fit"
    shuffle = knowledge.method("tensorflow.data.TFRecordDataset", "shuffle")
    assert shuffle is not None
    assert shuffle.makes == "tensorflow.data.Dataset"
    assert knowledge.method("numpy.random.RandomState", "normal") is not None
    assert knowledge.method("keras.Sequential", "no_such_method") is None
    system = knowledge.method("random.SystemRandom", "shuffle")
    assert system is not None
    assert [draw.stream for draw in system.draws] == ["os"]


def test_classes_know_their_bases() -> None:
    knowledge = load("keras3")
    assert knowledge.is_a("tensorflow.keras.Sequential", "keras.layers.Layer")
    assert knowledge.is_a("keras.layers.BatchNormalization", "keras.Layer")
    assert not knowledge.is_a("keras.initializers.GlorotUniform", "keras.Layer")
    assert knowledge.is_class("keras.layers.Flatten")
    assert not knowledge.is_class("keras.utils.set_random_seed")


def test_modules_are_known() -> None:
    knowledge = load("keras3")
    for module in ("tensorflow.keras.layers", "numpy.random", "keras.backend", "sklearn.model_selection"):
        assert knowledge.is_module(module)
    assert not knowledge.is_module("keras.layers.Dense")


@pytest.mark.parametrize(
    ("string", "random"),
    [
        ("glorot_uniform", True),
        ("HeNormal", True),
        ("uniform", True),
        ("normal", True),
        ("random_uniform", True),
        ("orthogonal", True),
        ("zeros", False),
        ("ones", False),
        ("identity", False),
        ("constant", False),
        ("my_own", False),
        ("", False),
    ],
)
def test_initializers_by_string(string: str, random: bool) -> None:
    assert load("keras3").is_random_initializer(string) is random


def test_layers_draw_when_the_target_says() -> None:
    assert load("keras3").initializer_when == "call"
    assert load("keras2").initializer_when == "build"
    for target, stream, when in (("keras3", "python", "call"), ("keras2", "tensorflow", "run")):
        dropout = load(target).get("keras.layers.Dropout")
        assert dropout is not None
        assert [(draw.stream, draw.when, draw.seed) for draw in dropout.draws] == [(stream, when, "seed")]


def test_parameters_come_from_the_signature() -> None:
    api = load("keras3").get("keras.layers.Dense")
    assert api is not None
    assert [parameter.name for parameter in api.parameters][:2] == ["units", "activation"]
    assert ("kernel_initializer", "glorot_uniform") in api.initializers
    assert ("bias_initializer", "zeros") in api.initializers
    randint = load("keras3").get("numpy.random.randint")
    assert randint is not None
    assert [parameter.name for parameter in randint.parameters] == ["low", "high", "size", "dtype"]


@pytest.mark.parametrize(
    ("dotted", "error"),
    [
        ("tensorflow.set_random_seed", "ImportError: cannot import name 'set_random_seed' from 'tensorflow'"),
        (
            "tensorflow.contrib.layers.xavier_initializer",
            "ModuleNotFoundError: No module named 'tensorflow.contrib'",
        ),
        ("tensorflow.layers.dropout", "ModuleNotFoundError: No module named 'tensorflow.layers'"),
        (
            "keras.backend.tensorflow_backend.set_session",
            "ModuleNotFoundError: No module named 'keras.backend.tensorflow_backend'",
        ),
        (
            "theano.tensor.shared_randomstreams.RandomStreams",
            "ModuleNotFoundError: No module named 'theano'",
        ),
        ("tensorflow.random.set_seed", None),
        ("tensorflow.compat.v1.Session", None),
    ],
)
def test_what_an_import_prints(dotted: str, error: str | None) -> None:
    assert load("keras3").import_error(dotted) == error


def test_loading_needs_no_library() -> None:
    script = (
        "import sys, seedlint.knowledge as k\n"
        "for target in k.TARGETS: k.load(target).get('keras.layers.Dense')\n"
        "print(sorted({'tensorflow', 'keras', 'libcst', 'numpy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_catalogue_is_small_sorted_and_has_an_entry_a_line(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text) < 200_000
    document = json.loads(text)
    assert list(document["entries"]) == sorted(document["entries"])
    for name in document["entries"]:
        assert f'\n  {json.dumps(name)}: {{"' in text
    assert "/work/" not in text
    assert " at 0x" not in text


def test_what_is_curated_is_found_with_its_library() -> None:
    for family in all_families():
        for name in family.full_names():
            found = [each for of, each in families_about(library_of(name.partition(".")[0])) if of == name]
            assert any(each is family for each in found), name


# --- one truth: catalogue and tables --------------------------------------------------------------


def test_every_callable_with_a_seed_is_curated_or_irrelevant_for_a_reason() -> None:
    curated = {name for family in all_families() for name in family.full_names()}
    gaps = {
        name
        for target in TARGETS
        for name, entry in entries(target).items()
        if entry.get("seed") and name not in curated
    }
    assert not gaps


@pytest.mark.parametrize("target", TARGETS)
def test_every_curated_callable_is_curated_for_this_target(target: Target) -> None:
    curated = {name for family in all_families() if target in family.targets for name in family.full_names()}
    gaps = {name for name, entry in entries(target).items() if entry.get("seed") and name not in curated}
    assert not gaps


@pytest.mark.parametrize("target", TARGETS)
def test_every_curated_name_exists(target: Target) -> None:
    """A fact about a name that is not there would be dead, or a slip of the pen."""
    third_party = {name for family in seeders.FAMILIES for name in family.full_names()}
    known = entries(target)
    both = entries("keras3") | entries("keras2")
    for family in all_families():
        if target not in family.targets or family.removed is not None:
            continue
        for name in family.full_names():
            owner, _, last = name.rpartition(".")
            if name in third_party or name.split(".")[0] in NOT_INSTALLED:
                continue
            if last == "binomialvariate":  # new in Python 3.12
                continue
            if known.get(owner, {}).get("kind") == "class":  # inherited; the test on what is installed has a look
                continue
            # A family for both targets may name what one of them hasn't.
            assert name in known or (family.targets == TARGETS and name in both), name


def test_irrelevant_means_that_nothing_happens() -> None:
    for family in all_families():
        if family.irrelevant:
            assert family.draws == ()
            assert family.seeds is None
        assert family.source


def _apis(target: Target) -> list[Api]:
    knowledge = load(target)
    found = [knowledge.get(name) for name in sorted(knowledge.names())]
    return [api for api in found if api is not None]


@pytest.mark.parametrize("target", TARGETS)
def test_facts_name_parameters_that_exist(target: Target) -> None:
    for api in _apis(target):
        names = {parameter.name for parameter in api.parameters}
        if not names or any(parameter.kind in ("args", "kwargs") for parameter in api.parameters):
            continue
        for draw in api.draws:
            wanted = {draw.seed, draw.parameter, *(condition.parameter for condition in draw.where)} - {None}
            assert wanted <= names, api.name
        if api.seeds is not None and api.seeds.value is not None:
            assert api.seeds.value in names, api.name
        assert not {parameter for parameter, _ in api.retired} & names, api.name


@pytest.mark.parametrize("target", TARGETS)
def test_seeded_draws_have_a_kind(target: Target) -> None:
    for api in _apis(target):
        if api.removed is None and any(draw.seed for draw in api.draws):
            assert api.seed_kind is not None, api.name
        if api.seeds is not None and api.seeds.value is not None and api.removed is None:
            assert api.seed_kind is not None or api.name.endswith("set_global_generator"), api.name


@pytest.mark.parametrize("target", TARGETS)
def test_replacements_exist_and_take_the_renamed_parameters(target: Target) -> None:
    knowledge = load(target)
    for api in _apis(target):
        if api.removed is None or api.removed.use is None:
            continue
        use = knowledge.get(api.removed.use)
        if use is None:
            assert api.removed.use == "tensorflow.config.experimental.enable_op_determinism"
            continue
        assert use.removed is None
        names = {parameter.name for parameter in use.parameters}
        assert {new for _, new in api.removed.renamed} <= names, api.name
        if api.removed.rename_is_safe:
            assert not api.removed.positional_changed
            old = [parameter.name for parameter in api.parameters]
            renamed = [dict(api.removed.renamed).get(name, name) for name in old]
            assert renamed == [parameter.name for parameter in use.parameters][: len(renamed)], api.name


def test_rules_are_those_of_the_design() -> None:
    draws = {"SEED301", "SEED302", "SEED303", "SEED304", "SEED305", "SEED308"} | {
        "SEED401",
        "SEED402",
        "SEED403",
        "SEED404",
    }
    removed = {f"SEED20{digit}" for digit in range(1, 9)} | {"SEED405"}
    for target in TARGETS:
        for api in _apis(target):
            assert {draw.rule for draw in api.draws} <= {*draws, None}
            assert not any(draw.rule == "SEED308" for draw in api.draws if draw.stream != "os")
            if api.removed is not None:
                assert api.removed.rule in removed
            assert {gone.rule for _, gone in api.retired} <= removed


def test_a_family_reads_as_its_names() -> None:
    family: Family = families.Family(prefix="a.b", names="c d.e", source="here")
    assert family.full_names() == ["a.b.c", "a.b.d.e"]
    assert families.Family(names="a.b c", source="here").full_names() == ["a.b", "c"]


# --- seeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "target", "effect"),
    [
        ("numpy.random.seed", "negative", "keras3", "error"),
        ("numpy.random.seed", "numpy-integer", "keras3", None),
        ("random.seed", "negative", "keras3", None),
        ("random.seed", "numpy-integer", "keras3", "error"),
        ("tensorflow.random.set_seed", "float", "keras3", "misread"),
        ("keras.utils.set_random_seed", "none", "keras3", "error"),
        ("keras.utils.set_random_seed", "bool", "keras3", None),
        ("keras.layers.Dropout", "numpy-integer", "keras3", "error"),
        ("keras.layers.Dropout", "numpy-integer", "keras2", None),
        ("keras.layers.Dropout", "seed-generator", "keras3", "error"),
        ("keras.initializers.GlorotUniform", "seed-generator", "keras3", None),
        ("sklearn.model_selection.train_test_split", "numpy-generator", "keras3", "error"),
        ("sklearn.model_selection.train_test_split", "random-state", "keras3", None),
        ("numpy.random.default_rng", "numpy-generator", "keras3", None),
    ],
)
def test_seeds_that_are_refused(name: str, value: seeds.ValueKind, target: Target, effect: str | None) -> None:
    api = load(target).get(name)
    assert api is not None
    found = seeds.refusal(name, api.seed_kind, value, target)
    assert (found.effect if found else None) == effect


def test_session_options_say_what_or_why() -> None:
    for table in (
        session_options.CONFIG,
        session_options.GPU,
        session_options.GRAPH,
        session_options.OPTIMIZER,
    ):
        for option in table.values():
            assert option.today or option.note
