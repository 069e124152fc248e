"""A module's functions that are not run by themselves would have shown nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seedlint.knowledge import load
from seedlint.linter import Linter
from seedlint.program.faults import faults
from seedlint.program.parsing import parse
from seedlint.program.programs import trace_module, trace_program
from seedlint.rules import all_rules, rules_on_any_program
from seedlint.rules.rule import Example, View
from seedlint.settings import SettingsFinder
from seedlint.sources.modules import Located
from seedlint.sources.text import read

if TYPE_CHECKING:
    from seedlint.program.summary import Summary

EXAMPLES = [(rule.code, example) for rule in all_rules() for example in (*rule.bad, *rule.good)]
PLAIN = [pair for pair in EXAMPLES if pair[1].filename.endswith(".py") and pair[0] != "SEED001"]
UNREADABLE = ("python2_digits.py", "cut_short.py")
FIXTURES = [
    path for path in sorted((Path(__file__).parents[1] / "fixtures").rglob("*.py")) if path.name not in UNREADABLE
]


class Alone:
    """The modules of a program that has one."""

    def __init__(self, text: str) -> None:
        self._summary = parse(text).summary

    def locate(self, dotted: str, level: int, importer: str) -> list[Located]:
        return []

    def summary(self, path: str) -> Summary:
        return self._summary


def said(text: str, *, everything: bool) -> list[tuple[str, int, str]]:
    """What the rules on single calls say of a module, some or all of whose functions are run by themselves."""
    knowledge = load("keras3")
    trace = trace_module(Located("train.py", "train", package=False), Alone(text), knowledge, draws=everything)
    view = View(trace, knowledge, strict=False, faults=(), package="package")
    rules = [rule for rule in all_rules() if rule.scope != "program"]
    return sorted({(rule.code, report.place.node, report.message) for rule in rules for report in rule.reports(view)})


@pytest.mark.parametrize(("code", "example"), PLAIN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(PLAIN)])
def test_in_the_examples_of_the_rules(code: str, example: Example) -> None:
    assert said(in_functions(example.code), everything=False) == said(in_functions(example.code), everything=True)


@pytest.mark.parametrize("path", FIXTURES, ids=[path.name for path in FIXTURES])
def test_in_programs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert said(text, everything=False) == said(text, everything=True)


@pytest.mark.parametrize(
    "text",
    [
        "drop = tf.nn.dropout\n\n\ndef f(x):\n    return drop(x, keep_prob=0.5)\n",
        "ops = {'drop': tf.nn.dropout}\n\n\ndef f(x):\n    return ops['drop'](x, keep_prob=0.5)\n",
        "def make():\n    return tf.nn.dropout\n\n\ndef f(x):\n    return make()(x, keep_prob=0.5)\n",
        "def f(x):\n    return getattr(tf, 'Session')()\n",
        "def f(x):\n    import tensorflow as other\n    return other.Session()\n",
        "def drop(rate):\n    return tf.nn.dropout(1, keep_prob=rate)\n\n\ndef f():\n    return drop(0.5)\n",
        "class A:\n    def go(self):\n        return tf.Session()\n\n\ndef f():\n    return A().go()\n",
        "def g():\n    return random.random()\n\n\n@tf.function\ndef f(ds):\n    return g()\n",
        "def f():\n    def g():\n        tf.set_random_seed(1)\n    g()\n",
        "def f():\n    os.environ['PYTHONHASHSEED'] = '0'\n",
    ],
)
def test_whatever_way_leads_there(text: str) -> None:
    text = f"import os\nimport random\nimport tensorflow as tf\n\n\n{text}"
    found = said(text, everything=True)
    assert found
    assert said(text, everything=False) == found


@pytest.mark.parametrize(
    ("helper", "said"),
    [
        ("def help():\n    return tf.placeholder(tf.float32)\n", "works in a session"),
        ("def help():\n    return tf.constant(1)\n", "delete it"),
    ],
)
def test_what_other_modules_do_counts_where_it_tells_something(helper: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "helper.py").write_text(f"import tensorflow as tf\n\n\n{helper}")
    train = tmp_path / "train.py"
    train.write_text(
        "import helper\nimport tensorflow as tf\n\n\ndef f():\n    tf.reset_default_graph()\n    return helper.help()\n"
    )
    (found,) = Linter(SettingsFinder({}, isolated=True)).check([read(train)])
    assert said in found.message


@pytest.mark.parametrize(("code", "example"), PLAIN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(PLAIN)])
def test_rules_on_tensorflow_say_nothing_without_it(code: str, example: Example) -> None:
    text = example.code.replace("tensorflow", "tensorfloor").replace("keras", "kerosene")
    knowledge, entry = load("keras3"), Located("train.py", "train", package=False)
    alone = trace_module(entry, Alone(text), knowledge, draws=True)
    on_any = {rule.code for rule in rules_on_any_program()}
    for trace in (alone, trace_program(entry, Alone(text), knowledge)):
        assert not trace.uses_tensorflow
        view = View(trace, knowledge, strict=True, faults=tuple(faults(trace)))
        assert not [report for rule in all_rules() if rule.code not in on_any for report in rule.reports(view)]


def in_functions(text: str) -> str:
    """The same program in a function that nobody calls, after its imports."""
    if "import *" in text or '"""' in text:
        return text
    rows = text.splitlines(keepends=True)
    imports = [row for row in rows if row.startswith(("import ", "from "))]
    others = [f"    {row}" if row.strip() else row for row in rows if row not in imports]
    return "".join([*imports, "\n\ndef f():\n", *others, "    return None\n"])
