"""What users and programs are shown of the findings."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from seedlint.finding import Edit, Finding, Fix, Position, Related, Span
from seedlint.reporting import render, statistics
from seedlint.reporting.report import Report, Sources
from seedlint.reporting.row import crop
from seedlint.reporting.terminal import Paint, wants_colour
from seedlint.sources.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
import tensorflow as tf

tf.random.set_seed(42)
x = "日本", tf.random.normal([3])
model = keras.Sequential([
    keras.layers.Dense(1),
    keras.layers.Dense(2),
    keras.layers.Dense(3),
    keras.layers.Dense(4),
])
"""
SOURCE = SourceText("/project/train.py", "train.py", TEXT)


def span(words: str, source: SourceText = SOURCE) -> Span:
    """Where `words` stand first."""
    start = source.text.index(words)
    return Span(source.lines.position(start), source.lines.position(start + len(words)))


def before(words: str) -> Span:
    """The empty place before `words`."""
    return Span(span(words).start, span(words).start)


INCOMPLETE = Finding(
    "SEED103",
    "incomplete-seed",
    "this leaves `python` unseeded",
    "error",
    "certain",
    "train.py",
    span("tf.random.set_seed(42)"),
    ("python", "keras"),
    (
        Related("train.py", span("keras.layers.Dense(1)"), "drawn here"),
        Related("gone.py", Span(Position(7, 3), Position(7, 9)), "and here"),
    ),
    Fix(
        "safe",
        "seed every stream",
        (
            Edit(span("tf.random.set_seed"), "keras.utils.set_random_seed"),
            Edit(before("import tensorflow"), "import keras\n"),
        ),
    ),
)
UNSEEDED = Finding(
    "SEED304",
    "unseeded-random-op",
    "this draws",
    "warning",
    "possible",
    "train.py",
    span("tf.random.normal([3])"),
    ("tensorflow",),
    fix=Fix("unsafe", "give it a seed", (Edit(before(")\nmodel"), ", seed=1"),)),
)
NO_FIX = Finding("SEED308", "unseedable-draw", "no seed", "note", "certain", "train.py", span("tf"))


def report(*findings: Finding, source: SourceText = SOURCE, **more: Any) -> Report:
    return Report(findings, Sources([source]), os.getcwd(), **more)


def text_of(*findings: Finding, **more: Any) -> str:
    return render(report(*findings, **more), "text")


# Text


def test_text_shows_source_related_places_and_fix() -> None:
    assert (
        text_of(INCOMPLETE)
        == """\
train.py:3:1: SEED103 incomplete-seed [*] this leaves `python` unseeded
3 | tf.random.set_seed(42)
  | ^^^^^^^^^^^^^^^^^^^^^^
  = train.py:6:5: drawn here
6 |     keras.layers.Dense(1),
  |     ^^^^^^^^^^^^^^^^^^^^^
  = gone.py:7:3: and here
  = fix (safe): seed every stream
1 + import keras
3 - tf.random.set_seed(42)
4 + keras.utils.set_random_seed(42)

Found 1 error; 1 fixable with --fix.
"""
    )


def test_text_says_what_is_only_possible_and_keeps_wide_characters_aligned() -> None:
    assert (
        text_of(UNSEEDED)
        == """\
train.py:4:11: SEED304 unseeded-random-op this draws (possible)
4 | x = "日本", tf.random.normal([3])
  |             ^^^^^^^^^^^^^^^^^^^^^
  = fix (unsafe): give it a seed
4 - x = "日本", tf.random.normal([3])
4 + x = "日本", tf.random.normal([3], seed=1)

Found 1 warning; 1 fixable with --fix --unsafe-fixes.
"""
    )


def test_text_shows_of_a_long_span_its_first_rows_and_its_last() -> None:
    words = TEXT[TEXT.index("keras.Sequential") : TEXT.rindex("\n")]
    finding = Finding("SEED306", "shared", "one", "error", "certain", "train.py", span(words))
    assert (
        text_of(finding, closing=False)
        == """\
train.py:5:9: SEED306 shared one
 5 | model = keras.Sequential([
   |         ^^^^^^^^^^^^^^^^^^
 6 |     keras.layers.Dense(1),
   |     ^^^^^^^^^^^^^^^^^^^^^^
   : ...
10 | ])
   | ^^
"""
    )


