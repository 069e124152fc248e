"""The reports of `seedlint verify`: what real runs lead to, as JSON and as a page, in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, fields, is_dataclass, replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import pytest
from jsonschema import Draft202012Validator
from running import tensorflow_python
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from seedlint.reporting.terminal import Paint
from seedlint.runtime import result
from seedlint.runtime import text as for_people
from seedlint.runtime.families import FAMILIES
from seedlint.runtime.html.page import render
from seedlint.runtime.recording import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: Final[dict[str, Any]] = json.loads((files("seedlint.runtime") / "schema.json").read_text("utf-8"))
CNN: Final = Path(__file__).parents[1] / "fixtures" / "report" / "bars_cnn.py"
TWO_CAUSES: Final = """\
import random

import numpy as np

random.seed(7)
heights = np.random.normal(size=20)
weights = np.random.default_rng().normal(size=20)
order = random.sample(range(20), 20)
print("first:", order[0])
print("heights:", heights.mean())
print("weights:", weights.mean())
"""
REPEATS: Final = "import random\n\nrandom.seed(7)\nprint('<i>value</i>:', random.random())\n"
FAILS: Final = "import random\n\nprint(random.random())\nraise ValueError('<script>alert(1)</script>\\x1b[31m')\n"
HOSTILE_NAME: Final = "<b>&tr'\"ain\u202e.py"
WIDTHS: Final = (1280, 390)
SMALLEST_TEXT: Final = 9


@dataclass(slots=True)
class Page(HTMLParser):
    """What a page is made of."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    @classmethod
    def read(cls, path: Path) -> Page:
        page = cls()
        HTMLParser.__init__(page)
        page.feed(path.read_text("utf-8"))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("td", "th"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


@dataclass(frozen=True, slots=True)
class Report:
    """What one `seedlint verify` left behind: the exit status, the JSON, the page."""

    status: int
    document: dict[str, Any]
    file: Path

    @property
    def page(self) -> Page:
        return Page.read(self.file)


def command(*options: str, python: str = sys.executable) -> list[str]:
    return [python, "-m", "seedlint", "verify", "--html", "report.html", *options]


def environment(**changes: str) -> dict[str, str]:
    foreign = ("PYTHONHASHSEED", "NO_COLOR", "FORCE_COLOR")
    own = {name: value for name, value in os.environ.items() if name not in foreign}
    return own | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""} | changes


