"""Runs snippets of real library code under chosen seeds; started by the tests as a process of its own.

Reads a list of jobs as JSON from standard input: for each, the streams to seed and an expression. Every
job runs twice, each time in a fork of this process, which has only imported; written is whether the two
results are equal, or the error.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import warnings
from typing import Any

NAMES: dict[str, Any] = {}


def prepare() -> None:
    warnings.simplefilter("ignore")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    legacy = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
    NAMES["tf"] = importlib.import_module("tensorflow")
    NAMES["keras"] = importlib.import_module("tf_keras" if legacy else "keras")
    NAMES["np"] = importlib.import_module("numpy")
    for name in ("random", "secrets", "os", "uuid", "sklearn", "pandas", "scipy"):
        NAMES[name] = importlib.import_module(name)
    parts = "cluster datasets ensemble linear_model model_selection preprocessing svm utils".split()  # noqa: SIM905
    for name in (*(f"sklearn.{part}" for part in parts), "scipy.stats", "scipy.optimize"):
        importlib.import_module(name)
    np = NAMES["np"]
    NAMES["X"] = np.arange(120.0).reshape(40, 3) % 7
    NAMES["y"] = np.arange(40) % 2
    NAMES["image"] = np.arange(96.0, dtype="float32").reshape(1, 8, 4, 3) / 96
    NAMES["weights"] = weights
    NAMES["train"] = train
    NAMES["flow"] = flow
    NAMES["fitted"] = fitted
    NAMES["order"] = order


def weights(layer: Any, shape: tuple[int | None, ...] = (None, 5)) -> list[Any]:
    """The weights of a layer once it is built."""
    layer.build(shape)
    return [weight.tolist() for weight in layer.get_weights()]


def train(layer: Any, *shape: int) -> Any:
    """What a layer makes of an image, or of ones of `shape`, in training."""
    given = NAMES["tf"].ones(shape) if shape else NAMES["image"]
    return NAMES["np"].asarray(layer(given, training=True)).tolist()


def flow(flow: Any) -> Any:
    """The first batch of an iterator of images."""
    return NAMES["np"].asarray(next(flow)).tolist()


def fitted(estimator: Any) -> Any:
    """What an estimator predicts once it is fitted."""
    estimator.fit(NAMES["X"], NAMES["y"])
    predict = getattr(estimator, "predict_proba", None) or estimator.predict
    return predict(NAMES["X"] + 0.25).tolist()


def order() -> Any:
    """The weights of a model without random ones, after it was fitted to arrays."""
    keras, np = NAMES["keras"], NAMES["np"]
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(NAMES["X"] / 7, NAMES["y"].astype("float32"), batch_size=2, verbose=0)
    return [np.asarray(weight).tolist() for weight in model.get_weights()]


def seed(streams: list[str]) -> None:
    """Seed `streams`, and give every other one a state of its own."""
    tf, keras = NAMES["tf"], NAMES["keras"]
    fresh = int.from_bytes(os.urandom(4), "little")
    NAMES["random"].seed(fresh)
    NAMES["np"].random.seed(fresh)
    if "keras" in streams:
        keras.utils.set_random_seed(7)
        if streams == ["keras"]:
            return
    if "python" in streams:
        NAMES["random"].seed(7)
    if "numpy" in streams:
        NAMES["np"].random.seed(7)
    if "tensorflow" in streams:
        tf.random.set_seed(7)


def run(expression: str, streams: list[str]) -> str:
    """The digest of what `expression` gives, from a fork."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 0
        try:
            seed(streams)
            value = eval(expression, dict(NAMES))
            if hasattr(value, "numpy"):
                value = value.numpy()
            if hasattr(value, "tolist"):
                value = value.tolist()
            text = hashlib.sha1(repr(value).encode()).hexdigest()
        except BaseException as error:  # noqa: BLE001
            text, status = f"{type(error).__name__}: {error}", 1
        os.write(writing, (("! " if status else "") + text[:900]).encode())
        os._exit(status)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def main() -> None:
    jobs = json.load(sys.stdin)
    prepare()
    answers: list[bool | str] = []
    for streams, expression in jobs:
        one = run(expression, streams)
        if one.startswith("! "):
            answers.append(one)
            continue
        answers.append(one == run(expression, streams))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
