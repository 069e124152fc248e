"""Comments that suppress: which they are, and how far each reaches."""

from __future__ import annotations

import pytest

from seedlint.finding import Finding, Position, Span
from seedlint.suppression import apply, directives


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
