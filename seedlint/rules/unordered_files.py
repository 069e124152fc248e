"""SEED406: data in the order in which a directory is listed, or in which strings come out of a set."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.finding import Edit, Span
from seedlint.knowledge.tables.order import SETS, WALKS
from seedlint.rules._draws import is_an_experiment, short_name
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedlint.finding import Applicability, Fix
    from seedlint.program.events import OrderEvent, Place, Trace
    from seedlint.program.values import Order
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_SCANDIR: Final = "os.scandir"
_ITERATORS: Final = frozenset(
    {_SCANDIR, "glob.iglob", "pathlib.Path.glob", "pathlib.Path.rglob", "pathlib.Path.iterdir"}
)
"""Listings that are no list: only who goes through one at once can have a list as well."""
_GO_THROUGH: Final = frozenset({"list", "tuple", "enumerate", "tqdm"})


def check(view: View) -> Iterator[Report]:
    """Report each listing or set of an experiment whose order that depends on."""
    if not view.trace.whole_program or not is_an_experiment(view.trace):
        return
    found: defaultdict[Order, list[OrderEvent]] = defaultdict(list)
    for event in view.trace.orders:
        found[event.order].append(event)
    for order, events in found.items():
        yield _of_set(order, events) if order.source == SETS else _of_listing(order, events, view.trace)


def _of_listing(order: Order, events: Sequence[OrderEvent], trace: Trace) -> Report:
    walks = order.source in WALKS
    advice = "sort its directories in place (`dirs.sort()`), and its files" if walks else "wrap it in `sorted(…)`"
    return Report(
        order.place,
        f"`{short_name(order.source)}` lists files in the order of the file system, which differs between machines, "
        f"and {events[0].effect} in that order; {advice}",
        "possible",
        related=_related(events),
        fix=None if walks else _sort_listing(order, trace),
    )


def _of_set(order: Order, events: Sequence[OrderEvent]) -> Report:
    return Report(
        order.place,
        f"strings come out of a set in an order that differs from run to run (the `hash` stream), and "
        f"{events[0].effect} in that order; take them out by `sorted(…)`",
        "possible" if all(event.assumed for event in events) else "certain",
        ("hash",),
        related=_related(events),
        fix=_sort_set(order),
    )


def _related(events: Sequence[OrderEvent]) -> tuple[tuple[Place, str], ...]:
    return tuple({event.place: f"here {event.effect}" for event in events}.items())


def _sort_listing(order: Order, trace: Trace) -> Callable[[Rewriter], Fix | None]:
    """Sort the listing, and the file's others with it: pictures and masks that came in one order still do so."""
    path = order.place.path
    listed = dict.fromkeys(other for listing in trace.listings for other in listing.orders if other != order)
    others = [other for other in listed if other.place.path == path]

    def fix(rewriter: Rewriter) -> Fix | None:
        tier = _tier(rewriter, order)
        if tier is None:
            return None
        together = [other for other in others if _tier(rewriter, other) == "safe" and _is_kept(rewriter, other)]
        edits = [_wrap(rewriter, single) for single in (order, *together)]
        return rewriter.fix(tier, "sort it, and the file's other listings with it" if together else "sort it", *edits)

    return fix


def _tier(rewriter: Rewriter, order: Order) -> Applicability | None:
    """Return how safe it is to sort the listing where it is made; None if it can't be done there."""
    call = rewriter.call(order.place.node)
    parent = None if call is None else rewriter.editor.parent(call)
    if call is None or isinstance(parent, cst.WithItem) or order.source in WALKS:
        return None
    at_once = isinstance(parent, cst.For | cst.CompFor) or _caller(rewriter, parent) in _GO_THROUGH
    return "safe" if at_once or order.source not in _ITERATORS else "unsafe"


def _is_kept(rewriter: Rewriter, order: Order) -> bool:
    """Tell whether what is listed is kept or gone through, and not counted, searched or sorted at once."""
    parent = rewriter.editor.parent(rewriter.node(order.place.node))
    at_once = isinstance(parent, cst.Arg | cst.Comparison | cst.ComparisonTarget)
    return not at_once or _caller(rewriter, parent) in _GO_THROUGH


