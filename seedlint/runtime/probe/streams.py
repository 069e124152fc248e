"""All hooks on streams: installed before the program runs, silent until the probe starts."""

from __future__ import annotations

from seedlint.runtime.probe import keras_stages, numpy_stream, python_stream, sklearn_stages, tensorflow_stream


def install(apis: dict[str, list[str]]) -> None:
    """Hook what is imported, now or later. `apis` maps a module to the names in it that draw."""
    python_stream.install(apis)
    numpy_stream.install(apis["numpy.random"])
    tensorflow_stream.install()
    keras_stages.install()
    sklearn_stages.install()


def freeze() -> None:
    """Set the streams that are frozen and already there; the others follow when they are imported."""
    python_stream.freeze()
    numpy_stream.freeze()
    tensorflow_stream.freeze()
