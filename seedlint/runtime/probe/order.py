"""Which data a training saw, in which order: digests of each batch, taken where a `tf.data` iterator is asked for it.

Inside a `tf.function` the digests are computed by plain integer ops beside the training and kept in a variable that the
host reads now and then. Nothing is added to the pipeline itself, and no op is random or stateful enough to change
another one's seed.
"""

from __future__ import annotations

import functools
import sys
import weakref
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe.imports import when_imported
from seedlint.runtime.probe.places import NOWHERE, place
from seedlint.runtime.probe.recorder import TEMPORARY, digest
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from types import ModuleType

_RING: Final = 512
_SHOWN_STEPS: Final = 8
_FEATURES: Final = 256
_ELEMENTS: Final = 1 << 12
"""So many elements of a batch are looked at, in a graph so many features of each row, spread over all there are."""
_FACTOR: Final = 6364136223846793005
_ODD: Final = 1442695040888963407


def install() -> None:
    """Hook the iterators of `tf.data`."""
    when_imported("tensorflow.python.data.ops.iterator_ops", _hook_iterators)


def _hook_iterators(module: ModuleType) -> None:
    iterator = module.__dict__["OwnedIterator"]
    original = iterator._next_internal
    context = module.__dict__["context"]
    out_of_range = module.__dict__["errors"].OutOfRangeError

    @functools.wraps(original)
    def next_internal(self: Any) -> Any:
        try:
            element = original(self)
        except out_of_range:
            if self in _PASSES:
                _PASSES.pop(self).finish()
            raise
        if context.executing_eagerly():
            if TRAINING.mode != "test":
                _seen(self, element)
        elif TRAINING.mode != "test":
            _watch_in_graph(element)
        return element

    iterator._next_internal = next_internal


class Training:
    """What is going on now: `mode` is `train` inside `fit`, `test` inside `evaluate` and `predict`, else empty."""

    def __init__(self) -> None:
        self.mode = ""
        self.fit = 0
        self.epoch = 0
        self.step = 0


TRAINING: Final = Training()


# -- outside of graphs ------------------------------------------------------------------------


