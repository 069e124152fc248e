"""SEED202: TensorFlow 1's session configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.knowledge.tables.session_options import option
from seedlint.program.values import Constant, Made, Table
from seedlint.rules._retired import gone_calls, gone_names, report
from seedlint.rules.rule import Example, Report, Rule
from seedlint.rules.tensorflow._sessions import convert, last_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seedlint.program.events import CallEvent, NameEvent
    from seedlint.program.values import Value
    from seedlint.rules.rule import View

_CODE = "SEED202"


def check(view: View) -> Iterator[Report]:
    """Report each configuration that is made, with what sets its options today."""
    used = _in_sessions(view)
    calls = [
        call for call in gone_calls(view, _CODE) if id(call) in used or (call.api.removed and call.api.removed.error)
    ]
    inner = {bound.node for call in calls for bound in call.arguments.values()}
    fix = convert(view)
    for call in calls:
        if call.place.node not in inner:
            yield report(view, call, _instead(call), fix)
    for name in gone_names(view, _CODE):
        yield report(view, name, _instead_of_all(view, name), fix)


def _in_sessions(view: View) -> set[int]:
    """Return the calls whose results go to a session, directly or in a configuration: what still runs may serve
    something else, such as a cluster."""
    found: set[int] = set()
    waiting = [call for call in view.trace.calls if call.api.removed and call.api.removed.rule == "SEED203"]
    while waiting:
        call = waiting.pop()
        if id(call) not in found:
            found.add(id(call))
            given = [*call.holds, *(bound.value for bound in call.arguments.values())]
            waiting += [value.call for value in given if isinstance(value, Made) and value.call is not None]
    return found


def _instead(call: CallEvent) -> str:
    options = list(_options(call, ""))
    if not options:
        return "it sets nothing, so delete it"
    return "; ".join(_today(last_word(call), path, value) for path, value in options)


def _instead_of_all(view: View, name: NameEvent) -> str:
    calls = [call for call in view.trace.calls if call.path == name.path]
    said = dict.fromkeys(_instead(call) for call in calls)
    return "; ".join(said) or "its options are set with `tf.config` today"


def _options(call: CallEvent, prefix: str) -> Iterator[tuple[str, Value]]:
    """Return the options that the call and what follows it set."""
    given = {name: bound.value for name, bound in call.arguments.items()}
    for name, value in {**given, **call.settings}.items():
        if isinstance(value, Made) and value.call is not None:
            yield from _options(value.call, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _today(message: str, path: str, value: Value) -> str:
    """Say what sets one option today."""
    known = option(message, path)
    shown = repr(value.value) if isinstance(value, Constant) else "..."
    if path == "device_count":
        return _device_count(value)
    if known is not None and isinstance(value, Constant) and value.value in known.keep:
        return f"`{path}={shown}` is the default today"
    if known is None or not known.today or not known.exact:
        why = f" ({known.note})" if known is not None and known.note else ""
        return f"`{path}` has no exact equivalent{why}"
    return f"`{path}` is `{_in_one_line(known.today).format(value=shown)}` today"


def _in_one_line(lines: Sequence[str]) -> str:
    """Write the lines after one another, those of a block after its head."""
    first, *others = lines
    return first + "".join(f" {line.strip()}" if line.startswith(" ") else f"; {line}" for line in others)


def _device_count(value: Value) -> str:
    counts = value.values if isinstance(value, Table) else {}
    said = [
        f"`device_count={{{device!r}: 0}}` is `tf.config.set_visible_devices([], {device!r})` today"
        for device, count in counts.items()
        if count == Constant(0) and device != "CPU"
    ]
    others = [device for device, count in counts.items() if count != Constant(0) or device == "CPU"]
    if others == ["CPU"] and counts["CPU"] == Constant(1):
        return "; ".join([*said, "`device_count={'CPU': 1}` is the default today"])
    if others or not counts:
        said.append("`device_count` chooses devices: `tf.config.set_visible_devices` does so today")
    return "; ".join(said)


RULE = Rule(
    code=_CODE,
    name="tf1-session-config",
    severity="error",
    scope="module",
    summary="TensorFlow 1's session configuration: threads, devices and GPU memory",
    what="Reports `ConfigProto`, `GPUOptions`, `OptimizerOptions` and `GraphOptions`, under `tf` and under "
    "`tf.compat.v1`, and names for each option what sets it today, or that nothing does. Programs that work in a "
    "session run as they are under `tensorflow.compat.v1`; nothing is said about them.",
    why="`AttributeError: module 'tensorflow' has no attribute 'ConfigProto'`. Under `tf.compat.v1` it is still there, "
    "but reaches only what runs in a session: with `intra_op_parallelism_threads=1` Keras still uses all threads.",
    fix_safety="Safe where every option has an equivalent that can stand there: the calls of `tf.config` take the "
    "configuration's place, and the session made from it goes (see SEED203). If something may have started TensorFlow "
    "before, they move up to the imports, where the values are literals. Unsafe where they can't (`RuntimeError: Intra "
    "op parallelism cannot be modified after initialization.`), where an option without an equivalent is lost, and "
    "where the program runs today and would now really have fewer threads. None where the configuration is used for "
    "anything but a session that does nothing else.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/config/threading",
        "https://www.tensorflow.org/guide/gpu",
        "Experiment: what makes TensorFlow's context, after which threads can't be set: a tensor, an optimizer, a "
        "Dropout layer; not an import, a seed or a Dense layer (TensorFlow 2.21)",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1,
                        allow_soft_placement=True, device_count={'CPU': 1, 'GPU': 0})
sess = tf.Session(config=config)
tf.keras.backend.set_session(sess)
""",
            reason="one thread, and no GPU",
            found=(3,),
            fixed="""\
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.set_visible_devices([], 'GPU')
""",
        ),
        Example(
            code="""\
import tensorflow as tf
from keras import backend as K
from keras.layers import Dropout

layer = Dropout(0.5, seed=1)


def build():
    return layer


config = tf.ConfigProto(intra_op_parallelism_threads=1)
K.set_session(tf.Session(config=config))
""",
            reason="a Dropout layer has started TensorFlow: the threads must be set before",
            found=(12,),
            fixed="""\
import tensorflow as tf
from keras.layers import Dropout

tf.config.threading.set_intra_op_parallelism_threads(1)

layer = Dropout(0.5, seed=1)


def build():
    return layer
""",
        ),
        Example(
            code="""\
import tensorflow as tf
from keras import backend as K

gpu_options = tf.GPUOptions(per_process_gpu_memory_fraction=0.3, allow_growth=True)
K.set_session(tf.Session(config=tf.ConfigProto(gpu_options=gpu_options)))
""",
            reason="the fraction has no exact equivalent, and is lost",
            found=(4, 5),
            fixed="""\
import tensorflow as tf

for gpu in tf.config.list_physical_devices('GPU'):
    tf.config.experimental.set_memory_growth(gpu, True)
""",
            unsafe=True,
        ),
        Example(
            code="""\
import tensorflow as tf


def make_session():
    config = tf.ConfigProto(log_device_placement=True)
    return tf.Session(config=config)
""",
            reason="who knows what the session is for",
            found=(5,),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
""",
            reason="today's way",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.compat.v1.disable_eager_execution()
config = tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1)
x = tf.compat.v1.placeholder(tf.float32)
with tf.compat.v1.Session(config=config) as sess:
    print(sess.run(x * 2, {x: 1.0}))
""",
            reason="the session that it configures is used",
        ),
        Example(
            code="""\
import tensorflow as tf

config = tf.compat.v1.ConfigProto(inter_op_parallelism_threads=4)
server = tf.distribute.Server({"local": ["localhost:0"]}, config=config)
""",
            reason="it configures a server of a cluster",
        ),
        Example(
            code="""\
import tensorflow as tf

if tf.__version__ < "2":
    config = tf.ConfigProto(intra_op_parallelism_threads=1)
else:
    tf.config.threading.set_intra_op_parallelism_threads(1)
""",
            reason="it asks for the version first",
        ),
    ),
    check=check,
)
