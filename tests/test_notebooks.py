"""Notebooks: which rows are Python, where a finding is, and that a fix changes its rows and no other byte."""

from __future__ import annotations

import ast
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from commands import seedlint
from hypothesis import given, settings
from hypothesis import strategies as st
from linting import notebook, places, write_project
from running import start_fresh, tensorflow_python

from seedlint.finding import Edit, Position, Span
from seedlint.rules import all_rules
from seedlint.sources.magics import as_python, is_python
from seedlint.sources.notebook import Notebook, decode
from seedlint.sources.text import SourceError

if TYPE_CHECKING:
    from seedlint.rules.rule import Rule

NOTEBOOKS: Final = Path(__file__).parents[1] / "fixtures" / "notebooks"
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads((NOTEBOOKS / "expected.json").read_text("utf-8"))
UNSEEDED: Final = "import numpy as np"
DRAW: Final = "x = np.random.rand(3)  # größe \U0001f3b2"


def edit(row: int, start: int, end: int, content: str, end_row: int | None = None) -> Edit:
    return Edit(Span(Position(row, start), Position(end_row or row, end)), content)


def document(*sources: str, as_list: bool = True, **more: Any) -> dict[str, Any]:
    """Make a notebook with a cell of text, and these cells of code."""
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "metadata": {}, "source": ["# Größe \\u00e9\n", "\\/"]}]
    for source in sources:
        output = {
            "data": {"text/plain": ["'é'"]},
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
        }
        cells.append(
            {
                "cell_type": "code",
                "execution_count": 1,
                "metadata": {"tags": []},
                "outputs": [output],
                "source": source.splitlines(keepends=True) if as_list else source,
            }
        )
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


def found(output: str) -> list[list[Any]]:
    """Return the code, the cell and the row of each finding in a report."""
    triples = [[each["code"], each["cell"], each["location"]["row"]] for each in json.loads(output)]
    return [triple for number, triple in enumerate(triples) if triple not in triples[:number]]


# -- real notebooks -------------------------------------------------------------------------------