def verify(folder: Path, program: str, *options: str, name: str = "train.py", python: str = sys.executable) -> Report:
    """`seedlint verify` of a program, in a process of its own."""
    (folder / name).write_text(program, "utf-8")
    done = subprocess.run(
        command("--output-format", "json", *options, name, python=python),
        cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return Report(done.returncode, json.loads(done.stdout), folder / "report.html")


@pytest.fixture(scope="module")
def two_causes(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return verify(tmp_path_factory.mktemp("two"), TWO_CAUSES)


@pytest.fixture(scope="module")
def repeats(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return verify(tmp_path_factory.mktemp("repeats"), REPEATS, "--runs", "2", "--repeats", "5", "--vary-seed")


@pytest.fixture(scope="module")
def fails(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("fails")
    # The user's own style, without which the page is drawn all the same.
    (folder / "matplotlibrc").write_text("text.usetex: True\nfont.size: 40\n")
    return verify(folder, FAILS, "--runs", "2", name=HOSTILE_NAME)


@pytest.fixture(scope="module")
def cnn(tmp_path_factory: pytest.TempPathFactory) -> Report:
    if (python := tensorflow_python()) is None:
        pytest.skip("needs TensorFlow to train a model")
    return verify(
        tmp_path_factory.mktemp("cnn"), CNN.read_text("utf-8"), "--runs", "2", "--no-attribution", python=python
    )


PAGES: Final = ("two_causes", "repeats", "fails", pytest.param("cnn", marks=pytest.mark.tensorflow))


@pytest.fixture(params=PAGES)
def report(request: pytest.FixtureRequest) -> Report:
    found: Report = request.getfixturevalue(request.param)
    return found


# -- JSON -------------------------------------------------------------------------------------


def closed(schema: Any) -> Any:
    """The schema, with no key allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: closed(part) for key, part in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in schema else parts


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """All descriptions of objects with known keys in the schema."""
    if isinstance(schema, dict):
        if "required" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_schema_is_one_and_asks_for_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for described in objects(SCHEMA):
        assert list(described["properties"]) == described["required"]


def test_schema_describes_all_that_a_result_has() -> None:
    described = {frozenset(single["properties"]) for single in objects(SCHEMA)}
    classes = [single for single in vars(result).values() if isinstance(single, type) and is_dataclass(single)]
    assert len(classes) > 10
    for single in classes:
        names = {field.name for field in fields(single)}
        assert (names | {"schema"} if single is result.VerifyResult else names) in described, single.__name__
    assert set(SCHEMA["$defs"]["stage"]["enum"]) == set(STAGES)
    assert SCHEMA["$defs"]["family"]["enum"] == list(FAMILIES)
    assert SCHEMA["$defs"]["divergence"]["properties"]["grade"]["enum"] == list(get_args(result.Grade))
    assert SCHEMA["properties"]["schema"]["const"] == result.SCHEMA


def test_results_are_as_the_schema_says(report: Report) -> None:
    problems = [error.message for error in Draft202012Validator(closed(SCHEMA)).iter_errors(report.document)]
    assert not problems
    assert report.status == {"repeats": 0, "differs": 1, "error": 2}[report.document["verdict"]]


def test_verdicts(two_causes: Report, repeats: Report, fails: Report) -> None:
    assert [report.document["verdict"] for report in (two_causes, repeats, fails)] == ["differs", "repeats", "error"]


def test_digests_of_a_stage_are_equal_where_the_runs_agree(two_causes: Report, repeats: Report) -> None:
    for report, results in ((two_causes, 3), (repeats, 1)):
        digests = {run["digests"]["output"] for run in report.document["run_summaries"]}
        assert len(digests) == results


# -- the page ---------------------------------------------------------------------------------


def test_page_refers_to_nothing_outside_itself_and_runs_nothing(report: Report) -> None:
    page = report.page
    assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "object", "embed", "base", "form"}
    for _, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("src", "srcset", "href", "xlink:href", "data", "action") or str(value).startswith("#")
    text = report.file.read_text("utf-8")
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)", text))


def test_names_of_parts_are_unique(report: Report) -> None:
    names = [attributes["id"] for _, attributes in report.page.elements if "id" in attributes]
    assert len(names) == len(set(names))


def test_each_cause_is_shown_with_its_line_code_and_fix(two_causes: Report) -> None:
    text = " ".join(two_causes.page.text.split())
    for expected in (
        "train.py does not repeat", "NumPy's global stream", "heights = np.random.normal(size=20)", "SEED304",
        "a generator without a seed", "weights = np.random.default_rng().normal(size=20)", "SEED305", "seed it with 7",
        "Not a cause, as far as one to three runs of each tell: python, tensorflow", "up to 63 % of runs",
        "seedlint verify train.py",
    ):  # fmt: skip
        assert expected in text


def test_repeating_program_has_its_limits_told(repeats: Report) -> None:
    text = " ".join(repeats.page.text.split())
    assert "train.py repeats" in text
    assert "2 runs agree in all that was compared. A divergence in up to 78 % of runs" in text
    assert "gave the same numbers in all runs" in text


def test_each_metric_of_a_study_is_drawn_and_told_in_numbers(repeats: Report) -> None:
    (metric,) = repeats.document["study"]["metrics"]
    page = repeats.page
    text = " ".join(page.text.split())
    assert f"{metric['name']} printed" in text
    assert "i" not in {tag for tag, _ in page.elements}
    for arm, runs in (("same_seed", 2), ("other_seeds", 5)):
        assert f"{runs} of {runs} {metric[arm]['mean']:.6g} {metric[arm]['sd']:.6g}" in text
    (title, narrow) = (
        attributes["aria-label"] or "" for tag, attributes in page.elements
        if tag == "svg" and "Each run's value" in (attributes["aria-label"] or "")
    )  # fmt: skip
    assert title == narrow
    least, greatest = metric["other_seeds"]["least"], metric["other_seeds"]["greatest"]
    assert f"other seeds, 5 runs, from {least:.6g} to {greatest:.6g}" in title


def test_what_the_program_says_is_text_and_nothing_else(fails: Report) -> None:
    page = fails.page
    assert "ValueError: <script>alert(1)</script>␛[31m" in page.text
    assert f"{HOSTILE_NAME} could not be checked".replace("\u202e", "\ufffd") in page.text
    assert page.count("b") == 0
    assert not {"\x1b", "\u202e"} & set(fails.file.read_text("utf-8"))


def made_up(**changes: Any) -> result.VerifyResult:
    """A result with something of everything that the programs of this file do not lead to."""
    full = result.VerifyResult(
        verdict="differs",
        script="train.py",
        runs=40,
        environment={"python": "3.13"},
        stages=[result.StageResult("loss", equal=False, marks=3, first=1)],
        first_divergence=result.Divergence("loss", 7, "dense/kernel", "bits", "gone.py", 3, epoch=1),
        causes=[],
        not_causes=[],
        not_applicable=[result.NotApplicable("ops", "UnimplementedError: no `<op>`")],
        too_little_randomness=[result.TooLittle("order", "gone.py", 9, "one order")],
        bound=result.bound(40),
        repeat="seedlint verify train.py",
        outside="with everything frozen <they> differ",
        arms=[result.Arm((), 2, differs=True, stages=("loss",))],
        run_summaries=[result.RunSummary("exit", 0, 1.0, {"loss": str(number)}) for number in range(39)]
        + [result.RunSummary("signal", -9, 1.0)],
        timeline=[result.TimelineEvent(1, 0, "entropy", "generator", "default_rng seeds", "gone.py", 2)],
        growth=[result.Growth(0, 0, 1, 0.0), result.Growth(1, 0, 2, 1e-7), result.Growth(2, 1, 1, 0.5)],
        fix_trial=result.FixTrial(
            True, 1.07, "--- a\n+++ b\n@@ -1 +1 @@\n-old <line>\n+new\n\n", command="seedlint --fix"
        ),
        notes=["a `note`"],
        not_varied=["All runs were of one <machine>."],
    )
    return replace(full, **changes)


def test_every_part_of_a_result_has_its_place_on_the_page() -> None:
    page = Page()
    HTMLParser.__init__(page)
    page.feed(render(made_up()))
    text = " ".join(page.text.split())
    for said in (
        "No cause found", "40 runs part first in loss", "epoch 2, step 7", "At worst, the last bits differ",
        "Outside what seedlint can control: with everything frozen <they> differ.", "a note", "one order",
        "ops can't be frozen in this program: UnimplementedError: no <op>", "What is seeded from entropy (△)",
        "The fixed copy repeats and takes 1.07 times as long as the program.", "seedlint --fix", "-old <line>", "+new",
        "The runs begin almost alike, and training makes the small difference a large one.", "exclude a further",
        "All runs were of one <machine>.", " A B C ", " Z AA AB ", "40 signal -9",
    ):  # fmt: skip
        assert said in text, said
    assert [attributes.get("class") for tag, attributes in page.elements if tag == "span"].count("removed") == 1


@pytest.mark.parametrize(
    ("distances", "says"),
    [
        ((1.5, 1.5), "different numbers from the first fingerprint on"),
        ((1e-8, 5e-4), "stays below a thousandth"),
        ((1e-8, 1e-7), "stays in the last bits"),
    ],
)
def test_growth_is_put_into_words(distances: tuple[float, float], says: str) -> None:
    growth = [result.Growth(number, 0, number, distance) for number, distance in enumerate(distances)]
    assert says in render(made_up(growth=growth))


def test_page_without_any_run_is_made() -> None:
    empty: dict[str, Any] = dict.fromkeys(
        ("stages", "not_applicable", "too_little_randomness", "arms", "run_summaries", "timeline", "growth"), ()
    )
    text = render(made_up(verdict="error", error="interrupted", runs=0, first_divergence=None, **empty))
    assert "No run came to an end." in text
    assert "<figure>" not in text


def test_interrupted_run_is_reported(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import random, time, pathlib\nrandom.seed(3)\nrandom.random()\npathlib.Path('started').touch()\n"
        "time.sleep(120)\n"
    )
    process = subprocess.Popen(command("slow.py"), cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
    while not (tmp_path / "started").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 2
    text = " ".join(Page.read(tmp_path / "report.html").text.split())
    assert "slow.py could not be checked interrupted." in text
    assert "signal" in text


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_missing_library_is_told_before_anything_runs(missing: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("open('ran', 'w')\n")
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / f"{missing}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{missing}'\")\n")
    path = os.pathsep.join([str(lacking), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command("train.py"), cwd=tmp_path, env=environment(PYTHONPATH=path), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert 'pip install "seedlint[runtime]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("target", ["nowhere/report.html", "."])
def test_place_that_can_take_no_page_is_told_before_anything_runs(target: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("open('ran', 'w')\n")
    done = subprocess.run(
        [sys.executable, "-m", "seedlint", "verify", "--html", target, "train.py"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert target.split("/")[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


# -- text -------------------------------------------------------------------------------------


def shown(folder: Path, program: str, *options: str, **changes: str) -> str:
    """What `seedlint verify` prints for people."""
    (folder / "train.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "seedlint", "verify", *options, "train.py"],
        cwd=folder, env=environment(**changes), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout


def test_text_says_all_that_a_person_needs(tmp_path: Path) -> None:
    text = shown(tmp_path, TWO_CAUSES, "--try-fix", FORCE_COLOR="1")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(map(len, plain.splitlines())) <= 80
    assert text.startswith("\x1b[1;31mtrain.py does not repeat: 3 runs, 2 causes found.\x1b[0m\n")
    for said in (
        "They part first in output: printed line 2, train.py:6.", "DIFFERS  3 results in 3 runs",
        "Their events part at train.py:6: `numpy.random.normal gives",
        "So the results vary: heights from ",
        "Cause 1: NumPy's global stream at train.py:6\n    heights = np.random.normal(size=20)\n",
        "`seedlint check` has SEED304 at train.py:6", "call `numpy.random.seed(SEED)`",
        "Cause 2: a generator without a seed at train.py:7\n    weights = np.random.default_rng().normal(size=20)\n",
        "`seedlint check` has SEED305 at train.py:7", "fix: seed it with 7",
        "The fix (`seedlint --fix train.py`): the fixed copy repeats and takes ", "+np.random.seed(7)",
        "Not a cause, as far as one to three runs of each tell: python, tensorflow",
        "3 runs can't exclude a further divergence that shows in up to 63 % of runs", "All runs were of one machine",
        "To repeat this: seedlint verify --try-fix train.py\n",
    ):  # fmt: skip
        assert " ".join(said.split()) in " ".join(plain.split())


def test_text_says_that_entropy_is_another_in_each_run(tmp_path: Path) -> None:
    text = shown(tmp_path, "import random\nprint(random.Random().random())\n", "--runs", "2")
    said = "Their events part at train.py:2: `random.Random seeds with entropy`, which is another in each run."
    assert said in " ".join(text.split())


def test_what_the_program_says_moves_no_terminal(tmp_path: Path) -> None:
    program = "import random\nprint(random.random())\nraise OSError('\\x1b[2J\\x1b]0;hello\\x07 \\u202egone')\n"
    text = shown(tmp_path, program, "--runs", "2")
    assert "OSError: ␛[2J␛]0;hello␇ \ufffdgone" in " ".join(text.split())
    assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_text_says_what_could_not_be_found_out() -> None:
    lines = for_people.render(made_up(), Paint()).splitlines()
    assert max(map(len, lines)) <= 80
    said = " ".join(" ".join(lines).split())
    assert said.startswith("train.py does not repeat: 40 runs, no cause found.")
    assert "Not applicable here: ops can't be frozen: UnimplementedError: no `<op>`" in said
    assert "Outside what seedlint can control: with everything frozen <they> differ." in said


@pytest.mark.parametrize("no_color", ["", "1"])
def test_text_is_coloured_on_a_terminal_unless_that_is_not_wanted(no_color: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('done')\n")
    terminal, end = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "seedlint", "verify", "--runs", "2", "train.py"],
        cwd=tmp_path, env=environment(TERM="xterm", NO_COLOR=no_color), stdin=subprocess.DEVNULL, stdout=end,
        stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    os.close(end)
    text = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert done.returncode == 0
    headline = "train.py repeats: 2 runs agree in all that was compared."
    assert text.startswith(headline if no_color else f"\x1b[1;32m{headline}\x1b[0m")


# -- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A real browser, without a window."""
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in programs:
        pytest.skip("needs a browser: chromium and chromedriver (Debian's chromium and chromium-driver)")
    options = ChromeOptions()
    options.binary_location = str(programs[0])
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('browser')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(str(programs[1])))
    try:
        yield driver
    finally:
        driver.quit()


BOXES: Final = """
const shown = element => element.getClientRects().length > 0;
const box = element => { const {left, right, top, bottom} = element.getBoundingClientRect();
                         return [left, right, top, bottom]; };
return [...document.querySelectorAll("figure")].map(figure => ({
    box: box(figure),
    pictures: [...figure.querySelectorAll("svg")].filter(shown).map(svg => ({
        box: box(svg), shapes: svg.querySelectorAll("path, use").length,
        texts: [...svg.querySelectorAll("text")].filter(text => text.textContent.trim()).map(box)})),
    cells: [...figure.querySelectorAll("td, th")].filter(shown).map(box)}));
"""
FIGURES: Final = {"two_causes": 3, "repeats": 2, "fails": 2, "cnn": 3}
"""Without those of the metrics."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_drawn_whole_in_a_browser(
    name: str, width: int, scheme: str, browser: Chrome, request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(name)
    show(browser, report.file, width, scheme)
    assert browser.execute_script("return document.documentElement.clientWidth") <= width
    assert browser.execute_script(
        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ), "the page scrolls sideways"
    figures: list[dict[str, Any]] = browser.execute_script(BOXES)
    assert len(figures) == FIGURES[name] + len(metrics_drawn(report.document))
    for figure in figures:
        left, right, top, bottom = figure["box"]
        assert 0 <= left < right <= width
        assert bottom - top > 50
        assert len(figure["pictures"]) == 1 or figure["cells"]
        for picture in figure["pictures"]:
            assert picture["shapes"] > 3
            for text in picture["texts"]:
                assert inside(text, picture["box"])
                assert text[3] - text[2] >= SMALLEST_TEXT
        assert all(cell[1] > cell[0] and cell[3] > cell[2] for cell in figure["cells"])
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


def metrics_drawn(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics of the study, or else those that vary."""
    varying = [metric for metric in document["metrics"] if len(set(metric["same_seed"]["values"])) > 1]
    return document["study"]["metrics"][:12] if document["study"] else varying[:4]


def show(browser: Chrome, page: Path, width: int, scheme: str) -> None:
    """Open the page as wide as that, light or dark."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wanted = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    browser.get(page.as_uri())


def inside(part: list[float], whole: list[float]) -> bool:
    """Whether one box lies in another, to a pixel."""
    return part[0] >= whole[0] - 1 and part[1] <= whole[1] + 1 and part[2] >= whole[2] - 1 and part[3] <= whole[3] + 1
