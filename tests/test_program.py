"""What the analysis makes of a program: the order in which Python runs it, whom it calls, what its names mean.

Each case is a small program and the rows on which it draws unseeded numbers. `draw` stands for one draw
from NumPy's stream, and `seed` for its seed.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from linting import places, write_project

from seedlint.program.interpreter import Interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seedlint.knowledge.model import Target

HEADER = "from numpy.random import rand as draw, seed\n"
DRAW = "SEED304"


@dataclass(frozen=True, slots=True)
class Case:
    """A program after HEADER, the rows (from 1, HEADER not counted) of its uncovered draws, and why."""

    name: str
    code: str
    uncovered: tuple[int, ...]
    reason: str
    files: Mapping[str, str] = field(default_factory=dict)
    target: Target = "keras3"

    def check(self, folder: Path) -> list[int]:
        project = write_project(folder, {"train.py": HEADER + self.code, **self.files}, target=self.target)
        return [row - 1 for code, row in places(project.findings()) if code == DRAW]


def run(case: Case, folder: Path) -> None:
    assert case.check(folder) == list(case.uncovered), case.reason


def table(*cases: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


# -- the order of evaluation ----------------------------------------------------------------------


@table(
    Case("default-argument", "def f(x=draw()):\n    return x\nseed(1)\nf()\n", (1,), "evaluated when defined"),
    Case("keyword-default", "def f(*, x=draw()): pass\nseed(1)\n", (1,), "so are those of keyword-only parameters"),
    Case("default-seeds", "def f(x=seed(1)): pass\ndraw()\n", (), "a default that seeds does it before the next row"),
    Case("lambda-default", "f = lambda x=draw(): x\nseed(1)\n", (1,), "a lambda's default too"),
    Case("lambda-body", "f = lambda: draw()\nseed(1)\nf()\n", (), "its body runs when it is called"),
    Case("lambda-called-early", "f = lambda: draw()\nf()\nseed(1)\n", (1,), "and here that is before the seed"),
    Case("class-body", "class A:\n    x = draw()\nseed(1)\n", (2,), "a class body runs when it is reached"),
    Case("class-body-seeds", "class A:\n    seed(1)\ndraw()\n", (), "and seeds for what follows"),
    Case("class-bases", "class A(type(draw())):\n    pass\nseed(1)\n", (1,), "bases are evaluated first"),
    Case(
        "decorator-argument",
        "def deco(x):\n    return lambda f: f\n@deco(draw())\ndef f():\n    pass\nseed(1)\n",
        (3,),
        "a decorator's arguments are evaluated at the definition",
    ),
    Case(
        "decorator-body",
        "def deco(f):\n    draw()\n    return f\n@deco\ndef f():\n    pass\nseed(1)\n",
        (2,),
        "a decorator is called at the definition",
    ),
    Case("annotation", "def f(x: draw() = 1): pass\nseed(1)\ndraw()\n", (), "annotations mean nothing to a run"),
    Case("comprehension", "x = [draw() for i in range(3)]\nseed(1)\n", (1,), "a comprehension runs at once"),
    Case("comprehension-order", "x = [draw() for i in [seed(1)]]\n", (), "its iterable comes before its element"),
    Case("comprehension-condition", "x = [draw() for i in range(3) if not seed(1)]\n", (), "and so do conditions"),
    Case("generator-expression-used", "x = list(draw() for i in range(3))\nseed(1)\n", (1,), "used at once"),
    Case("arguments-left-to-right", "print(seed(1), draw())\n", (), "arguments are evaluated from the left"),
    Case("arguments-draw-first", "print(draw(), seed(1))\n", (1,), "so here the draw comes first"),
    Case("function-before-arguments", "[draw(), print][1](seed(1))\n", (1,), "the function comes before them"),
    Case("right-side-first", "x = [0]\nx[draw() > 2] = seed(1)\n", (), "an assignment's value comes before its target"),
    Case("dict-key-first", "x = {seed(1): draw()}\n", (), "a key comes before its value"),
    Case("subscript", "x = [1][int(draw())]\nseed(1)\n", (1,), "an index is evaluated"),
    Case("f-string", "x = f'{seed(1)}{draw()}'\n", (), "an f-string from the left"),
    Case("conditional-expression", "x = draw() if seed(1) is None else 0\n", (), "the test comes first"),
    Case("and", "x = seed(1) and draw()\ny = draw()\n", (), "the left side comes first"),
    Case("walrus", "if (x := seed(1)) is None:\n    draw()\n", (), "a walrus is evaluated where it stands"),
    Case("star-argument", "print(*[seed(1)], draw())\n", (), "an unpacked argument is evaluated in its place"),
    Case("with-enters-first", "with open(str(seed(1))) as f:\n    draw()\n", (), "the manager before the body"),
    Case("assert", "assert draw() < 1\nseed(1)\n", (1,), "an assertion is evaluated"),
    Case("del-and-pass", "x = 1\ndel x\npass\nseed(1)\ndraw()\n", (), "statements that do nothing here"),
    Case("one-row", "seed(1); draw()\n", (), "statements on one row, in order"),
    Case("one-row-late", "draw(); seed(1)\n", (1,), "also where the draw comes first"),
)
def test_expressions_are_evaluated_in_order(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


# -- ways through a program -----------------------------------------------------------------------


@table(
    Case("if-else-both-seed", "import sys\nif sys.argv:\n    seed(1)\nelse:\n    seed(2)\ndraw()\n", (), "either"),
    Case("if-seeds", "import sys\nif sys.argv:\n    seed(1)\ndraw()\n", (), "a seed that some runs set counts"),
    Case("if-draws", "import sys\nif sys.argv:\n    draw()\nseed(1)\n", (3,), "a draw that some runs make counts too"),
    Case("other-branch", "import sys\nif sys.argv:\n    seed(1)\nelse:\n    draw()\n", (5,), "not seeded by the other"),
    Case("seed-is-not-none", "def f(s=None):\n    if s is not None:\n        seed(s)\n    draw()\nf(3)\n", (), "given"),
    Case(
        "seed-is-none",
        "def f(s=None):\n    if s is not None:\n        seed(s)\n    draw()\nf()\n",
        (4,),
        "here it is known that none is given",
    ),
    Case(
        "seed-is-none-unknown",
        "import sys\ndef f(s=None):\n    if s is not None:\n        seed(s)\n    draw()\nf(sys.argv[1])\n",
        (),
        "whoever runs the program may give one",
    ),
    Case("constant-test", "if True:\n    seed(1)\ndraw()\n", (), "the branch that is taken"),
    Case("constant-test-false", "DEBUG = False\nif DEBUG:\n    seed(1)\ndraw()\n", (4,), "the branch that is not"),
    Case("elif", "import sys\nif not sys.argv:\n    pass\nelif sys.argv[0]:\n    draw()\nseed(1)\n", (5,), "an elif"),
    Case("loop-body-then-seed", "for i in range(3):\n    draw()\nseed(1)\n", (2,), "a loop's body comes first"),
    Case("loop-seeds", "for i in range(3):\n    seed(i)\n    draw()\n", (), "seeded in each round"),
    Case("loop-iterable", "for x in draw(3):\n    seed(1)\n", (1,), "the iterable is evaluated before the body"),
    Case("loop-else", "for i in range(3):\n    seed(1)\nelse:\n    draw()\n", (), "`else` comes after the body"),
    Case("while-test", "while draw() < 0.5:\n    seed(1)\n", (1,), "the test comes before the body"),
    Case("break", "for i in range(3):\n    seed(1)\n    break\n    draw()\ndraw()\n", (), "nothing runs after a break"),
    Case("try-body", "try:\n    seed(1)\nexcept OSError:\n    pass\ndraw()\n", (), "the body runs"),
    Case("try-draws", "try:\n    draw()\nexcept OSError:\n    seed(1)\n", (2,), "the handler comes after it"),
    Case("handler", "try:\n    open('x')\nexcept OSError:\n    draw()\nseed(1)\n", (4,), "a handler may run"),
    Case("else-of-try", "try:\n    seed(1)\nexcept OSError:\n    raise\nelse:\n    draw()\n", (), "after the body"),
    Case("finally", "try:\n    draw()\nfinally:\n    seed(1)\ndraw()\n", (2,), "`finally` runs before what follows"),
    Case("return-early", "def f():\n    return 1\n    draw()\nf()\nseed(1)\n", (), "nothing runs after a return"),
    Case(
        "return-early-sometimes",
        "def f(x):\n    if x:\n        return\n    seed(1)\nimport sys\nf(sys.argv)\ndraw()\n",
        (),
        "the seed may be set",
    ),
    Case(
        "raise", "def f():\n    raise ValueError\n    draw()\ntry:\n    f()\nexcept ValueError:\n    pass\n", (), "dead"
    ),
    Case("sys-exit", "import sys\nseed(1)\nsys.exit()\ndraw()\n", (), "nothing runs after the end"),
    Case("sys-exit-first", "import sys\nif not sys.argv:\n    sys.exit()\nseed(1)\ndraw()\n", (), "some runs go on"),
    Case("match", "import sys\nmatch sys.argv:\n    case []:\n        draw()\nseed(1)\n", (4,), "a case may be taken"),
    Case("main-guard", "if __name__ == '__main__':\n    draw()\n", (2,), "the file is run as a program"),
    Case("guard-not-main", "if __name__ != '__main__':\n    draw()\n", (), "what only an import runs is not run"),
    Case("order-of-literals", "LEVEL = 3\nif LEVEL > 2:\n    seed(1)\ndraw()\n", (), "literals are compared"),
    Case("order-of-literals-false", "LEVEL = 3\nif LEVEL < 2:\n    seed(1)\ndraw()\n", (4,), "either way"),
)
def test_branches_loops_and_exits_are_followed(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


# -- calls ----------------------------------------------------------------------------------------


@table(
    Case("function", "def f():\n    return draw()\nf()\nseed(1)\n", (2,), "runs where it is called, not defined"),
    Case("function-later", "def f():\n    return draw()\nseed(1)\nf()\n", (), "called after the seed"),
    Case("seeding-function", "def f(s):\n    seed(s)\nf(1)\ndraw()\n", (), "a function that seeds"),
    Case("alias", "def f():\n    seed(1)\ng = f\ng()\ndraw()\n", (), "a function by another name"),
    Case("alias-of-library", "s, d = seed, draw\ns(1)\nd()\n", (), "a library's function by another name"),
    Case("alias-of-library-late", "s, d = seed, draw\nd()\ns(1)\n", (2,), "and out of order"),
    Case("nested", "def f():\n    def g():\n        seed(1)\n    g()\nf()\ndraw()\n", (), "a function in a function"),
    Case(
        "closure", "def make():\n    def g():\n        return draw()\n    return g\nf = make()\nf()\n", (3,), "returned"
    ),
    Case(
        "closure-later",
        "def make(s):\n    def g():\n        seed(s)\n        return draw()\n    return g\nmake(1)()\n",
        (),
        "a closure keeps what it was made with",
    ),
    Case("partial", "import functools\nf = functools.partial(seed, 1)\nf()\ndraw()\n", (), "of a library's function"),
    Case(
        "partial-of-own",
        "from functools import partial\ndef f(s, x):\n    seed(s)\ng = partial(f, 1, x=2)\ng()\ndraw()\n",
        (),
        "of a function of the program",
    ),
    Case("recursion", "def f(n):\n    draw()\n    if n:\n        f(n - 1)\nf(3)\nseed(1)\n", (2,), "ends"),
    Case("mutual-recursion", "def f():\n    g()\ndef g():\n    draw()\n    f()\nseed(1)\nf()\n", (), "ends too"),
    Case("nobody-calls", "def f():\n    draw()\nseed(1)\n", (), "taken to run after the top level"),
    Case("nobody-calls-unseeded", "def f():\n    draw()\n", (2,), "which here has seeded nothing"),
    Case("redefined", "def f():\n    draw()\ndef f():\n    pass\nf()\nseed(1)\n", (), "the last definition counts"),
    Case("map", "def f(x):\n    return draw()\nlist(map(f, [1, 2]))\nseed(1)\n", (2,), "handed to a function"),
    Case("sorted-key", "x = sorted([1, 2], key=lambda i: draw())\nseed(1)\n", (1,), "handed as a key"),
    Case("dispatch", "def f():\n    draw()\ntable = {'f': f}\ntable['f']()\nseed(1)\n", (2,), "called through a dict"),
    Case("list-of-functions", "def f():\n    draw()\nfor g in [f]:\n    g()\nseed(1)\n", (2,), "called from a list"),
    Case("one-of-two", "import sys\nf = draw if sys.argv else seed\nf()\nseed(1)\n", (3,), "may be the draw"),
    Case("keyword-argument", "def f(*, s):\n    seed(s)\nf(s=1)\ndraw()\n", (), "a keyword-only parameter"),
    Case("star-arguments", "def f(*a, **k):\n    seed(*a, **k)\nf(1)\ndraw()\n", (), "passed on"),
    Case("starred-none", "def f(*a):\n    seed(*a)\nf()\ndraw()\n", (4,), "nothing is passed on: no constant seed"),
    Case("default-none", "def f(s=None):\n    seed(s)\nf()\ndraw()\n", (4,), "`seed(None)` seeds with no constant"),
    Case("default-given", "def f(s=None):\n    seed(s)\nf(4)\ndraw()\n", (), "here one is given"),
    Case("global", "def f():\n    global d\n    d = draw\nf()\nd()\nseed(1)\n", (5,), "a global that a function binds"),
    Case("async", "import asyncio\nasync def f():\n    draw()\nasyncio.run(f())\nseed(1)\n", (3,), "a coroutine"),
)
def test_calls_are_followed(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


@table(
    Case(
        "absl",
        "from absl import app\ndef main(argv):\n    seed(1)\n    draw()\n"
        "if __name__ == '__main__':\n    app.run(main)\n",
        (),
        "`app.run` calls main",
    ),
    Case(
        "absl-late",
        "from absl import app\ndef main(argv):\n    draw()\n    seed(1)\napp.run(main)\n",
        (3,),
        "with the order that main has",
    ),
    Case("fire", "import fire\ndef train(s=1):\n    seed(s)\n    draw()\nfire.Fire(train)\n", (), "fire calls it"),
    Case(
        "click",
        "import click\n@click.command()\n@click.option('--seed', 's', default=0)\ndef main(s):\n    seed(s)\n"
        "    draw()\nif __name__ == '__main__':\n    main()\n",
        (),
        "the value comes from the command line",
    ),
    Case(
        "click-unseeded",
        "import click\n@click.command()\ndef main():\n    draw()\nif __name__ == '__main__':\n    main()\n",
        (4,),
        "a command is a function like any other",
    ),
    Case(
        "typer",
        "import typer\napp = typer.Typer()\n@app.command()\ndef main(s: int = 1):\n    seed(s)\n    draw()\napp()\n",
        (),
        "typer calls it",
    ),
    Case(
        "hydra",
        "import hydra\n@hydra.main(config_name='x')\ndef main(cfg):\n    seed(cfg.seed)\n    draw()\nmain()\n",
        (),
        "the configuration has the seed",
    ),
    Case(
        "argparse-command",
        "import argparse\ndef train(args):\n    draw()\nparser = argparse.ArgumentParser()\n"
        "parser.set_defaults(run=train)\nargs = parser.parse_args()\nseed(args.seed)\nargs.run(args)\n",
        (),
        "a parser keeps the function until the program calls it",
    ),
    Case(
        "kept-by-an-object",
        "from somewhere import Study\ndef objective(trial):\n    draw()\n"
        "study = Study(objective)\nseed(1)\nstudy.run()\n",
        (),
        "an object keeps what it is given until it is used",
    ),
    Case(
        "used-by-an-object",
        "from somewhere import Study\ndef objective(trial):\n    draw()\nStudy(objective).run()\nseed(1)\n",
        (3,),
        "which here is before the seed",
    ),
    Case(
        "callback-object",
        "import keras\nfrom somewhere import Callback\nmodel = keras.Sequential()\nmodel.compile('sgd', 'mse')\n"
        "model.fit([1], [1], callbacks=[Callback(lambda: draw())], shuffle=False)\nseed(1)\n",
        (5,),
        "an object that is handed on may be used",
    ),
    Case(
        "thread",
        "import threading\ndef work():\n    draw()\nthreading.Thread(target=work).start()\nseed(1)\n",
        (3,),
        "a thread runs what it is given",
    ),
    Case(
        "inspected",
        "def work():\n    draw()\nassert not isinstance(work, type) and hasattr(work, '__call__')\nseed(1)\nwork()\n",
        (),
        "who looks at a function does not run it",
    ),
)
def test_functions_that_are_handed_to_runners_are_called(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


# -- objects --------------------------------------------------------------------------------------


@table(
    Case(
        "method",
        "class A:\n    def go(self):\n        return draw()\nA().go()\nseed(1)\n",
        (3,),
        "a method runs where it is called",
    ),
    Case("init", "class A:\n    def __init__(self):\n        draw()\nA()\nseed(1)\n", (3,), "so does `__init__`"),
    Case(
        "init-seeds",
        "class A:\n    def __init__(self, s):\n        seed(s)\n    def go(self):\n        draw()\nA(1).go()\n",
        (),
        "an object that seeds when it is made",
    ),
    Case(
        "self-method",
        "class A:\n    def go(self):\n        self.prepare()\n        draw()\n    def prepare(self):\n        seed(1)\n"
        "A().go()\n",
        (),
        "methods call each other",
    ),
    Case(
        "attribute-function",
        "class A:\n    def __init__(self, f):\n        self.f = f\n    def go(self):\n        self.f()\n"
        "A(draw).go()\nseed(1)\n",
        (5,),
        "a function kept in an attribute",
    ),
    Case(
        "inherited",
        "class A:\n    def go(self):\n        draw()\nclass B(A):\n    pass\nB().go()\nseed(1)\n",
        (3,),
        "a method of the base class",
    ),
    Case(
        "overridden",
        "class A:\n    def go(self):\n        draw()\nclass B(A):\n    def go(self):\n        pass\nB().go()\n"
        "seed(1)\nA().go()\n",
        (),
        "the derived class has its own",
    ),
    Case(
        "super-init",
        "class A:\n    def __init__(self):\n        seed(1)\nclass B(A):\n    def __init__(self):\n"
        "        super().__init__()\n        draw()\nB()\n",
        (),
        "the base class seeds",
    ),
    Case(
        "template-method",
        "class A:\n    def go(self):\n        self.step()\n        draw()\nclass B(A):\n    def step(self):\n"
        "        seed(1)\nB().go()\n",
        (),
        "the base class calls the derived one's method",
    ),
    Case(
        "static-and-class-methods",
        "class A:\n    @staticmethod\n    def s():\n        seed(1)\n    @classmethod\n    def c(cls):\n"
        "        cls.s()\nA.c()\ndraw()\n",
        (),
        "called on the class",
    ),
    Case(
        "property",
        "class A:\n    @property\n    def x(self):\n        return draw()\na = A()\na.x\nseed(1)\n",
        (4,),
        "a property runs when it is read",
    ),
    Case(
        "property-unread",
        "class A:\n    @property\n    def x(self):\n        return draw()\na = A()\nseed(1)\na.x\n",
        (),
        "not when the object is made",
    ),
    Case(
        "call",
        "class A:\n    def __call__(self):\n        draw()\na = A()\na()\nseed(1)\n",
        (3,),
        "an object that is called",
    ),
    Case(
        "enter",
        "class A:\n    def __enter__(self):\n        seed(1)\n    def __exit__(self, *a):\n        pass\nwith A():\n"
        "    draw()\n",
        (),
        "a context manager seeds",
    ),
    Case(
        "contextmanager",
        "from contextlib import contextmanager\n@contextmanager\ndef seeded():\n    seed(1)\n    yield\n"
        "with seeded():\n    draw()\n",
        (),
        "so does one made of a generator",
    ),
    Case(
        "generator",
        "def batches():\n    while True:\n        yield draw()\ng = batches()\nseed(1)\nnext(g)\n",
        (),
        "a generator's body runs when it is iterated",
    ),
    Case(
        "generator-early",
        "def batches():\n    yield draw()\nfor b in batches():\n    pass\nseed(1)\n",
        (2,),
        "here before the seed",
    ),
    Case("unknown-method", "import sys\nmodel = sys.modules['x']\nmodel.draw()\nseed(1)\n", (), "not NumPy's"),
)
def test_objects_do_what_their_classes_say(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


# -- names ----------------------------------------------------------------------------------------


@table(
    Case("parameter-shadows", "def f(draw):\n    return draw()\nf(int)\nseed(1)\n", (), "a parameter of that name"),
    Case("own-function-shadows", "def draw():\n    return 1\ndraw()\nseed(1)\n", (), "a function of that name"),
    Case("local-shadows", "def f():\n    draw = int\n    return draw()\nf()\nseed(1)\n", (), "a local of that name"),
    Case("class-name-not-seen", "class A:\n    draw = int\n    def f(self):\n        return draw()\nA().f()\n", (4,),
         "a class's names are not seen from its methods"),
    Case("loop-variable-shadows", "for draw in [int]:\n    draw()\nseed(1)\n", (), "a loop variable of that name"),
    Case("import-shadows", "from math import sqrt as draw\ndraw(1)\nseed(1)\n", (), "a later import of that name"),
    Case("dotted", "import numpy\nnumpy.random.rand()\nseed(1)\n", (2,), "the whole name"),
    Case("alias", "import numpy as n\nn.random.rand()\nseed(1)\n", (2,), "an alias"),
    Case("submodule", "from numpy import random\nrandom.rand()\nseed(1)\n", (2,), "NumPy's random, not Python's"),
    Case("submodule-alias", "import numpy.random as r\nr.rand()\nseed(1)\n", (2,), "a submodule by an alias"),
    Case("module-in-variable", "import numpy\nr = numpy.random\nr.rand()\nseed(1)\n", (3,), "a module in a variable"),
    Case("star-import", "from numpy.random import *\nrandn()\nseed(1)\n", (2,), "a name that a star import brings"),
    Case("getattr", "import numpy\ngetattr(numpy.random, 'rand')()\nseed(1)\n", (2,), "a name by getattr"),
    Case("conditional-import", "try:\n    from numpy.random import randn as d\n"
         "except ImportError:\n    d = None\nd()\n", (5,), "an import in a try"),
    Case("text", "x = 'draw()'\n'''seed(1)\ndraw()\n'''\n# draw()\n", (), "strings and comments are no code"),
)  # fmt: skip
def test_names_mean_what_they_are_bound_to(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


# -- several files --------------------------------------------------------------------------------

DRAWS = "from numpy.random import rand\nrand()\n"
SEEDS = "from numpy.random import seed\nseed(1)\n"
SEED_FUNCTION = "from numpy.random import seed\ndef setup(s=1):\n    seed(s)\n"


@table(
    Case("import-seeds", "import setup\ndraw()\n", (), "importing runs the module", {"setup.py": SEEDS}),
    Case("import-too-late", "draw()\nimport setup\n", (1,), "at its place", {"setup.py": SEEDS}),
    Case("from-import-seeds", "from setup import seed\ndraw()\n", (), "this too", {"setup.py": SEEDS}),
    Case(
        "import-in-function", "def f():\n    import setup\nf()\ndraw()\n", (), "when it is called", {"setup.py": SEEDS}
    ),
    Case("only-once", "import setup\ndraw()\nimport setup\n", (), "a module runs once", {"setup.py": SEEDS}),
    Case("function", "from h import setup\nsetup()\ndraw()\n", (), "a module's function", {"h.py": SEED_FUNCTION}),
    Case("uncalled", "from h import setup\ndraw()\n", (2,), "it has to be called", {"h.py": SEED_FUNCTION}),
    Case("by-module", "import h\nh.setup()\ndraw()\n", (), "by the module's name", {"h.py": SEED_FUNCTION}),
    Case("by-alias", "import h as x\nx.setup()\ndraw()\n", (), "by an alias", {"h.py": SEED_FUNCTION}),
    Case("star", "from h import *\nsetup()\ndraw()\n", (), "by a star import", {"h.py": SEED_FUNCTION}),
    Case(
        "star-all",
        "from h import *\ndraw()\n",
        (2,),
        "`__all__` keeps names back, and the other stays NumPy's",
        {"h.py": "__all__ = ['x']\nx = 1\ndef draw():\n    pass\n"},
    ),
    Case(
        "package",
        "import pkg.seeds\npkg.seeds.setup()\ndraw()\n",
        (),
        "a module of a package",
        {"pkg/__init__.py": "", "pkg/seeds.py": SEED_FUNCTION},
    ),
    Case(
        "package-init",
        "from pkg import other\ndraw()\n",
        (),
        "a package's `__init__` runs first",
        {"pkg/__init__.py": SEEDS, "pkg/other.py": ""},
    ),
    Case(
        "re-export",
        "from pkg import setup\nsetup()\ndraw()\n",
        (),
        "a name that the package passes on",
        {"pkg/__init__.py": "from .seeds import setup\n", "pkg/seeds.py": SEED_FUNCTION},
    ),
    Case(
        "relative",
        "from pkg.a import go\ngo()\ndraw()\n",
        (),
        "relative imports, up and across",
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "from . import b\nfrom .sub.c import setup\ndef go():\n    setup(b.SEED)\n",
            "pkg/b.py": "SEED = 1\n",
            "pkg/sub/__init__.py": "",
            "pkg/sub/c.py": "from ..seeds import setup\n",
            "pkg/seeds.py": SEED_FUNCTION,
        },
    ),
    Case(
        "circle",
        "import a\na.go()\ndraw()\n",
        (),
        "modules that import each other",
        {"a.py": "import b\ndef go():\n    b.setup()\n", "b.py": "import a\n" + SEED_FUNCTION},
    ),
    Case(
        "namespace-package",
        "from tools.h import setup\nsetup()\ndraw()\n",
        (),
        "a folder without `__init__.py`",
        {"tools/h.py": SEED_FUNCTION},
    ),
    Case("library-of-that-name", "import tensorflow\ndraw()\n", (2,), "nothing of the project is imported"),
    Case(
        "guard-of-imported",
        "import other\ndraw()\n",
        (2,),
        "what an imported module does as a program is not done",
        {"other.py": "from numpy.random import seed\nif __name__ == '__main__':\n    seed(1)\n"},
    ),
)
def test_modules_of_the_project_are_followed(case: Case, tmp_path: Path) -> None:
    project = write_project(tmp_path, {"train.py": HEADER + case.code, **case.files})
    found = [finding for finding in project.check(project.sources[:1]) if finding.code == DRAW]
    assert [finding.span.start.row - 1 for finding in found] == list(case.uncovered), case.reason


# -- seeds ----------------------------------------------------------------------------------------


@table(
    Case("constant", "SEED = 7\nseed(SEED)\ndraw()\n", (), "a named constant"),
    Case("arithmetic", "seed(2 * 21 + 1)\ndraw()\n", (), "a computed one"),
    Case("argument", "import sys\nseed(int(sys.argv[1]))\ndraw()\n", (), "given by whoever runs the program"),
    Case("environment", "import os\nseed(int(os.environ['SEED']))\ndraw()\n", (), "the same"),
    Case("clock", "import time\nseed(int(time.time()))\ndraw()\n", (3,), "another one in every run"),
    Case("process", "import os\ns = os.getpid() % 100\nseed(s)\ndraw()\n", (4,), "also after arithmetic"),
    Case("none", "seed(None)\ndraw()\n", (2,), "no seed at all"),
    Case("nothing", "seed()\ndraw()\n", (2,), "no seed at all"),
    Case("drawn-covered", "import random\nrandom.seed(1)\nseed(random.randint(0, 9))\ndraw()\n", (), "drawn, seeded"),
    Case("undone", "seed(1)\ndraw()\nseed()\ndraw()\n", (4,), "a later call undoes the seed"),
    Case("trusted-by-name", "from somewhere import set_seed\nset_seed(1)\ndraw()\n", (), "its name says that it seeds"),
    Case("trusted-method", "import sys\nsys.helper.seed_everything(1)\ndraw()\n", (), "so does a method's"),
    Case("not-trusted", "from somewhere import setup\nsetup(1)\ndraw()\n", (3,), "this name does not"),
    Case("trusted-but-own", "def set_seed(s):\n    pass\nset_seed(1)\ndraw()\n", (4,), "its body is known"),
    Case("keras", "import keras\nkeras.utils.set_random_seed(1)\ndraw()\n", (), "seeds NumPy's stream, too"),
    Case("tensorflow", "import tensorflow as tf\ntf.random.set_seed(1)\ndraw()\n", (3,), "doesn't"),
    Case("other-stream", "import random\nrandom.seed(1)\ndraw()\n", (3,), "Python's is another stream"),
    Case("twice", "seed(1)\ndraw()\nseed(1)\ndraw()\n", (), "deliberate reseeding"),
    Case("state", "import numpy\ns = numpy.random.get_state()\nseed(1)\nnumpy.random.set_state(s)\n", (), "no draw"),
)
def test_seeds_are_weighed(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


# -- Keras ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Model:
    """A program with a model, and all findings in it for each target."""

    name: str
    code: str
    keras3: tuple[tuple[str, int], ...]
    keras2: tuple[tuple[str, int], ...]
    reason: str


@pytest.mark.parametrize("target", ["keras3", "keras2"])
@pytest.mark.parametrize(
    "case",
    [
        Model(
            "layer-before-seed",
            "import keras\nlayer = keras.layers.Dense(1)\nkeras.utils.set_random_seed(1)\nlayer.build((1, 1))\n",
            (("SEED102", 3),),
            (),
            "a Keras 3 layer draws when it is made, a Keras 2 layer when it is built",
        ),
        Model(
            "built-by-input",
            "import keras\nmodel = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\n"
            "keras.utils.set_random_seed(1)\n",
            (("SEED102", 3),),
            (("SEED102", 3),),
            "a model that knows its input is built at once",
        ),
        Model(
            "built-by-call",
            "import keras\nlayer = keras.layers.Dense(1)\nlayer(keras.Input((1,)))\nkeras.utils.set_random_seed(1)\n",
            (("SEED102", 4),),
            (("SEED102", 4),),
            "calling a layer builds it",
        ),
        Model(
            "built-by-fit",
            "import keras\nmodel = keras.Sequential()\nmodel.add(keras.layers.Dense(1))\nmodel.compile('sgd', 'mse')\n"
            "keras.utils.set_random_seed(1)\nmodel.fit([[1.0]], [[1.0]])\n",
            (("SEED102", 5),),
            (),
            "fitting builds what was not built",
        ),
        Model(
            "subclass",
            "import keras\nclass Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
            "        self.dense = keras.layers.Dense(1)\n    def call(self, x):\n        return self.dense(x)\n"
            "net = Net()\nkeras.utils.set_random_seed(1)\nnet([[1.0]])\n",
            (("SEED102", 9),),
            (),
            "a subclassed model makes its layers in `__init__` and builds them when it is called",
        ),
        Model(
            "dropout-in-call",
            "import keras\nclass Net(keras.Model):\n    def call(self, x):\n"
            "        return keras.layers.Dropout(0.5)(x)\nkeras.utils.set_random_seed(1)\n"
            "net = Net()\nnet.fit([[1.0]], [[1.0]])\n",
            (),
            (),
            "the framework calls `call`, after the seed",
        ),
        Model(
            "tensorflow-seed-alone",
            "import tensorflow as tf\ntf.random.set_seed(1)\nlayer = tf.keras.layers.Dropout(0.5)\n"
            "layer(tf.ones((1, 1)), training=True)\n",
            (("SEED103", 2), ("SEED302", 3)),
            (),
            "Dropout draws from Python's stream under Keras 3, from TensorFlow's under Keras 2",
        ),
        Model(
            "no-draw",
            "import keras\nlayer = keras.layers.Dense(1, kernel_initializer='zeros')\nlayer.build((1, 1))\n"
            "flat = keras.layers.Flatten()\ndrop = keras.layers.Dropout(0.0)\n",
            (),
            (),
            "zeros, layers without weights, and a Dropout that drops nothing",
        ),
        Model(
            "helper-builds",
            "import keras\ndef dense(n):\n    return keras.layers.Dense(n)\ndef build():\n"
            "    return keras.Sequential([keras.Input((1,)), dense(1)])\nkeras.utils.set_random_seed(1)\n"
            "model = build()\n",
            (),
            (),
            "layers made by functions, after the seed",
        ),
        Model(
            "dataset-map",
            "import tensorflow as tf\ndef augment(x):\n    return tf.image.random_flip_left_right(x)\n"
            "tf.keras.utils.set_random_seed(1)\nds = tf.data.Dataset.range(3).map(augment)\n",
            (),
            (),
            "a function that is handed to `map` runs there",
        ),
        Model(
            "estimators-in-a-list",
            "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\nmodels = []\n"
            "models.append(RandomForestClassifier())\nfor model in models:\n    model.fit([[0], [1]], [0, 1])\n"
            "np.random.seed(0)\n",
            (("SEED404", 4), ("SEED102", 7)),
            (("SEED404", 4), ("SEED102", 7)),
            "what was put into a list is what comes out",
        ),
        Model(
            "estimator-in-a-search",
            "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\n"
            "from sklearn.model_selection import GridSearchCV\nfrom sklearn.pipeline import Pipeline\n"
            "pipe = Pipeline([('model', RandomForestClassifier())])\nnp.random.seed(0)\n"
            "GridSearchCV(pipe, {}).fit([[0], [1]], [0, 1])\n",
            (),
            (),
            "a search fits the estimator that it holds, after the seed",
        ),
        Model(
            "estimators-in-a-loop",
            "from sklearn.ensemble import RandomForestClassifier\nfrom sklearn.tree import DecisionTreeClassifier\n"
            "for model in (RandomForestClassifier(), DecisionTreeClassifier()):\n    model.fit([[0], [1]], [0, 1])\n",
            (("SEED101", 3), ("SEED404", 3)),
            (("SEED101", 3), ("SEED404", 3)),
            "each of them is fitted, and that is where it draws",
        ),
        Model(
            "estimator-fitted-after-seed",
            "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\n"
            "model = RandomForestClassifier()\nnp.random.seed(0)\nmodel.fit([[0], [1]], [0, 1])\n",
            (),
            (),
            "an estimator draws when it is fitted, not when it is made",
        ),
    ],
    ids=lambda case: case.name,
)
def test_layers_and_estimators_draw_when_they_do(case: Model, target: Target, tmp_path: Path) -> None:
    project = write_project(tmp_path, {"train.py": case.code}, target=target)

    expected = case.keras3 if target == "keras3" else case.keras2
    assert places(project.findings()) == list(expected), case.reason


# -- what the text doesn't tell -------------------------------------------------------------------


def certainties(folder: Path, code: str, files: Mapping[str, str]) -> set[str]:
    project = write_project(folder, {"train.py": HEADER + code, **files})
    return {finding.certainty for finding in project.findings()}


SEEDS_WHEN_CALLED = {"lab/__init__.py": "", "lab/start.py": f"{HEADER}def go():\n    seed(1)\n"}


@table(
    Case("getattr-of-a-module", "import numpy\ngetattr(numpy.random, 'seed')(1)\ndraw()\n", (), "a constant name"),
    Case(
        "import-module",
        "import importlib\nimportlib.import_module('lab.start').go()\ndraw()\n",
        (),
        "a constant name is an import",
        SEEDS_WHEN_CALLED,
    ),
    Case(
        "import-module-relative",
        "import lab.main\ndraw()\n",
        (),
        "also a relative one",
        {**SEEDS_WHEN_CALLED, "lab/main.py": "import importlib\nimportlib.import_module('.start', __package__).go()\n"},
    ),
    Case("dunder-import", "__import__('fixed')\ndraw()\n", (), "so is this", {"fixed.py": f"{HEADER}seed(1)\n"}),
    Case(
        "registry",
        "from hooks import HOOKS, register\n@register('start')\ndef go():\n    seed(1)\nHOOKS['start']()\ndraw()\n",
        (),
        "what is in a table is known",
        {"hooks.py": "HOOKS = {}\ndef register(name):\n    def keep(f):\n        HOOKS[name] = f\n        return f\n"
         "    return keep\n"},
    ),
)  # fmt: skip
def test_dynamic_names_that_are_constant_are_followed(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "exec('seed(1)')\ndraw()\n",
        "eval(open('expression.txt').read())\ndraw()\n",
        "import sys\n__import__(sys.argv[1])\ndraw()\n",
        "import importlib, sys\nimportlib.import_module(sys.argv[1]).prepare()\ndraw()\n",
        "import importlib, sys\nname = sys.argv[1]\nplugin = importlib.import_module(f'plugins.{name}')\ndraw()\n",
        "import sys\nimport numpy\ngetattr(numpy.random, sys.argv[1])(1)\ndraw()\n",
        "import json, sys\nc=json.load(open('c'))\ngetattr(sys.modules[c['module']], c['call'])(c['value'])\ndraw()\n",
        "import runpy\nrunpy.run_path('settings.py')\ndraw()\n",
        "import importlib.util as u\ns = u.spec_from_file_location('a', 'a.py')\nm = u.module_from_spec(s)\n"
        "s.loader.exec_module(m)\ndraw()\n",
        "get_ipython().run_line_magic('run', 'seeds.py')\ndraw()\n",
        "import hydra\ncfg = open('c')\nhydra.utils.instantiate(cfg)\ndraw()\n",
        "def start():\n    seed(1)\ndef other():\n    pass\nimport sys\nglobals()[sys.argv[1]]()\ndraw()\n",
        "import sys\ndef start():\n    seed(1)\nhooks = dict(start=start)\nhooks[sys.argv[1]]()\ndraw()\n",
        "import argparse\ndef start(args):\n    seed(1)\np = argparse.ArgumentParser()\np.set_defaults(f=start)\n"
        "args = p.parse_args()\nargs.f(args)\ndraw()\n",
        "import sys, tools\ngetattr(tools, sys.argv[1])()\ndraw()\n",
    ],
)
def test_what_may_have_seeded_leaves_nothing_certain(code: str, tmp_path: Path) -> None:
    tools = {"tools.py": f"{HEADER}def start():\n    seed(1)\n"}

    assert certainties(tmp_path, code, tools) <= {"possible"}


@pytest.mark.parametrize(
    "code",
    [
        "draw()\nexec('seed(1)')\n",
        "get_ipython().run_line_magic('matplotlib', 'inline')\ndraw()\n",
        "import sys\nimport tensorflow as tf\ngetattr(tf.keras.optimizers, sys.argv[1])(0.1)\ndraw()\n",
        "import sys\nimport yaml\ncfg = yaml.safe_load(open('c'))\nfor hook in cfg.hooks:\n    hook()\ndraw()\n",
        "class A:\n    pass\nimport sys\nprint(getattr(A(), sys.argv[1]))\ndraw()\n",
    ],
)
def test_what_can_not_have_seeded_changes_nothing(code: str, tmp_path: Path) -> None:
    assert certainties(tmp_path, code, {}) == {"certain"}


# -- other ways to make a generator, and to set a variable ----------------------------------------


FIELD = "from dataclasses import dataclass, field\nimport numpy as np\n@dataclass\nclass Sampler:\n    size: int = 3\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{FIELD}    rng: object = field(default_factory=np.random.default_rng)\nSampler()\n", [("SEED305", 7)]),
        (f"{FIELD}    rng: object = field(default_factory=lambda: np.random.default_rng(1))\nSampler()\n", []),
        (f"{FIELD}    rng: object = field(default_factory=np.random.default_rng)\nSampler(rng=None)\n", []),
        (f"{FIELD}    noise: object = field(default_factory=draw)\nseed(1)\nSampler()\n", []),
        (f"{FIELD}    noise: object = field(default_factory=draw)\nseed(1)\n", []),
    ],
)
def test_a_field_is_made_with_the_object(code: str, expected: list[tuple[str, int]], tmp_path: Path) -> None:
    assert places(write_project(tmp_path, {"train.py": HEADER + code}).findings()) == expected


@pytest.mark.parametrize(
    "change",
    ["|= {'PYTHONHASHSEED': '0'}", ".update({'PYTHONHASHSEED': '0'})", ".update(PYTHONHASHSEED='0')"],
)
def test_the_environment_is_set_in_many_ways(change: str, tmp_path: Path) -> None:
    code = f"import os\nos.environ{change}\nprint({{'a', 'b'}})\n"

    assert places(write_project(tmp_path, {"train.py": code}).findings()) == [("SEED107", 2)]


@pytest.mark.parametrize("draws", ["print(random())", "print(randint(0, 3))"])
def test_a_star_takes_the_name_of_a_module_away(draws: str, tmp_path: Path) -> None:
    project = write_project(tmp_path, {"train.py": f"import random\nfrom random import *\n\n{draws}\n"})

    assert places(project.findings()) == [("SEED101", 4), ("SEED304", 4)]
    (fixed,) = project.fix().sources
    assert run_and_read(fixed.text) == run_and_read(fixed.text)


def test_what_followed_a_program_is_freed_without_a_search_for_garbage(tmp_path: Path) -> None:
    project = write_project(
        tmp_path, {"train.py": "import random\n\ndef draw():\n    return random.random()\n\ndraw()\n"}
    )
    gc.collect()
    gc.disable()
    try:
        assert project.findings()
        assert not [each for each in gc.get_objects() if isinstance(each, Interpreter)]
    finally:
        gc.enable()


def run_and_read(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