def test_every_real_notebook_says_what_is_expected() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_real_notebook_is_linted_and_fixed(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    shutil.copyfile(NOTEBOOKS / name, file)
    wanted = json.loads(file.read_text("utf-8"))
    for number, source in EXPECTED[name].get("fixed", {}).items():
        wanted["cells"][int(number) - 1]["source"] = source.splitlines(keepends=True)

    assert found(seedlint("--output-format", "json", str(file)).stdout) == EXPECTED[name]["findings"]
    fixed = seedlint("--fix", "--output-format", "json", str(file))
    again = seedlint("--fix", "--output-format", "json", str(file))

    assert [each[0] for each in found(fixed.stdout)] == EXPECTED[name]["left"]
    assert again.stdout == fixed.stdout
    # As Jupyter writes it: the fixture's own bytes, but for the cells that are fixed.
    assert file.read_text("utf-8") == json.dumps(wanted, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.tensorflow
@pytest.mark.skipif(tensorflow_python() is None, reason="TensorFlow is not installed")
def test_a_fixed_notebook_runs_and_repeats(tmp_path: Path) -> None:
    shutil.copyfile(NOTEBOOKS / "digits_mlp.ipynb", tmp_path / "n.ipynb")
    runner = tmp_path / "runner.py"
    runner.write_text(
        "import json\n"
        "names = {}\n"
        "for cell in json.load(open('n.ipynb', encoding='utf-8'))['cells']:\n"
        "    rows = [row for row in cell['source'] if not row.startswith('%')]\n"
        "    exec('' if cell['cell_type'] != 'code' else ''.join(rows), names)\n"
        "print(names['w'].tobytes().hex(), names['order'])\n",
        "utf-8",
    )
    before = [run.result().stdout for run in start_fresh(runner)]
    seedlint("--fix", str(tmp_path / "n.ipynb"))
    after = [run.result() for run in start_fresh(runner)]

    assert len(set(before)) == 3
    assert [run.error for run in after] == ["", "", ""]
    assert len({run.stdout for run in after}) == 1


# -- what IPython understands ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%matplotlib inline\nx = 1", "# %% %matplotlib inline\nx = 1"),
        ("%%time\nx = 1", "# %% time\nx = 1"),
        ("\n\n%%capture out\nx = 1", "\n\n# %% capture out\nx = 1"),
        ("%%timeit -n 3\nf()", "# %% timeit -n 3\nf()"),
        ("%time x = f()", "0;    x = f()"),
        ("%timeit -n 3 -r 1 f()", "0;                f()"),
        ("%time for i in y: f(i)", "# %% %time for i in y: f(i)"),
        ("%time", "# %% %time"),
        ("!pip install a \\\n  b\nx = 1", "# %% !pip install a \\\n# %%\nx = 1"),
        ("files = !ls *.csv", "files = _"),
        ("a.b, c['=='] = 1, 2", "a.b, c['=='] = 1, 2"),
        ("here = %pwd", "here = _"),
        ("if x:\n    !ls\n\t%cd ..", "if x:\n    pass\n\tpass"),
        ("%run train.py\n  %run ./a/b.py", "from train import *\n  from a.b import *"),
        ("%run setup.ipynb\n%run a-b.py\n%run -i a.py 3", "exec(_)\nexec(_)\nexec(_)"),
        ("%run?\n%runs", "# %% %run?\n# %% %runs"),
        ("?x", "# %% ?x"),
        ("x.y??", "# %% x.y??"),
        ("x  # really?", "x  # really?"),
        ("x = 'why?'", "x = 'why?'"),
        (",f a b\n;f a b\n/f a", "# %% ,f a b\n# %% ;f a b\n# %% /f a"),
        ("x = (1\n% 2)\ny = 1 \\\n% 2", "x = (1\n% 2)\ny = 1 \\\n% 2"),
        ("x = '''\n%a\n!b '\n# ''' + '#'\n%c", "x = '''\n%a\n!b '\n# ''' + '#'\n# %% %c"),
        ("x = 'a''' # '\n!b", "x = 'a''' # '\n# %% !b"),
        ("x = 'a\\\n%b'\n!c", "x = 'a\\\n%b'\n# %% !c"),
        ("x = r'\\'' + '('\n!b", "x = r'\\'' + '('\n# %% !b"),
        ("!a\r\nx = 1\r!b", "# %% !a\r\nx = 1\r# %% !b"),
        ("x %= 3\nx != y", "x %= 3\nx != y"),
    ],
)
def test_what_is_no_python_becomes_python(source: str, python: str) -> None:
    assert as_python(source) == python


@pytest.mark.parametrize("magic", ["bash", "html", "writefile a.py", "javascript", "sh", "python3", "R", "cython", ""])
def test_other_cells_are_no_python(magic: str) -> None:
    assert not is_python(f"%%{magic}\nimport random\n")


@given(st.lists(st.sampled_from([*"ab =?!%/,;#()[]'\"\\\n\t", "'''", '"""', "\r\n", "%time ", "%%time\n", "if x:\n "])))
def test_any_cell_keeps_its_rows(pieces: list[str]) -> None:
    source = "".join(pieces)
    if is_python(source):
        rows = re.findall(r"\r\n|\r|\n", source)
        assert re.findall(r"\r\n|\r|\n", as_python(source)) == rows


def test_a_magic_that_runs_code_is_fixed_in_its_columns(tmp_path: Path) -> None:
    code = "# %%\nimport tensorflow as tf\ntf.set_random_seed(1)\n# %%\n%time x = tf.random_normal([3])\n"
    project = write_project(tmp_path, {"n.ipynb": code})

    fixed = project.fix().sources[0].notebook

    assert fixed is not None
    assert fixed.cells[1].source == "%time x = tf.random.normal([3])"


def test_a_fix_does_not_touch_a_magic() -> None:
    found = Notebook.read(notebook("# %%\n!ls\n%time x = 1\nfiles = !ls\n# %%\ny = 1\n"))

    assert found.text == "# %%\n# %% !ls\n0;    x = 1\nfiles = _\n# %%\ny = 1\n"
    assert found.cell_edits([edit(3, 11, 12, "2")]) is not None
    assert found.cell_edits([edit(4, 1, 6, "f")]) is not None
    for bad in (edit(2, 1, 1, "", 3), edit(3, 1, 12, "x = 2"), edit(4, 1, 10, "f()"), edit(4, 1, 2, "", 6)):
        assert found.cell_edits([bad]) is None


