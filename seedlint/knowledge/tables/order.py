"""Orders that differ: what gives things in one, what keeps it, and what depends on it.

Sources: FACTS.md T8 (two copies of one directory on two file systems are listed in two orders, by each of LISTINGS;
strings come out of a set in another order in each process), the Python documentation of each function.
"""

from __future__ import annotations

from typing import Final

LISTINGS: Final = frozenset(
    {
        "os.listdir",
        "os.scandir",
        "os.walk",
        "glob.glob",
        "glob.iglob",
        "tensorflow.io.gfile.glob",
        "tensorflow.io.gfile.listdir",
        "tensorflow.io.gfile.walk",
        "tensorflow.gfile.Glob",
        "tensorflow.gfile.ListDirectory",
        "tensorflow.gfile.Walk",
        "tensorflow.compat.v1.gfile.Glob",
        "tensorflow.compat.v1.gfile.ListDirectory",
        "tensorflow.compat.v1.gfile.Walk",
    }
)
"""Callables that list a directory in the order of its file system."""

PATH_LISTINGS: Final = frozenset({"glob", "rglob", "iterdir"})
"""Methods of `pathlib.Path` that do."""

WALKS: Final = frozenset(name for name in LISTINGS if name.lower().endswith(".walk"))
"""Those that give a row for each directory: its path, the directories in it, which they go on to in that order, and
the files in it."""

SETS: Final = "builtins.set"
"""What stands for a set as the source of an order."""

STRING_METHODS: Final = frozenset(
    {
        "casefold", "capitalize", "decode", "join", "lower", "lstrip", "read", "readline", "readlines", "rsplit",
        "rstrip", "split", "splitlines", "strip", "title", "upper",
    }
)  # fmt: skip
"""Methods of strings and files that give strings."""

KEEPS_ORDER: Final = frozenset(
    {
        "builtins.list",
        "builtins.tuple",
        "builtins.iter",
        "itertools.chain",
        "itertools.chain.from_iterable",
        "copy.copy",
        "copy.deepcopy",
        "tqdm.tqdm",
        "tqdm.auto.tqdm",
        "tqdm.notebook.tqdm",
        "tqdm.tqdm_notebook",
        "numpy.array",
        "numpy.asarray",
        "numpy.stack",
        "numpy.vstack",
        "numpy.hstack",
        "numpy.concatenate",
        "numpy.expand_dims",
        "numpy.squeeze",
        "numpy.reshape",
        "pandas.concat",
        "pandas.DataFrame",
        "pandas.Series",
        "random.sample",
        "tensorflow.constant",
        "tensorflow.convert_to_tensor",
        "tensorflow.cast",
        "tensorflow.stack",
        "tensorflow.concat",
        "tensorflow.data.Dataset.from_tensor_slices",
        "tensorflow.data.Dataset.zip",
        "tensorflow.data.TFRecordDataset",
        "tensorflow.data.TextLineDataset",
        "tensorflow.data.FixedLengthRecordDataset",
        "keras.utils.to_categorical",
        "keras.utils.pad_sequences",
    }
)
"""Callables that give the data that they are given, in its order."""

KEEPING_METHODS: Final = frozenset(
    {
        "apply", "as_numpy_iterator", "astype", "batch", "cache", "copy", "drop", "dropna", "fillna", "filter",
        "flat_map", "flow", "interleave", "iloc", "map", "padded_batch", "prefetch", "ravel", "rename", "repeat",
        "reset_index", "reshape", "skip", "take", "to_list", "to_numpy", "tolist", "unbatch", "values",
        "with_options",
    }
)  # fmt: skip
"""Methods of lists, arrays, frames and data sets that do so, with the data that they belong to."""

MIXING_RULES: Final = frozenset({"SEED401", "SEED402", "SEED403"})
MIXING_WORDS: Final = frozenset({"shuffle", "permutation", "permuted"})
"""Draws that put data into another order or split it: the rules on them, or the last word of what draws."""

SPLITS: Final = frozenset(
    {
        "split",
        "train_test_split",
        "split_dataset",
        "cross_val_score",
        "cross_val_predict",
        "cross_validate",
    }
)
"""The last words of what splits data by its order, unless it shuffles first."""

SORTS: Final = frozenset({"list_files"})
"""The last words of what sorts what it is given before anything else (measured: `list_files(["d", "a"])`)."""

TRAINS: Final = frozenset({"fit", "fit_generator", "partial_fit", "train_on_batch"})
"""Methods by which a model learns from data, or from the next part of it."""

MODELS: Final = frozenset({"keras.Model", "keras.Sequential"})
"""Types that learn by them."""

WITH_Y: Final = frozenset({"y", "epochs", "validation_split"})
"""Parameters of these methods by which a model of another type is known: what scales or encodes data has none."""

NUMBERING_PARAMETERS: Final = frozenset({"classes", "class_names", "vocabulary"})
"""Parameters that give numbers to names, in their order."""
