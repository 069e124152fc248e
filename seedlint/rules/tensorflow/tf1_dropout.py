"""SEED206: TensorFlow 1's dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from seedlint.rules._retired import (
    BY_HAND,
    advice,
    gone_calls,
    gone_names,
    report,
    retired_arguments,
    shown,
    works_in_session,
)
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_CODE = "SEED206"
_LAYER = ("inputs", "rate", "noise_shape", "seed", "training", "name")
"""The parameters of `tf.layers.dropout`; its rate was 0.5 by default, and it dropped nothing (training=False)."""


def check(view: View) -> Iterator[Report]:
    """Report each dropout function that is gone, and each dropout that is told what to keep."""
    for call in gone_calls(view, _CODE):
        assert call.api.removed is not None
        fix = _to_layer(view, call) if call.api.name.endswith(".layers.dropout") and _is_own(call) else None
        yield report(view, call, advice(call.api.removed), fix)
    for name in gone_names(view, _CODE):
        assert name.api.removed is not None
        yield report(view, name, advice(name.api.removed), None)
    for call, parameter, removed in retired_arguments(view, _CODE):
        gone = f"`{shown(call.path)}` has no `{parameter}` any more ({removed.error})"
        if works_in_session(view.trace):
            yield Report(call.place, f"{gone}: {BY_HAND}")
        else:
            yield Report(call.place, f"{gone}: write `rate=1 - {parameter}`; {removed.note}", fix=_to_rate(call))


def _is_own(call: CallEvent) -> bool:
    return ".contrib." not in call.api.name  # has other parameters


def _to_rate(call: CallEvent) -> Callable[[Rewriter], Fix | None]:
    """Say what to drop instead of what to keep."""

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.call(call.place.node)
        kept = [arg for arg in node.args if arg.keyword and arg.keyword.value == "keep_prob"] if node else []
        if len(kept) != 1 or kept[0].keyword is None:
            return None
        rate = _one_minus(rewriter, kept[0].value)
        return rewriter.fix(
            "unsafe",
            f"write `rate={rate}`",
            rewriter.editor.replace(kept[0].keyword, "rate"),
            rewriter.editor.replace(kept[0].value, rate),
        )

    return fix


def _one_minus(rewriter: Rewriter, value: cst.BaseExpression) -> str:
    from decimal import Decimal  # for a fix alone

    text = rewriter.editor.text_of(value)
    if isinstance(value, cst.Float | cst.Integer) and not set(text.lower()) & set("xob_"):
        return str(1 - Decimal(text))
    simple = isinstance(value, cst.Name | cst.Attribute | cst.Call | cst.Subscript)
    return f"1 - {text}" if simple or value.lpar else f"1 - ({text})"


def _to_layer(view: View, call: CallEvent) -> Callable[[Rewriter], Fix | None]:
    """Make a layer and call it, as `tf.layers.dropout` did."""
    package = "tf_keras" if "tf_keras" in view.trace.imported else "keras"

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.call(call.place.node)
        if node is None or any(arg.star for arg in node.args) or len(node.args) > len(_LAYER):
            return None
        given = {
            arg.keyword.value if arg.keyword else _LAYER[number]: rewriter.editor.text_of(arg.value)
            for number, arg in enumerate(node.args)
        }
        if "inputs" not in given or not given.keys() <= set(_LAYER):
            return None
        spelled, imported = rewriter.spelling(f"{package}.layers.Dropout", at=node)
        options = [f"{name}={given[name]}" for name in ("noise_shape", "seed", "name") if name in given]
        layer = f"{spelled}({', '.join([given.get('rate', '0.5'), *options])})"
        code = f"{layer}({given['inputs']}, training={given.get('training', 'False')})"
        return rewriter.fix(
            "unsafe",
            f"make a layer and call it: `{layer}`",
            imported,
            rewriter.editor.replace(node, code),
            rewriter.orphaned_by(node.func, written=spelled),
        )

    return fix


RULE = Rule(
    code=_CODE,
    name="tf1-dropout",
    severity="error",
    scope="module",
    summary="TensorFlow 1's dropout, which was told what to keep",
    what="Reports `tf.layers.dropout`, `tf.contrib.layers.dropout`, `DropoutWrapper`, and `tf.nn.dropout` with "
    "`keep_prob=`. A second argument without a name is the rate today, as it should be, or once was what to keep: "
    "nobody can tell, and nothing is said.",
    why="`TypeError: Got an unexpected keyword argument 'keep_prob'`, `AttributeError: module 'tensorflow' has no "
    "attribute 'layers'`. And mind: `keep_prob` is 1 - rate. A 0.8 that was to be kept is dropped today, and no "
    "error says so.",
    fix_safety="Unsafe: other units are dropped than before, and a layer that is made at each call has no memory of "
    "the last one. None in a program that works in a session, nor for `tf.contrib` and `DropoutWrapper`.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/nn/dropout",
        "https://keras.io/api/layers/regularization_layers/dropout/",
        "Experiment: `tf.nn.dropout(x, 0.8)` drops four fifths under TensorFlow 2.21",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
keep = 0.75
hidden = tf.nn.dropout(tf.ones([2, 3]), keep_prob=0.8)
hidden = tf.nn.dropout(hidden, keep_prob=keep)
""",
            reason="the rate is what is dropped",
            found=(5, 6),
            fixed="""\
import tensorflow as tf

tf.random.set_seed(1)
keep = 0.75
hidden = tf.nn.dropout(tf.ones([2, 3]), rate=0.2)
hidden = tf.nn.dropout(hidden, rate=1 - keep)
""",
            unsafe=True,
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
hidden = tf.layers.dropout(tf.ones([2, 3]), 0.2, training=True)
""",
            reason="it is a layer today",
            found=(4,),
            fixed="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
hidden = tf.keras.layers.Dropout(0.2)(tf.ones([2, 3]), training=True)
""",
            unsafe=True,
        ),
        Example(
            code="""\
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
hidden = tf.contrib.layers.dropout(tf.ones([2, 3]), 0.8)
""",
            reason="what it kept, and when, is for a person to write anew",
            found=(4,),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
hidden = tf.nn.dropout(tf.ones([2, 3]), 0.8)
""",
            reason="a rate of 0.8 is legal today, and may be meant",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
hidden = tf.nn.dropout(tf.ones([2, 3]), rate=0.2)
""",
            reason="today's name",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(1)
hidden = tf.compat.v1.nn.dropout(tf.ones([2, 3]), keep_prob=0.8)
""",
            reason="TensorFlow 1's function is still there under compat.v1",
        ),
    ),
    check=check,
)