# -- bytes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("as_list", [True, False], ids=["list", "string"])
@pytest.mark.parametrize(
    "style",
    [
        {"indent": 1},
        {"indent": 1, "ensure_ascii": False},
        {"indent": 4, "sort_keys": True},
        {"indent": "\t", "ensure_ascii": False},
        {},
        {"separators": (",", ":")},
        {"separators": (" , ", " : "), "ensure_ascii": False},
    ],
    ids=str,
)
def test_a_fix_keeps_the_style_of_the_json(style: dict[str, Any], as_list: bool, newline: str, tmp_path: Path) -> None:
    def written(*sources: str) -> bytes:
        text = json.dumps(document(*sources, as_list=as_list), **style)
        return (text if newline == "\n" else text.replace("\n", "\r\n") + "\r\n").encode()

    file = tmp_path / "n.ipynb"
    file.write_bytes(written("import os\n" + UNSEEDED, f"{DRAW}\nprint(x)\n"))

    assert seedlint("--fix", str(file)).exit_code == 0
    assert file.read_bytes() == written(f"import os\n{UNSEEDED}\n\nnp.random.seed(42)", f"{DRAW}\nprint(x)\n")


def test_a_fix_keeps_a_bom_the_mode_and_the_link(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(document(UNSEEDED, DRAW)).encode())
    file.chmod(0o640)
    (tmp_path / "link.ipynb").symlink_to("n.ipynb")

    assert seedlint("--fix", str(tmp_path / "link.ipynb")).exit_code == 0

    assert file.read_bytes().startswith(b"\xef\xbb\xbf{")
    assert b"seed(42)" in file.read_bytes()
    assert (tmp_path / "link.ipynb").is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640


def literal(draw: st.DrawFn, text: str) -> str:
    """Write a JSON string with any of the spellings that its characters have."""
    pieces = []
    for character in text:
        plain = json.dumps(character, ensure_ascii=False)[1:-1]
        escaped = "".join(f"\\u{unit:04X}" for unit in _utf16(character))
        other = {"/": "\\/"}.get(character, plain)
        pieces.append(draw(st.sampled_from([plain, escaped, escaped.lower(), other])))
    return "".join(pieces)


def _utf16(character: str) -> list[int]:
    data = character.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Edit, str]:
    """Make a notebook, an edit of one row, and what the edit has to make of the file."""
    blank = st.sampled_from(["", " ", "\n", "\r\n\t", "\n    "])
    rows = draw(st.lists(st.text("aé\U0001f3b2/\\\"'# ", min_size=1), min_size=1, max_size=5))
    rows = [f"#{row}" for row in rows]
    strings = [literal(draw, row) for row in rows]
    ends = [draw(st.sampled_from(["\\n", "\\u000a"])) for _ in rows[1:]] + [""]
    as_list, number = draw(st.booleans()), draw(st.integers(0, len(rows) - 1))
    between = [f"{draw(blank)},{draw(blank)}" for _ in rows[1:]]
    lead, tail, before, after = (draw(blank) for _ in range(4))

    def written(changed: dict[int, str]) -> str:
        bodies = [changed.get(index, string) + ends[index] for index, string in enumerate(strings)]
        if as_list:
            items = [f'"{body}"' for body in bodies]
            joined = "".join(part for pair in zip(items, [*between, ""], strict=True) for part in pair)
            value = f"[{lead}{joined}{tail}]"
        else:
            value = f'"{"".join(bodies)}"'
        cell = f'{{"source":{before}{value}{after},"outputs": [ ], "cell_type":"code"}}'
        cells = f'[{{"cell_type":"raw","x":1e5}},{cell}{before}]'
        return f'{before}{{"nbformat":4,{after}"cells":{cells},"a":"\\u00e9é"}}{after}'

    row = number + 2  # the first is the marker that the program has before each cell
    column = len(rows[number]) + 1
    return (
        written({}),
        edit(row, 2, column, "new"),
        written({number: strings[number][: _first(strings[number])] + "new"}),
    )


def _first(string: str) -> int:
    """The length of the first character as it is written."""
    return 6 if string.startswith("\\u") else 1


@given(edited())
@settings(max_examples=300)
def test_an_edit_changes_its_row_and_no_other_byte(case: tuple[str, Edit, str]) -> None:
    raw, change, expected = case

    assert Notebook.read(raw).edited([change]).raw == expected


