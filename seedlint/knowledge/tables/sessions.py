"""TensorFlow 1's sessions and their configuration, Theano, and the old switches for determinism."""

from __future__ import annotations

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Draw, Removed
from seedlint.knowledge.tables.removed import missing

_SESSION_NOTE = "eager code has no session: delete it; threads and devices are set with tf.config"
_CONFIG_NOTE = "its options are set with tf.config today"
_CONFIGS = "ConfigProto GPUOptions OptimizerOptions GraphOptions"
_SESSIONS = "Session InteractiveSession get_default_graph get_default_session reset_default_graph"


def _of_tf1(name: str, rule: str, note: str) -> tuple[Family, Family]:
    """The families of `tensorflow.<name>`, which is gone, and of the one that still runs, without effect."""
    idle = f"tensorflow.compat.v1.{name}"
    makes = idle if name[0].isupper() else "tensorflow.compat.v1.Session" if name.endswith("_session") else None
    return (
        Family(
            names=f"tensorflow.{name}",
            source="T4 (b), T6; measured",
            makes=makes,
            removed=Removed(rule, missing(f"tensorflow.{name}"), note=note),
        ),
        Family(
            names=idle,
            source="T4 (b); measured: runs without an error, and without effect on eager code",
            makes=makes,
            removed=Removed(rule, "", note=note),
        ),
    )


def _of_backend(name: str) -> tuple[Family, ...]:
    """The families of `set_session` and `get_session` of Keras's backend."""
    old = f"tensorflow.compat.v1.keras.backend.{name}"
    makes = "tensorflow.compat.v1.Session" if name == "get_session" else None
    gone = "AttributeError: module '{}' has no attribute '{}'"
    return (
        Family(
            names=f"tensorflow.keras.backend.{name}",
            source="T4 (b); measured",
            makes=makes,
            removed=Removed("SEED203", gone.format("keras._tf_keras.keras.backend", name), note=_SESSION_NOTE),
        ),
        Family(
            names=f"keras.backend.{name}",
            source="T4 (b); measured",
            makes=makes,
            removed=Removed("SEED203", gone.format("keras.backend", name), note=_SESSION_NOTE),
        ),
        Family(
            names=old,
            source="T4 (b); measured",
            makes=makes,
            removed=Removed("SEED203", gone.format("keras._tf_keras.keras.backend", name), note=_SESSION_NOTE),
            targets=("keras3",),
        ),
        Family(
            names=old,
            source="T4 (b): succeeds without effect on eager code",
            makes=makes,
            removed=Removed("SEED203", "", note=_SESSION_NOTE),
            targets=("keras2",),
        ),
    )


_THEANO = Removed(
    "SEED207",
    "ModuleNotFoundError: No module named 'theano'",
    note="Keras has no Theano backend (ValueError: Unable to import backend : theano); its streams took "
    "their seed from NumPy's",
)
_DETERMINISM = "tensorflow.config.experimental.enable_op_determinism"

FAMILIES = (
    *(family for name in _CONFIGS.split() for family in _of_tf1(name, "SEED202", _CONFIG_NOTE)),
    *(family for name in _SESSIONS.split() for family in _of_tf1(name, "SEED203", _SESSION_NOTE)),
    *_of_backend("set_session"),
    *_of_backend("get_session"),
    Family(
        names="theano.tensor.shared_randomstreams.RandomStreams theano.sandbox.rng_mrg.MRG_RandomStreams "
        "theano.sandbox.cuda.rng_curand.CURAND_RandomStreams",
        source="theano/tensor/shared_randomstreams.py, sandbox/rng_mrg.py: seed=12345 by default in MRG",
        seed="seed",
        draws=(Draw("generator", None, seed="seed"),),
        removed=_THEANO,
    ),
    Family(
        names="tfdeterminism.patch",
        source="DESIGN 5, rule 208; measured: the module is not there",
        removed=Removed(
            "SEED208",
            "ModuleNotFoundError: No module named 'tfdeterminism'",
            use=_DETERMINISM,
            rename_is_safe=True,
            note="where the package is installed: Exception: tfdeterminism: No patch available for version 2.21.0 of "
            "TensorFlow",
        ),
    ),
    Family(
        names="fwd9m.tensorflow.enable_determinism fwd9m.tensorflow.patch",
        source="DESIGN 5, rule 208; measured: the module is not there",
        removed=Removed(
            "SEED208",
            "ModuleNotFoundError: No module named 'fwd9m'",
            use=_DETERMINISM,
            rename_is_safe=True,
            note="what it patched is in TensorFlow since 2.9",
        ),
    ),
)
