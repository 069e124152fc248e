"""Comments that suppress: which they are, and how far each reaches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from linting import Project, write_project

from seedlint.finding import Finding, Position, Span
from seedlint.settings import Selection
from seedlint.suppression import apply, directives

if TYPE_CHECKING:
    from pathlib import Path


def finding(row: int, code: str = "SEED302", column: int = 1) -> Finding:
    span = Span(Position(row, column), Position(row, column + 1))
    return Finding(code, "name", "message", "error", "certain", "x.py", span)


def kept_rows(text: str, code: str = "SEED302") -> list[int]:
    """The rows of `text` on which a finding stays."""
    rows = range(1, text.count("\n") + 2)
    return [each.span.start.row for each in apply([finding(row, code) for row in rows], text).kept]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NoQA",
        "# noqa: SEED302",
        "# noqa:SEED302",
        "# noqa : seed302",
        "# noqa: SEED3",
        "# noqa: SEED401, SEED302",
        "# noqa: F401,SEED302",
        "# noqa: E501 SEED302 because of the seed",
        "# type: ignore # noqa: SEED302",
        "# noqa because it is meant",
    ],
)
def test_suppresses(comment: str) -> None:
    assert kept_rows(f"a = 1  {comment}\nb = 2") == [2]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: F401",
        "# noqa: SEED401",
        "# noqa: SEED3021",
        "# noqa: S302",
        "# noqa:",
        "# noqa: it is meant, SEED302",
        "# noqaSEED302",
        "# flake8: noqa",
        "# not noqa",
        "# seedlint: ignore",
        "'# noqa'",
    ],
)
def test_does_not_suppress(comment: str) -> None:
    assert kept_rows(f"a = 1, {comment}\nb = 2") == [1, 2]


def test_reaches_every_row_of_a_simple_statement() -> None:
    call = ["x = f(", "1,", "# about two", "2,  # noqa", ")"]
    rows = [*call, "y = '''", "'''  # noqa", "z = 1 + \\", "2  # noqa", "w = 1"]
    assert kept_rows("\n".join(rows)) == [10]


def test_reaches_the_header_of_a_compound_statement_only() -> None:
    text = "@decorate\ndef f(\n    a,\n):  # noqa\n    return a\nfor x in y:  # noqa\n    z = x\n"
    assert kept_rows(text) == [1, 5, 7, 8]


def test_comment_between_statements_reaches_nothing() -> None:
    assert kept_rows("a = 1\n# noqa\nb = 2\n\n    # noqa\nc = 3") == [1, 2, 3, 4, 5, 6]


def test_text_in_a_string_is_no_comment() -> None:
    assert kept_rows("a = '''\n# noqa\n# seedlint: ignore-file\n'''\n") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "comment", ["# seedlint: ignore-file", "#seedlint:ignore-file", "x = 1  # seedlint: ignore-file"]
)
def test_whole_file(comment: str) -> None:
    assert kept_rows(f"a = 1\n\n{comment}\nb = 2") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline(newline: str) -> None:
    text = newline.join(["\x0ca = (1,", "2)  # noqa", "b = 2", "if a:", "\tc = 3  # noqa", ""])
    rows = [each.span.start.row for each in apply([finding(row) for row in range(1, 7)], text).kept]
    assert rows == [3, 4, 6]


@pytest.mark.parametrize("text", ["x = (1,  # noqa\ny", "x = '''a  # noqa", "print 'x'  # noqa", "  x  # noqa\n y = 1"])
def test_text_that_is_no_python_does_not_raise(text: str) -> None:
    directives(text)


def test_unfinished_statement_can_be_suppressed() -> None:
    assert kept_rows("x = (1,  # noqa: SEED001\n", "SEED001") == []


def test_says_which_directives_were_used() -> None:
    text = "a = 1  # noqa: SEED302, SEED401\nb = 2  # noqa\nc = 3  # noqa\n"
    outcome = apply([finding(1), finding(2)], text)
    assert outcome.kept == ()
    first, second, third = directives(text)
    assert outcome.used == {(first, "SEED302"), (second, None)}
    assert first.codes == ("SEED302", "SEED401")
    assert third.span == Span(Position(3, 8), Position(3, 14))


# -- what suppresses nothing ------------------------------------------------------------------------


def unused(project: Project) -> list[tuple[int, str]]:
    """The row and the message of each finding on a directive, and no other."""
    findings = project.findings()
    assert {finding.code for finding in findings} <= {"SEED002"}
    return [(finding.span.start.row, finding.message) for finding in findings]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("  # noqa: SEED302", ""),
        ("\t#noqa:seed302 ", ""),
        ("  # noqa: SEED302.", ""),
        ("  # noqa: SEED302, SEED401", ""),
        ("  # noqa: SEED302,E501", "  # noqa: E501"),
        ("  # noqa: E501 SEED302 SEED401", "  # noqa: E501"),
        ("  # noqa: SEED302 , E501, SEED999, F401 as it is meant", "  # noqa: E501, F401 as it is meant"),
        ("  # noqa: SEED302 as it is meant", "  # as it is meant"),
        ("  # noqa: SEED302 - as it is meant", "  # as it is meant"),
        ("  # noqa: SEED302 # type: ignore", "  # type: ignore"),
        ("  # type: ignore # noqa: SEED302", "  # type: ignore"),
        ("  # type: ignore # noqa: SEED302: it is meant", "  # type: ignore # it is meant"),
        ("  # noqa: SEED302  # noqa: E501", "  # noqa: E501"),
        ("  # noqa: SEED302  # noqa: SEED401", ""),
        ("  # noqa: E501, SEED302  # noqa: F401", "  # noqa: E501  # noqa: F401"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_fix_takes_out_what_suppresses_nothing_and_no_more(
    comment: str, left: str, newline: str, tmp_path: Path
) -> None:
    text = newline.join(["f = [1, 'ä'", "  , 2]{}", "\x0cg = 'SEED302'  # noqa", ""])
    project = write_project(tmp_path, {"train.py": text.format(comment)})

    result = project.fix()

    assert result.sources[0].text == text.format(left)
    assert project.fix_again(result).findings == ()


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_comment_on_a_row_of_its_own_goes_with_its_row(end: str, tmp_path: Path) -> None:
    project = write_project(tmp_path, {"train.py": f"f = [\n    # noqa: SEED302\n    1,\n]\n  # noqa: SEED302{end}"})

    assert project.fix().sources[0].text == "f = [\n    1,\n]\n"


@pytest.mark.parametrize(
    "comment",
    ["# noqa", "# noqa: E501", "# noqa:", "# noqa: it is meant", "# seedlint: ignore-file", "# noqa: SEED002",
     "# noqa: SEED302, SEED002", "# noqa: SEED302 # noqa", "# noqa: SEED302 # seedlint: ignore-file", "# noqa: SEED0",
     "# so that '# noqa: SEED302' is told"],
)  # fmt: skip
def test_what_may_be_there_for_something_else_is_left_alone(comment: str, tmp_path: Path) -> None:
    rows = [comment] if comment.startswith("# so") else [f"f = 1  {comment}"]
    assert unused(write_project(tmp_path, {"train.py": "\n".join([*rows, ""])})) == []


def test_only_codes_of_rules_that_run_are_told(tmp_path: Path) -> None:
    text = "f = 1  # noqa: SEED302\ng = 1  # noqa: SEED3\nh = 1  # noqa: SEED401\ni = 1  # noqa: SEED999\n"
    project = write_project(tmp_path, {"train.py": text})

    def rows(selection: Selection) -> list[int]:
        settings = project.settings._replace(selections=(selection,))
        return [row for row, _ in unused(replace(project, settings=settings))]

    assert rows(Selection()) == [1, 2, 3, 4]
    assert rows(Selection(select=("SEED3", "SEED002"))) == [1, 2, 4]
    assert rows(Selection(select=("SEED302", "SEED002"))) == [1, 4]
    assert rows(Selection(ignore=("SEED401",))) == [1, 2, 4]
    assert rows(Selection(select=("SEED302",))) == []


def test_a_message_says_why(tmp_path: Path) -> None:
    text = "f = 1  # noqa: SEED302, SEED999\n"
    (told,) = unused(write_project(tmp_path, {"train.py": text}))
    assert told == (
        1,
        "`# noqa: SEED302` suppresses nothing: this statement has no such finding; "
        "`# noqa: SEED999` suppresses nothing: no rule has that code",
    )


def test_nothing_is_told_of_a_file_that_is_no_python(tmp_path: Path) -> None:
    project = write_project(tmp_path, {"train.py": "f = 1  # noqa: SEED302\n(\n"})
    assert [finding.code for finding in project.findings()] == ["SEED001"]


def test_a_directive_is_used_if_one_of_several_programs_needs_it(tmp_path: Path) -> None:
    needs, needs_not = "from tools import f\nf()\n", "import random\nfrom tools import f\nrandom.seed(1)\nf()\n"
    tools = "import random\ndef f():\n    return random.random()  # noqa: SEED304\n"
    for name, files in (
        ("both", {"a.py": needs, "b.py": needs_not}),
        ("seeded", {"b.py": needs_not}),
    ):
        (tmp_path / name).mkdir()
        project = write_project(tmp_path / name, {"tools.py": tools, **files})
        told = [finding.code for finding in project.findings() if finding.filename == "tools.py"]
        assert told == ([] if name == "both" else ["SEED002"])
