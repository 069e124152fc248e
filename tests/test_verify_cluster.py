"""`seedlint verify --executor`: runs on a Dask cluster of two workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pytest

from seedlint.runtime import cluster as clusters
from seedlint.runtime.cluster import pack
from seedlint.runtime.crew import CrewError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Found = TypeVar("Found")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

PROGRAM: Final = """\
import os, random, sys, time
from helper import scaled

random.seed(3)
open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
time.sleep(float(sys.argv[2]))
open("written here", "x").close() if len(sys.argv) > 3 else None
print(__file__, os.getcwd(), os.environ.get("TF_ENABLE_ONEDNN_OPTS"), os.environ.get("OMP_NUM_THREADS"))
print("loss:", scaled(random.random()), "input:", sys.stdin.readline())
"""
HELPER: Final = """\
import pathlib

def scaled(number):
    return number * float(pathlib.Path("data/scale.txt").read_text())
"""
STUDY: Final = ("--repeats", "6", "--vary-seed", "--runs", "2", "--output-format", "json")


class Cluster:
    """A scheduler and two workers."""

    def __init__(self, folder: Path, path: str | None = None) -> None:
        self.folder = folder
        # Dask's nanny sets this for its workers; no run may be told by it.
        self._environment = os.environ | {"OMP_NUM_THREADS": "7"} | ({"PYTHONPATH": path} if path is not None else {})
        described = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={described}")
        self.address = json.loads(await_(lambda: described.read_text() if described.exists() else ""))["address"]
        options = ("--no-nanny", "--nthreads=1", "--no-dashboard", f"--local-directory={folder}")
        self.workers = [self._start("dask_worker", self.address, *options) for _ in range(2)]

    def _start(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        with open(self.folder / f"{command}.log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", *arguments],
                cwd=self.folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def busy(self, place: Place) -> tuple[subprocess.Popen[bytes], int] | None:
        """A worker that carries out a run of the program, and the process of the run."""
        for worker in self.workers:
            for child in children(worker.pid) if worker.poll() is None else ():
                if (place.started / str(child)).exists():
                    return worker, child
        return None

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def await_(what: Callable[[], Found | None], process: subprocess.Popen[str] | None = None) -> Found:
    """Wait until there is something, while the process runs."""
    deadline = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, "ended too soon"
        time.sleep(0.02)
    return found


def children(process: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{process}/task").glob("*/children") for child in task.read_text().split()
    ]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.end()


class Place:
    """A folder with a program of two modules and some data. `started` has a file for each process that ran it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        (self.folder / "scripts").mkdir(parents=True)
        (self.folder / "data").mkdir()
        (self.folder / "scripts" / "train.py").write_text(PROGRAM)
        (self.folder / "scripts" / "helper.py").write_text(HELPER)
        (self.folder / "data" / "scale.txt").write_text("2.5")
        self.started = folder / "started"
        self.started.mkdir()
        self.stdin = folder / "stdin"
        self.stdin.write_text("7.5\n")
        self.cache = folder / "cache"

    def start(self, *words: str, before: str = "pass") -> subprocess.Popen[str]:
        code = f"import sys; {before}; from seedlint.__main__ import main; sys.argv[0] = 'seedlint'; main()"
        environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
        with self.stdin.open() as stdin:
            return subprocess.Popen(
                [sys.executable, "-c", code, "verify", *words],
                cwd=self.folder,
                env=environment | {"XDG_CACHE_HOME": str(self.cache), "TF_ENABLE_ONEDNN_OPTS": "0"},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )

    def study(self, *words: str, seconds: str = "0") -> subprocess.Popen[str]:
        return self.start(*STUDY, *words, "scripts/train.py", str(self.started), seconds)

    def count(self) -> int:
        return len(list(self.started.iterdir()))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def result(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the command printed, without what takes another time in each run."""
    output, errors = process.communicate()
    assert output, errors
    document: dict[str, Any] = without_times(json.loads(output))
    return document


def without_times(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: without_times(value) for key, value in document.items() if key != "seconds"}
    return [without_times(part) for part in document] if isinstance(document, list) else document


def test_lost_workers_runs_are_run_again_and_the_result_is_the_local_one(cluster: Cluster, place: Place) -> None:
    local = result(place.study())
    assert (local["verdict"], place.count()) == ("repeats", 8)
    assert {metric["name"] for metric in local["study"]["metrics"]} == {"loss", "input"}
    assert not any(run["error"] for run in local["study"]["other_seeds"]["runs"])

    assert result(place.study("--executor", cluster.address)) == local
    assert place.count() == 16

    process = place.study("--executor", cluster.address, seconds="0.3")
    await_(lambda: place.count() >= 19, process)
    worker, run = await_(lambda: cluster.busy(place), process)
    worker.kill()
    worker.wait()
    await_(lambda: not is_running(run))
    assert result(process) == result(place.study(seconds="0.3"))
    assert place.count() > 16 + 8 + 8, "no run was run again"


def test_interrupted_study_ends_the_runs_of_the_workers_and_goes_on(cluster: Cluster, place: Place) -> None:
    process = place.study("--executor", cluster.address, seconds="0.2")
    await_(lambda: len(list(place.cache.rglob("*.json.gz"))) >= 3 and cluster.busy(place), process)
    process.send_signal(signal.SIGINT)
    stopped = result(process)
    assert "runs are kept in" in stopped["error"]
    await_(lambda: not cluster.busy(place))
    before = place.count()
    again = place.study("--executor", cluster.address, seconds="0.2")
    assert result(again)["study"] == result(place.study(seconds="0.2"))["study"]
    assert place.count() - before < 8 + 8, "all was run again"


def test_what_the_program_writes_stays_with_the_worker(cluster: Cluster, place: Place) -> None:
    process = place.start("--executor", cluster.address, "scripts/train.py", str(place.started), "0", "write")
    output, errors = process.communicate()
    assert process.returncode == 0, output + errors
    assert not (place.folder / "written here").exists()


@pytest.mark.parametrize(
    ("before", "words", "message"),
    [
        ("pass", ["--executor", "ADDRESS", "--jobs", "2", "scripts/train.py"], "--jobs is about this machine"),
        (
            "import seedlint.runtime.cluster as c; c.__version__ = '0.0.7'",
            ["--executor", "ADDRESS", "scripts/train.py"],
            "and this is 0.0.7: install the same there",
        ),
        (
            "import seedlint.runtime.cluster as c; c._PATIENCE = 0.2",
            ["--executor", "tcp://127.0.0.1:1", "scripts/train.py"],
            "no Dask scheduler answers at tcp://127.0.0.1:1",
        ),
        ("pass", ["--executor", "what?//", "scripts/train.py"], "what?// is no address of a Dask scheduler"),
        (
            "sys.modules['distributed'] = None",
            ["--executor", "x:1", "scripts/train.py"],
            'pip install "seedlint[dask]"',
        ),
        ("pass", ["--executor", "ADDRESS", "../elsewhere/train.py"], "is not below the current directory"),
    ],
)
def test_clusters_that_can_not_be_used(
    cluster: Cluster, place: Place, before: str, words: list[str], message: str
) -> None:
    elsewhere = place.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "train.py").touch()
    process = place.start(*(cluster.address if word == "ADDRESS" else word for word in words), before=before)
    output, errors = process.communicate()
    assert (process.returncode, output) == (2, "")
    assert message in errors
    assert "Traceback" not in errors


def test_cluster_without_this_seedlint_says_so(place: Place, tmp_path: Path) -> None:
    package = tmp_path / "old" / "seedlint"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("__version__ = '0.0.1'\n")
    cluster = Cluster(tmp_path, path=str(package.parent))
    try:
        output, errors = place.start("--executor", cluster.address, "scripts/train.py").communicate()
    finally:
        cluster.end()
    assert output == ""
    assert "must be on the scheduler and all workers: No module named 'seedlint.runtime'" in errors
    assert "Traceback" not in errors


def test_folder_is_shipped_without_what_no_program_needs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.folder / ".venv").mkdir()
    (place.folder / ".venv" / "large").write_bytes(bytes(2_000_000))
    os.mkfifo(place.folder / "pipe")
    (place.folder / "nowhere").symlink_to("not there")
    assert len(pack(place.folder, None).archive) < 2_000
    monkeypatch.setattr(clusters, "_MOST_BYTES", 1 << 20)
    (place.folder / "data" / "large.npy").write_bytes(bytes(1_200_000))
    with pytest.raises(CrewError, match=r"more than 1 MB, too much to be shipped"):
        pack(place.folder, None)


def test_lost_scheduler_ends_the_study_and_keeps_its_runs(cluster: Cluster, place: Place) -> None:
    """The last test: the cluster is no more."""
    patience = "import seedlint.runtime.cluster as c; c._PATIENCE = 5"
    words = ("--executor", cluster.address, "scripts/train.py", str(place.started), "0.2")
    process = place.start(*STUDY, *words, before=patience)
    await_(lambda: len(list(place.cache.rglob("*.json.gz"))) >= 2, process)
    cluster.scheduler.kill()
    output, errors = process.communicate()
    assert (process.returncode, output) == (2, "")
    assert "the connection to the scheduler was lost" in errors
    assert "runs are kept in" in errors
    assert "Traceback" not in errors
