"""Which values a seed parameter takes, by kind: what it rejects, what it misreads, and what it says.

All measured on TensorFlow 2.21, Keras 3.15, NumPy 2.4 and scikit-learn 1.9 (and tf_keras 2.21 where it says
so): each value given to each API, the error copied. `{value}` stands for the value in a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from seedlint.knowledge.model import SeedKind, Target

ValueKind = Literal[
    "negative",
    "from-2**32",
    "from-2**63",
    "float",
    "bool",
    "string",
    "none",
    "numpy-integer",
    "sequence",
    "numpy-generator",
    "random-state",
    "python-generator",
    "tensorflow-generator",
    "seed-generator",
]
"""What a seed can be besides a fit `int`. `from-2**32` is below 2**63; an `int` that is negative is
`negative`, whatever its size."""

Effect = Literal["error", "misread", "unseeded"]
"""`error`: the call raises. `misread`: it runs, with another seed than the text shows. `unseeded`: it runs,
and takes its seed from elsewhere."""


class Refusal(Struct, frozen=True):
    """What becomes of a value: its effect, and the error's text or the words for what happens."""

    effect: Effect
    text: str


_PYTHON = Refusal("error", "TypeError: The only supported seed types are: None, int, float, str, bytes, and bytearray.")
_NUMPY_RANGE = Refusal("error", "ValueError: Seed must be between 0 and 2**32 - 1")
_ENTROPY = Refusal("unseeded", "takes a new seed from the operating system in every run")


def _numpy_cast(dtype: str) -> Refusal:
    return Refusal(
        "error",
        f"TypeError: Cannot cast scalar from dtype('{dtype}') to dtype('int64') according to the rule 'safe'",
    )


_SEQUENCE = Refusal("error", "TypeError: SeedSequence expects int or sequence of ints for entropy not {value}")
_TF_TYPE = Refusal("error", "TypeError: unsupported operand type(s) for %: '{type}' and 'int'")
_TF_STRING = Refusal("error", "TypeError: not all arguments converted during string formatting")
_TF_INT = Refusal(
    "error", "TypeError: int() argument must be a string, a bytes-like object or a real number, not '{type}'"
)
_TF_TENSOR = Refusal("error", "ValueError: Can't convert Python sequence with mixed types to Tensor.")
_KERAS = Refusal("error", "ValueError: Argument `seed` must be an integer. Received: seed={value}")
_SKLEARN = Refusal(
    "error",
    "InvalidParameterError: The 'random_state' parameter of {api} must be an int in the range "
    "[0, 4294967295], an instance of 'numpy.random.mtrand.RandomState' or None. Got {value} instead.",
)

KINDS: Final[dict[SeedKind, dict[ValueKind, Refusal]]] = {
    "python": {
        "float": Refusal("misread", "is hashed: an int is what is meant"),
        "none": _ENTROPY,
        "numpy-integer": _PYTHON,
        "sequence": _PYTHON,
        "numpy-generator": _PYTHON,
        "random-state": _PYTHON,
        "python-generator": _PYTHON,
        "tensorflow-generator": _PYTHON,
        "seed-generator": _PYTHON,
    },
    "numpy": {
        "negative": _NUMPY_RANGE,
        "from-2**32": _NUMPY_RANGE,
        "from-2**63": _NUMPY_RANGE,
        "float": _numpy_cast("float64"),
        "string": _numpy_cast("<U{length}"),
        "none": _ENTROPY,
        "numpy-generator": _numpy_cast("O"),
        "random-state": _numpy_cast("O"),
        "python-generator": _numpy_cast("O"),
        "tensorflow-generator": _numpy_cast("O"),
        "seed-generator": _numpy_cast("O"),
    },
    "numpy-generator": {
        "negative": Refusal("error", "ValueError: expected non-negative integer"),
        "float": _SEQUENCE,
        "string": _SEQUENCE,
        "none": _ENTROPY,
        "python-generator": _SEQUENCE,
        "tensorflow-generator": _SEQUENCE,
        "seed-generator": _SEQUENCE,
    },
    "tensorflow": {
        "float": Refusal("misread", "what is after the point is dropped: 1.5 is taken for 1"),
        "string": _TF_STRING,
        "sequence": _TF_TYPE,
        "numpy-generator": _TF_TYPE,
        "random-state": _TF_TYPE,
        "python-generator": _TF_TYPE,
        "tensorflow-generator": _TF_TYPE,
        "seed-generator": _TF_TYPE,
    },
    "keras": {
        "from-2**63": Refusal(
            "error", "ValueError: Can't convert Python sequence with out-of-range integer to Tensor."
        ),
        "float": _KERAS,
        "bool": _TF_TENSOR,
        "string": _KERAS,
        "numpy-integer": _KERAS,
        "sequence": _KERAS,
        "numpy-generator": _KERAS,
        "random-state": _KERAS,
        "python-generator": _KERAS,
        "tensorflow-generator": _KERAS,
    },
    "scikit-learn": {
        "negative": _SKLEARN,
        "from-2**32": _SKLEARN,
        "from-2**63": _SKLEARN,
        "float": _SKLEARN,
        "string": _SKLEARN,
        "sequence": _SKLEARN,
        "numpy-generator": _SKLEARN,
        "python-generator": _SKLEARN,
        "tensorflow-generator": _SKLEARN,
        "seed-generator": _SKLEARN,
    },
}
"""What is not here, the kind takes as it stands. A scikit-learn estimator or splitter refuses when it is fitted
or splits, a function when it is called (a splitter says what NumPy says)."""

