"""The output formats that other programs show: SARIF, GitHub's, GitLab's and JUnit's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from commands import seedlint
from jsonschema import Draft7Validator
from linting import notebook

from seedlint.finding import Edit, Finding, Fix, Position, Related, Span
from seedlint.fixes.edits import apply_edits
from seedlint.reporting import render
from seedlint.reporting.report import Report, Sources, repository_root
from seedlint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

# The schema of the standard, as the committee publishes it (OASIS, errata 01): the file is theirs byte for byte.
SARIF_SCHEMA = Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json"

SCRIPT = """\
import random
import tensorflow as tf

tf.random.set_seed(42)
print("é 日本 🎲", random.random(), tf.keras.layers.Dropout(0.5)(tf.ones([3])))
"""
CELLS = """\
# %%
import random
# %%
%matplotlib inline
import tensorflow as tf
tf.random.set_seed(42)
# %%
print("é 日本 🎲", random.random(), tf.keras.layers.Dropout(0.5)(tf.ones([3])))
"""
LATE = """\
# %%
import random
# %%
order = [3, 1, 2]

random.shuffle(order)  # drawn
random.seed(1)  # "too" late
print(order)
"""
FILES = {
    "train.py": SCRIPT,
    "windows.py": SCRIPT.replace("\n", "\r\n"),
    "a b, 100%: é.py": SCRIPT,
    "late.py": LATE,
    "late.ipynb": notebook(LATE),
    "broken.py": "print 'x'\n",
    "indented.ipynb": notebook(CELLS),
    "dense.ipynb": json.dumps(json.loads(notebook(CELLS))),
    "strings.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "code", "metadata": {}, "outputs": [], "source": part.partition("\n")[2].rstrip("\n")}
                for part in CELLS.split("# %%")[1:]
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        ensure_ascii=False,
        indent=1,
    ),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with files of all kinds, which is the current directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").touch()
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def found(*arguments: str) -> list[dict[str, Any]]:
    """What the JSON format says."""
    result: list[dict[str, Any]] = json.loads(seedlint(*arguments, "--output-format=json").stdout)
    return result


def hand_made(code: str = "SEED103", **more: Any) -> Finding:
    """A warning in train.py, but for what `more` says."""
    span = Span(Position(4, 1), Position(4, 23))
    return Finding(code, "incomplete-seed", "m", "warning", "certain", "train.py", span)._replace(**more)


def report(*findings: Finding) -> Report:
    root = Path.cwd()
    return Report(findings, Sources([SourceText(str(root / "train.py"), "train.py", SCRIPT)]), root=str(root))


# What they have in common


@pytest.mark.parametrize("output_format", ["sarif", "github", "gitlab", "junit"])
def test_each_is_ascii_without_colour_also_in_a_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, output_format: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = seedlint("--output-format", output_format)
    assert result.exit_code == 1
    assert "\x1b[" not in result.stdout
    again = seedlint("--output-format", output_format, "--output-file", "report")
    assert (again.exit_code, again.output) == (1, "")
    assert (project / "report").read_text() == result.stdout
    if output_format != "github":
        assert result.stdout.isascii()


@pytest.mark.parametrize("output_format", ["sarif", "gitlab"])
def test_fingerprints_stay_when_lines_move_and_differ_from_one_another(project: Path, output_format: str) -> None:
    def fingerprints() -> list[str]:
        document = json.loads(seedlint("--output-format", output_format).stdout)
        if output_format == "gitlab":
            return [issue["fingerprint"] for issue in document]
        return [
            result["partialFingerprints"]["seedlint/v1"]
            + result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for result in document["runs"][0]["results"]
        ]

    before = fingerprints()
    assert len(set(before)) == len(before) == len(found()) > 10
    (project / "train.py").write_text("import os\n\n\n" + SCRIPT)
    assert fingerprints() == before


@pytest.mark.parametrize("output_format", ["sarif", "github", "gitlab", "junit"])
def test_files_are_named_from_the_root_of_the_repository(
    project: Path, monkeypatch: pytest.MonkeyPatch, output_format: str
) -> None:
    (project / "deep" / "inside").mkdir(parents=True)
    (project / "deep" / "train.py").write_text(SCRIPT)
    monkeypatch.chdir(project / "deep" / "inside")
    assert "deep/train.py" in seedlint("..", "--output-format", output_format).stdout
    assert repository_root("/nowhere/at/all") == "/nowhere/at/all"


def test_statistics_have_no_such_format(project: Path) -> None:
    result = seedlint("--statistics", "--output-format=sarif")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--statistics has no format sarif" in result.stderr


# SARIF


@cache
def sarif_validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SARIF_SCHEMA.read_text()))


def sarif(*arguments: str) -> dict[str, Any]:
    """The one run of the log, which the schema allows."""
    log = json.loads(seedlint(*arguments, "--output-format=sarif").stdout)
    sarif_validator().validate(log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    result: dict[str, Any] = run
    return result


def test_the_schema_refuses_what_is_no_sarif() -> None:
    assert not sarif_validator().is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_sarif_of_nothing(project: Path) -> None:
    run = sarif("--select=SEED209")
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_sarif_says_what_json_says(project: Path) -> None:
    run = sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({finding["code"] for finding in found()})
    for result, finding in zip(run["results"], found(), strict=True):
        assert (result["ruleId"], result["level"]) == (finding["code"], finding["severity"])
        rule = rules[result["ruleIndex"]]
        assert (rule["id"], rule["name"]) == (finding["code"], finding["name"])
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}: {rule['name']}\n")
        assert result["message"]["text"].endswith(finding["message"])
        assert result["properties"] == {"certainty": finding["certainty"], "streams": finding["streams"]}
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == finding["filename"]
        if finding["cell"] is None:
            assert place["region"]["startLine"] == finding["location"]["row"]
            assert place["region"]["startColumn"] == finding["location"]["column"]
        assert [related["message"]["text"] for related in result["relatedLocations"]] == [
            related["message"] for related in finding["related"]
        ]
        assert len(result["fixes"]) == (finding["fix"] is not None)


def region_of(region: dict[str, int]) -> Span:
    return Span(
        Position(region["startLine"], region["startColumn"]),
        Position(region["endLine"], region["endColumn"]),
    )


def replacements(run: dict[str, Any]) -> Iterator[tuple[str, str, Edit]]:
    """For each replacement of a run the rule, the file, and the edit."""
    for result in run["results"]:
        for fix in result["fixes"]:
            for change in fix["artifactChanges"]:
                for replacement in change["replacements"]:
                    edit = Edit(region_of(replacement["deletedRegion"]), replacement["insertedContent"]["text"])
                    yield result["ruleId"], unquote(change["artifactLocation"]["uri"]), edit


def program(name: str, text: str) -> list[str]:
    """The source of a file, of a notebook each cell's."""
    if not name.endswith(".ipynb"):
        return [text]
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