@given(
    st.lists(st.sampled_from(["a = 1\n", "é = 2\n", "\n", "# c\n", "b = 3"]), min_size=1, max_size=6),
    st.data(),
    st.booleans(),
    st.sampled_from([{"indent": 1, "ensure_ascii": False}, {"separators": (",", ":")}, {"indent": 4}]),
)
def test_rows_that_come_and_go_leave_what_jupyter_would_write(
    rows: list[str], data: st.DataObject, as_list: bool, style: dict[str, Any]
) -> None:
    source = "".join(rows).rstrip("\n") or "x"
    count = source.count("\n") + 1
    first = data.draw(st.integers(1, count + 1))
    last = data.draw(st.integers(first, count + 1))
    new = data.draw(st.sampled_from(["", "new = 'é'\n", "\nnew()\n"]))
    raw = json.dumps(document(source, as_list=as_list), **style)

    after = Notebook.read(raw).edited([edit(first + 1, 1, 1, new, last + 1)])

    kept = f"{source}\n".splitlines(keepends=True)
    wanted = "".join([*kept[: first - 1], new, *kept[last - 1 :]]).removesuffix("\n")
    assert after.cells[0].source == wanted
    assert after.raw == json.dumps(document(wanted, as_list=as_list), **style)


# -- notebooks that can't be read -----------------------------------------------------------------

GOOD: Final = json.dumps(document(UNSEEDED, DRAW))


def replaced(**more: Any) -> str:
    return json.dumps(document(DRAW, **more))


@pytest.mark.parametrize(
    ("data", "words", "place"),
    [
        (b"", "the file is empty", (1, 1)),
        (b"{\n  'cells': []}", "no JSON", (2, 3)),
        (b"<<<<<<< HEAD\n{}", "no JSON", (1, 1)),
        (b"[1]", "no notebook", (1, 1)),
        (b"{}", "says no format", (1, 1)),
        (b'{"x": "\xff"}', "0xff is not valid UTF-8", (1, 8)),
        (("[" * 100_000).encode(), "nested too deeply", (1, 1)),
        (replaced(nbformat=5).encode(), "in format 5", (1, 1)),
        (b'{"worksheets": [], "nbformat": 3}', "old format 3; convert", (1, 32)),
        (replaced(cells=7).encode(), "without a list of `cells`", (1, 1)),
        (b'{"nbformat": 4}', "without a list of `cells`", (1, 1)),
        (b'{"nbformat": 4, "cells": [\n3]}', "cell 1 is no object", (2, 1)),
        (b'{"nbformat": 4, "cells": [\n {"cell_type": "code"}]}', "cell 1 has no `source`", (2, 2)),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source":\n7}]}', "neither a string nor a list", (2, 1)),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["\\ud800"]}]}', "half a pair", (1, 59)),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\u0000"}]}', "NUL", (1, 59)),
        (replaced(metadata={"kernelspec": {"language": "julia"}}).encode(), "a notebook in julia", (1, 1)),
        (replaced(metadata={"language_info": {"name": "R"}}).encode(), "a notebook in R;", (1, 1)),
    ],
)
def test_a_bad_notebook_is_a_finding_and_the_others_go_on(
    data: bytes, words: str, place: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "bad.ipynb").write_bytes(data)
    (tmp_path / "good.ipynb").write_text(GOOD)

    result = seedlint("--fix", "--output-format", "json", str(tmp_path))

    [finding] = json.loads(result.stdout)
    assert (result.exit_code, finding["code"], finding["cell"]) == (1, "SEED001", None)
    assert words in finding["message"]
    if place != (1, 1):
        assert (finding["location"]["row"], finding["location"]["column"]) == place
    assert (tmp_path / "bad.ipynb").read_bytes() == data
    assert "random.seed(42)" in (tmp_path / "good.ipynb").read_text()


@given(st.data())
@settings(max_examples=200)
def test_a_damaged_notebook_is_read_or_refused(data: st.DataObject) -> None:
    whole = (NOTEBOOKS / "magics.ipynb").read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    damaged = (
        whole[:start] + data.draw(st.sampled_from([b"", b'"', b"[", b"}", b"\\", b"null,", b"\xff"])) + whole[end:]
    )
    try:
        source = decode(damaged, Path("n.ipynb"))
    except SourceError:
        return
    assert source.encode() == damaged