_NOT_AN_INTEGER = Refusal(
    "error", "ValueError: Expected `seed` argument to be an integer. Received: seed={value} (of type {class})"
)
_INITIALIZER = Refusal(
    "error",
    "ValueError: `seed` argument should be an instance of `keras.random.SeedGenerator()` or an integer. "
    "Received: seed={value}",
)
_OTHERS: Final[tuple[ValueKind, ...]] = (
    "float",
    "string",
    "numpy-integer",
    "sequence",
    "numpy-generator",
    "random-state",
    "python-generator",
    "tensorflow-generator",
)

_GENERATORS: Final[tuple[ValueKind, ...]] = (
    "numpy-generator",
    "random-state",
    "python-generator",
    "tensorflow-generator",
    "seed-generator",
)
_V2_INITIALIZER: Final[dict[ValueKind, Refusal]] = {
    "from-2**63": Refusal("error", "ValueError: Can't convert Python sequence with out-of-range integer to Tensor."),
    "float": Refusal(
        "error",
        "InvalidArgumentError: Value for attr 'Tseed' of float is not in the list of allowed values: int32, int64",
    ),
    "bool": _TF_TENSOR,
    "string": _TF_TENSOR,
    "sequence": Refusal("error", "ValueError: Can't convert non-rectangular Python sequence to Tensor."),
    **dict.fromkeys(
        _GENERATORS, Refusal("error", "ValueError: Attempt to convert a value ({value}) with an unsupported type")
    ),
}

APIS: Final[dict[str, dict[ValueKind, Refusal]]] = {
    "tensorflow.random.set_seed": {
        "float": Refusal("misread", "is hashed as it is: an int is what is meant"),
        "string": _TF_STRING,
        "none": Refusal("unseeded", "unsets the global seed: ops draw from the operating system's entropy"),
        "sequence": Refusal("error", "TypeError: only 0-dimensional arrays can be converted to Python scalars"),
        **dict.fromkeys(_GENERATORS, _TF_INT),
    },
    "tensorflow.random_normal_initializer": _V2_INITIALIZER,
    "tensorflow.random_uniform_initializer": _V2_INITIALIZER,
    "keras.utils.set_random_seed": {
        "negative": _NUMPY_RANGE,
        "from-2**32": _NUMPY_RANGE,
        "from-2**63": _NUMPY_RANGE,
        "none": _NOT_AN_INTEGER,
        "seed-generator": _NOT_AN_INTEGER,
        **dict.fromkeys(_OTHERS, _NOT_AN_INTEGER),
    },
    "numpy.random.default_rng": {
        kind: refusal for kind, refusal in KINDS["numpy-generator"].items() if kind != "random-state"
    },
    "numpy.random.SeedSequence": {
        **KINDS["numpy-generator"],
        "numpy-generator": _SEQUENCE,
        "random-state": _SEQUENCE,
    },
    "pandas.DataFrame.sample": {
        "negative": _NUMPY_RANGE,
        "from-2**32": _NUMPY_RANGE,
        "from-2**63": _NUMPY_RANGE,
        **dict.fromkeys(
            ("float", "bool", "string", "seed-generator", "python-generator", "tensorflow-generator"),
            Refusal(
                "error",
                "ValueError: random_state must be an integer, array-like, a BitGenerator, Generator, "
                "a numpy RandomState, or None",
            ),
        ),
    },
    "tensorflow.experimental.numpy.random.seed": {
        kind: Refusal("error", "ValueError: Argument `s` got an invalid value {value}. Only integers are supported.")
        for kind in ("none", "sequence", "numpy-generator", "random-state", "python-generator")
    },
}
"""The APIs that differ from their kind, in full. (`tf.random.set_seed` takes what it is given: the next op raises.)"""
APIS["tensorflow.compat.v1.set_random_seed"] = APIS["tensorflow.random.set_seed"]

_DATA_FLOAT = Refusal("error", "TypeError: Cannot convert {value} to EagerTensor of dtype int64")


def refusal(name: str, kind: SeedKind | None, value: ValueKind, target: Target) -> Refusal | None:
    """What becomes of a seed of kind `value` given to the API `name` (canonical) whose seeds are `kind`.

    None: it is taken as it stands, or nothing is known.
    """
    if name in APIS:
        return APIS[name].get(value)
    if kind is None:
        return None
    if name.startswith("tensorflow.data.") and value == "float":
        return _DATA_FLOAT
    if kind == "keras":
        if target == "keras2":
            # tf_keras hands its seed to TensorFlow's ops, which are less strict; bool and floats pass.
            return KINDS["tensorflow"].get(value) if value not in ("none", "float") else None
        if name.startswith("keras.initializers.") and value in _OTHERS:
            return _INITIALIZER
        if value == "seed-generator" and not name.startswith(("keras.initializers.", "keras.random.")):
            return _KERAS
    return KINDS[kind].get(value)
