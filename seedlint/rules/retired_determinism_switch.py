"""SEED208: switches for determinism from before `enable_op_determinism`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.knowledge.tables.environment import ON, OP_DETERMINISM, SWITCHES
from seedlint.program.values import Constant
from seedlint.rules._retired import gone, is_gone, shown
from seedlint.rules.retired_backend import setting_alone
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedlint.finding import Applicability, Edit, Fix
    from seedlint.program.events import EnvironmentEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules._retired import Event
    from seedlint.rules.rule import View

_CODE = "SEED208"
_INSTEAD = (
    f"call `{shown(OP_DETERMINISM)}()`, which makes every op deterministic, and seed: random ops without a seed raise "
    "then"
)


def check(view: View) -> Iterator[Report]:
    """Report each switch that is gone, and each variable of the environment that is set in its place."""
    for event in gone(view, _CODE):
        yield Report(event.place, f"{is_gone(view, event)}: {_INSTEAD}{_note(event)}", fix=_enable(view, event))
    switches = [setting for setting in view.trace.environment if _is_switch(view, setting)]
    settings = list({setting.place: setting for setting in reversed(switches)}.values())[::-1]
    fix = _replace(view, settings) if settings else None
    for setting in settings:
        yield Report(setting.place, f"`{setting.name}` {SWITCHES[setting.name].does}: {_INSTEAD}", fix=fix)


def _note(event: Event) -> str:
    removed = event.api.removed
    return f" ({removed.note})" if removed is not None and removed.note else ""


def _is_switch(view: View, setting: EnvironmentEvent) -> bool:
    is_on = isinstance(setting.value, Constant) and str(setting.value.value).lower() in ON
    return is_on and setting.name in SWITCHES and setting.place.path == view.trace.entry


def _enable(view: View, event: Event) -> Callable[[Rewriter], Fix | None]:
    """Call today's function in place of the one that is gone; safe if random ops have a seed."""
    is_seeded = any("tensorflow" in seed.streams and seed.holds != "unseeded" for seed in view.trace.seeds)
    tier: Applicability = "safe" if is_seeded else "unsafe"

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.node(event.place.node)
        functions: Sequence[cst.CSTNode] = [node.func if isinstance(node, cst.Call) else node]
        if isinstance(node, cst.ImportAlias):
            functions = rewriter.imports.names.uses(node.evaluated_alias or node.evaluated_name)
        if not functions:
            return None
        edits: list[Sequence[Edit]] = []
        for function in functions:
            spelled, imported = rewriter.spelling(OP_DETERMINISM, at=function)
            edits += [imported, rewriter.editor.replace(function, spelled)]
        return rewriter.fix(tier, f"call `{spelled}()` instead", *edits, rewriter.orphaned_by(*functions))

    return fix


def _replace(view: View, settings: Sequence[EnvironmentEvent]) -> Callable[[Rewriter], Fix | None]:
    """Call the function in place of all the variables, or just drop them where it is called.

    It is safe where it does the same: a variable that TensorFlow may have looked at before does nothing.
    """
    from seedlint.rules.tensorflow._context import context_may_exist  # few programs set one

    counts = any(SWITCHES[single.name].whole and not context_may_exist(view, single.order) for single in settings)

    def fix(rewriter: Rewriter) -> Fix | None:
        found = [setting_alone(rewriter, setting) for setting in settings]
        statements = [statement for statement in found if statement is not None]
        if len(statements) < len(found) or not view.trace.uses_tensorflow:
            return None
        delete = rewriter.imports.delete_with_orphans
        if _calls_it(rewriter):
            return rewriter.fix("safe", "delete it: the function is called", delete(statements))
        first, end = statements[0], rewriter.imports.import_region_end()
        in_place = end is None or not _is_before(rewriter, first, end)
        tier: Applicability = "safe" if counts and all(map(rewriter.editor.is_top_level, statements)) else "unsafe"
        spelled, imported = rewriter.spelling(
            OP_DETERMINISM, at=first if in_place else end or first, after=not in_place
        )
        code = f"{spelled}()"
        edits: list[Sequence[Edit] | None] = [imported]
        if in_place:
            edits += [rewriter.editor.replace(first, code), rewriter.editor.delete_statements(statements[1:])]
            edits.append(rewriter.orphaned_by(*statements, written=spelled))
        elif end is not None:
            edits += [rewriter.editor.insert_after(end, ["", code]), delete(statements)]
        return rewriter.fix(tier, f"call `{code}` instead", *edits)

    return fix


def _is_before(rewriter: Rewriter, node: cst.CSTNode, other: cst.CSTNode) -> bool:
    return rewriter.editor.span_of(node).end <= rewriter.editor.span_of(other).start


