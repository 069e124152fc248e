"""Finding files, decoding them, places in their text, and what a project declares."""

from __future__ import annotations

import os
import subprocess
import tokenize
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedlint.finding import Position
from seedlint.linter import Linter
from seedlint.settings import Settings, SettingsFinder
from seedlint.sources.discovery import Discovered, discover
from seedlint.sources.entry_points import entry_points
from seedlint.sources.project import declared_target, root_of
from seedlint.sources.text import LineIndex, SourceError, decode, read

HERE = Path("x.py")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1",
        b"x = 1\r\ny = 2\rz = 3\n",
        b"\xef\xbb\xbfx = 1\r\n",
        b"\xef\xbb\xbf# coding: utf-8\nx = '\xc3\xa9'\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
        b"# -*- coding: utf-8-sig -*-\nx = 1\n",
        b"# caf\xe9, coding: latin-1\n",
        b"# one\r# coding: latin-1\rx = '\xe9'\r",
        b"# -*- coding: euc-jp -*-\nx = '\xa4\xa2'\n",
        b"\x0c\tx = 1\x0b\n\x1c",
    ],
)
def test_bytes_come_back_unchanged(data: bytes) -> None:
    assert decode(data, HERE).encode() == data


@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])), st.booleans())
def test_any_text_comes_back_unchanged(text: str, bom: bool) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + text.replace("coding", "").encode()
    assert decode(data, HERE).encode() == data


@pytest.mark.parametrize("declaration", ["latin-1", "utf_8", "UTF-8", "cp1252", "ascii", "koi8-r"])
@pytest.mark.parametrize("before", ["", "#!/bin/sh\n", "\n", "x = 1\n", "'''\n"])
def test_declaration_is_found_where_python_finds_it(declaration: str, before: str) -> None:
    data = f"{before}# coding: {declaration}\nx = 1\n".encode()
    theirs, _ = tokenize.detect_encoding(BytesIO(data).readline)
    ours = decode(data, HERE).encoding
    assert "é".encode(ours, "replace") == "é".encode(theirs, "replace")


@pytest.mark.parametrize(
    ("data", "position", "words"),
    [
        (b"x = 1\ny = '\xe9'\n", Position(2, 6), ["0xe9", "row 2, column 6", "declare the encoding"]),
        ("x = '日'".encode() + b"\xff", Position(1, 8), ["0xff", "row 1, column 8"]),
        (b"# \xe9\n# coding: latin-1\n", Position(1, 3), ["0xe9", "utf-8"]),
        (b"# coding: ascii\n'\xc3\xa9'\n", Position(2, 2), ["0xc3", "ascii"]),
        (b"# coding: klingon\n", Position(1, 11), ["unknown encoding 'klingon'"]),
        (b"# coding: hex\n", Position(1, 11), ["unknown encoding 'hex'"]),
        (b"\xef\xbb\xbf# coding: latin-1\n", Position(1, 11), ["BOM", "latin-1"]),
        (b"x = 1\ny\0 = 2\n", Position(2, 2), ["NUL"]),
        ("x = 1\n".encode("utf-16"), Position(1, 1), ["0xff", "utf-8"]),
    ],
)
def test_what_is_no_text_is_said_with_its_place(data: bytes, position: Position, words: list[str]) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data, HERE)
    assert caught.value.position == position
    for word in words:
        assert word in caught.value.message


def test_character_outside_the_declared_encoding_cannot_be_written() -> None:
    source = decode(b"# coding: latin-1\nx = 1\n", HERE).with_text("# coding: latin-1\nx = '日'\n")
    with pytest.raises(SourceError, match="can't be written") as caught:
        source.encode()
    assert caught.value.position == Position(2, 6)


def test_rows_end_where_python_ends_them() -> None:
    lines = LineIndex("a\x0cb\x0b\x1c\u2028c\r\nd\re\n\nf")
    assert [lines.row(row) for row in range(1, len(lines) + 1)] == [
        "a\x0cb\x0b\x1c\u2028c",
        "d",
        "e",
        "",
        "f",
    ]


@given(st.text(alphabet="ab\t\x0c\r\né日"))
def test_offsets_and_positions_are_each_others_inverse(text: str) -> None:
    lines = LineIndex(text)
    positions = [lines.position(offset) for offset in range(len(text) + 1)]
    assert positions == sorted(positions)
    assert [lines.offset(position) for position in positions] == list(range(len(text) + 1))


