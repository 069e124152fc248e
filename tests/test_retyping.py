"""Whether a text was read whole, or again where it changed: it means the same, at the same places."""

from __future__ import annotations

import os
import random
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from seedlint import program
from seedlint.linter import Linter
from seedlint.program.python import UNREADABLE, python_text
from seedlint.program.reader import numbered, split
from seedlint.program.spans import span_of
from seedlint.settings import Settings
from seedlint.sources.text import LineIndex, SourceText
from seedlint.suppression import directives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.finding import Span
    from seedlint.program.python import PythonText

ROOT: Final = Path(__file__).parents[1]
PROGRAM: Final = Path(program.__file__).parent
TRIED: Final = int(os.environ.get("SEEDLINT_FUZZ", "0")) or 250
TYPED: Final = (
    *("x", "(", ")", "[", "}", '"""', "'", "#", ":", "=", " ", "    ", "\t", ";", "\n", "\r\n", "\r", "\x0c", "\\\n"),
    *("else:\n", "elif b:\n  c\n", "except A:\n  q\n", "  case b: c\n", "if a:\n", "class A:\n", "try:\n  p\n", "@d\n"),
    *("x = 1; y = 2\n", "x = (1,\n2); y = 3\n", "'''a\nb'''; k = 1\n", "z = f'{a}{b!r}é'\n", "def f(a):\n  return a\n"),
    *("    y = 1\n", "random.seed(1)\n", "    random.shuffle(x)\n", "x = random.random()\n", "import random\n"),
    *("# noqa", "  # noqa: SEED304\n", "# seedlint: ignore-file\n", '"""# noqa: SEED1\n"""'),
)


def _python(text: str, former: PythonText | None = None) -> PythonText | None:
    try:
        return python_text(text, former)
    except UNREADABLE:
        return None


def _programs() -> list[str]:
    files = [path for folder in (ROOT / "fixtures", PROGRAM) for path in sorted(folder.rglob("*.py"))]
    return [text for path in files if _python(text := path.read_text("utf-8", errors="replace")) is not None]


def _edited(text: str, chance: random.Random) -> str:
    """The text with something more, something less, or some rows twice."""
    place = chance.randrange(len(text) + 1)
    rows = text.split("\n")
    row = chance.randrange(len(rows))
    some = slice(row, row + chance.randrange(1, 4))
    match chance.randrange(10):
        case 0 | 1:
            return text[:place] + text[place + chance.randrange(1, 12) :]
        case 2:
            del rows[some]
        case 3:
            rows[row:row] = rows[some]
        case 4:
            rows[row:row] = [chance.choice(TYPED).rstrip()]
        case _:
            return text[:place] + chance.choice(TYPED) + text[place:]
    return "\n".join(rows)


def _session(program: str, chance: random.Random) -> Iterator[str]:
    """What an editor has in turn. What can't be parsed is mended."""
    text = program if chance.randrange(5) else program.replace("\n", "\r\n")
    yield text
    for _ in range(6):
        edited = _edited(text, chance)
        yield edited
        text = text if _python(edited) is None else edited


def _places(text: PythonText) -> list[Span | None]:
    lines, spans = LineIndex(text.text), []
    for number, _ in numbered(part.reading for part in text.parts):
        node = text.parts[split(number)[0]].node(number)
        spans.append(None if node is None else span_of(lines, *node))
    return spans


def test_a_text_means_the_same_where_it_was_read_again() -> None:
    programs, chance = _programs(), random.Random(1)
    taken = 0
    for _ in range(TRIED):
        former: PythonText | None = None
        for text in _session(chance.choice(programs), chance):
            again, whole = _python(text, former), _python(text)
            if again is None or whole is None:
                assert again is whole, text
                continue
            assert again.summary == whole.summary, text
            assert _places(again) == _places(whole), text
            assert directives(text, partial(again.outline().starts, text)) == directives(text), text
            kept = {id(part.reading) for part in former.parts} if former is not None else set()
            taken += not kept.isdisjoint(id(part.reading) for part in again.parts)
            former = again
    assert taken > TRIED


def test_findings_are_the_same_after_each_change(tmp_path: Path) -> None:
    settings = Settings(str(tmp_path))
    programs = [text for text in _programs() if "random" in text and len(text) < 4000]
    chance = random.Random(2)
    found = 0
    for _ in range(TRIED // 8):
        typed = [
            SourceText(str(tmp_path / "train.py"), "train.py", text)
            for text in _session(chance.choice(programs), chance)
        ]
        linter = Linter(lambda path: settings, {str(tmp_path / "train.py"): typed[0]}, fixes_later=True)
        for source in typed:
            linter.see({source.path: source})
            findings = linter.check([source])
            found += len(findings)
            new = Linter(lambda path: settings, {source.path: source}, fixes_later=True)
            assert findings == new.check([source]), source.text
    assert found > TRIED // 4


@pytest.mark.parametrize("typed", ["x = 11\n", "x = (\n  1)\n", "x = 1  # one\n\n\n", "def x():\n  return 2\n"])
def test_only_what_changed_is_read_again(typed: str) -> None:
    before = python_text("import a\nf(a)\nx = 1\ng(x)\n")
    after = python_text(f"import a\nf(a)\n{typed}g(x)\n", before)
    same = [one.reading is other.reading for one, other in zip(before.parts, after.parts, strict=True)]
    assert same == [True, False, False, True]
