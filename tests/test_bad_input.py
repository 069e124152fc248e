"""Whatever a file holds, and whatever a path is: a finding or a clear error, and the other files are checked."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import needs_permissions, obey_permissions, seedlint

DRAW = "model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])"
BROKEN = f"import tensorflow as tf\n\ntf.random.set_seed(42)\n{DRAW}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one file in which there is something to find; it is the current directory."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "good.py").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> tuple[int, dict[str, list[dict[str, Any]]], str]:
    """The status, the findings by file, and the errors."""
    result = seedlint("--output-format=json", *(arguments or ["."]))
    findings: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(result.stdout):
        findings.setdefault(finding["filename"], []).append(finding)
    assert [each["code"] for each in findings["good.py"]] == ["SEED103"]
    return result.exit_code, findings, result.stderr


@pytest.mark.parametrize(
    ("data", "row", "words"),
    [
        (b'import tensorflow as tf\nprint "version", tf.__version__\n', 2, "Python 2"),
        (b"exec 'x = 1'\n", 1, "Python 2"),
        (b"def f(:\n    pass\n", 1, ""),
        (b"x = 1\n  y = 2\n", 2, ""),
        (b"model.fit(x, y\n", 1, ""),
        (b"x = '''abc\n", 1, ""),
        (b"if x:\n\ty = 1\n        z = 2\n", 3, ""),
        (b"x = 'caf\xe9'\n", 1, "0xe9 at row 1, column 9"),
        (b"x = 1\ny = 2\xff\xfe\n", 2, "declare the encoding"),
        (b"# coding: klingon\nx = 1\n", 1, "unknown encoding 'klingon'"),
        (b"x = 1\0\n", 1, "NUL"),
        ("x = 1\n".encode("utf-16"), 1, "UTF-8"),
        (("x = " + "(" * 5000 + ")" * 5000 + "\n").encode(), 1, "nested"),
    ],
)
def test_what_is_no_python_is_a_finding(project: Path, data: bytes, row: int, words: str) -> None:
    (project / "bad.py").write_bytes(data)
    status, findings, errors = check()
    assert (status, errors) == (1, "")
    assert [each["code"] for each in findings["bad.py"]] == ["SEED001"]
    finding = findings["bad.py"][0]
    # Where a text that is cut short ends is as good a place as where the open bracket stands.
    assert row <= finding["location"]["row"] <= row + data.startswith((b"model", b"x = '''"))
    assert words in finding["message"]


def test_what_is_no_python_is_left_as_it_is_by_a_fix(project: Path) -> None:
    bad = {"two.py": b'print "x"\n', "latin.py": b"x = '\xe9'\n", "cut.py": b"f(\r\n", "nul.py": b"\0"}
    for name, data in bad.items():
        (project / name).write_bytes(data)
    result = seedlint("--fix")
    assert result.exit_code == 1
    assert {name: (project / name).read_bytes() for name in bad} == bad
    assert "set_random_seed" in (project / "good.py").read_text()


def test_syntax_errors_can_be_ignored(project: Path) -> None:
    (project / "two.py").write_bytes(b'print "x"\n')
    (project / "latin.py").write_bytes(b"x = '\xe9'\n")
    _, findings, _ = check("--ignore=SEED001", ".")
    assert list(findings) == ["good.py"]


LATIN = "# -*- coding: latin-1 -*-\n# é\n"
NEWLINES = BROKEN.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (f"{LATIN}{BROKEN}".encode("latin-1"), 5),
        (b"\xef\xbb\xbf" + BROKEN.encode(), 3),
        (NEWLINES.encode(), 3),
        (BROKEN.replace("\n", "\r").encode(), 3),
        (b"\xef\xbb\xbf" + f"# é\r\n{NEWLINES}".encode(), 4),
        (f"\x0c{BROKEN}\x0c\n\x0c\n".encode(), 3),
        (BROKEN.replace("\n\n", "\n\x0c\n").encode(), 3),
        (f"if True:\n\tx = 1\t# tab\n{BROKEN}".encode(), 5),
        (f"x = '日\u2028\x85本'\n{BROKEN}".encode(), 4),
        (BROKEN.rstrip("\n").encode(), 3),
        (f"{BROKEN}#   \n\n\n\t\n".encode(), 3),
        (f"{BROKEN}x = 1  \\\n  + 2\n".encode(), 3),
    ],
    ids=["latin-1", "bom", "crlf", "cr", "bom-crlf", "form-feed", "form-feed-row", "tab", "separators", "no-end",
         "blank-end", "backslash"],
)  # fmt: skip
def test_what_is_unusual_is_read_and_kept_byte_for_byte(project: Path, data: bytes, row: int) -> None:
    file = project / "odd.py"
    file.write_bytes(data)
    status, findings, errors = check()
    assert (status, errors) == (1, "")
    assert [(each["code"], each["location"]) for each in findings["odd.py"]] == [("SEED103", {"row": row, "column": 1})]
    assert seedlint("--fix", "odd.py").exit_code == 0
    assert file.read_bytes() == data.replace(b"tf.random.set_seed", b"tf.keras.utils.set_random_seed")


@pytest.mark.parametrize(
    "code",
    [
        "match x:\n    case [1, *y] if y:\n        pass\n    case {'a': 1, **z} | P(a=1):\n        pass\n",
        "def f(*args: *Ts): ...\nx[*a]\n",
        "try:\n    pass\nexcept* ValueError:\n    pass\n",
        "type X[T] = list[T]\ndef f[T: int, *Ts, **P](x: T) -> T: ...\nclass A[T]: ...\n",
        "type X[T = int] = list[T]\ndef f[T = int](): ...\n",
        "x = f'{f\"{f'{1}'}\"}'\ny = f\"{'a' + \"b\"}\"\nz = f'{\n1  # note\n}'\n",
        "try:\n    pass\nexcept A, B:\n    pass\n",
        "x = t'{a}'\n",
        "with (open('a') as f, open('b') as g):\n    pass\n",
    ],
    ids=["match", "star-index", "except-star", "type-parameters", "type-defaults", "f-string", "bare-except-tuple",
         "t-string", "with-parentheses"],
)  # fmt: skip
def test_syntax_newer_than_the_running_python_is_read(project: Path, code: str) -> None:
    (project / "new.py").write_text(f"{BROKEN}{code}")
    _, findings, errors = check()
    assert errors == ""
    assert [each["code"] for each in findings["new.py"]] == ["SEED103"]
    assert seedlint("--fix", "new.py").exit_code == 0
    assert (project / "new.py").read_text().endswith(code)


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"#", b"\x0c", b"\r", b"'''\n'''"])
def test_files_with_nothing_in_them(project: Path, data: bytes) -> None:
    (project / "empty.py").write_bytes(data)
    status, findings, errors = check()
    assert (status, errors) == (1, "")
    assert list(findings) == ["good.py"]


def test_long_file(project: Path) -> None:
    rows = [f"x{number} = [{number}, 'a' * {number}]" for number in range(20_000)]
    (project / "long.py").write_text("\n".join([*rows, BROKEN]))
    _, findings, _ = check()
    assert [each["location"]["row"] for each in findings["long.py"]] == [20_003]


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 200 + "1" + ")" * 200,
        "[" * 190 + "]" * 190,
        "f(" * 190 + ")" * 190,
        "x" + ".y" * 3000,
        "1" + " + 1" * 3000,
        "not " * 90 + "x",
    ],
    ids=["parentheses", "lists", "calls", "attributes", "sum", "not"],
)
def test_deep_nesting(project: Path, expression: str) -> None:
    (project / "deep.py").write_text(f"{BROKEN}x = {expression}\n")
    status, findings, errors = check()
    assert (status, errors) == (1, "")
    # Python 3.12 has a limit of its own for calls by way of C, which nothing raises.
    too_deep = sys.version_info[:2] == (3, 12) and len(expression) > 3000
    assert [each["code"] for each in findings["deep.py"]] == ["SEED001" if too_deep else "SEED103"]


@pytest.mark.parametrize(
    "rows",
    [
        ["x = [f]", *["x = [x, x]"] * 60, "g(x)", "for y in x:", "    y()"],
        ["x = {'a': f}", *["x = {'a': x, 'b': x}"] * 60, "g(x)", "x['a']['b']()"],
        ["x = []", "x.append(x)", "x.append(f)", "g(x)", "x[0][1]()", "h(*x)"],
        ["x = {}", "x['x'] = x", "g(x)", "h(**x)", "x['x']['x']()"],
        ["x = g(f)", *["x = g(x, x)"] * 60, "x.run()", "x()"],
        ["x = g(f)", *["x = g(x)"] * 1000, "x.run()"],
        ["def f0(x): return [x]", *(f"def f{n}(x): f{n - 1}([x]); f{n - 1}((x, x))" for n in range(1, 12)), "f11(f)"],
        ["class A0(tf.Module): pass", *(f"class A{n}(A{n - 1}, A{max(n - 2, 0)}): pass" for n in range(1, 60)),
         "g(A59().x)"],
        ["class A(tf.Module):", "    def __init__(self): self.x = [self]", "a = A()", "a.x.append(a)", "g(a.x)"],
    ],
    ids=["lists", "tables", "list-in-itself", "table-in-itself", "objects", "chain", "arguments", "classes",
         "instance"],
)  # fmt: skip
def test_values_that_hold_each_other(project: Path, rows: list[str]) -> None:
    (project / "held.py").write_text("\n".join([f"{BROKEN}\ndef f(): pass", *rows, ""]))
    status, findings, errors = check()
    assert (status, errors) == (1, "")
    assert [each["code"] for each in findings["held.py"]] == ["SEED103"]


def test_deeper_than_python_can_follow(project: Path) -> None:
    (project / "deep.py").write_text(f"{BROKEN}x = x{'.x' * 30_000}\n")
    status, findings, errors = check()
    assert (status, errors) == (1, "")
    assert [each["code"] for each in findings["deep.py"]] == ["SEED001"]
    assert "nested too deeply" in findings["deep.py"][0]["message"]


def test_long_row(project: Path) -> None:
    (project / "wide.py").write_text(f"{BROKEN}x = [{'1, ' * 100_000}]; tf.random.uniform([3])\n")
    assert seedlint("wide.py", "--strict").exit_code == 1


def test_paths_that_are_no_files(project: Path) -> None:
    (project / "broken.py").symlink_to("nowhere.py")
    (project / "loop.py").symlink_to("loop.py")
    (project / "circle").symlink_to(".")
    os.mkfifo(project / "pipe.py")
    (project / "x.py").mkdir()
    (project / "x.py" / "inner.py").write_text(BROKEN)
    status, findings, errors = check("missing.py", "x.py", ".")
    assert status == 2
    assert sorted(findings) == ["good.py", os.path.join("x.py", "inner.py")]
    assert errors.splitlines() == [
        "error: missing.py: No such file or directory",
        "error: broken.py: a broken link: nowhere.py does not exist",
        "error: loop.py: a link that leads back to itself",
        "error: pipe.py: neither a file nor a directory; `-` reads standard input",
    ]


@needs_permissions
def test_file_and_directory_without_permission(project: Path) -> None:
    (project / "secret.py").write_text(BROKEN)
    (project / "secret.py").chmod(0)
    (project / "closed").mkdir(mode=0)
    command = [sys.executable, "-m", "seedlint", "--output-format=concise"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=obey_permissions)
    (project / "closed").chmod(0o700)
    assert result.returncode == 2
    assert result.stdout.startswith("good.py:3:1: SEED103")
    assert result.stderr.splitlines() == ["error: closed: Permission denied", "error: secret.py: Permission denied"]


def test_file_that_not_even_root_can_read(project: Path) -> None:
    # The kernel lets the memory of a process be opened, but has nothing to give at its beginning.
    memory = Path("/proc/self/mem")
    if not memory.exists() or not stat.S_ISREG(memory.stat().st_mode):
        pytest.skip("needs Linux's /proc")
    (project / "memory.py").symlink_to(memory)
    status, _, errors = check()
    assert status == 2
    assert errors == "error: memory.py: Input/output error\n"


def test_settings_of_a_file_that_is_no_toml(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool")
    result = seedlint(".")
    assert result.exit_code == 2
    assert "pyproject.toml: not valid TOML" in result.stderr


@pytest.mark.parametrize("arguments", [["good.py"], ["rule", "SEED101"], ["--version"]])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no file here that is always full")
def test_output_that_cant_be_written_is_an_error(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "seedlint", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (result.returncode, result.stderr) == (
        2,
        "error: the output can't be written: No space left on device\n",
    )
