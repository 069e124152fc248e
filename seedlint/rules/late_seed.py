"""SEED102: a stream that is seeded after it was drawn from."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import libcst as cst

from seedlint.rules._seeding import (
    insert_seed,
    named,
    path_to,
    related_draws,
    related_way,
    streams_of,
)
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import Place, SeedEvent
    from seedlint.program.faults import Fault
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View


def check(view: View) -> Iterator[Report]:
    """Report each seed that comes after the first draw from its stream."""
    late = [fault for fault in view.faults if fault.kind == "late"]
    late.sort(key=_where_it_seeds)
    for place, group in groupby(late, key=_where_it_seeds):
        faults = list(group)
        streams = streams_of(faults)
        first = min(faults, key=lambda fault: fault.draws[0].order)
        before, late_step = _where_they_part(first)
        yield Report(
            place,
            f"this seeds the {named(streams)} too late: what was drawn before it differs in every run; seed "
            "before the first draw",
            "possible" if all(fault.draws[0].assumed for fault in faults) else "certain",
            streams,
            (*related_way(first.draws[0]), *related_draws(faults)),
            _seed_earlier(view, first, late_step, before),
        )


def _where_it_seeds(fault: Fault) -> Place:
    """Return the seed, or where the program calls the helper that does it: what has to come earlier."""
    assert fault.seed is not None
    path = _path_to(fault.seed)
    parting = _where_they_part(fault)[1]
    place = path[max(path.index(parting), _first_of_seeding(fault.seed))]
    # A file that seeds when it is imported can't come earlier by itself: its import can.
    return place if place.path == parting.path else parting


def _where_they_part(fault: Fault) -> tuple[Place, Place]:
    """Return the steps of the ways to the draw and to the seed from where these go apart."""
    assert fault.seed is not None
    to_draw, to_seed = path_to(fault.draws[0]), _path_to(fault.seed)
    common = 0
    while common < min(len(to_draw), len(to_seed)) - 1 and to_draw[common] == to_seed[common]:
        common += 1
    return to_draw[common], to_seed[common]


def _first_of_seeding(seed: SeedEvent) -> int:
    """Return the index, in the way to the seed, of the first step that does nothing but seed."""
    return len(seed.chain) - seed.helpers


def _path_to(seed: SeedEvent) -> tuple[Place, ...]:
    return (*seed.chain, seed.place)


def _seed_earlier(view: View, fault: Fault, seed: Place, draw: Place) -> Callable[[Rewriter], Fix | None] | None:
    """Move the seeding statement before the draw, or where it can't be moved, seed the program as well."""
    assert fault.seed is not None
    only_seeds = _path_to(fault.seed).index(seed) >= _first_of_seeding(fault.seed)
    if seed.path != view.trace.entry and seed.path != draw.path:
        return None
    again = insert_seed(view.trace, tuple(fault.stream for fault in view.faults), draw)

    def fix(rewriter: Rewriter) -> Fix | None:
        if seed.path != draw.path:
            return None
        moved = _move(rewriter, rewriter.node(seed.node), rewriter.node(draw.node)) if only_seeds else None
        return moved if moved is not None else again(rewriter)

    return fix


def _move(rewriter: Rewriter, seed: cst.CSTNode, draw: cst.CSTNode) -> Fix | None:
    from seedlint.rewrite.rewriter import names_read  # for a fix alone

    editor = rewriter.editor
    statement = editor.enclosing_statement(seed)
    target = editor.enclosing_statement(draw)
    if not isinstance(statement, cst.SimpleStatementLine) or target is None:
        return None
    block = editor.enclosing_block_statements(statement)
    while target is not None and target not in block:
        parent = editor.parent(target)
        target = None if parent is None else editor.enclosing_statement(parent)
    if target is None or target is statement or block.index(target) > block.index(statement):
        return None
    if names_read(statement) & rewriter.names_bound_from(target, statement):
        return None
    if not all(isinstance(small, cst.Expr) for small in statement.body):
        return None
    return rewriter.fix("safe", "seed before the first draw", editor.move_statement_before(statement, target))


RULE = Rule(
    code="SEED102",
    name="late-seed",
    severity="warning",
    summary="a stream is seeded after it was drawn from",
    what="Reports a seed that comes after the first draw from the stream that it sets; the draws before it are "
    "related places. When a call draws is a fact of the target: a Keras 3 layer draws when it is made, a Keras 2 "
    "layer when it is built, `tf.data` when the dataset is defined, an estimator when it is fitted.",
    why="A seed sets what comes after it. Weights that were drawn before it, or a split that was made before it, "
    "differ in every run, though the program looks as if it were seeded.",
    fix_safety="Safe: the statement that seeds is moved before the first draw; where what it needs is not there "
    "yet, or it does more than seed, a seed is added after the imports. Only the choice of random numbers changes.",
    sources=(
        "Experiment: a model built before `keras.utils.set_random_seed` has other weights in each of five "
        "processes, one built after it the same (TensorFlow 2.21, Keras 3.15)",
    ),
    bad=(
        Example(
            code="""\
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
keras.utils.set_random_seed(1)
model.compile("sgd", "mse")
""",
            reason="the layer has drawn its weights when the seed comes",
            found=(4,),
            fixed="""\
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
""",
        ),
        Example(
            code="""\
import numpy as np


def load():
    return np.random.rand(100, 4)


def main():
    data = load()
    np.random.seed(0)
    return data


main()
""",
            reason="the draw is in a function that is called before the seed",
            found=(10,),
            fixed="""\
import numpy as np


def load():
    return np.random.rand(100, 4)


def main():
    np.random.seed(0)
    data = load()
    return data


main()
""",
        ),
    ),
    good=(
        Example(
            code="""\
import keras

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
""",
            reason="seeded in time",
        ),
        Example(
            code="""\
import numpy as np

np.random.seed(0)
x = np.random.permutation(10)
np.random.seed(0)
y = np.random.permutation(10)
""",
            reason="seeded again on purpose, to shuffle two arrays alike",
        ),
        Example(
            code="""\
import tf_keras

layer = tf_keras.layers.Dense(4)
tf_keras.utils.set_random_seed(1)
layer.build((None, 3))
""",
            reason="a Keras 2 layer draws when it is built",
            target="keras2",
        ),
        Example(
            code="""\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

forest = RandomForestClassifier()
np.random.seed(0)
forest.fit([[0], [1]], [0, 1])
""",
            reason="an estimator draws when it is fitted",
        ),
    ),
    check=check,
)