def _calls_it(rewriter: Rewriter) -> bool:
    name = OP_DETERMINISM.rpartition(".")[2]
    return bool(rewriter.imports.names.bindings(name)) or f".{name}(" in rewriter.editor.document.text


RULE = Rule(
    code=_CODE,
    name="retired-determinism-switch",
    severity="warning",
    scope="module",
    summary="switches for determinism from before enable_op_determinism",
    what="Reports `tfdeterminism.patch()`, `fwd9m.tensorflow.enable_determinism()`, and a program that sets "
    "`TF_DETERMINISTIC_OPS` or `TF_CUDNN_DETERMINISTIC` for itself.",
    why="The patch stops the program on every TensorFlow of today (`Exception: tfdeterminism: No patch available for "
    "version 2.21.0 of TensorFlow`). The variables are read once: set too late, they do nothing, and nobody is told. "
    "`TF_CUDNN_DETERMINISTIC` reaches convolutions only. `tf.config.experimental.enable_op_determinism()` does all of "
    "it, whenever it is called, and raises for what it can't make deterministic.",
    fix_safety="Safe for `TF_DETERMINISTIC_OPS` set before anything runs: the call that takes its place does the same, "
    "errors included. Safe for the patch where the program seeds TensorFlow. Otherwise unsafe: random ops without a "
    "seed raise `RuntimeError: Random ops require a seed to be set when determinism is enabled.`, and training may "
    "become slower.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism",
        "tfdeterminism/patch.py of tensorflow-determinism 0.3.0",
        "Experiment: `TF_DETERMINISTIC_OPS=1` makes an unseeded `tf.random.normal` raise under TensorFlow 2.21, "
        "`TF_CUDNN_DETERMINISTIC=1` doesn't",
    ),
    bad=(
        Example(
            code="""\
import os
os.environ['TF_DETERMINISTIC_OPS'] = '1'
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
""",
            reason="the variable has a function today",
            found=(2,),
            fixed="""\
import tensorflow as tf

tf.config.experimental.enable_op_determinism()

tf.keras.utils.set_random_seed(1)
""",
        ),
        Example(
            code="""\
import tensorflow as tf
from tfdeterminism import patch

patch()
tf.random.set_seed(1)
noise = tf.random.normal([3])
""",
            reason="the package is for TensorFlow 1.14 to 2.0",
            found=(2,),
            fixed="""\
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
tf.random.set_seed(1)
noise = tf.random.normal([3])
""",
        ),
        Example(
            code="""\
import os
import tensorflow as tf

os.environ['TF_DETERMINISTIC_OPS'] = '1'
os.environ['TF_CUDNN_DETERMINISTIC'] = '1'
tf.random.set_seed(1)
noise = tf.random.normal([3])
""",
            reason="set after the import; one call is for both",
            found=(4, 5),
            fixed="""\
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
tf.random.set_seed(1)
noise = tf.random.normal([3])
""",
        ),
        Example(
            code="""\
import os
import tensorflow as tf


def main():
    os.environ['TF_CUDNN_DETERMINISTIC'] = '1'
    tf.random.set_seed(1)
    print(tf.random.normal([3]))


main()
""",
            reason="the call reaches more than the variable did",
            found=(6,),
            fixed="""\
import tensorflow as tf


def main():
    tf.config.experimental.enable_op_determinism()
    tf.random.set_seed(1)
    print(tf.random.normal([3]))


main()
""",
            unsafe=True,
        ),
        Example(
            code="""\
import os
import tensorflow as tf


def seed(number):
    tf.random.set_seed(number)
    os.environ['TF_CUDNN_DETERMINISTIC'] = '1'
    os.environ['TF_DETERMINISTIC_OPS'] = '1'


seed(1)
print(tf.random.normal([3]))
seed(2)
print(tf.random.normal([3]))
""",
            reason="set twice; one call is for all",
            found=(7, 8),
            fixed="""\
import tensorflow as tf


def seed(number):
    tf.random.set_seed(number)
    tf.config.experimental.enable_op_determinism()


seed(1)
print(tf.random.normal([3]))
seed(2)
print(tf.random.normal([3]))
""",
            unsafe=True,
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
tf.config.experimental.enable_op_determinism()
""",
            reason="today's switch",
        ),
        Example(
            code="""\
import os

os.environ['TF_DETERMINISTIC_OPS'] = '0'
""",
            reason="switched off on purpose",
        ),
        Example(
            code="""\
import os
import subprocess

environment = {**os.environ, 'TF_DETERMINISTIC_OPS': '1'}
subprocess.run(['python', 'train.py'], env=environment, check=True)
""",
            reason="meant for another process",
        ),
    ),
    check=check,
)
