"""What random programs really do: each runs in several processes with fresh entropy, and the draws that differ
are the truth.

The parent imports the libraries once and nothing else; each run is a fork of it, which takes new entropy for
every state that a new process would: `random`, `numpy.random`, the hash of strings, the clock. TensorFlow and
Keras take theirs when they are first used, which is in the fork.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
import traceback
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seedlint.knowledge.model import Target

_LONGEST: Final = 120
_LIBRARIES: Final = (
    "numpy", "pandas", "scipy.stats", "sklearn.cluster", "sklearn.datasets", "sklearn.decomposition",
    "sklearn.ensemble", "sklearn.kernel_approximation", "sklearn.linear_model", "sklearn.model_selection",
    "sklearn.naive_bayes", "sklearn.neighbors", "sklearn.neural_network", "sklearn.preprocessing",
    "sklearn.random_projection", "sklearn.svm", "sklearn.tree", "sklearn.utils", "tensorflow",
)  # fmt: skip
_KERAS: Final[dict[Target, tuple[str, ...]]] = {
    "keras3": ("keras", "keras.src.legacy.preprocessing.image"),
    "keras2": ("tf_keras", "tf_keras.preprocessing.image"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run recorded: for each draw its results; or the error that ended it."""

    draws: Mapping[int, Sequence[str]]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """The draws that ran, and those of them that differed between the runs; or the error."""

    ran: frozenset[int]
    differ: frozenset[int]
    error: str = ""


def prepare(target: Target) -> None:
    """Import the libraries that programs for `target` use. Nothing may have imported TensorFlow before."""
    os.environ |= environment(target)
    for name in (*_LIBRARIES, *_KERAS[target]):
        importlib.import_module(name)
    # It is loaded when it is first looked at.
    importlib.import_module("tensorflow").keras.layers  # noqa: B018


def environment(target: Target) -> dict[str, str]:
    """Return the environment in which programs for `target` run."""
    return {
        "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "KERAS_BACKEND": "tensorflow",
        "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        "TF_USE_LEGACY_KERAS": "1" if target == "keras2" else "0",
    }  # fmt: skip


def write_inputs(folder: Path) -> None:
    """Write the files that programs read: a few texts and pictures in two classes."""
    for index in range(20):
        text = folder / "texts" / "ab"[index % 2] / f"{index}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(f"text number {index}\n", "utf-8")
        image = folder / "images" / "ab"[index % 2] / f"{index}.png"
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_bytes(_png(index * 12))


def _png(grey: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes([grey] * 12)) * 4
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def truth(files: Mapping[str, str], runs: int = 3, once: Callable[[Mapping[str, str]], Run] | None = None) -> Truth:
    """Run the program `runs` times, in forks of this process or as `once` does, and compare what it recorded."""
    done: list[Run] = []
    for _ in range(runs):
        done.append(in_fork(lambda: run(files)) if once is None else once(files))
        if done[-1].error:
            return Truth(frozenset(), frozenset(), done[-1].error)
        if len(done) > 1 and len(_differing(done)) == len(_ran(done)):
            break
    return Truth(_ran(done), _differing(done))


def _ran(done: Sequence[Run]) -> frozenset[int]:
    return frozenset().union(*(run.draws for run in done))


def _differing(done: Sequence[Run]) -> frozenset[int]:
    first = done[0].draws
    return frozenset(draw for draw in _ran(done) if any(run.draws.get(draw) != first.get(draw) for run in done))