class _Pass:
    """One pass of the host over a data set. `number` counts those from the same line."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._steps: list[tuple[str, str]] = []
        self._count = 0

    def add(self, order: str, content: str) -> None:
        self._count += 1
        if len(self._steps) < _RING:
            self._steps.append((order, content))

    def finish(self) -> None:
        """Write what the pass saw."""
        steps, self._steps = self._steps, []
        _write(steps, self._number)


_PASSES: weakref.WeakKeyDictionary[Any, _Pass] = weakref.WeakKeyDictionary()
_numbers: dict[tuple[str, int], int] = {}


def _seen(iterator: Any, element: Any) -> None:
    if TRAINING.mode == "train" and iterator not in _PASSES and TRAINING.step == 0:
        return  # Keras looks at one batch to build the model
    current = _PASSES.get(iterator)
    if current is None:
        where = place(sys._getframe(1)) or NOWHERE
        number = _numbers[where] = _numbers.get(where, -1) + 1
        current = _PASSES[iterator] = _Pass(number)
    order, content = _parts(element)
    current.add(_host_digest(order), _host_digest(content) if content else "")


def _host_digest(tensors: list[Any]) -> str:
    numpy: Any = sys.modules["numpy"]
    found = []
    for tensor in tensors:
        array = numpy.asarray(tensor)  # `tensor.numpy()` would copy all of it
        if array.size > _ELEMENTS:
            array = array.reshape(-1)[:: array.size // _ELEMENTS]
        found.append(digest(array))
    return digest(" ".join(found))


def _parts(element: Any) -> tuple[list[Any], list[Any]]:
    """The tensors that tell the order (the labels, where there are any), and those that tell the content."""
    nest = sys.modules["tensorflow.python.util.nest"].__dict__
    if isinstance(element, tuple) and len(element) >= 2:
        labels = [single for single in nest["flatten"](element[1], expand_composites=True) if hasattr(single, "dtype")]
        inputs = [single for single in nest["flatten"](element[0], expand_composites=True) if hasattr(single, "dtype")]
        if labels:
            return labels, inputs
        return inputs, []
    return [single for single in nest["flatten"](element, expand_composites=True) if hasattr(single, "dtype")], []


def _write(steps: list[tuple[str, str]], number: int) -> None:
    if not steps:
        return
    frame = sys._getframe(1)
    for stage, index in (("order", 0), ("augmentation", 1)):
        if not steps[0][index]:
            continue
        tensors: dict[str, tuple[str, list[float]]] = {
            f"batch {step + 1}": (pair[index], []) for step, pair in enumerate(steps[:_SHOWN_STEPS])
        }
        tensors["all batches"] = (digest(" ".join(pair[index] for pair in steps)), [])
        PROBE.recorder.mark(stage, tensors, frame, fit=TRAINING.fit, epoch=number)


# -- inside of graphs -------------------------------------------------------------------------


class _Ring:
    """The digests of the last batches that a graph took, in a variable."""

    def __init__(self, tensorflow: Any, *, has_content: bool) -> None:
        # `tf.Variable` would ask the function that is being traced, which allows no more variables on a second trace.
        variable = sys.modules["tensorflow.python.ops.resource_variable_ops"].__dict__["ResourceVariable"]
        with tensorflow.device("CPU:0"):
            self.values = variable(tensorflow.zeros([_RING, 2], "int64"), trainable=False, dtype="int64")
            self.count = variable(tensorflow.zeros([], "int64"), trainable=False, dtype="int64")
        self._has_content = has_content
        self._read = 0

    def unread(self) -> list[tuple[str, str]]:
        """The digests since they were last asked for, as far as they are kept."""
        count = int(self.count.numpy())
        values = self.values.numpy()
        steps = range(max(self._read, count - _RING), count)
        self._read = count
        return [
            (str(values[step % _RING][0]), str(values[step % _RING][1]) if self._has_content else "") for step in steps
        ]


_RINGS: list[_Ring] = []


def _watch_in_graph(element: Any) -> None:
    """Add the digests of `element` to the graph that is being traced."""
    tensorflow: Any = sys.modules.get("tensorflow")
    if tensorflow is None or not hasattr(tensorflow, "Variable"):
        return
    graph = tensorflow.compat.v1.get_default_graph()
    if type(graph).__name__ != "FuncGraph" or tensorflow.distribute.has_strategy():
        return
    order, content = _parts(element)
    with tensorflow.init_scope():
        if not tensorflow.executing_eagerly():
            return
        ring = _Ring(tensorflow, has_content=bool(content))
    _RINGS.append(ring)
    with tensorflow.name_scope("seedlint"), tensorflow.device("CPU:0"):
        row = tensorflow.stack([_graph_digest(tensorflow, order), _graph_digest(tensorflow, content)])
        index = tensorflow.math.floormod(ring.count, _RING)
        tensorflow.raw_ops.ResourceScatterUpdate(resource=ring.values.handle, indices=index, updates=row)
        ring.count.assign_add(1, read_value=False)


def _graph_digest(tensorflow: Any, tensors: list[Any]) -> Any:
    total = tensorflow.constant(len(tensors), "int64")
    for tensor in tensors:
        numbers = _as_int64(tensorflow, tensor)
        if numbers is None:
            continue
        rows = tensorflow.reshape(numbers, [tensorflow.shape(numbers)[0] if numbers.shape.rank else 1, -1])
        rows = rows[:, :: tensorflow.maximum(tensorflow.shape(rows)[1] // _FEATURES, 1)]
        within = tensorflow.range(tensorflow.shape(rows, out_type="int64")[1], dtype="int64") * _FACTOR + _ODD
        each = tensorflow.reduce_sum(rows * within, axis=1) * _FACTOR + _ODD
        each = tensorflow.bitwise.bitwise_xor(each, tensorflow.bitwise.right_shift(each, 29)) * _FACTOR
        among = tensorflow.range(tensorflow.shape(each, out_type="int64")[0], dtype="int64") * 2 + 1
        total = total * _FACTOR + tensorflow.reduce_sum(each * among)
    return total


def _as_int64(tensorflow: Any, tensor: Any) -> Any:
    dtype = tensor.dtype
    if dtype == tensorflow.string:
        tensor = tensorflow.strings.regex_replace(tensor, TEMPORARY, "/")
        return tensorflow.strings.to_hash_bucket_fast(tensor, 2**62)
    if dtype.is_floating:
        integers = {2: "int16", 4: "int32", 8: "int64"}.get(dtype.size)
        return None if integers is None else tensorflow.cast(tensorflow.bitcast(tensor, integers), "int64")
    return tensorflow.cast(tensor, "int64") if dtype.is_integer or dtype.is_bool else None


def flush_epoch() -> None:
    """Write the order of the epoch that ends."""
    for ring in _RINGS:
        _write(ring.unread(), TRAINING.epoch)


def discard() -> None:
    """Forget what was seen before a training."""
    for ring in _RINGS:
        ring.unread()
