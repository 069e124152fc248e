"""Names that are gone, or do nothing, and what takes their place.

The error texts are what TensorFlow 2.21 prints (measured, for each of these names); the same under Keras 2
unless a family says otherwise. Replacements and traps are those of T6, where the values of TensorFlow
1.15.5 and 2.21 were compared.
"""

from __future__ import annotations

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Draw, Removed, Seeds

_SEED = "keras.utils.set_random_seed"
_SEED_NOTE = (
    "tf.random.set_seed reaches tf.random and tf.data only; Keras's initializers and layers draw from "
    "Python's stream. The seed must be an int from 0 to 2**32 - 1."
)
_INITIALIZER_NOTE = "the numbers are others: drawn from Python's stream, not TensorFlow's"


def missing(name: str) -> str:
    """The error that `tensorflow.…` prints for a name that is gone."""
    module, _, attribute = name.rpartition(".")
    parts = module.split(".")[1:]
    if parts and parts[0] in ("contrib", "layers"):
        module, attribute = "tensorflow", parts[0]
    elif parts[:2] == ["nn", "rnn_cell"]:
        module, attribute = "tensorflow._api.v2.nn", "rnn_cell"
    elif parts[:1] == ["initializers"]:
        module = "keras._tf_keras.keras.initializers"
    elif parts:
        module = ".".join(["tensorflow._api.v2", *parts])
    return f"AttributeError: module '{module}' has no attribute '{attribute}'"


def _gone(
    name: str,
    rule: str,
    use: str | None = None,
    note: str = "",
    *,
    like: str = "",
    safe: bool = False,
    renamed: tuple[tuple[str, str], ...] = (),
    positional: bool = False,
    draws: tuple[Draw, ...] = (),
    seeds: Seeds | None = None,
    source: str = "T6",
) -> Family:
    """The family of one name below `tensorflow` that is gone; `like` names what still has its parameters."""
    full = f"tensorflow.{name}"
    return Family(
        names=full,
        source=source,
        like=like,
        draws=draws,
        seeds=seeds,
        removed=Removed(
            rule,
            missing(full),
            use=use,
            rename_is_safe=safe,
            renamed=renamed,
            positional_changed=positional,
            note=note,
        ),
    )


def _idle(names: str, rule: str, note: str, *, use: str | None = None, safe: bool = False) -> Family:
    """What is still there below `tensorflow.compat.v1` and has no effect on eager code."""
    return Family(
        prefix="tensorflow.compat.v1",
        names=names,
        source="T4 (b); measured: runs without an error or an effect",
        removed=Removed(rule, "", use=use, rename_is_safe=safe, note=note),
    )


_SET_SEED = tuple(
    _gone(name, "SEED201", _SEED, _SEED_NOTE, like="tensorflow.compat.v1.set_random_seed", safe=True)
    for name in ("set_random_seed", "random.set_random_seed")
)

_RENAMED_OPS = tuple(
    _gone(old, "SEED204", f"tensorflow.{new}", like=f"tensorflow.{new}", safe=True, source="T6: same object")
    for old, new in (
        ("random_normal", "random.normal"),
        ("random_uniform", "random.uniform"),
        ("truncated_normal", "random.truncated_normal"),
        ("random_shuffle", "random.shuffle"),
        ("random_gamma", "random.gamma"),
        ("random_crop", "image.random_crop"),
        ("RandomShuffleQueue", "queue.RandomShuffleQueue"),
    )
)

_CHANGED_OPS = (
    _gone(
        "random_poisson",
        "SEED204",
        "tensorflow.random.poisson",
        "the first two parameters changed places: random_poisson(lam, shape) is random.poisson(shape, lam)",
        like="tensorflow.compat.v1.random_poisson",
        positional=True,
    ),
    *(
        _gone(
            name,
            "SEED204",
            "tensorflow.random.categorical",
            "the third parameter was seed and is dtype now; output_dtype is called dtype",
            like="tensorflow.compat.v1.multinomial",
            renamed=(("output_dtype", "dtype"),),
            positional=True,
        )
        for name in ("multinomial", "random.multinomial")
    ),
    _gone(
        "random.stateless_multinomial",
        "SEED204",
        "tensorflow.random.stateless_categorical",
        "output_dtype is called dtype",
        like="tensorflow.compat.v1.random.stateless_multinomial",
        renamed=(("output_dtype", "dtype"),),
        safe=True,
    ),
    *(
        _gone(name, "SEED204", note="nothing takes its place: ops get their seeds from the global one")
        for name in ("get_seed", "random.get_seed")
    ),
    *(
        _gone(
            f"train.{name}",
            "SEED204",
            "tensorflow.data.Dataset.shuffle",
            "input queues are gone: read with tf.data and call shuffle(buffer_size, seed=...)",
            like=f"tensorflow.compat.v1.train.{name}",
        )
        for name in ("shuffle_batch", "shuffle_batch_join", "slice_input_producer", "string_input_producer")
    ),
)

_V1_INITIALIZERS = (
    ("truncated_normal_initializer", "TruncatedNormal", "stddev is 0.05 by default, and was 1.0; no dtype"),
    ("glorot_uniform_initializer", "GlorotUniform", f"{_INITIALIZER_NOTE}; no dtype"),
    ("glorot_normal_initializer", "GlorotNormal", f"{_INITIALIZER_NOTE}; no dtype"),
    ("variance_scaling_initializer", "VarianceScaling", f"{_INITIALIZER_NOTE}; no dtype"),
    ("orthogonal_initializer", "Orthogonal", f"{_INITIALIZER_NOTE}; no dtype"),
)

