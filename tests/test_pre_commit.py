"""The hooks as users run them: by pre-commit itself, which installs this repository, in a repository of theirs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from linting import notebook

HERE = Path(__file__).parent.parent
NEEDED = ("seedlint", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
CONFIG = """\
repos:
- repo: {repository}
  rev: {commit}
  hooks:
  - id: seedlint-fix
    stages: [manual]
  - id: seedlint
"""
UNSEEDED = "import random\n\nimport numpy as np\n\nrandom.seed(1)\nnp.random.rand(3)\n"
CLEAN = "import numpy as np\nfrom zz_seeding import everything\n\neverything()\nnp.random.rand(3)\n"
SEEDING = "import numpy as np\n\n\ndef everything():\n    np.random.seed(1)\n"
# What git and Python would otherwise take from whoever runs the tests.
FOREIGN = ("GIT_", "PYTHON", "FORCE_COLOR", "PRE_COMMIT", "SKIP")
IDENTITY = {"NAME": "A User", "EMAIL": "user@example.org"}


class Repository:
    """A new repository with these files, committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self._environment = {
            **inherited,
            "PRE_COMMIT_HOME": str(folder.parent / "home"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in IDENTITY.items()},
        }
        folder.mkdir(exist_ok=True)
        self.run("git", "init", "--quiet")

    def run(self, *command: str) -> str:
        """Run a command that must succeed, and return what it prints."""
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, check=True, capture_output=True, text=True
        ).stdout

    def commit(self, files: dict[str, str] | None = None) -> str:
        """Commit what there is, `files` too, and return the commit."""
        for name, text in (files or {}).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", "state")
        return self.run("git", "rev-parse", "HEAD").strip()

    def pre_commit(self, *arguments: str) -> tuple[int, str]:
        """Run pre-commit on all files; its status, and what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never", *arguments],
            cwd=self.folder,
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr


def published(folder: Path) -> tuple[Path, str]:
    """This package as a repository of hooks, with the commit to use."""
    folder.mkdir()
    for name in NEEDED:
        source = HERE / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder, Repository(folder).commit()


def test_hooks(tmp_path: Path) -> None:
    # One test, so that pre-commit builds the hooks' environment once.
    hooks, commit = published(tmp_path / "hooks")
    user = Repository(tmp_path / "user")

    # No file is one for the hook.
    user.commit({".pre-commit-config.yaml": CONFIG.format(repository=hooks, commit=commit), "data.json": "{}\n"})
    status, output = user.pre_commit()
    assert status == 0, output
    assert "seedlint" in output
    assert "no files to check" in output

    # Clean files pass; of others the findings are told, of notebooks too, but for what the settings exclude.
    user.commit({"a.py": CLEAN, "zz_seeding.py": SEEDING})
    assert user.pre_commit()[0] == 0
    user.commit(
        {
            "train.py": UNSEEDED,
            "train.ipynb": notebook(f"# %%\n{UNSEEDED}"),
            "vendored/train.py": UNSEEDED,
            "seedlint.toml": 'exclude = ["vendored"]\n',
        }
    )
    status, output = user.pre_commit()
    assert status == 1
    assert "- exit code: 1" in output
    assert "train.py:5:1: SEED103" in output
    assert "train.ipynb:cell 1:5:1: SEED103" in output
    assert "vendored" not in output
    assert "a.py:" not in output

    # What the fix changes pre-commit tells as a failure, and the user adds it; then nothing changes.
    status, output = user.pre_commit("--hook-stage=manual")
    assert status == 1
    assert "files were modified by this hook" in output
    assert "Fixed " in output
    mended = user.commit()
    assert user.run("git", "show", "--name-only", "--format=", mended).split() == ["train.ipynb", "train.py"]
    assert user.pre_commit("--hook-stage=manual")[0] == 0
    assert user.run("git", "status", "--porcelain") == ""
    assert user.pre_commit()[0] == 0

    # A command line takes only so much: of many files pre-commit makes batches, and each is judged as in all.
    deep = "/".join("d" * 200 for _ in range(3))
    user.commit({f"{deep}/{number}.py": "" for number in range(220)} | {"b.py": UNSEEDED, "z.py": UNSEEDED})
    status, output = user.pre_commit()
    assert status == 1
    assert output.count("Found 2 warnings; 1 fixable with --fix.") == 2
    assert "b.py:5:1: SEED103" in output
    assert "z.py:5:1: SEED103" in output
    assert "a.py:" not in output