def test_places_outside_the_text_are_refused() -> None:
    lines = LineIndex("ab\nc")
    for position in (Position(0, 1), Position(3, 1), Position(1, 0), Position(1, 5), Position(2, 3)):
        with pytest.raises(IndexError):
            lines.offset(position)
    for row in (0, 3):
        with pytest.raises(IndexError):
            lines.row(row)
    with pytest.raises(IndexError):
        lines.position(5)


def test_filename_is_relative_below_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x.py").touch()
    (tmp_path / "y.py").touch()
    monkeypatch.chdir(tmp_path / "a")
    assert read(Path("./b/../b/x.py")).filename == os.path.join("b", "x.py")
    assert read(Path("../y.py")).filename == str(tmp_path / "y.py")


def test_path_names_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "real.py").touch()
    (tmp_path / "link.py").symlink_to("real.py")
    source = read(tmp_path / "link.py")
    assert source.path == str((tmp_path / "real.py").resolve())
    assert source.filename == str(tmp_path / "link.py")


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(OSError, match="not a regular file"):
        read(tmp_path / "pipe.py")


# Discovery


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(*paths: Path, settings: Settings | None = None) -> Discovered:
    finder = SettingsFinder({"SEED101": "missing-seed"})
    return discover(map(str, paths), finder.in_directory if settings is None else lambda directory: settings)


def names(discovered: Discovered, root: Path) -> list[str]:
    return [Path(file.path).relative_to(root).as_posix() for file in discovered.files]


def test_directories_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "b.py",
        "a/z.py",
        "a/a.pyw",
        "a.py",
        "notes.txt",
        "stub.pyi",
        "c/d/e.py",
        "nb.ipynb",
        ".ipynb_checkpoints/nb-checkpoint.ipynb",
    )
    assert names(found(tmp_path), tmp_path) == ["a.py", "a/a.pyw", "a/z.py", "b.py", "c/d/e.py", "nb.ipynb"]


def test_each_file_comes_once(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "sub/b.py")
    assert names(found(tmp_path, tmp_path / "a.py", tmp_path / "sub" / ".." / "a.py"), tmp_path) == [
        "a.py",
        "sub/b.py",
    ]


def test_environments_and_build_outputs_are_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", ".venv/lib/b.py", "build/c.py", "sub/node_modules/d.py", ".git/hooks/e.py")
    assert names(found(tmp_path), tmp_path) == ["a.py"]


def test_what_is_named_is_taken_though_excluded(tmp_path: Path) -> None:
    tree(tmp_path, "build/c.py", "build/lib/d.py", "build/.venv/e.py")
    (tmp_path / ".gitignore").write_text("build\n")
    (tmp_path / ".git").mkdir()
    assert names(found(tmp_path / "build" / ".venv" / "e.py"), tmp_path) == ["build/.venv/e.py"]
    assert names(found(tmp_path / "build"), tmp_path) == ["build/c.py", "build/lib/d.py"]


def test_gitignore_files_hold_from_the_repository_down(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "sub/gen_1.py", "sub/keep/gen_2.py", "sub/keep/b.py", "sub/out/c.py", "out/d.py")
    (tmp_path / ".gitignore").write_text("gen_*.py\n/out\n")
    (tmp_path / "sub" / "keep" / ".gitignore").write_text("!gen_2.py\nb.py\n")
    assert names(found(tmp_path), tmp_path) == ["a.py", "sub/keep/gen_2.py", "sub/out/c.py"]
    assert "sub/gen_1.py" in names(found(tmp_path / "sub"), tmp_path)  # no repository: nothing above holds
    (tmp_path / ".git").mkdir()
    assert names(found(tmp_path / "sub"), tmp_path) == ["sub/keep/gen_2.py", "sub/out/c.py"]


