"""SEED203: TensorFlow 1's sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.rules._retired import gone_calls, gone_names, report
from seedlint.rules.rule import Example, Report, Rule
from seedlint.rules.tensorflow._sessions import GRAPHS, convert, is_reported, last_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.program.events import CallEvent, NameEvent
    from seedlint.rules.rule import View

_CODE = "SEED203"


def check(view: View) -> Iterator[Report]:
    """Report each session that is made or handed to Keras."""
    calls = [call for call in gone_calls(view, _CODE) if is_reported(call)]
    inner = {bound.node for call in calls for bound in call.arguments.values()}
    fix = convert(view)
    for call in calls:
        if call.place.node not in inner:
            yield report(view, call, _instead(call), fix)
    for name in gone_names(view, _CODE):
        yield report(view, name, _instead(name), fix)


def _instead(event: CallEvent | NameEvent) -> str:
    removed = event.api.removed
    if last_word(event) in GRAPHS:
        return "eager code has no default graph or session, so delete it"
    if removed is not None and not removed.error:
        return "Keras and eager code don't use it, so delete it, and set with `tf.config` what its config is to set"
    return "eager code has no session, so delete it, and set with `tf.config` what its config sets"


RULE = Rule(
    code=_CODE,
    name="tf1-session",
    severity="error",
    scope="module",
    summary="TensorFlow 1's sessions, used to fix threads or seeds",
    what="Reports `tf.Session`, `tf.InteractiveSession`, `tf.get_default_graph`, `tf.reset_default_graph`, "
    "`K.set_session` and `K.get_session`, and of their namesakes under `tf.compat.v1` those that Keras and eager code "
    "don't use. Programs that work in a session (placeholders, `sess.run`, `disable_v2_behavior`) run as they are "
    "under `tensorflow.compat.v1`: of them only names that are gone are reported. `K.clear_session` is no fault.",
    why="`AttributeError: module 'tensorflow' has no attribute 'Session'`, `AttributeError: module 'keras.backend' has "
    "no attribute 'set_session'`: the recipe that gives Keras a session with one thread stops here. Under "
    "`tf.compat.v1` a session can still be made, but Keras never asks it, so that its threads and devices count for "
    "nothing.",
    fix_safety="Safe where every option of the session's configuration has an equivalent that can stand there: "
    "configuration and session are converted together, and imports that nothing uses any more go too. Unsafe where an "
    "option is lost, where TensorFlow may have started before (threads and devices can't be changed then), and where "
    "the program runs today with as many threads as it likes. None where the session is used for anything else.",
    sources=(
        "https://www.tensorflow.org/guide/migrate",
        "https://www.tensorflow.org/api_docs/python/tf/config/threading",
        "Experiment: with a session of one thread under `tf.compat.v1`, "
        "`tf.config.threading.get_intra_op_parallelism_threads()` is 0, which means all (TensorFlow 2.21)",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf
from keras import backend as K

session_conf = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
sess = tf.Session(graph=tf.get_default_graph(), config=session_conf)
K.set_session(sess)
""",
            reason="the session gives Keras one thread",
            found=(5, 6),
            fixed="""\
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
""",
        ),
        Example(
            code="""\
import tensorflow as tf
from keras.backend.tensorflow_backend import set_session

config = tf.ConfigProto()
config.gpu_options.allow_growth = True  # dynamically grow the memory used on the GPU
config.log_device_placement = True
set_session(tf.Session(config=config))
""",
            reason="the import fails; all is one line today",
            found=(2, 7),
            fixed="""\
import tensorflow as tf

for gpu in tf.config.list_physical_devices('GPU'):
    tf.config.experimental.set_memory_growth(gpu, True)  # dynamically grow the memory used on the GPU
tf.debugging.set_log_device_placement(True)
""",
        ),
        Example(
            code="""\
from tensorflow.compat.v1 import ConfigProto, InteractiveSession

config = ConfigProto()
config.gpu_options.allow_growth = True
session = InteractiveSession(config=config)
""",
            reason="made to configure the GPU, and never used",
            found=(5,),
            fixed="""\
import tensorflow as tf

for gpu in tf.config.list_physical_devices('GPU'):
    tf.config.experimental.set_memory_growth(gpu, True)
""",
        ),
        Example(
            code="""\
import numpy as np
import tensorflow as tf

np.random.seed(0)
x = tf.placeholder(tf.float32, [None, 3])
y = tf.reduce_sum(x)
with tf.Session() as sess:
    print(sess.run(y, feed_dict={x: np.random.rand(5, 3)}))
""",
            reason="it works in its session: a person has to write it anew",
            found=(7,),
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
config = tf.ConfigProto(intra_op_parallelism_threads=1)
x = tf.placeholder(tf.float32, [None, 3])
with tf.Session(config=config) as sess:
    print(sess.run(x, feed_dict={x: [[1.0, 2.0, 3.0]]}))
""",
            reason="a program of TensorFlow 1's kind, which runs today",
        ),
        Example(
            code="""\
import tensorflow as tf
from tensorflow.python.eager import context

with context.graph_mode(), tf.compat.v1.Session().as_default():
    print(tf.constant(1).eval())
""",
            reason="a session that a graph's code needs",
        ),
        Example(
            code="""\
from keras import backend as K

K.clear_session()
""",
            reason="there today, and good for what it does",
        ),
        Example(
            code="""\
import requests

session = requests.Session()
session.get("https://example.org")
""",
            reason="another Session",
        ),
        Example(
            code="""\
import tensorflow as tf

if int(tf.__version__.split('.')[0]) < 2:
    from keras import backend as K
    K.set_session(tf.Session())
""",
            reason="runs under TensorFlow 1 only",
        ),
    ),
    check=check,
)