@pytest.mark.parametrize("code", ["SEED102", "SEED103", "SEED302"])
def test_sarif_replacements_are_the_fix(project: Path, code: str) -> None:
    run = sarif(f"--select={code}")
    edits = list(replacements(run))
    assert {Path(name).suffix for _, name, _ in edits} == {".py", ".ipynb"}
    applied = {
        name: apply_edits(text, [edit for _, of_file, edit in edits if of_file == name]) for name, text in FILES.items()
    }
    assert seedlint("--fix", f"--select={code}").exit_code == 0
    for name, text in applied.items():
        assert program(name, text) == program(name, (project / name).read_bytes().decode())


def test_sarif_regions_in_a_notebook_are_in_the_file(project: Path) -> None:
    rows = FILES["indented.ipynb"].splitlines()
    (result,) = sarif("--select=SEED103", "indented.ipynb")["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    row = rows[region["startLine"] - 1]
    assert row[region["startColumn"] - 1 : region["endColumn"] - 1] == "tf.random.set_seed(42)"
    assert result["message"]["text"].startswith("cell 2, row 3: ")
    places = [related["physicalLocation"]["region"] for related in result["relatedLocations"]]
    assert places
    assert all('print("' in rows[place["startLine"] - 1].replace("\\", "") for place in places)


def test_sarif_of_a_file_elsewhere_and_of_odd_names() -> None:
    places = (
        Related("/else/where.py", Span(Position(1, 1), Position(1, 2)), "there"),
        Related("\udcff:#%41.py", Span(Position(1, 1), Position(1, 1)), "here"),
    )
    text = render(report(hand_made(related=places)), "sarif")
    sarif_validator().validate(json.loads(text))
    first, second = json.loads(text)["runs"][0]["results"][0]["relatedLocations"]
    assert first["physicalLocation"]["artifactLocation"] == {"uri": "file:///else/where.py"}
    assert second["physicalLocation"]["artifactLocation"]["uri"] == "%FF%3A%23%2541.py"
    assert second["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 1}


def test_sarif_offers_no_fix_that_is_only_to_be_shown() -> None:
    fix = Fix("display", "f", (Edit(Span(Position(4, 1), Position(4, 3)), "x"),))
    assert json.loads(render(report(hand_made(fix=fix)), "sarif"))["runs"][0]["results"][0]["fixes"] == []


# GitHub


def test_github_commands() -> None:
    multiple = Span(Position(4, 1), Position(5, 3))
    findings = (
        hand_made(message="100%:\r\n„a, b“"),
        hand_made("SEED201", severity="error", filename="a:b,100%.py"),
        hand_made("SEED308", severity="note", span=multiple),
    )
    assert render(report(*findings), "github").splitlines() == [
        "::warning title=seedlint (SEED103),file=train.py,line=4,col=1,endLine=4,endColumn=23::"
        "train.py:4:1: SEED103 incomplete-seed 100%25:%0D%0A„a, b“",
        "::error title=seedlint (SEED201),file=a%3Ab%2C100%25.py,line=4,col=1,endLine=4,endColumn=23::"
        "a:b,100%25.py:4:1: SEED201 incomplete-seed m",
        "::notice title=seedlint (SEED308),file=train.py,line=4,endLine=5::train.py:4:1: SEED308 incomplete-seed m",
    ]
    assert render(report(), "github") == ""


def test_github_shows_the_row_of_the_file_and_tells_the_cell(project: Path) -> None:
    (line,) = seedlint("--select=SEED103", "indented.ipynb", "--output-format=github").stdout.splitlines()
    row = FILES["indented.ipynb"].splitlines().index('    "tf.random.set_seed(42)"') + 1
    assert f"file=indented.ipynb,line={row},col=6,endLine={row},endColumn=28::" in line
    assert "::indented.ipynb:cell 2:3:1: SEED103" in line


# GitLab


def test_gitlab_issues() -> None:
    findings = [hand_made(severity=severity, fingerprint=severity) for severity in ("error", "warning", "note")]
    issues = json.loads(render(report(*findings), "gitlab"))
    assert [issue["severity"] for issue in issues] == ["major", "minor", "info"]
    assert len({issue["fingerprint"] for issue in issues}) == 3
    del issues[0]["fingerprint"]
    assert issues[0] == {
        "check_name": "SEED103",
        "description": "m",
        "severity": "major",
        "location": {
            "path": "train.py",
            "positions": {"begin": {"line": 4, "column": 1}, "end": {"line": 4, "column": 23}},
        },
    }
    assert json.loads(render(report(), "gitlab")) == []


# JUnit


def test_junit_has_a_failed_test_for_each_finding(project: Path) -> None:
    root = ElementTree.fromstring(seedlint("--output-format=junit").stdout)
    findings = found()
    assert root.tag == "testsuites"
    assert root.get("tests") == root.get("failures") == str(len(findings))
    assert {suite.get("name") for suite in root} == set(FILES)
    for suite in root:
        of_file = [finding for finding in findings if finding["filename"] == suite.get("name")]
        assert suite.get("tests") == suite.get("failures") == str(len(of_file))
        names = [case.get("name") for case in suite]
        assert len(set(names)) == len(names) == len(of_file)
        for case, finding in zip(suite, of_file, strict=True):
            (failure,) = case
            assert case.get("file") == finding["filename"]
            assert case.get("classname") == finding["filename"].rpartition(".")[0]
            assert failure.get("type") == finding["code"]
            assert failure.get("message", "").endswith(finding["message"])
            assert f": {finding['code']} {finding['name']} " in (failure.text or "").splitlines()[0]
    assert '5 | print("é 日本 🎲", random.random()' in "".join(root.itertext())


def test_junit_of_nothing_is_one_test_that_passes() -> None:
    root = ElementTree.fromstring(render(report(), "junit"))
    assert root.attrib == {"name": "seedlint", "tests": "1", "failures": "0", "errors": "0"}
    assert [len(case) for case in root.iter("testcase")] == [0]


def test_junit_names_classes_as_jenkins_makes_a_tree_of_them() -> None:
    names = ["models/train.py", "/else/where.ipynb", "-"]
    root = ElementTree.fromstring(render(report(*(hand_made(filename=name) for name in names)), "junit"))
    assert [case.get("classname") for case in root.iter("testcase")] == ["models.train", "else.where", "-"]


def test_junit_can_be_parsed_whatever_the_code_holds() -> None:
    odd = hand_made(message="\x00 \x1b[31m <&\"'> \ud800 \ufffe ]]> 🎲", filename="\udcff\x01.py")
    root = ElementTree.fromstring(render(report(odd), "junit"))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "\ufffd \ufffd[31m <&\"'> \ufffd \ufffd ]]> 🎲"
    assert root[0].get("name") == "\ufffd\ufffd.py"