def git(folder: Path, *arguments: str) -> str:
    """Run git without the settings of this machine."""
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    command = ["git", "-c", "user.name=x", "-c", "user.email=x", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


IGNORED = {
    ".gitignore": "\ufeff*.gen.py\n# a comment\n\\#odd.py\n/top.py\nlogs/\n!logs/kept.py\na/**/z.py\n"
    "**/cache/*.py\nsub/*/deep.py\n[xy].py\n!/y.py\ntrailing.py   \nspaced\\ \ngone?.py\nno\\\n!\n*\\*.py\n",
    "sub/.gitignore": "!own.gen.py\r\n/only.py\r\nlocal\r\n",
    "sub/inner/.gitignore": "*\n!*.py\nlast.py\n",
    ".git/info/exclude": "private.py\n!own.gen.py\nsub/shown.gen.py\n",
}
TREE = [
    "a.py", "a.gen.py", "#odd.py", "top.py", "sub/top.py", "logs/kept.py", "sub/logs/b.py", "logs.py", "a/z.py",
    "a/b/z.py", "a/b/c/z.py", "b/z.py", "cache/c.py", "sub/cache/d/e.py", "sub/cache/f.py", "sub/x1/deep.py",
    "sub/x1/x2/deep.py", "x.py", "y.py", "sub/y.py", "trailing.py", "gone1.py", "gone.py", "star*.py",
    "sub/own.gen.py", "sub/shown.gen.py", "sub/only.py", "sub/inner/only.py", "sub/local/g.py", "sub/inner/h.py",
    "sub/inner/last.py", "sub/inner/in/i.py", "private.py", "sub/private.py", "own.gen.py",
]  # fmt: skip


def test_what_git_ignores_is_passed_over(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    tree(tmp_path, *TREE)
    for name, patterns in IGNORED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(patterns, "utf-8")
    shown = git(tmp_path, "ls-files", "-z", "--others", "--exclude-standard", "--", "*.py").split("\0")
    assert 10 < len(shown) < len(TREE)
    assert names(found(tmp_path), tmp_path) == sorted(filter(None, shown))
    assert names(found(tmp_path / "sub"), tmp_path) == sorted(name for name in shown if name.startswith("sub/"))


def test_excludes_of_a_repository_hold_in_its_other_work_trees_and_not_in_another_repository(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    git(first, "init", "--quiet")
    git(first, "commit", "--quiet", "--allow-empty", "--message", "x")
    git(first, "worktree", "add", "--quiet", str(second))
    (first / ".git" / "info" / "exclude").write_text("private.py\n")
    (first / ".gitignore").write_text("b.py\n")
    for folder in (first, second, first / "inside"):
        tree(folder, "a.py", "b.py", "private.py")
    git(first / "inside", "init", "--quiet")
    assert names(found(second), second) == ["a.py", "b.py"]
    assert names(found(first), first) == ["a.py", "inside/a.py", "inside/b.py", "inside/private.py"]


def test_settings_of_each_directory_exclude(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "old/b.py", "sub/old/c.py", "sub/new/d.py", "sub/.venv/e.py")
    (tmp_path / "seedlint.toml").write_text('extend-exclude = ["/old"]')
    (tmp_path / "sub" / "pyproject.toml").write_text('[tool.seedlint]\nexclude = ["new/*.py"]')
    assert names(found(tmp_path), tmp_path) == ["a.py", "sub/.venv/e.py", "sub/old/c.py"]


def test_directory_named_like_a_file_is_walked(tmp_path: Path) -> None:
    tree(tmp_path, "x.py/y.py", "z.py")
    assert names(found(tmp_path), tmp_path) == ["x.py/y.py", "z.py"]
    assert names(found(tmp_path / "x.py"), tmp_path) == ["x.py/y.py"]


def test_links(tmp_path: Path) -> None:
    tree(tmp_path, "tree/z.py", "outside/far.py", "outside/near.py")
    (tmp_path / "tree" / "a_link.py").symlink_to("z.py")
    (tmp_path / "tree" / "far.py").symlink_to(tmp_path / "outside" / "far.py")
    (tmp_path / "tree" / "directory").symlink_to(tmp_path / "outside")
    (tmp_path / "tree" / "circle.py").symlink_to(tmp_path / "tree")
    discovered = found(tmp_path / "tree")
    assert names(discovered, tmp_path) == ["tree/far.py", "tree/z.py"]
    assert discovered.problems == []


def test_link_that_is_named_is_followed(tmp_path: Path) -> None:
    tree(tmp_path, "outside/near.py")
    (tmp_path / "directory").symlink_to(tmp_path / "outside")
    assert names(found(tmp_path / "directory"), tmp_path) == ["directory/near.py"]


def test_broken_links_and_loops_are_problems_and_the_rest_goes_on(tmp_path: Path) -> None:
    tree(tmp_path, "z.py")
    (tmp_path / "broken.py").symlink_to("nowhere.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "broken").symlink_to("nowhere")
    for discovered in (
        found(tmp_path),
        found(tmp_path / "broken.py", tmp_path / "loop.py", tmp_path / "z.py"),
    ):
        assert names(discovered, tmp_path) == ["z.py"]
        assert [(Path(each.filename).name, each.message) for each in discovered.problems] == [
            ("broken.py", "a broken link: nowhere.py does not exist"),
            ("loop.py", "a link that leads back to itself"),
        ]


def test_what_is_no_python_file_is_a_problem(tmp_path: Path) -> None:
    tree(tmp_path, "script")
    os.mkfifo(tmp_path / "pipe.py")
    discovered = found(tmp_path / "missing.py", tmp_path / "script", tmp_path)
    assert names(discovered, tmp_path) == ["script"]
    assert [each.message.split(";")[0] for each in discovered.problems] == [
        "No such file or directory",
        "neither a file nor a directory",
    ]


# Projects


@pytest.mark.parametrize("mark", ["pyproject.toml", "seedlint.toml", "setup.py", "setup.cfg", ".git"])
def test_project_root_is_the_nearest_marked_directory(tmp_path: Path, mark: str) -> None:
    tree(tmp_path, f"project/{mark}", "project/a/b.py")
    assert root_of(os.path.dirname(tmp_path / "project" / "a" / "b.py")) == str(tmp_path / "project")


def test_project_root_of_a_lone_file_is_its_directory(tmp_path: Path) -> None:
    assert root_of(os.path.dirname(tmp_path / "a" / "b.py")) == str(tmp_path / "a")


def test_project_root_is_where_a_script_imports_the_file_from(tmp_path: Path) -> None:
    (tmp_path / "models" / "parts").mkdir(parents=True)
    (tmp_path / "train.py").write_text("from models.net import build\n", "utf-8")

    assert root_of(os.path.dirname(tmp_path / "models" / "net.py")) == str(tmp_path)
    assert root_of(os.path.dirname(tmp_path / "models" / "parts" / "head.py")) == str(tmp_path)
    assert root_of(os.path.dirname(tmp_path / "train.py")) == str(tmp_path)


def test_a_directory_that_has_the_name_of_a_library_is_not_what_scripts_import(tmp_path: Path) -> None:
    (tmp_path / "keras").mkdir()
    (tmp_path / "train.py").write_text("import keras\n", "utf-8")

    assert root_of(os.path.dirname(tmp_path / "keras" / "mnist.py")) == str(tmp_path / "keras")


@pytest.mark.parametrize(
    ("file", "root"),
    [
        ("env/lib/python3.11/site-packages/net/parts/head.py", "env/lib/python3.11/site-packages/net"),
        ("env/lib/python3.11/site-packages/single.py", "env/lib/python3.11/site-packages"),
        ("env/Lib/site-packages/net/head.py", "env/Lib/site-packages/net"),
        ("usr/lib/python3/dist-packages/net/head.py", "usr/lib/python3/dist-packages/net"),
        ("usr/lib/python3.13t/json/decoder.py", "usr/lib/python3.13t/json"),
        ("usr/lib64/python3.11/random.py", "usr/lib64/python3.11"),
        ("images/python3.11/train.py", ""),
    ],
)
def test_project_root_of_what_is_installed_is_its_package(tmp_path: Path, file: str, root: str) -> None:
    tree(tmp_path, "pyproject.toml", file)
    assert root_of(os.path.dirname(tmp_path / file)) == str(tmp_path / root)


def test_packages_that_are_installed_are_no_part_of_one_another(tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    for name, text in {
        "net/__init__.py": "",
        "net/layers.py": "import numpy as np\n\n\ndef draw():\n    return np.random.rand()\n",
        "net/__main__.py": "from net import layers\n\nprint(layers.draw())\n",
        "other/__init__.py": "",
        "other/__main__.py": "import numpy\n\nfrom net import layers\n\nnumpy.random.seed(1)\nprint(layers.draw())\n",
        "single.py": "from net import layers\n\nif __name__ == '__main__':\n    print(layers.draw())\n",
    }.items():
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_text(text, "utf-8")

    def codes(name: str) -> list[str]:
        linter = Linter(SettingsFinder({}, isolated=True))
        return [finding.code for finding in linter.check([read(packages / name)])]

    assert codes("net/__main__.py") == ["SEED101"]
    assert codes("net/layers.py") == ["SEED304"]
    assert codes("other/__main__.py") == []
    assert codes("single.py") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project.scripts]\ntrain = 'net.cli:main'\n"),
        ("pyproject.toml", "[project.gui-scripts]\ntrain = 'net.cli : main'\n"),
        ("pyproject.toml", "[project.scripts]\ntrain = 'net.cli:main [gpu]'\n"),
        ("pyproject.toml", "[tool.poetry.scripts]\ntrain = 'net.cli:main'\n"),
        ("pyproject.toml", "[tool.poetry.scripts]\ntrain = {reference = 'net.cli:main', type = 'console'}\n"),
        ("pyproject.toml", "[tool.poetry.scripts]\ntrain = {callable = 'net.cli:main', extras = ['gpu']}\n"),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    train = net.cli:main\n"),
        ("setup.cfg", "[options.entry_points]\ngui_scripts = train=net.cli:main\n"),
        ("setup.py", "setup(entry_points={'console_scripts': ['train = net.cli:main']})\n"),
        ("setup.py", 'setup(entry_points={"gui_scripts": ["train=net.cli:main [gpu]"]})\n'),
    ],
)
def test_commands_that_a_project_installs(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert entry_points(tmp_path) == (("net.cli", "main"),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project.scripts\n"),
        ("pyproject.toml", "[project]\nscripts = 'net.cli:main'\n"),
        ("pyproject.toml", "[tool.poetry.scripts]\ntrain = {reference = 'bin/train', type = 'file'}\n"),
        ("pyproject.toml", "[project.scripts]\ntrain = 'net.cli'\n"),
        ("pyproject.toml", "[project.entry-points.plugins]\nnet = 'net.cli:main'\n"),
        ("setup.cfg", "console_scripts = train = net.cli:main\n"),
        ("setup.cfg", "[options.entry_points]\nplugins =\n    train = net.cli:main\n"),
        ("setup.py", "setup(entry_points={'plugins': ['train = net.cli:main']})\n"),
    ],
)
def test_what_is_no_command_starts_no_program(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert entry_points(tmp_path) == ()


@pytest.mark.parametrize(
    ("requirement", "target"),
    [
        ("tensorflow", None),
        ("tensorflow>=2.10", None),
        ("tensorflow<3", None),
        ("tensorflow~=2.15", None),
        ("tensorflow!=2.15.*", None),
        ("numpy<2", None),
        ("tensorflow-datasets<2", None),
        ("# tensorflow<2.16", None),
        ("tensorflow<2.16", "keras2"),
        ("tensorflow<2.16.0", "keras2"),
        ("tensorflow<2.16.1", None),
        ("tensorflow>=2.8,<2.16", "keras2"),
        ("tensorflow<=2.15.1", "keras2"),
        ("tensorflow==2.15.*", "keras2"),
        ("tensorflow-cpu == 2.12.0 ; python_version < '3.12'", "keras2"),
        ("tensorflow[and-cuda]==2.15.1", "keras2"),
        ("tensorflow_gpu==1.15", "keras2"),
        ("tensorflow~=2.15.0", "keras2"),
        ("  - tensorflow=2.15", "keras2"),
        ("keras<3", "keras2"),
        ("keras~=2.4", "keras2"),
        ("tf_keras", "keras2"),
        ("tf-keras>=2.16", "keras2"),
        ("tensorflow>=2.16,<2.20", "keras3"),
        ("tensorflow==2.18.0", "keras3"),
        ("keras>=3", "keras3"),
    ],
)
def test_declared_target_of_a_requirement(tmp_path: Path, requirement: str, target: str | None) -> None:
    (tmp_path / "requirements.txt").write_text(f"numpy\n{requirement}\nscipy\n")
    assert declared_target(str(tmp_path)) == target


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["tensorflow<2.16"]', "keras2"),
        ("pyproject.toml", '[project.optional-dependencies]\ntf = ["tensorflow>=2.16"]', "keras3"),
        ("pyproject.toml", '[dependency-groups]\ntf = ["tf-keras", {include-group = "x"}]', "keras2"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = "^1.14"', "keras2"),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntensorflow = "^2.10"', None),
        ("pyproject.toml", '[tool.poetry.group.ml.dependencies]\nkeras = {version = "~2.15"}', "keras2"),
        ("pyproject.toml", '[project]\nkeywords = ["tf-keras"]', None),
        ("pyproject.toml", "[project", None),
        ("setup.cfg", "[options]\ninstall_requires =\n    tensorflow==2.4.1\n", "keras2"),
        ("setup.py", "setup(install_requires=['numpy', 'tensorflow<2.16'])", "keras2"),
        ("environment.yml", "dependencies:\n  - python=3.8\n  - tensorflow=2.4\n", "keras2"),
        ("requirements-gpu.txt", "tensorflow-gpu==2.9", "keras2"),
        ("requirements/base.txt", "keras>=3.1", "keras3"),
        ("Pipfile", '[packages]\ntensorflow = "==2.15.0"\n', "keras2"),
        ("README.md", "tensorflow<2.16", None),
    ],
)
def test_declared_target_of_each_file(tmp_path: Path, name: str, text: str, target: str | None) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert declared_target(str(tmp_path)) == target


def test_project_that_declares_both_targets_has_not_decided(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("keras>=3\ntf_keras\n")
    assert declared_target(str(tmp_path)) is None