def _wrap(rewriter: Rewriter, order: Order) -> tuple[Edit, ...]:
    key = ", key=lambda entry: entry.name" if order.source == _SCANDIR else ""
    span = rewriter.editor.span_of(rewriter.node(order.place.node))
    return Edit(Span(span.start, span.start), "sorted("), Edit(Span(span.end, span.end), f"{key})")


def _sort_set(order: Order) -> Callable[[Rewriter], Fix | None]:
    def fix(rewriter: Rewriter) -> Fix | None:
        taken = rewriter.node(order.place.node)
        if isinstance(taken, cst.Call) and _name(taken) in _GO_THROUGH:
            if _name(taken) == "list":
                return rewriter.fix("safe", "`sorted`", rewriter.editor.replace(taken.func, "sorted"))
            taken = taken.args[0].value
        code = f"sorted({rewriter.editor.text_of(taken)})"
        return rewriter.fix("safe", "sort it", rewriter.editor.replace(taken, code))

    return fix


def _caller(rewriter: Rewriter, argument: cst.CSTNode | None) -> str:
    """Return the name of the function that is called with `argument`, or nothing."""
    call = rewriter.editor.parent(argument) if isinstance(argument, cst.Arg) else None
    return _name(call) if isinstance(call, cst.Call) else ""


def _name(call: cst.Call) -> str:
    return call.func.value if isinstance(call.func, cst.Name) else ""