_INITIALIZERS = (
    *(
        _gone(old, "SEED205", f"keras.initializers.{new}", note, like=f"tensorflow.compat.v1.{old}")
        for old, new, note in _V1_INITIALIZERS
    ),
    *(
        _gone(
            name,
            "SEED205",
            "keras.initializers.VarianceScaling",
            "write VarianceScaling(scale=factor, mode='fan_in', distribution='uniform')",
            like="tensorflow.compat.v1.uniform_unit_scaling_initializer",
            renamed=(("factor", "scale"),),
        )
        for name in ("uniform_unit_scaling_initializer", "initializers.uniform_unit_scaling")
    ),
    *(
        _gone(
            f"contrib.layers.{name}",
            "SEED205",
            "keras.initializers.GlorotUniform",
            f"GlorotNormal where uniform=False; {_INITIALIZER_NOTE}; no dtype",
            draws=(Draw("tensorflow", None, seed="seed", when="run"),),
        )
        for name in ("xavier_initializer", "xavier_initializer_conv2d")
    ),
    _gone(
        "contrib.layers.variance_scaling_initializer",
        "SEED205",
        "keras.initializers.VarianceScaling",
        f"factor is called scale; mode is 'fan_in', not 'FAN_IN'; {_INITIALIZER_NOTE}",
        renamed=(("factor", "scale"),),
        draws=(Draw("tensorflow", None, seed="seed", when="run"),),
    ),
)

_DROPOUT_NOTE = "a layer that is made first and then called; mind: keep_prob is 1 - rate"
_DROPOUT = (
    *(
        _gone(
            name,
            "SEED206",
            "keras.layers.Dropout",
            _DROPOUT_NOTE,
            draws=(Draw("tensorflow", None, seed="seed"),),
        )
        for name in ("layers.dropout", "layers.Dropout", "contrib.layers.dropout")
    ),
    *(
        _gone(name, "SEED206", note="use the dropout and recurrent_dropout of keras.layers.LSTM or GRU")
        for name in ("nn.rnn_cell.DropoutWrapper", "contrib.rnn.DropoutWrapper")
    ),
    *(
        Family(
            prefix="tensorflow.compat.v1",
            names=name,
            source="T6; measured",
            removed=Removed(
                "SEED206",
                f"AttributeError: `{name.rpartition('.')[2]}` is not available with Keras 3.",
                use="keras.layers.Dropout" if "layers" in name else None,
                note=_DROPOUT_NOTE,
            ),
            targets=("keras3",),
        )
        for name in ("layers.dropout", "layers.Dropout", "nn.rnn_cell.DropoutWrapper")
    ),
)

_UNEXPECTED = "TypeError: Got an unexpected keyword argument"


def _retired(names: str, parameter: str, rule: str, error: str, note: str) -> Family:
    """The family of callables that once had `parameter`."""
    return Family(
        names=names,
        source="T6; measured",
        retired=((parameter, Removed(rule, error, note=note)),),
    )


_RETIRED_ARGUMENTS = (
    _retired(
        "tensorflow.nn.dropout",
        "keep_prob",
        "SEED206",
        f"{_UNEXPECTED} 'keep_prob'",
        "rate is 1 - keep_prob; a keep_prob without its name is taken for the rate, and no error says so",
    ),
    _retired(
        "tensorflow.random_normal_initializer",
        "dtype",
        "SEED205",
        "TypeError: RandomNormal.__init__() got an unexpected keyword argument 'dtype'",
        "the default of stddev is 0.05, and was 1.0",
    ),
    _retired(
        "tensorflow.random_uniform_initializer",
        "dtype",
        "SEED205",
        "TypeError: RandomUniform.__init__() got an unexpected keyword argument 'dtype'",
        "the default range is [-0.05, 0.05), and was [0, 1)",
    ),
    _retired(
        "tensorflow.image.sample_distorted_bounding_box",
        "seed2",
        "SEED204",
        f"{_UNEXPECTED} 'seed2'",
        "one seed is enough; it must not be 0",
    ),
    _retired(
        "tensorflow.nn.fractional_max_pool tensorflow.nn.fractional_avg_pool",
        "seed2",
        "SEED204",
        f"{_UNEXPECTED} 'seed2'",
        "one seed is enough; it must not be 0",
    ),
    _retired(
        "tensorflow.nn.fractional_max_pool tensorflow.nn.fractional_avg_pool",
        "deterministic",
        "SEED204",
        f"{_UNEXPECTED} 'deterministic'",
        "a seed that is not 0 fixes the regions",
    ),
)

FAMILIES = (
    *_SET_SEED,
    Family(
        names="tensorflow.compat.v1.set_random_seed",
        seed_kind="tensorflow",
        seeds=Seeds(("tensorflow",), "seed"),
        source="T1, T4 (d), T6: in eager code the same as tf.random.set_seed",
        removed=Removed("SEED201", "", use=_SEED, rename_is_safe=True, note=_SEED_NOTE),
    ),
    *_RENAMED_OPS,
    *_CHANGED_OPS,
    *_INITIALIZERS,
    *_DROPOUT,
    *_RETIRED_ARGUMENTS,
)