def test_a_cell_that_is_no_python_is_told_with_its_place(tmp_path: Path) -> None:
    code = "# %%\nx = 1\n# %%\ny = 2\nz = (y,\n# %%\nif x:\n# %%\nx = 3)\n"
    (tmp_path / "n.ipynb").write_text(notebook(code))

    result = seedlint("--output-format", "concise", str(tmp_path / "n.ipynb"))

    assert "n.ipynb:cell 2:2:5: SEED001 syntax-error can't be parsed: '(' was never closed" in result.stdout


def test_a_cell_that_is_nested_too_deeply_is_told_with_its_place(tmp_path: Path) -> None:
    deep = f"x = {'(' * 300}{')' * 300}\n"
    for name, code in (("a.ipynb", f"# %%\n{deep}"), ("b.ipynb", f"# %%\ny = 1\n# %%\n{deep}")):
        (tmp_path / name).write_text(notebook(code))

    result = seedlint(str(tmp_path))

    assert "a.ipynb:cell 1:1:205: SEED001" in result.stdout
    assert "b.ipynb:cell 2:1:205: SEED001" in result.stdout


# -- one program ----------------------------------------------------------------------------------


def test_a_notebook_is_a_program_with_the_modules_beside_it(tmp_path: Path) -> None:
    seeds = "import numpy as np\n\n\ndef seed_all():\n    np.random.seed(3)\n"
    code = "# %%\nimport numpy as np\nfrom utils import seed_all\n# %%\nseed_all()\n# %%\nx = np.random.rand(3)\n"
    late = "# %%\nimport numpy as np\nfrom utils import seed_all\n# %%\nx = np.random.rand(3)\n# %%\nseed_all()\n"
    files = {"lab/utils.py": seeds, "lab/n.ipynb": code, "lab/late.ipynb": late, "lab/__init__.py": ""}
    project = write_project(tmp_path, files)

    assert {(each.filename, each.code, each.span.start.row) for each in project.findings()} == {
        ("lab/late.ipynb", "SEED304", 5),
        ("lab/late.ipynb", "SEED102", 7),
    }
    fixed = {source.filename: source.notebook for source in project.fix().sources}["lab/late.ipynb"]
    assert fixed is not None
    assert [cell.source for cell in fixed.cells] == [
        "import numpy as np\nfrom utils import seed_all",
        "seed_all()\nx = np.random.rand(3)",
        "",
    ]


def test_a_module_is_reached_by_the_notebooks_that_import_it(tmp_path: Path) -> None:
    draws = "import numpy as np\n\n\ndef noise():\n    return np.random.rand(3)\n"
    project = write_project(tmp_path, {"utils.py": draws, "test_n.ipynb": "# %%\nimport utils\n# %%\nutils.noise()\n"})

    [module] = project.sources[:1]

    assert places(project.check([module])) == [("SEED304", 5)]


def test_what_a_notebook_runs_may_seed(tmp_path: Path) -> None:
    code = "# %%\nimport numpy as np\n%run {}\n# %%\nx = np.random.rand(3)\n"
    names = {"py.ipynb": "seeds.py", "nb.ipynb": "seeds.ipynb", "other.ipynb": "other.py"}
    files = {name: code.format(run) for name, run in names.items()}
    files |= {"seeds.py": "import numpy as np\n\nnp.random.seed(1)\n", "other.py": "SIZE = 3\n"}
    project = write_project(tmp_path, files)

    assert {(each.filename, each.code, each.certainty) for each in project.findings()} == {
        ("nb.ipynb", "SEED101", "possible"),
        ("nb.ipynb", "SEED304", "possible"),
        ("other.ipynb", "SEED101", "certain"),
        ("other.ipynb", "SEED304", "certain"),
    }


def in_cells(code: str) -> str:
    """Put each statement into a cell of its own."""
    rows = code.splitlines(keepends=True)
    nodes = [[statement, *getattr(statement, "decorator_list", ())] for statement in ast.parse(code).body]
    starts = [1, *(min(node.lineno for node in own) for own in nodes[1:]), len(rows) + 1]
    cells = ["".join(rows[start - 1 : end - 1]) for start, end in pairwise(starts)]
    return "".join(f"# %%\n{cell.rstrip()}\n" for cell in cells)