RULE = Rule(
    code="SEED406",
    name="unordered-files",
    severity="warning",
    summary="data read in `os.listdir`/`glob`/set order",
    what="Reports `os.listdir`, `os.scandir`, `os.walk`, `glob.glob`, `pathlib`'s and `tf.io.gfile`'s listings, and "
    "sets of strings, in a program that seeds or works with data (it imports TensorFlow, Keras, NumPy, scikit-learn "
    "or pandas), where what is done depends on the order in which they give the names: a model is trained on what was "
    "read in it, data is split or shuffled by a seed, names are numbered. What is sorted first, counted, looked up by "
    "name, or gone through for its own sake, is left alone.",
    why="A directory is listed as the file system keeps it: a copy of it on another machine comes in another order. "
    "The same seed then splits and shuffles the data otherwise, and a class gets another number. Strings come out of "
    "a set in another order in each process, unless PYTHONHASHSEED was set before it started: a vocabulary that is "
    "numbered so does not fit the weights that were saved with it.",
    fix_safety="Safe: the listing, or the set where it is gone through, is wrapped in `sorted(…)`; entries of "
    "`os.scandir` are sorted by name. The file's other listings that are kept or gone through are sorted with it: "
    "pictures and masks that are listed one by one, and come in one order, still do. It is unsafe where a listing "
    "that is an iterator (`iglob`, `scandir`, `Path.glob`) is kept: `sorted` gives a list, which `next` refuses. The "
    "rows of `os.walk` are left to a person.",
    sources=(
        "https://docs.python.org/3/library/os.html#os.listdir",
        "https://docs.python.org/3/reference/datamodel.html#object.__hash__",
        "Experiment: copies of one directory on ext4 and on tmpfs were listed in two orders by `os.listdir`, `glob`, "
        "`os.scandir`, `tf.io.gfile.glob` and `tf.io.gfile.listdir`; `list(set(labels))` repeated only with "
        "PYTHONHASHSEED set",
    ),
    bad=(
        Example(
            code="""\
import glob

import keras
import numpy as np

keras.utils.set_random_seed(1)
files = glob.glob("pictures/*.npy")
x = np.array([np.load(file) for file in files])
y = np.array(["cat" in file for file in files])
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, validation_split=0.2)
""",
            reason="which files are for validation depends on the machine",
            found=(7,),
            fixed="""\
import glob

import keras
import numpy as np

keras.utils.set_random_seed(1)
files = sorted(glob.glob("pictures/*.npy"))
x = np.array([np.load(file) for file in files])
y = np.array(["cat" in file for file in files])
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, validation_split=0.2)
""",
        ),
        Example(
            code="""\
import numpy as np

text = open("book.txt").read()
number = {word: index + 1 for index, word in enumerate(set(text.split()))}
print(np.array([number[word] for word in text.split()]))
""",
            reason="a word has another number in every run",
            found=(4,),
            fixed="""\
import numpy as np

text = open("book.txt").read()
number = {word: index + 1 for index, word in enumerate(sorted(set(text.split())))}
print(np.array([number[word] for word in text.split()]))
""",
        ),
        Example(
            code="""\
import os
import random

import numpy as np
from sklearn.model_selection import train_test_split

random.seed(0)


def read(folder):
    x, y = [], []
    for number, name in enumerate(os.listdir(folder)):
        for entry in os.scandir(os.path.join(folder, name)):
            x.append(np.load(entry.path))
            y.append(number)
    return np.array(x) / 255.0, np.array(y)


x, y = read("pictures")
parts = train_test_split(x, y, random_state=1)
names = os.listdir("more")
random.shuffle(names)
""",
            reason="the same seed splits and mixes another order otherwise",
            found=(12, 13, 21),
            fixed="""\
import os
import random

import numpy as np
from sklearn.model_selection import train_test_split

random.seed(0)


def read(folder):
    x, y = [], []
    for number, name in enumerate(sorted(os.listdir(folder))):
        for entry in sorted(os.scandir(os.path.join(folder, name)), key=lambda entry: entry.name):
            x.append(np.load(entry.path))
            y.append(number)
    return np.array(x) / 255.0, np.array(y)


x, y = read("pictures")
parts = train_test_split(x, y, random_state=1)
names = sorted(os.listdir("more"))
random.shuffle(names)
""",
        ),
        Example(
            code="""\
from pathlib import Path

import keras
import tensorflow as tf

keras.utils.set_random_seed(1)
files = list(Path("pictures").glob("*.png"))
cut = int(len(files) * 0.8)
training, testing = files[:cut], files[cut:]
classes = list({file.name.split("_")[0] for file in files})
labels = [classes.index(file.name.split("_")[0]) for file in training]
""",
            reason="two parts of a list, and numbers that are looked up in one",
            found=(7, 10),
            fixed="""\
from pathlib import Path

import keras
import tensorflow as tf

keras.utils.set_random_seed(1)
files = list(sorted(Path("pictures").glob("*.png")))
cut = int(len(files) * 0.8)
training, testing = files[:cut], files[cut:]
classes = sorted({file.name.split("_")[0] for file in files})
labels = [classes.index(file.name.split("_")[0]) for file in training]
""",
        ),
        Example(
            code="""\
import glob
import os

import keras
import numpy as np

keras.utils.set_random_seed(1)
names = os.listdir("a")
x = np.zeros((len(names), 8, 8))
y = np.zeros(len(names))
for row, name in enumerate(names):
    x[row, :, :] = np.load(name)
    y[row] = "cat" in name
more = []
for folder in ["b", "c"]:
    more += glob.glob(folder + "/*.npy")
kinds = set(["cat"]) | set(name[:3] for name in more)
number = {}
for row, kind in enumerate(kinds):
    number[kind] = row + 1
model = keras.Sequential([keras.layers.Dense(1)])
model.fit(x, y, validation_data=np.stack([np.load(name) for name in more]))
""",
            reason="an array that is filled in the order; only what the model is trained on matters",
            found=(8, 19),
            fixed="""\
import glob
import os

import keras
import numpy as np

keras.utils.set_random_seed(1)
names = sorted(os.listdir("a"))
x = np.zeros((len(names), 8, 8))
y = np.zeros(len(names))
for row, name in enumerate(names):
    x[row, :, :] = np.load(name)
    y[row] = "cat" in name
more = []
for folder in ["b", "c"]:
    more += sorted(glob.glob(folder + "/*.npy"))
kinds = set(["cat"]) | set(name[:3] for name in more)
number = {}
for row, kind in enumerate(sorted(kinds)):
    number[kind] = row + 1
model = keras.Sequential([keras.layers.Dense(1)])
model.fit(x, y, validation_data=np.stack([np.load(name) for name in more]))
""",
        ),
        Example(
            code="""\
import os

import tensorflow as tf

tf.random.set_seed(1)
paths = []
for root, folders, files in os.walk("records"):
    for file in files:
        paths.append(os.path.join(root, file))
data = tf.data.TFRecordDataset(paths).repeat().shuffle(1000)
""",
            reason="which directory comes next, and its files, are for the file system to say",
            found=(7,),
        ),
        Example(
            code="""\
import pathlib

import tensorflow as tf

tf.random.set_seed(1)
paths = pathlib.Path("records").iterdir()
data = tf.data.Dataset.from_tensor_slices([str(path) for path in paths]).shuffle(100)
""",
            reason="an iterator that is kept: what else is done with it is not seen",
            found=(6,),
            unsafe=True,
            fixed="""\
import pathlib

import tensorflow as tf

tf.random.set_seed(1)
paths = sorted(pathlib.Path("records").iterdir())
data = tf.data.Dataset.from_tensor_slices([str(path) for path in paths]).shuffle(100)
""",
        ),
    ),
    good=(
        Example(
            code="""\
import glob
import os
import random

import numpy as np

random.seed(1)
files = sorted(glob.glob("pictures/*.npy"))
random.shuffle(files)
names = os.listdir("more")
names.sort()
more, rest = names[:10], names[10:]
number = {name: index for index, name in enumerate(names)}
x = np.stack([np.load(file) for file in files])
""",
            reason="sorted before the order matters",
        ),
        Example(
            code="""\
import glob
import os

import keras
import numpy as np

keras.utils.set_random_seed(1)
model = keras.models.load_model(max(glob.glob("models/*.keras"), key=os.path.getctime))
pictures = {name: np.load(name) for name in os.listdir("pictures")}
total = 0
for name in os.listdir("pictures"):
    total += pictures[name].sum()
    if name.startswith("old"):
        os.remove(name)
files = os.listdir("test")
predicted = model.predict(np.array([np.load(file) for file in files]))
for file, number in zip(files, predicted):
    print(file, number, total, len(set("a b".split())), "a" in set(files))
for file in files[:5]:
    print(file)
""",
            reason="counted, added up, looked up by name, predicted and shown one by one",
        ),
        Example(
            code="""\
import os

import tensorflow as tf

tf.random.set_seed(1)
paths = []
for root, folders, files in os.walk("records"):
    folders.sort()
    for file in sorted(files):
        paths.append(os.path.join(root, file))
data = tf.data.TFRecordDataset(paths).repeat().shuffle(1000)
""",
            reason="a walk in the order of the names",
        ),
        Example(
            code="""\
import glob
import random

import numpy as np
import tensorflow as tf
from sklearn.model_selection import GroupKFold
from tensorflow.keras.preprocessing.image import ImageDataGenerator

files = glob.glob("pictures/*.npy")
x = np.array([np.load(file) for file in files])
folds = GroupKFold(5).split(x, groups=[file[0] for file in files])
pictures = ImageDataGenerator(rotation_range=9)
pictures.fit(x)
data = tf.data.Dataset.list_files(files, seed=1)
random.shuffle(files)
first, rest = files[:9], files[9:]
numbers = {folder: number for number, folder in enumerate(glob.glob("pictures"))}
""",
            reason="sorted by what is called, of no effect, in another order in each run anyhow, or one name at most",
        ),
        Example(
            code="""\
import random

import numpy as np

random.seed(1)
sizes = {1, 2, 3}
order = list(sizes)
random.shuffle(order)
numbers = {size: index for index, size in enumerate(sizes)}
print(np.zeros(3))
""",
            reason="numbers come out of a set in the same order in every run",
        ),
        Example(
            code="""\
import os

songs = os.listdir("music")
first, rest = songs[:3], songs[3:]
print({song: number for number, song in enumerate(rest)})
""",
            reason="no experiment: nothing here works with data",
        ),
    ),
    check=check,
)
