"""What the rules on functions that TensorFlow runs as a graph have in common: 307, 309 and 405."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.knowledge.tables.behaviour import RUNS_EAGERLY, RUNS_PYTHON, TRACERS
from seedlint.knowledge.tables.environment import OP_DETERMINISM

if TYPE_CHECKING:
    from seedlint.program.events import CallEvent, Trace


def graph_of(trace: Trace, call: CallEvent) -> str | None:
    """Return what makes the graph in which `call` stands; None if it stands in none, or in the Python that a
    graph calls (`tf.numpy_function`)."""
    if not RUNS_EAGERLY.isdisjoint(trace.external):
        return None
    for path in reversed(call.context):
        if path in RUNS_PYTHON:
            return None
        if path in TRACERS:
            return path
    return None


def has_op_determinism(trace: Trace) -> bool:
    """Tell whether the program enables op determinism: what is parallel then keeps its order."""
    return OP_DETERMINISM in trace.external
