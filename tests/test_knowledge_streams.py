"""The tables against the libraries themselves: does what knowledge says suffice, and nothing less?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from running import tensorflow_python

from seedlint.knowledge import load

if TYPE_CHECKING:
    from seedlint.knowledge.model import Api, Condition, LiteralValue, Target

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(tensorflow_python() is None, reason="needs TensorFlow to run the snippets"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="runs each snippet in a fork"),
]

GLOBAL: Final = ("python", "numpy", "tensorflow")
Arguments = dict[str, "LiteralValue"]

# The API, the arguments that its conditions depend on, and an expression that shows what it draws.
BOTH: Final[list[tuple[str, Arguments, str]]] = [
    ("keras.layers.Dense", {}, "weights(keras.layers.Dense(3))"),
    ("keras.layers.LSTM", {}, "weights(keras.layers.LSTM(2), (None, 3, 2))"),
    ("keras.layers.BatchNormalization", {}, "weights(keras.layers.BatchNormalization())"),
    ("keras.initializers.HeNormal", {}, "keras.initializers.HeNormal()((3, 3))"),
    ("keras.layers.Dropout", {"rate": 0.5}, "train(keras.layers.Dropout(0.5))"),
    ("keras.layers.Dropout", {"rate": 0.0}, "train(keras.layers.Dropout(0.0))"),
    ("keras.layers.GaussianNoise", {"stddev": 0.5}, "train(keras.layers.GaussianNoise(0.5))"),
    (
        "keras.layers.LSTM",
        {"dropout": 0.5},
        "train(keras.layers.LSTM(2, kernel_initializer='ones', recurrent_initializer='ones', dropout=0.5), 4, 9, 8)",
    ),
    ("keras.layers.RandomRotation", {}, "train(keras.layers.RandomRotation(0.5))"),
    (
        "keras.utils.split_dataset",
        {"shuffle": True},
        "[int(v) for v in keras.utils.split_dataset(np.arange(30), left_size=0.5, shuffle=True)[0]]",
    ),
    (
        "keras.utils.split_dataset",
        {},
        "[int(v) for v in keras.utils.split_dataset(np.arange(30), left_size=0.5)[0]]",
    ),
    (
        "keras.utils.timeseries_dataset_from_array",
        {"shuffle": True},
        "[v.numpy().tolist() for v in "
        "keras.utils.timeseries_dataset_from_array(np.arange(30.0), None, 2, shuffle=True)]",
    ),
    ("keras.backend.random_normal", {}, "tf.keras.backend.random_normal((4,))"),
    (
        "keras.preprocessing.image.ImageDataGenerator.flow",
        {},
        "flow(tf.keras.preprocessing.image.ImageDataGenerator().flow(np.arange(72.0).reshape(6, 2, 2, 3)))",
    ),
    ("keras.preprocessing.sequence.skipgrams", {}, "tf.keras.preprocessing.sequence.skipgrams(list(range(1, 9)), 90)"),
    ("keras.Model.fit", {"y": 0}, "order()"),
]

KERAS3: Final[list[tuple[str, Arguments, str]]] = [
    ("keras.layers.Conv2D", {}, "weights(keras.layers.Conv2D(2, 2), (None, 4, 4, 1))"),
    ("keras.layers.RandomHue", {}, "train(keras.layers.RandomHue(0.5))"),
    (
        "keras.layers.Solarization",
        {"addition_factor": 0.5},
        "train(keras.layers.Solarization(0.5, value_range=(0, 1)))",
    ),
    ("keras.random.normal", {}, "keras.random.normal((4,))"),
    ("keras.random.shuffle", {}, "keras.random.shuffle(np.arange(30))"),
    ("keras.random.SeedGenerator", {}, "keras.random.SeedGenerator().next()"),
    ("tensorflow.random.normal", {}, "tf.random.normal((4,))"),
    ("tensorflow.random.shuffle", {}, "tf.random.shuffle(tf.range(30))"),
    ("tensorflow.random.categorical", {}, "tf.random.categorical(tf.ones((1, 9)), 30)"),
    ("tensorflow.nn.dropout", {"rate": 0.5}, "tf.nn.dropout(tf.ones((60,)), 0.5)"),
    ("tensorflow.nn.dropout", {"rate": 0.0}, "tf.nn.dropout(tf.ones((60,)), 0.0)"),
    ("tensorflow.image.random_hue", {}, "tf.image.random_hue(image, 0.5)"),
    ("tensorflow.experimental.numpy.random.randn", {}, "tf.experimental.numpy.random.randn(4)"),
    ("tensorflow.random_normal_initializer", {}, "tf.random_normal_initializer()((4,))"),
    ("tensorflow.compat.v1.glorot_uniform_initializer", {}, "tf.compat.v1.glorot_uniform_initializer()((4, 4))"),
    ("tensorflow.compat.v1.multinomial", {}, "tf.compat.v1.multinomial(tf.ones((1, 9)), 30)"),
    (
        "tensorflow.data.Dataset.shuffle",
        {},
        "[int(v) for v in tf.data.Dataset.range(30).shuffle(30)]",
    ),
    (
        "tensorflow.data.Dataset.sample_from_datasets",
        {},
        "[int(v) for v in tf.data.Dataset.sample_from_datasets([tf.data.Dataset.range(30)] * 2)]",
    ),
    (
        "tensorflow.image.sample_distorted_bounding_box",
        {},
        # Which part of a large picture it takes: of a small one, the same may be taken by chance.
        "tf.concat(tf.image.sample_distorted_bounding_box([40000, 40000, 3], tf.constant([[[0.0, 0.0, 1.0, 1.0]]]), "
        "min_object_covered=0.01, area_range=(0.05, 0.5))[:2], 0)",
    ),
    ("tensorflow.raw_ops.RandomUniform", {}, "tf.raw_ops.RandomUniform(shape=[4], dtype=tf.float32)"),
    (
        "tensorflow.random.Generator.from_non_deterministic_state",
        {},
        "tf.random.Generator.from_non_deterministic_state().normal((4,))",
    ),
    ("numpy.random.rand", {}, "np.random.rand(4)"),
    ("numpy.random.permutation", {}, "np.random.permutation(30)"),
    ("numpy.random.default_rng", {}, "np.random.default_rng().random()"),
    ("numpy.random.RandomState", {}, "np.random.RandomState().rand()"),
    ("random.random", {}, "random.random()"),
    ("random.Random", {}, "random.Random().random()"),
    ("secrets.token_hex", {}, "secrets.token_hex()"),
    ("os.urandom", {}, "os.urandom(8)"),
    ("uuid.uuid4", {}, "str(uuid.uuid4())"),
    ("sklearn.model_selection.train_test_split", {}, "sklearn.model_selection.train_test_split(np.arange(30))[0]"),
    (
        "sklearn.model_selection.train_test_split",
        {"shuffle": False},
        "sklearn.model_selection.train_test_split(np.arange(30), shuffle=False)[0]",
    ),
    (
        "sklearn.model_selection.KFold",
        {"shuffle": True},
        "[v.tolist() for _, v in sklearn.model_selection.KFold(5, shuffle=True).split(X)]",
    ),
    ("sklearn.model_selection.KFold", {}, "[v.tolist() for _, v in sklearn.model_selection.KFold(5).split(X)]"),
    ("sklearn.utils.shuffle", {}, "sklearn.utils.shuffle(np.arange(30))"),
    ("sklearn.ensemble.RandomForestClassifier", {}, "fitted(sklearn.ensemble.RandomForestClassifier(5))"),
    ("sklearn.linear_model.LogisticRegression", {}, "fitted(sklearn.linear_model.LogisticRegression())"),
    ("sklearn.svm.SVC", {}, "fitted(sklearn.svm.SVC())"),
    ("sklearn.datasets.make_moons", {}, "sklearn.datasets.make_moons(20)[0]"),
    ("sklearn.datasets.make_moons", {"shuffle": False}, "sklearn.datasets.make_moons(20, shuffle=False)[0]"),
    ("pandas.DataFrame.sample", {}, "pandas.DataFrame(X).sample(9).index"),
    ("scipy.stats.norm.rvs", {}, "scipy.stats.norm.rvs(size=3)"),
    ("scipy.stats.qmc.Sobol", {}, "scipy.stats.qmc.Sobol(2).random(2)"),
]

KERAS2: Final[list[tuple[str, Arguments, str]]] = [
    (
        "tensorflow.compat.v1.layers.dropout",
        {"training": True},
        "tf.compat.v1.layers.dropout(tf.ones((60,)), training=True)",
    ),
]


def holds(condition: Condition, arguments: Arguments, api: Api) -> bool:
    defaults = {parameter.name: parameter.default for parameter in api.parameters if parameter.literal_default}
    if condition.parameter not in arguments and condition.parameter not in defaults:
        return condition.unknown
    value = arguments.get(condition.parameter, defaults.get(condition.parameter))
    return (value in condition.values) != condition.negated


def streams(target: Target, name: str, arguments: Arguments) -> set[str]:
    """The streams that knowledge says are drawn from."""
    knowledge = load(target)
    api = knowledge.get(name)
    assert api is not None
    found: set[str] = {
        draw.stream for draw in api.draws if all(holds(condition, arguments, api) for condition in draw.where)
    }
    if not arguments and any(default and knowledge.is_random_initializer(default) for _, default in api.initializers):
        found.add(knowledge.initializer_stream)
    return found


def jobs_of(target: Target, case: tuple[str, Arguments, str]) -> list[tuple[list[str], bool]]:
    """What to seed, and whether that suffices."""
    name, arguments, _ = case
    drawn = streams(target, name, arguments)
    if not drawn:
        return [([], True)]
    if drawn & {"generator", "os"}:
        return [(["keras"], False)]
    if drawn == {"keras"}:
        return [(["keras"], True), (["numpy", "tensorflow"], False)]
    rest = [stream for stream in GLOBAL if stream not in drawn]
    return [(sorted(drawn), True), (rest, False)]


@cache
def answers(target: Target) -> dict[str, bool | str]:
    """For each case and seeding whether the results were equal."""
    cases = [*BOTH, *(KERAS3 if target == "keras3" else KERAS2)]
    jobs = [(seeded, case[2]) for case in cases for seeded, _ in jobs_of(target, case)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "PYTHONHASHSEED": "0"}
    environment.pop("TF_USE_LEGACY_KERAS", None)
    environment.pop("TF_DETERMINISTIC_OPS", None)
    if target == "keras2":
        environment["TF_USE_LEGACY_KERAS"] = "1"
    done = subprocess.run(
        [tensorflow_python() or sys.executable, str(Path(__file__).with_name("knowledge_probe.py"))],
        input=json.dumps(jobs),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {repr(job): answer for job, answer in zip(jobs, json.loads(done.stdout), strict=True)}


def _identity(case: tuple[str, Arguments, str]) -> str:
    return f"{case[0]}({', '.join(f'{name}={value}' for name, value in case[1].items())})"


@pytest.mark.parametrize("case", [*BOTH, *KERAS3], ids=_identity)
def test_keras3_streams_are_those_that_suffice(case: tuple[str, Arguments, str]) -> None:
    for seeded, repeats in jobs_of("keras3", case):
        assert answers("keras3")[repr((seeded, case[2]))] == repeats, f"seeded: {seeded}"


@pytest.mark.parametrize("case", [*BOTH, *KERAS2], ids=_identity)
def test_keras2_streams_are_those_that_suffice(case: tuple[str, Arguments, str]) -> None:
    for seeded, repeats in jobs_of("keras2", case):
        assert answers("keras2")[repr((seeded, case[2]))] == repeats, f"seeded: {seeded}"
