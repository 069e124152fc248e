"""Whatever text comes, nothing breaks: programs put together at random, mutated programs, and random bytes.

SEEDLINT_FUZZ=2000 tries so many of each, other ones each time; without it the few tried are always the same.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import subprocess
import sys
import sysconfig
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from commands import seedlint
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from seedlint.fixes.edits import apply_edits
from seedlint.fixes.loop import fix_until_stable
from seedlint.fixes.noqa import suppress
from seedlint.linter import Linter
from seedlint.rules import all_rules
from seedlint.settings import Settings
from seedlint.sources.text import SourceError, SourceText, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.finding import Finding

FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
TRIED: Final = int(os.environ.get("SEEDLINT_FUZZ", "0"))
LIBRARY: Final = ("bisect", "contextlib", "heapq", "queue", "random", "shlex", "sched", "this", "dataclasses")
"""Files of Python's own library, for what people write in general."""


def tried(few: int) -> Callable[..., Callable[..., None]]:
    """How many examples a test tries: a few, or as many as are asked for."""
    return hypothesis_settings(
        max_examples=TRIED or few,
        derandomize=not TRIED,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


# -- what is tried ------------------------------------------------------------------------------


@cache
def real_programs() -> tuple[str, ...]:
    """The examples of all rules, the fixtures, and some files of Python's library."""
    texts = [example.code for rule in all_rules() for example in (*rule.bad, *rule.good)]
    texts += [file.read_text("utf-8") for file in sorted(FIXTURES.rglob("*.py"))]
    library = Path(sysconfig.get_path("stdlib"))
    texts += [(library / f"{name}.py").read_text("utf-8") for name in LIBRARY]
    return tuple(texts)


IMPORTS: Final = """\
import tensorflow as tf
import keras
import numpy as np
import numpy.random
import random
import os, random
from tensorflow import keras
from tensorflow.keras import layers, initializers
from keras.layers import Dense as D, Dropout
from keras import backend as K
from numpy.random import seed, shuffle
from random import *
from sklearn.model_selection import train_test_split
from tensorflow import set_random_seed
import tensorflow.compat.v1 as tf
from .helpers import seed_everything
from helpers import *
import helpers
"""
STATEMENTS: Final = """\
SEED = 42
seed_value= 0
x = np.random.rand(20, 4); y = x.sum(axis = 1)
np.random.seed(SEED)
np.random.seed( seed_value ) # NumPy
random.seed()
seed(1)
tf.random.set_seed(42)
tf.set_random_seed(7)
tf.random.set_random_seed(seed = seed_value)
keras.utils.set_random_seed(812)
tf.keras.utils.set_random_seed(np.random.randint(9))
os.environ['PYTHONHASHSEED']=str(seed_value)
seed_everything()
random.shuffle(x)
np.random.shuffle(x), np.random.permutation(y)
rng = np.random.default_rng()
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, kernel_initializer='random_uniform'),])
model.add(layers.Dropout(.5))
model.add(layers.Dense(1, kernel_initializer=initializers.GlorotUniform(seed=SEED), # first
    bias_initializer='random_normal'))
model = tf.keras.Sequential([D(1, input_shape=(4,)), Dropout(rate=0.2, )])
model.compile('adam', 'mse'); model.fit(x, y, verbose=0)
data = tf.data.Dataset.range(9).shuffle(10).batch(2)
data = data.map(lambda z: tf.image.random_flip_left_right(z), num_parallel_calls=4)
train, test = train_test_split(x, y, test_size=.2)
w = tf.random_normal([2, 2])
w = tf.Variable(tf.truncated_normal(shape=[2], stddev=0.1))
config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
sess = tf.Session(graph=tf.get_default_graph(), config=config)
K.set_session(sess)
session_conf = tf.compat.v1.ConfigProto(); session_conf.gpu_options.allow_growth = True
tf.config.experimental.enable_op_determinism()
init = tf.contrib.layers.xavier_initializer()
h = tf.layers.dropout(w, rate=1 - 0.9)
h = tf.nn.dropout(w, keep_prob=0.5)
g = tf.random.Generator.from_non_deterministic_state()
df = df.sample(frac=1)
print(f"{random.random():.3f} {np.random.rand()!r:>{random.randint(1, 9)}}")
pass
"""
HEADERS: Final = """\
if __name__ == '__main__':
if x: # why not
else:
for i in range(10):
while True:
with tf.device('/cpu:0'):
with tf.Session() as sess:
def seed_everything(seed=11):
def build(seed=None):
async def main():
@tf.function
class Model(keras.Model):
try:
except ImportError:
finally:
match x:
lambda: (
"""


@st.composite
def assembled(draw: st.DrawFn) -> str:
    """A program of lines that ML programs have, at random indents; not all of them are Python."""
    lines = draw(st.lists(st.sampled_from(IMPORTS.splitlines()), max_size=6))
    depth = 0
    for _ in range(draw(st.integers(1, 14))):
        depth = draw(st.integers(0, depth))
        indent = "    " * depth
        kind = draw(st.integers(0, 9))
        if kind < 3:
            header = draw(st.sampled_from(HEADERS.splitlines()))
            if kind == 2:
                header = f"{header} {draw(st.sampled_from(STATEMENTS.splitlines()))}"
            depth += kind < 2
            lines.append(indent + header)
            lines += ["    " * depth + draw(st.sampled_from(STATEMENTS.splitlines()))] * (kind < 2)
        else:
            lines.append(indent + draw(st.sampled_from([*STATEMENTS.splitlines(), "# note", "", "'''text'''"])))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    return newline.join(lines) + draw(st.sampled_from([newline, "", newline * 3, f"{newline}\f{newline}"]))


TOKEN: Final = re.compile(r"[ \t]+|\r\n|\w+|.", re.DOTALL)
LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
GARNISH: Final = (
    "(", ")", "[", ",", ":", ";", "\\\n", "\n", "\t", "    ", "#", "'", '"""', "*", "=", "await ", "\f", "é", "None",
    "lambda: ", "not ", "\r", "\u2028", "f'{", "seed", "\ufeff", "if x: ",
)  # fmt: skip
ACTIONS: Final = ("delete", "double", "swap", "move", "indent", "dedent", "insert", "join", "cut")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A real program after a few changes to its lines or tokens."""
    text = draw(st.sampled_from(real_programs()))
    for _ in range(draw(st.integers(0, 4))):
        pattern = draw(st.sampled_from([LINE, TOKEN]))
        parts: list[str] = pattern.findall(text)
        if not parts:
            break
        first, second = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        action = draw(st.sampled_from(ACTIONS))
        if action == "delete":
            del parts[first]
        elif action == "double":
            parts.insert(second, parts[first])
        elif action == "swap":
            parts[first], parts[second] = parts[second], parts[first]
        elif action == "move":
            parts.insert(second, parts.pop(first))
        elif action == "indent":
            parts[first] = "    " + parts[first]
        elif action == "dedent":
            parts[first] = parts[first].removeprefix("    ")
        elif action == "insert":
            parts.insert(first, draw(st.sampled_from(GARNISH)))
        elif action == "join":
            parts[first] = re.sub(r"\r?\n\Z", "; ", parts[first])
        else:
            del parts[max(first, 1) :]
        text = "".join(parts)
    return text


anything = st.one_of(
    st.binary(max_size=60),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=80).map(str.encode),
    st.text(alphabet="()[]{}'\"\\\n \t\f:;,=#@*.x0é", max_size=60).map(str.encode),
    st.builds(
        lambda text, place, noise: text.encode()[:place] + noise + text.encode()[place:],
        st.sampled_from(real_programs()),
        st.integers(0, 400),
        st.binary(max_size=4),
    ),
)


# -- what has to hold ---------------------------------------------------------------------------


class Bench:
    """Lints and fixes texts as the only files of a project."""

    def __init__(self, folder: Path) -> None:
        (folder / "pyproject.toml").touch()
        self.folder = folder

    def source(self, data: bytes, name: str = "mod.py") -> SourceText | None:
        try:
            return decode(data, self.folder / name)
        except SourceError:
            return None

    def check(self, sources: Sequence[SourceText], *, strict: bool = False) -> list[Finding]:
        settings = Settings(base=str(self.folder), strict=strict)
        return Linter(lambda path: settings).check(sources)

    def hold(self, data: bytes, *, strict: bool) -> None:
        """Hold `data` to all that is promised of any file."""
        source = self.source(data)
        if source is None:
            return
        assert source.encode() == data

        def check(sources: Sequence[SourceText]) -> list[Finding]:
            return self.check(sources, strict=strict)

        fixed = fix_until_stable(check, [source], unsafe=True)
        assert not fixed.failures
        after = fixed.sources[0]
        if not any(fixed.fixed.values()):
            assert after.text == source.text
        if after.text != source.text:
            assert is_python(after.text) or not is_python(source.text)
            assert newlines(after.text) <= newlines(source.text) or len(newlines(source.text)) != 1
            assert_each_fix_keeps_to_its_rows(source, check([source]))
            again = fix_until_stable(check, fixed.sources, unsafe=True)
            assert again.sources == fixed.sources
            assert not again.failures


def is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def newlines(text: str) -> set[str]:
    return set(re.findall(r"\r\n|\r|\n", text))


def assert_each_fix_keeps_to_its_rows(source: SourceText, findings: Sequence[Finding]) -> None:
    """Each fix on its own leaves Python, and all rows that its edits don't name as they were."""
    for finding in findings:
        if finding.fix is None or finding.fix.applicability == "display":
            continue
        edits = finding.fix.edits
        after = apply_edits(source.text, edits)
        assert is_python(after) or not is_python(source.text), finding
        named = {row for edit in edits for row in range(edit.span.start.row, edit.span.end.row + 1)}
        kept = [text for row, text in enumerate(rows(source.text), 1) if row not in named]
        remaining = iter(rows(after))
        assert all(text in remaining for text in kept), finding


def rows(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("fuzz").resolve())


@tried(150)
@given(text=assembled(), strict=st.booleans())
def test_programs_put_together_at_random(bench: Bench, text: str, strict: bool) -> None:
    bench.hold(text.encode(), strict=strict)


@tried(150)
@given(text=mutated(), strict=st.booleans())
def test_mutated_programs(bench: Bench, text: str, strict: bool) -> None:
    bench.hold(text.encode("utf-8", "surrogatepass"), strict=strict)


@tried(200)
@given(data=anything)
def test_random_bytes(bench: Bench, data: bytes) -> None:
    bench.hold(data, strict=True)


programs = st.one_of(assembled(), mutated())


@tried(60)
@given(text=programs, reason=st.sampled_from(["", "as it was"]))
def test_what_is_found_can_be_suppressed(bench: Bench, text: str, reason: str) -> None:
    source = bench.source(text.encode("utf-8", "surrogatepass"))
    if source is None or not is_python(source.text):
        return
    result = suppress(lambda sources: bench.check(sources, strict=True), [source], reason)
    assert result.findings == ()
    assert result.failures == ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, after = (ast.dump(ast.parse(each.text)) for each in (source, result.sources[0]))
    assert before == after


@tried(25)
@given(texts=st.lists(programs.map(str.encode) | anything, min_size=2, max_size=4), unsafe=st.booleans())
def test_the_command_line_reports_and_fixes_anything(bench: Bench, texts: list[bytes], unsafe: bool) -> None:
    files = [bench.folder / f"file{number}.py" for number in range(len(texts))]
    for file, data in zip(files, texts, strict=True):
        file.write_bytes(data)
    names = [str(file) for file in files]
    more = ["--unsafe-fixes"] if unsafe else []
    for arguments in (["--strict"], ["--diff", *more], ["--fix", *more]):
        result = seedlint("--isolated", *arguments, *names)
        assert result.exit_code in (0, 1), result.output
        assert "fault" not in result.stderr
    fixed = [file.read_bytes() for file in files]
    seedlint("--isolated", "--fix", *more, *names)
    assert [file.read_bytes() for file in files] == fixed


@tried(25)
@given(texts=st.lists(programs, min_size=3, max_size=5), order=st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(bench: Bench, texts: list[str], order: random.Random) -> None:
    decoded = [bench.source(text.encode(), f"mod{number}.py") for number, text in enumerate(texts)]
    sources = [source for source in decoded if source is not None]
    expected = bench.check(sources)
    assert bench.check(sources) == expected
    order.shuffle(sources)
    assert bench.check(sources) == expected


def test_the_hash_seed_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    chance = random.Random(0)
    for number, text in enumerate(chance.sample(real_programs(), min(TRIED or 40, len(real_programs())))):
        (tmp_path / f"mod{number}.py").write_bytes(text.encode())

    def run(hash_seed: str, *arguments: str) -> bytes:
        command = [sys.executable, "-m", "seedlint", "--isolated", "--unsafe-fixes", *arguments, "."]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, check=False).stdout

    first, second = (run(hash_seed, "--output-format=json") for hash_seed in ("1", "2"))
    assert len(json.loads(first)) > 20
    assert first == second
    assert run("3", "--diff") == run("4", "--diff")