def in_fork(work: Callable[[], Run]) -> Run:
    """Do `work` in a fork of this process that has the entropy of a new one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if not answer:
        return Run({}, f"the process ended with status {status}")
    document = json.loads(answer)
    return Run({int(draw): values for draw, values in document["draws"].items()}, document["error"])


def in_new_process(files: Mapping[str, str], target: Target) -> Run:
    """Run the program in a new process that shares nothing with this one: what forks must be as good as."""
    command = [sys.executable, "-c", _ALONE]
    python_path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    done = subprocess.run(
        command, input=json.dumps(dict(files)), env={**os.environ, **environment(target), "PYTHONPATH": python_path},
        capture_output=True, text=True, timeout=_LONGEST, check=True,
    )  # fmt: skip
    document = json.loads(done.stdout.splitlines()[-1])
    return Run({int(draw): values for draw, values in document["draws"].items()}, document["error"])


_ALONE: Final = """
import json, sys
from agreement.truth import run
done = run(json.load(sys.stdin))
print()
print(json.dumps({"draws": done.draws, "error": done.error}))
"""


def _in_child(work: Callable[[], Run], writing: int) -> None:
    try:
        signal.alarm(_LONGEST)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        random.seed()
        importlib.import_module("numpy").random.seed()
        done = work()
        document = {"draws": done.draws, "error": done.error}
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(document).encode())
    finally:
        os._exit(0)


# -- one run ----------------------------------------------------------------------------------


def run(files: Mapping[str, str]) -> Run:
    """Run the program in this process, and return what it recorded."""
    draws: dict[int, list[str]] = {}

    def record(draw: int, value: object) -> None:
        digest = hashlib.sha256()
        _feed(value, digest.update)
        draws.setdefault(draw, []).append(digest.hexdigest()[:12])

    # Forks hash strings as their parent does, and start within the same second: new processes do neither.
    entropy = int.from_bytes(os.urandom(4), "big")
    real_time, real_hash = time.time, hash

    def other_hash(value: object) -> int:
        return real_hash(value) ^ entropy if isinstance(value, str | bytes) else real_hash(value)

    time.time = lambda: real_time() + entropy % 10**7
    provided = {**vars(builtins), "record": record, "hash": other_hash}
    sys.meta_path.insert(0, _Finder(files, provided))
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = provided
    sys.modules["__main__"] = main
    try:
        exec(compile(files["main.py"], "main.py", "exec"), main.__dict__)
    except Exception as error:  # noqa: BLE001 - whatever the program raises is its result
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
        row = f" ({places[-1].filename}:{places[-1].lineno})" if places else ""
        return Run(draws, f"{type(error).__name__}: {error}{row}")
    return Run(draws)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds the program's own modules, and runs them with what the trial provides."""

    def __init__(self, files: Mapping[str, str], provided: Mapping[str, object]) -> None:
        self._files = files
        self._provided = provided

    def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
        """See `MetaPathFinder.find_spec`."""
        return importlib.util.spec_from_loader(fullname, self) if f"{fullname}.py" in self._files else None

    def get_source(self, fullname: str) -> str:
        """See `InspectLoader.get_source`."""
        return self._files[f"{fullname}.py"]

    def get_code(self, fullname: str) -> CodeType:
        """See `InspectLoader.get_code`."""
        return compile(self.get_source(fullname), f"{fullname}.py", "exec")

    def exec_module(self, module: ModuleType) -> None:
        """See `InspectLoader.exec_module`."""
        module.__dict__["__builtins__"] = self._provided
        exec(self.get_code(module.__name__), module.__dict__)


def _feed(value: Any, digest: Callable[[bytes], object]) -> None:
    """Give all that makes up `value` to `digest`."""
    if value is None or isinstance(value, int | float | str | bytes):
        digest(repr(value).encode())
    elif isinstance(value, list | tuple):
        digest(f"{len(value)}".encode())
        for single in value:
            _feed(single, digest)
    elif type(value).__module__.startswith("tensorflow") and hasattr(value, "as_numpy_iterator"):
        _feed(list(value.as_numpy_iterator()), digest)
    elif hasattr(value, "to_numpy"):
        _feed(value.to_numpy(), digest)
    else:
        array = importlib.import_module("numpy").asarray(value)
        if array.dtype == object and not array.shape:
            raise TypeError(f"nothing to record of {type(value).__name__}")
        digest(f"{array.dtype}{array.shape}".encode())
        digest(repr(array.tolist()).encode() if array.dtype == object else array.tobytes())
