"""Fixes: applying edits, choosing them, coming to an end, showing them as diffs, and writing files."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedlint.finding import Applicability, Edit, Finding, Fix, Position, Span
from seedlint.fixes.diff import Hunk, hunks, unified_diff
from seedlint.fixes.edits import apply_edits, select_fixes
from seedlint.fixes.loop import fix_until_stable
from seedlint.fixes.write import WriteError, write_source
from seedlint.sources.text import LineIndex, SourceText, decode, read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def edit(start: tuple[int, int], end: tuple[int, int], content: str) -> Edit:
    return Edit(Span(Position(*start), Position(*end)), content)


def insert(row: int, column: int, content: str) -> Edit:
    return edit((row, column), (row, column), content)


def finding(
    code: str,
    *edits: Edit,
    row: int = 1,
    applicability: Applicability = "safe",
    filename: str = "x.py",
) -> Finding:
    span = Span(Position(row, 1), Position(row, 2))
    fix = Fix(applicability, "mend it", edits) if edits else None
    return Finding(code, "name", f"{code} here", "error", "certain", filename, span, fix=fix)


def codes(findings: Sequence[Finding]) -> list[str]:
    return [each.code for each in findings]


# Edits


def test_edits_are_applied_by_place() -> None:
    edits = [edit((2, 1), (2, 2), "B"), insert(1, 1, "import a\r\n"), edit((1, 2), (2, 1), "+")]
    assert apply_edits("a\r\nb\n", edits) == "import a\r\na+B\n"


def test_equal_edits_count_once_and_insertions_at_one_place_keep_their_order() -> None:
    edits = [insert(1, 1, "b"), insert(1, 1, "a"), insert(1, 1, "b")]
    assert apply_edits("c", edits) == "bac"


def test_insertion_goes_before_what_replaces_at_its_place() -> None:
    assert apply_edits("xy", [edit((1, 1), (1, 2), "X"), insert(1, 1, "<"), insert(1, 2, ">")]) == "<X>y"


@pytest.mark.parametrize(
    ("edits", "error"),
    [
        ([edit((1, 1), (1, 3), ""), edit((1, 2), (1, 3), "")], ValueError),
        ([edit((1, 3), (1, 1), "")], ValueError),
        ([insert(5, 1, "")], IndexError),
    ],
)
def test_edits_that_cannot_be_are_refused(edits: list[Edit], error: type[Exception]) -> None:
    with pytest.raises(error):
        apply_edits("abc\n", edits)


# Choosing


def test_root_causes_go_first_and_alone() -> None:
    findings = [
        finding("SEED302", insert(9, 1, "a"), filename="b.py"),
        finding("SEED401", insert(8, 1, "b")),
        finding("SEED204", insert(7, 1, "c")),
        finding("SEED103", insert(6, 1, "d")),
    ]
    assert codes(select_fixes(findings, unsafe=False)) == ["SEED204"]
    assert codes(select_fixes([f for f in findings if f.code != "SEED204"], unsafe=False)) == ["SEED103"]
    assert codes(select_fixes(findings[:2], unsafe=False)) == ["SEED302", "SEED401"]


def test_tiers() -> None:
    findings = [
        finding("SEED301", insert(1, 1, "a")),
        finding("SEED302", insert(2, 1, "b"), applicability="unsafe"),
        finding("SEED303", insert(3, 1, "c"), applicability="display"),
        finding("SEED304"),
    ]
    assert codes(select_fixes(findings, unsafe=False)) == ["SEED301"]
    assert codes(select_fixes(findings, unsafe=True)) == ["SEED301", "SEED302"]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (edit((1, 1), (1, 5), "a"), edit((1, 5), (1, 9), "b"), True),
        (edit((1, 1), (1, 5), "a"), edit((1, 4), (1, 9), "b"), False),
        (edit((1, 1), (1, 9), "a"), edit((1, 4), (1, 5), "b"), False),
        (edit((1, 1), (1, 5), "a"), edit((1, 1), (1, 5), "b"), False),
        (edit((1, 1), (1, 5), "a"), edit((1, 1), (1, 5), "a"), True),
        (insert(1, 1, "a"), insert(1, 1, "b"), False),
        (insert(1, 1, "a"), insert(1, 1, "a"), True),
        (insert(1, 1, "a"), insert(1, 2, "b"), True),
        (edit((1, 1), (1, 5), "a"), insert(1, 5, "b"), False),
        (edit((1, 2), (1, 5), "a"), insert(1, 2, "b"), False),
        (edit((1, 1), (1, 5), "a"), insert(1, 3, "b"), False),
        (edit((1, 1), (1, 5), "a"), insert(1, 6, "b"), True),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_fixes_that_touch_wait_for_the_next_pass(one: Edit, other: Edit, together: bool, swapped: bool) -> None:
    first, second = (other, one) if swapped else (one, other)
    chosen = select_fixes(
        [finding("SEED301", first), finding("SEED302", second), finding("SEED303", first, filename="y.py")],
        unsafe=False,
    )
    assert ("SEED302" in codes(chosen)) is together
    assert {"SEED301", "SEED303"} <= set(codes(chosen))


def test_shared_import_does_not_keep_fixes_apart() -> None:
    shared = insert(1, 1, "import keras\n")
    findings = [
        finding("SEED301", shared, insert(5, 3, "a")),
        finding("SEED302", shared, insert(9, 3, "b")),
        finding("SEED303", insert(1, 1, "import random\n"), insert(7, 1, "c")),
    ]
    assert codes(select_fixes(findings, unsafe=False)) == ["SEED301", "SEED302"]


places = st.builds(Position, st.integers(1, 3), st.integers(1, 6))
any_edit = st.builds(
    lambda one, other, content: Edit(Span(min(one, other), max(one, other)), content),
    places,
    places,
    st.sampled_from("ab"),
)


@given(st.lists(st.lists(any_edit, min_size=1, max_size=2)))
def test_chosen_fixes_can_always_be_applied_together(fixes: list[list[Edit]]) -> None:
    text = "12345\n12345\n12345\n"
    findings = []
    for row, edits in enumerate(fixes, 1):
        try:
            apply_edits(text, edits)
        except ValueError:
            continue  # no rule makes a fix whose own edits overlap
        findings.append(finding("SEED301", *edits, row=row))
    chosen = select_fixes(findings, unsafe=False)
    assert chosen[:1] == findings[:1]
    apply_edits(text, [each for one in chosen if one.fix for each in one.fix.edits])


# To the end


def source(text: str, name: str = "x.py") -> SourceText:
    return SourceText(f"/project/{name}", name, text)


class Checker:
    """A linter whose rules each replace a word. `(` that stays open is a syntax error, as in Python."""

    def __init__(self, rules: dict[str, tuple[str, str]]) -> None:
        self.rules = rules
        self.checks = 0

    def __call__(self, files: Sequence[SourceText]) -> list[Finding]:
        self.checks += 1
        return [each for file in files for each in self.check(file)]

    def check(self, file: SourceText) -> list[Finding]:
        if file.text.count("(") != file.text.count(")"):
            return [finding("SEED001", filename=file.filename)]
        found = []
        for code, (old, new) in self.rules.items():
            for match in re.finditer(old, file.text):
                span = Span(*(file.lines.position(offset) for offset in match.span()))
                fix = Fix("safe", "replace it", (Edit(span, new),)) if new != "?" else None
                found.append(Finding(code, "word", "a word", "error", "certain", file.filename, span, fix=fix))
        return found


def test_fixes_go_on_until_nothing_changes() -> None:
    check = Checker({"SEED201": ("one", "two"), "SEED302": ("two", "three")})
    result = fix_until_stable(check, [source("one two\none"), source("zero", "y.py")], unsafe=False)
    assert [file.text for file in result.sources] == ["three three\nthree", "zero"]
    assert result.findings == ()
    assert result.failures == ()
    assert result.fixed == {"x.py": {"SEED201": 2, "SEED302": 1}}


def test_what_cannot_be_fixed_is_left() -> None:
    check = Checker({"SEED301": ("one", "two"), "SEED308": ("uuid", "?")})
    result = fix_until_stable(check, [source("uuid one")], unsafe=False)
    assert [file.text for file in result.sources] == ["uuid two"]
    assert codes(result.findings) == ["SEED308"]
    assert result.fixed == {"x.py": {"SEED301": 1}}


def test_nothing_to_fix_is_checked_once() -> None:
    check = Checker({"SEED301": ("one", "two")})
    result = fix_until_stable(check, [source("two")], unsafe=False)
    assert (result.sources, result.fixed, check.checks) == ((source("two"),), {}, 1)


def test_fixes_that_undo_each_other_are_told_and_the_rest_goes_on() -> None:
    check = Checker({"SEED301": ("tick", "tock"), "SEED302": ("tock", "tick"), "SEED303": ("one", "two")})
    result = fix_until_stable(check, [source("tick"), source("one", "y.py")], unsafe=False)
    assert [file.text for file in result.sources] == ["tock", "two"]
    assert result.failures == ("x.py: the fixes of SEED302 undo one another",)


def test_fix_that_changes_nothing_is_told() -> None:
    result = fix_until_stable(Checker({"SEED301": ("one", "one")}), [source("one")], unsafe=False)
    assert result.failures == ("x.py: the fixes of SEED301 undo one another",)
    assert codes(result.findings) == ["SEED301"]


def test_fixes_without_end_stop() -> None:
    check = Checker({"SEED301": ("one$", "one one"), "SEED302": ("uno", "dos")})
    result = fix_until_stable(check, [source("one"), source("uno", "y.py")], unsafe=False, max_rounds=3)
    assert [file.text for file in result.sources] == ["one one one one", "dos"]
    assert result.failures == ("x.py: the fixes of SEED301 did not come to an end",)
    assert codes(result.findings) == ["SEED301"]


def test_fix_that_breaks_the_code_is_taken_back() -> None:
    check = Checker({"SEED101": ("one", "two"), "SEED301": ("two", "(")})
    result = fix_until_stable(check, [source("one"), source("one two()", "y.py")], unsafe=False)
    assert [file.text for file in result.sources] == ["two", "two two()"]
    assert codes(result.findings) == ["SEED301", "SEED301", "SEED301"]
    assert result.failures == (
        "x.py: the fixes of SEED301 leave code that can't be parsed",
        "y.py: the fixes of SEED301 leave code that can't be parsed",
    )


def test_broken_root_cause_does_not_hold_back_the_other_files() -> None:
    check = Checker({"SEED101": ("bad", "("), "SEED301": ("one", "two")})
    result = fix_until_stable(check, [source("bad one"), source("one", "y.py")], unsafe=False)
    assert [file.text for file in result.sources] == ["bad one", "two"]


def test_file_that_does_not_parse_is_left_alone() -> None:
    check = Checker({"SEED301": ("one", "two")})
    result = fix_until_stable(check, [source("one ("), source("one", "y.py")], unsafe=False)
    assert [file.text for file in result.sources] == ["one (", "two"]
    assert codes(result.findings) == ["SEED001"]
    assert result.failures == ()


# Diffs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\r\nb\r\n", "a\r\nB\r\nb\r\n"),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a", "b"),
        ("", "a\n"),
        ("a\n\x0c\nb\n", "a\n\x0c\nc\n"),
        ("x\ra\u2028b\n", "x\ra\u2028c\n"),
    ],
)
def test_unified_diff_is_one_that_patch_takes(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "x.py").write_bytes(old.encode())
    diff = "".join(unified_diff(old, new, "x.py"))
    subprocess.run(["git", "apply", "-p0", "--whitespace=nowarn", "-"], input=diff.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "x.py").read_bytes() == new.encode()


def test_unified_diff_of_the_same_text_is_empty() -> None:
    assert list(unified_diff("a\n", "a\n", "x.py")) == []


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        ("a\nb\nc\n", [edit((2, 1), (2, 2), "B")], [Hunk(2, ("b",), 2, ("B",))]),
        ("a\nb\n", [insert(2, 1, "x\n")], [Hunk(2, (), 2, ("x",))]),
        ("a\r\nb\r\n", [insert(2, 1, "x\r\n")], [Hunk(2, (), 2, ("x",))]),
        ("a\nb\nc\n", [edit((2, 1), (3, 1), "")], [Hunk(2, ("b",), 2, ())]),
        ("a\nb", [insert(2, 2, "\nc")], [Hunk(3, (), 3, ("c",))]),
        (
            "a\nb\nc\nd\n",
            [insert(1, 1, "x\ny\n"), edit((4, 1), (4, 2), "D")],
            [Hunk(1, (), 1, ("x", "y")), Hunk(4, ("d",), 6, ("D",))],
        ),
        (
            "f(a,\n  b)\n",
            [edit((1, 3), (2, 3), ""), insert(2, 4, ", c")],
            [Hunk(1, ("f(a,", "  b)"), 1, ("f(b, c)",))],
        ),
        ("a\n", [edit((1, 1), (1, 2), "a")], []),
    ],
)
def test_hunks_hold_the_changed_rows_only(text: str, edits: list[Edit], expected: list[Hunk]) -> None:
    assert list(hunks(LineIndex(text), edits)) == expected


# Writing


def put(original: SourceText, text: str) -> None:
    write_source(original, original.with_text(text))


def temporaries(directory: Path) -> list[str]:
    return [entry.name for entry in directory.iterdir() if entry.name.startswith(".seedlint")]


def test_written_file_keeps_encoding_bom_newlines_and_mode(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_bytes(b"\xef\xbb\xbfx = '\xc3\xa9'\r\n")
    file.chmod(0o754)
    original = read(file)
    put(original, original.text + "y = 1\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbfx = '\xc3\xa9'\r\ny = 1\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o754
    assert temporaries(tmp_path) == []


def test_owner_is_kept(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    file = tmp_path / "x.py"
    file.write_text("a\n")
    os.chown(file, 12345, 23456)
    put(read(file), "b\n")
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


def test_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "x.py"
    target.write_text("a\n")
    link = tmp_path / "link.py"
    link.symlink_to("real/x.py")
    put(read(link), "b\n")
    assert os.readlink(link) == "real/x.py"
    assert target.read_text() == "b\n"


def test_file_with_further_names_is_refused(tmp_path: Path) -> None:
    file, other = tmp_path / "x.py", tmp_path / "y.py"
    file.write_text("a\n")
    other.hardlink_to(file)
    with pytest.raises(WriteError, match="2 names"):
        put(read(file), "b\n")
    assert file.read_text() == other.read_text() == "a\n"
    assert file.samefile(other)


def test_read_only_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("a\n")
    file.chmod(0o444)
    with pytest.raises(WriteError, match="read-only"):
        put(read(file), "b\n")
    assert file.read_text() == "a\n"


def test_file_that_changed_since_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("a\n")
    original = read(file)
    file.write_text("somebody else's\n")
    with pytest.raises(WriteError, match="changed since"):
        put(original, "b\n")
    assert file.read_text() == "somebody else's\n"
    file.unlink()
    with pytest.raises(WriteError, match="No such file"):
        put(original, "b\n")
    assert list(tmp_path.iterdir()) == []


def test_encoding_with_several_spellings_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    data = b"# coding: iso-2022-jp\nx = '\x1b$B$\"\x1b(B\x1b(B'\n"
    file.write_bytes(data)
    original = decode(data, file)
    with pytest.raises(WriteError, match="byte for byte"):
        put(original, original.text + "y = 1\n")
    assert file.read_bytes() == data


def test_text_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_bytes(b"# coding: latin-1\n")
    with pytest.raises(WriteError, match="can't be written"):
        put(read(file), "# coding: latin-1\n'日'\n")
    assert file.read_bytes() == b"# coding: latin-1\n"


def test_failed_replacement_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.py"
    file.write_text("a\n")
    original = read(file)
    for error in (OSError(28, "No space left on device"), KeyboardInterrupt()):

        def fail(handle: int, error: BaseException = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fail)
            with pytest.raises((WriteError, KeyboardInterrupt)):
                put(original, "b\n")
        assert file.read_text() == "a\n"
        assert temporaries(tmp_path) == []
