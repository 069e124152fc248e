"""SEED407: splits whose parts share elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from seedlint.program.values import Constant, Made, Unknown
from seedlint.rules._draws import short_name
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, Place, Trace
    from seedlint.program.values import Value
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_DATASET: Final = "tensorflow.data.Dataset."
_SHUFFLE: Final = f"{_DATASET}shuffle"
_RESHUFFLE: Final = "reshuffle_each_iteration"
_KEEPS_AN_ORDER: Final = frozenset({f"{_DATASET}cache", f"{_DATASET}snapshot"})
_SUBSETS: Final = frozenset(
    f"keras.utils.{name}"
    for name in ("image_dataset_from_directory", "text_dataset_from_directory", "audio_dataset_from_directory")
)


class _Parts(Struct):
    """What is taken from, and skipped of, what one `shuffle` gives."""

    taken: list[CallEvent] = field(default_factory=list)
    skipped: list[CallEvent] = field(default_factory=list)


def check(view: View) -> Iterator[Report]:
    """Report each data set that is split after a shuffle that starts anew, and directories split by two seeds."""
    if view.trace.whole_program:
        seen: set[Place] = set()
        for report in (*_reshuffled(view.trace), *_subsets(view.trace)):
            if report.place not in seen:
                seen.add(report.place)
                yield report


# -- shuffle, take, skip ----------------------------------------------------------------------------


def _reshuffled(trace: Trace) -> Iterator[Report]:
    parts: dict[int, tuple[CallEvent, _Parts]] = {}
    for call in trace.calls:
        name = call.api.name.removeprefix(_DATASET)
        shuffle = _shuffle_before(call) if name in ("take", "skip") else None
        if shuffle is not None:
            found = parts.setdefault(id(shuffle), (shuffle, _Parts()))[1]
            (found.taken if name == "take" else found.skipped).append(call)
    for shuffle, split in parts.values():
        pair = _pair(split)
        if pair is not None and shuffle.value(_RESHUFFLE) in (None, Constant(None), Constant(True)):
            yield Report(
                shuffle.place,
                f"`Dataset.shuffle` draws another order from the `tensorflow` stream each time that the data set is "
                f"read, seeded or not: what `take` gives and what `skip` leaves share elements; pass "
                f"`{_RESHUFFLE}=False`, and shuffle the training part again",
                "certain" if _is_certain(shuffle, pair) else "possible",
                ("tensorflow",),
                related=tuple((call.place, "one of the parts") for call in pair),
                fix=_freeze(shuffle),
            )


def _shuffle_before(call: CallEvent) -> CallEvent | None:
    """Return the `shuffle` whose order the call goes by; None where something keeps it, or nobody shuffles."""
    data = call.receiver
    while isinstance(data, Made) and data.call is not None:
        if data.call.api.name == _SHUFFLE:
            return data.call
        if data.call.api.name in _KEEPS_AN_ORDER or not data.call.api.name.startswith(_DATASET):
            return None
        data = data.call.receiver
    return None


def _pair(split: _Parts) -> tuple[CallEvent, CallEvent] | None:
    """Return a `take` and a `skip` that part the data set at one point."""
    for taken in split.taken:
        for skipped in split.skipped:
            if taken.receiver is skipped.receiver and _same(taken.value("count"), skipped.value("count")):
                return taken, skipped
    return None


def _is_certain(shuffle: CallEvent, pair: tuple[CallEvent, CallEvent]) -> bool:
    return not shuffle.assumed and not shuffle.open and isinstance(pair[0].value("count"), Constant)


def _same(first: Value | None, second: Value | None) -> bool:
    return first == second and isinstance(first, Constant | Unknown)


def _freeze(shuffle: CallEvent) -> Callable[[Rewriter], Fix | None]:
    names = [single.name for single in shuffle.api.parameters if single.kind in ("positional", "any")]

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(shuffle.place.node)
        if call is None:
            return None
        edits = rewriter.editor.set_argument(call, _RESHUFFLE, names.index(_RESHUFFLE), "False")
        return rewriter.fix("unsafe", f"`{_RESHUFFLE}=False`", edits)

    return fix


# -- subsets of a directory -------------------------------------------------------------------------


def _subsets(trace: Trace) -> Iterator[Report]:
    calls = [call for call in trace.calls if call.api.name in _SUBSETS and call.value("shuffle") != Constant(False)]
    for index, second in enumerate(calls):
        for first in calls[:index]:
            if _same_split(first, second) and _seed(first) != _seed(second):
                yield Report(
                    second.place,
                    f"`{short_name(second.api.name)}` is given the seed {_seed(second)}, and the other subset of this "
                    f"directory {_seed(first)}: each shuffles the files by its seed in the `numpy` stream and then "
                    "splits them, so files of one subset are in the other as well; give both the same seed",
                    streams=("numpy",),
                    related=((first.place, f"the other subset, with the seed {_seed(first)}"),),
                    fix=_same_seed(first, second),
                )
                break


def _same_split(first: CallEvent, second: CallEvent) -> bool:
    subsets = {_constant(call, "subset") for call in (first, second)}
    directories = [_constant(call, "directory") for call in (first, second)]
    parts = [_constant(call, "validation_split") for call in (first, second)]
    return (
        first.api is second.api
        and subsets == {"training", "validation"}
        and directories[0] == directories[1]
        and (directories[0] is not None or (first.chain == second.chain and not first.in_loop))
        and parts[0] == parts[1]
        and _seed(first) is not None
        and _seed(second) is not None
    )


def _constant(call: CallEvent, parameter: str) -> object:
    given = call.value(parameter)
    return given.value if isinstance(given, Constant) else None


def _seed(call: CallEvent) -> int | None:
    seed = _constant(call, "seed")
    return seed if type(seed) is int else None


def _same_seed(first: CallEvent, second: CallEvent) -> Callable[[Rewriter], Fix | None] | None:
    ours, theirs = second.arguments["seed"].node, first.arguments["seed"].node
    if ours is None or theirs is None or first.place.path != second.place.path or first.chain != second.chain:
        return None

    def fix(rewriter: Rewriter) -> Fix | None:
        seed = rewriter.text(theirs)
        return rewriter.fix("safe", f"`seed={seed}`", rewriter.editor.replace(rewriter.node(ours), seed))

    return fix


RULE = Rule(
    code="SEED407",
    name="leaking-split",
    severity="error",
    summary="`shuffle` and then `take` and `skip`, or a directory split by two seeds: test data in training",
    what="Reports a `Dataset.shuffle` without `reshuffle_each_iteration=False` of whose result one part is taken and "
    "the other is what `skip` leaves; and `image_dataset_from_directory` and its like, called for the training and the "
    "validation subset of a directory with different seeds. Where `cache` or `snapshot` keeps the order before the "
    "split, nothing is reported, and neither is a `take` that only looks at some elements.",
    why="A data set is shuffled anew each time that it is read. The part for training is read again in each epoch, and "
    "the one for testing at its end: each from another order. Soon the model has seen everything that it is tested on, "
    "and its score says nothing. A seed does not help: it makes the orders the same in every run, not the same as each "
    "other. Two subsets of a directory are cut from one shuffled list only if both are given the same seed.",
    fix_safety="Unsafe for `shuffle`: with `reshuffle_each_iteration=False` the parts have nothing in common, which "
    "changes what is computed, and training sees one order in every epoch unless its part is shuffled again after the "
    "split. Safe for a directory: the second subset gets the seed of the first.",
    sources=(
        "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle",
        "https://keras.io/api/data_loading/image/",
        "Experiment: after `shuffle(…)`, 16 of 20 elements of `skip(80)` came in `take(80)` as well; with "
        "`reshuffle_each_iteration=False` none did. With the seeds 1 and 2, 5 of 8 validation files were in training",
    ),
    bad=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
data = tf.data.Dataset.range(100).shuffle(100)
training = data.take(80).batch(8)
testing = data.skip(80).batch(8)
""",
            reason="each reading of `training` and `testing` shuffles anew",
            found=(4,),
            unsafe=True,
            fixed="""\
import tensorflow as tf

tf.random.set_seed(0)
data = tf.data.Dataset.range(100).shuffle(100, reshuffle_each_iteration=False)
training = data.take(80).batch(8)
testing = data.skip(80).batch(8)
""",
        ),
        Example(
            code="""\
import tensorflow as tf


def split(data, size):
    data = data.batch(8)
    count = int(0.8 * size)
    return data.take(count), data.skip(count)


numbers = tf.data.Dataset.range(1000).shuffle(1000, seed=1)
training, testing = split(numbers, 125)
""",
            reason="a seed makes the orders repeat from run to run, but each reading still has another one",
            found=(10,),
            unsafe=True,
            fixed="""\
import tensorflow as tf


def split(data, size):
    data = data.batch(8)
    count = int(0.8 * size)
    return data.take(count), data.skip(count)


numbers = tf.data.Dataset.range(1000).shuffle(1000, seed=1, reshuffle_each_iteration=False)
training, testing = split(numbers, 125)
""",
        ),
        Example(
            code="""\
import keras

training = keras.utils.image_dataset_from_directory("pictures", validation_split=0.2, subset="training", seed=1)
validation = keras.utils.image_dataset_from_directory("pictures", validation_split=0.2, subset="validation", seed=2)
""",
            reason="each seed shuffles the list of files differently before it is cut",
            found=(4,),
            fixed="""\
import keras

training = keras.utils.image_dataset_from_directory("pictures", validation_split=0.2, subset="training", seed=1)
validation = keras.utils.image_dataset_from_directory("pictures", validation_split=0.2, subset="validation", seed=1)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
data = tf.data.Dataset.range(100).shuffle(100, reshuffle_each_iteration=False)
training = data.take(80).shuffle(80).batch(8)
testing = data.skip(80).batch(8)
""",
            reason="one order for the split; the training part is shuffled again after it",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
data = tf.data.Dataset.range(100)
training = data.take(80).shuffle(80).batch(8)
testing = data.skip(80).batch(8)
""",
            reason="split first, shuffled then",
        ),
        Example(
            code="""\
import tensorflow as tf

tf.random.set_seed(0)
data = tf.data.Dataset.range(100).shuffle(100).batch(8)
for batch in data.take(1):
    print(batch)
for batch in data.skip(10):
    print(batch)
""",
            reason="a look at one batch is no split",
        ),
        Example(
            code="""\
import keras

for seed in (1, 2):
    options = {"validation_split": 0.2, "seed": seed}
    training = keras.utils.image_dataset_from_directory("pictures", subset="training", **options)
    validation = keras.utils.image_dataset_from_directory("pictures", subset="validation", **options)
""",
            reason="both subsets have the same seed, another one in each round",
        ),
        Example(
            code="""\
import keras

training = keras.utils.image_dataset_from_directory("pictures/training", seed=1)
validation = keras.utils.image_dataset_from_directory("pictures/validation", seed=2)
""",
            reason="two directories, which share nothing",
        ),
    ),
    check=check,
)