def code_rows(text: str) -> list[str]:
    return [row for row in text.splitlines() if row.strip() and not row.startswith("# %%")]


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.bad[0].fixed], ids=lambda rule: rule.code)
def test_a_fix_does_in_cells_what_it_does_in_a_script(rule: Rule, tmp_path: Path) -> None:
    examples = [each for each in rule.bad if each.fixed is not None and each.filename == "train.py"]
    for number, example in enumerate(examples):
        folder = tmp_path / str(number)
        folder.mkdir()
        files = {"train.ipynb": in_cells(example.code), **example.files}
        more = [rule.code] if rule.opt_in else []
        project = write_project(folder, files, target=example.target, strict=example.strict, extend_select=more)

        result = project.fix(unsafe=example.unsafe)

        assert not result.failures
        assert code_rows(result.sources[0].text) == code_rows(example.fixed or "")
        assert project.fix_again(result, unsafe=example.unsafe).sources == result.sources


def test_nothing_imports_a_notebook(tmp_path: Path) -> None:
    files = {
        "utils.ipynb": "# %%\nimport numpy as np\nnp.random.seed(1)\n",
        "train.py": "import numpy as np\nimport utils\n\nx = np.random.rand(3)\n",
    }
    project = write_project(tmp_path, files)

    assert ("SEED101", 4) in places(each for each in project.findings() if each.filename == "train.py")


def test_comments_suppress_in_cells(tmp_path: Path) -> None:
    draws = (
        "# %%\nimport numpy as np\n# %%\nx = np.random.rand(3)  # noqa\ny = np.random.rand(\n    3,  # noqa: SEED3\n)\n"
    )
    ignored = draws.replace("  # noqa\n", "\n") + "# %%\n# seedlint: ignore-file\n"
    for name, code in (("draws.ipynb", draws), ("ignored.ipynb", ignored)):
        (tmp_path / name).write_text(notebook(code))

    assert seedlint("--isolated", str(tmp_path)).exit_code == 0


def test_percent_scripts_are_scripts(tmp_path: Path) -> None:
    (tmp_path / "n.py").write_text(f"# %%\n{UNSEEDED}\n# %% [markdown]\n# Text\n# %%\n{DRAW}\n", "utf-8")

    assert found(seedlint("--output-format", "json", str(tmp_path)).stdout) == [
        ["SEED101", None, 6],
        ["SEED304", None, 6],
    ]


# -- what is shown --------------------------------------------------------------------------------


def test_text_shows_the_cell(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps(document(UNSEEDED, "!ls\n%time x = np.random.rand(3)\nprint(x)")))

    shown = seedlint(str(file)).stdout

    assert f"{file}:cell 3:2:11: SEED101" in shown
    assert "2 | %time x = np.random.rand(3)\n  |           ^^^^^^^^^^^^^^^^^\n" in shown
    assert "  = cell 2\n" in shown


def test_json_names_the_cell_of_every_place(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps(document(UNSEEDED, DRAW)))

    finding = json.loads(seedlint("--output-format", "json", str(file)).stdout)[0]

    assert (finding["cell"], finding["location"]) == (3, {"row": 1, "column": 5})
    assert finding["related"][0]["cell"] == 3
    assert finding["fix"]["edits"] == [
        {
            "cell": 2,
            "content": "\nnp.random.seed(42)\n",
            "location": {"row": 2, "column": 1},
            "end_location": {"row": 2, "column": 1},
        }
    ]


def test_standard_input_may_be_a_notebook() -> None:
    name = ("--stdin-filename", "n.ipynb")
    fixed = json.dumps(document(f"{UNSEEDED}\n\nnp.random.seed(42)", DRAW))

    assert "n.ipynb:cell 3:1:5" in seedlint("-", *name, "--output-format", "concise", stdin=GOOD).stdout
    assert seedlint("-", *name, "--fix", stdin=GOOD).stdout == fixed
    assert seedlint("-", *name, "--diff", stdin=GOOD).stdout == (
        "--- n.ipynb:cell 2\n+++ n.ipynb:cell 2\n@@ -1 +1,3 @@\n import numpy as np\n+\n+np.random.seed(42)\n"
    )
    assert seedlint("-", *name, "--fix", stdin=fixed).stdout == fixed
    broken = seedlint("-", *name, "--fix", stdin="{")
    assert (broken.exit_code, broken.stdout) == (1, "{")
    assert "n.ipynb:1:2: SEED001" in broken.stderr
