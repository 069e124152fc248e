"""Fingerprints: a digest of what a value is, and a few of its numbers to judge a distance by."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe.recorder import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SAMPLES: Final = 8
Fingerprint = tuple[str, list[float]]


def fingerprint(value: Any) -> Fingerprint | None:
    """The fingerprint of an array, a tensor, a number; None where there is nothing to read."""
    array = _array(value)
    if array is None:
        return None
    return combined([array])


def combined(arrays: Iterable[Any]) -> Fingerprint:
    """One fingerprint of several arrays."""
    digest = hashlib.sha1(usedforsecurity=False)
    samples: list[float] = []
    for array in arrays:
        digest.update(bytes_of(array))
        if len(samples) < _SAMPLES and array.size and array.dtype.kind in "fiub":
            flat = array.reshape(-1)
            samples += [float(single) for single in flat[:: max(1, flat.size // _SAMPLES)][: _SAMPLES - len(samples)]]
    return digest.hexdigest()[:16], samples


def _array(value: Any) -> Any:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or value is None:
        return None
    try:
        if hasattr(value, "numpy"):
            value = value.numpy()
        array = numpy.asarray(value)
    except (TypeError, ValueError, NotImplementedError, AttributeError):
        return None
    return array if array.dtype.kind in "fiubSUV" or array.dtype.name == "bfloat16" else None


def of_weights(variables: Iterable[Any]) -> dict[str, Fingerprint]:
    """The fingerprint of each variable, under a name of its own."""
    found: dict[str, Fingerprint] = {}
    for variable in variables:
        name = base = str(getattr(variable, "path", None) or getattr(variable, "name", "weight"))
        count = 1
        while name in found:
            count += 1
            name = f"{base}#{count}"
        single = fingerprint(variable)
        if single is not None:
            found[name] = single
    return found


def of_all_weights(variables: Iterable[Any]) -> Fingerprint:
    """One fingerprint of all variables together."""
    return combined(array for array in map(_array, variables) if array is not None)


def of_logs(logs: Mapping[str, Any]) -> dict[str, Fingerprint]:
    """The fingerprints of losses and metrics."""
    found = {}
    for name, value in logs.items():
        single = fingerprint(value)
        if single is not None and len(single[1]) == 1:
            found[str(name)] = single
    return found


def of_predictions(predictions: Any) -> dict[str, Fingerprint]:
    """The fingerprint of predictions, and of the classes that they mean."""
    array = _array(predictions)
    if array is None:
        return {}
    found = {"predictions": combined([array])}
    if array.ndim == 2 and array.shape[1] > 1:
        found["classes"] = combined([array.argmax(axis=1)])
    elif array.dtype.kind in "iubSU":
        found["classes"] = combined([array])
    return found


def is_sampled(step: int) -> bool:
    """Whether a step, counted from 1, is looked at: the first ones, powers of two, and each fiftieth."""
    return step <= 4 or step & (step - 1) == 0 or step % 50 == 0