def test_text_marks_an_empty_span_with_one_caret() -> None:
    finding = Finding("SEED001", "syntax-error", "no", "error", "certain", "train.py", before("42"))
    assert "\n3 | tf.random.set_seed(42)\n  |                    ^\n" in text_of(finding)


def test_text_does_without_a_source_that_cannot_be_read() -> None:
    finding = Finding("SEED001", "syntax-error", "no", "error", "certain", "gone.py", before("42"))
    assert text_of(finding) == "gone.py:3:20: SEED001 syntax-error no\n\nFound 1 error.\n"


def test_text_reads_related_files(tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text("a = draw()\n")
    place = Related(str(other), Span(Position(1, 5), Position(1, 11)), "there")
    finding = Finding("SEED101", "missing-seed", "m", "error", "certain", "train.py", span("tf"), related=(place,))
    assert "1 | a = draw()\n  |     ^^^^^^\n" in text_of(finding)


def test_text_shows_a_few_of_many_related_places() -> None:
    places = tuple(Related("gone.py", span("tf"), f"place {number}") for number in range(30))
    finding = Finding("SEED101", "missing-seed", "m", "error", "certain", "train.py", span("tf"), related=places)
    text = text_of(finding)
    assert text.count("= gone.py") == 8
    assert "and 22 more places" in text


@pytest.mark.parametrize(
    ("findings", "more", "summary"),
    [
        ([], {}, "All checks passed!"),
        ([], {"fixed": 1}, "Fixed 1 finding. Nothing is left."),
        ([NO_FIX], {"fixed": 3}, "Fixed 3 findings. Found 1 note."),
        ([NO_FIX, NO_FIX], {}, "Found 2 notes."),
        (
            [INCOMPLETE, UNSEEDED, NO_FIX],
            {},
            "Found 1 error, 1 note and 1 warning; 1 fixable with --fix (1 more with --unsafe-fixes).",
        ),
        (
            [INCOMPLETE, UNSEEDED],
            {"unsafe": True},
            "Found 1 error and 1 warning; 2 fixable with --fix --unsafe-fixes.",
        ),
    ],
)
def test_summary(findings: list[Finding], more: dict[str, Any], summary: str) -> None:
    assert text_of(*findings, **more).splitlines()[-1] == summary


def test_text_without_summary_is_nothing_for_nothing() -> None:
    assert text_of(closing=False) == ""


def test_colour_adds_nothing_but_colour() -> None:
    import re

    coloured = text_of(INCOMPLETE, UNSEEDED, paint=Paint(True))
    assert "\x1b[31;1mSEED103\x1b[0m" in coloured
    assert "\x1b[32mkeras.utils.set_random_seed(42)\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text_of(INCOMPLETE, UNSEEDED)


def test_no_row_of_a_snippet_is_wider_than_the_terminal() -> None:
    row = "y = [" + "1, " * 500 + "tf.random.uniform([3])" + ", 日" * 500 + "]"
    source = SourceText("/project/wide.py", "wide.py", row)
    finding = Finding(
        "SEED304",
        "n",
        "m",
        "error",
        "certain",
        "wide.py",
        span("tf.random.uniform([3])", source),
        fix=Fix("safe", "f", (Edit(Span(*[span(", 日", source).start] * 2), ", seed=1"),)),
    )
    lines = text_of(finding, source=source, width=60).splitlines()
    assert all(len(line) + line.count("日") <= 60 for line in lines)
    assert lines[2].index("^") == lines[1].index("tf.random")
    assert lines[2].count("^") == len("tf.random.uniform([3])")
    assert ", seed=1" in lines[5]


@pytest.mark.parametrize(
    ("text", "start", "end", "width", "expected"),
    [
        ("abc", 1, 2, 10, ("abc", 1, 2)),
        ("\tabc", 1, 4, 10, ("    abc", 4, 7)),
        ("ab\tc", 3, 4, 10, ("ab  c", 4, 5)),
        ("日本x", 2, 3, 10, ("日本x", 4, 5)),
        ("e\u0301x", 2, 3, 10, ("e\u0301x", 1, 2)),
        ("\x0ca\x1b[31m", 1, 2, 10, ("␌a␛[31m", 1, 2)),
        ("a\u202eb\x9bc", 2, 3, 10, ("a\ufffdb\ufffdc", 2, 3)),
        ("0123456789", 0, 3, 10, ("0123456789", 0, 3)),
        ("0123456789A", 0, 3, 10, ("012345678…", 0, 3)),
        ("0123456789A", 10, 11, 10, ("…23456789A", 9, 10)),
        ("0123456789ABCDEFGHIJ", 10, 12, 8, ("…89ABCD…", 3, 5)),
        ("0123456789ABCDEFGHIJ", 10, 20, 8, ("…89ABCD…", 3, 7)),
        ("0123456789ABCDEFGHIJ", 20, 20, 8, ("…DEFGHIJ", 8, 8)),
        ("x", 1, 1, 10, ("x", 1, 1)),
        ("", 0, 0, 10, ("", 0, 0)),
    ],
)
def test_crop(text: str, start: int, end: int, width: int, expected: tuple[str, int, int]) -> None:
    assert crop(text, start, end, width) == expected


@pytest.mark.parametrize(
    ("environment", "is_terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour_is_asked_for(environment: dict[str, str], is_terminal: bool, colour: bool) -> None:
    assert wants_colour(environment, is_terminal=is_terminal) is colour


# The other formats


def test_concise_is_one_line_for_each_finding() -> None:
    long = Finding("SEED001", "syntax-error", "two\nlines", "error", "certain", "x.py", span("tf"))
    assert render(report(INCOMPLETE, UNSEEDED, long), "concise") == (
        "train.py:3:1: SEED103 incomplete-seed [*] this leaves `python` unseeded\n"
        "train.py:4:11: SEED304 unseeded-random-op this draws\n"
        "x.py:1:22: SEED001 syntax-error two lines\n"
    )
    assert render(report(), "concise") == ""


def test_json_is_as_other_programs_expect_it() -> None:
    assert json.loads(render(report(INCOMPLETE, NO_FIX), "json")) == [
        {
            "code": "SEED103",
            "name": "incomplete-seed",
            "message": "this leaves `python` unseeded",
            "severity": "error",
            "certainty": "certain",
            "filename": "train.py",
            "cell": None,
            "location": {"row": 3, "column": 1},
            "end_location": {"row": 3, "column": 23},
            "streams": ["python", "keras"],
            "related": [
                {"filename": "train.py", "location": {"row": 6, "column": 5}, "message": "drawn here"},
                {"filename": "gone.py", "location": {"row": 7, "column": 3}, "message": "and here"},
            ],
            "fix": {
                "applicability": "safe",
                "message": "seed every stream",
                "edits": [
                    {
                        "content": "import keras\n",
                        "location": {"row": 1, "column": 1},
                        "end_location": {"row": 1, "column": 1},
                    },
                    {
                        "content": "keras.utils.set_random_seed",
                        "location": {"row": 3, "column": 1},
                        "end_location": {"row": 3, "column": 19},
                    },
                ],
            },
            "url": None,
        },
        {
            "code": "SEED308",
            "name": "unseedable-draw",
            "message": "no seed",
            "severity": "note",
            "certainty": "certain",
            "filename": "train.py",
            "cell": None,
            "location": {"row": 1, "column": 22},
            "end_location": {"row": 1, "column": 24},
            "streams": [],
            "related": [],
            "fix": None,
            "url": None,
        },
    ]
    assert json.loads(render(report(), "json")) == []


def test_json_is_ascii() -> None:
    finding = Finding("SEED001", "n", "„日“", "error", "certain", "\udcff日.py", span("tf"))
    assert render(report(finding), "json").isascii()


def test_statistics_count_the_most_frequent_first() -> None:
    many = report(NO_FIX, *[UNSEEDED] * 9, INCOMPLETE, INCOMPLETE, NO_FIX, UNSEEDED)
    assert statistics.render(many, as_json=False) == (
        "10  SEED304  [ ]  unseeded-random-op\n 2  SEED103  [*]  incomplete-seed\n 2  SEED308  [ ]  unseedable-draw\n"
    )
    assert json.loads(statistics.render(many, as_json=True))[1] == {
        "code": "SEED103",
        "name": "incomplete-seed",
        "count": 2,
        "fixable": 2,
    }
    assert statistics.render(report(), as_json=False) == ""


def test_statistics_tell_what_is_fixable_in_part() -> None:
    some = Finding("SEED103", "incomplete-seed", "m", "error", "certain", "train.py", span("tf"))
    assert "[-]" in statistics.render(report(INCOMPLETE, some), as_json=False)
