"""The stages of a training with Keras 2 or 3, or with a loop of its own: weights, losses, predictions, metrics."""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe import order
from seedlint.runtime.probe.fingerprints import (
    is_sampled,
    of_all_weights,
    of_logs,
    of_predictions,
    of_weights,
)
from seedlint.runtime.probe.imports import when_imported
from seedlint.runtime.probe.order import TRAINING
from seedlint.runtime.probe.places import place
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

# Keras 3; Keras 2 as tf_keras; Keras 2 as keras, up to TensorFlow 2.15.
_TRAINERS: Final = (
    ("keras.src.backend.tensorflow.trainer", "TensorFlowTrainer"),
    ("tf_keras.src.engine.training", "Model"),
    ("keras.src.engine.training", "Model"),
)
_CALLBACKS: Final = (
    "keras.src.callbacks.callback_list",
    "tf_keras.src.callbacks",
    "keras.src.callbacks",
)
_OPTIMIZERS: Final = (
    ("keras.src.optimizers.base_optimizer", "BaseOptimizer", "apply"),
    ("tf_keras.src.optimizers.optimizer", "Optimizer", "apply_gradients"),
    ("tf_keras.src.optimizers.optimizer", "_BaseOptimizer", "apply_gradients"),
    ("keras.src.optimizers.optimizer", "_BaseOptimizer", "apply_gradients"),
)


def install() -> None:
    """Hook Keras and TensorFlow's functions when they are imported."""
    order.install()
    for module, name in _TRAINERS:
        when_imported(module, lambda found, name=name: _hook_trainer(found, name))  # type: ignore[misc]
    for module in _CALLBACKS:
        when_imported(module, _hook_callbacks)
    for module, name, method in _OPTIMIZERS:
        when_imported(module, lambda found, name=name, method=method: _hook_optimizer(found, name, method))  # type: ignore[misc]
    when_imported("tensorflow.python.eager.polymorphic_function.polymorphic_function", _hook_function)
    when_imported("keras.src.trainers.data_adapters.py_dataset_adapter", _hook_workers)
    for module in ("keras", "tf_keras"):
        when_imported(module, lambda found: PROBE.loaded(found))


# -- fit, evaluate, predict -------------------------------------------------------------------


def _hook_trainer(module: ModuleType, name: str) -> None:
    trainer = module.__dict__.get(name)
    if trainer is None:
        return
    trainer.fit = _in_mode("train", trainer.fit)
    trainer.evaluate = _in_mode("test", trainer.evaluate)
    trainer.predict = _in_mode("test", trainer.predict)


def _in_mode(mode: str, original: Callable[..., Any]) -> Callable[..., Any]:
    parameters = inspect.signature(original).parameters

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        before, TRAINING.mode = TRAINING.mode, mode
        PROBE.recorder.enter(frame)
        if mode == "train":
            TRAINING.fit += 1
            TRAINING.epoch = TRAINING.step = 0
            PROBE.recorder.epochs_end_runs = True
        else:
            _weights_once(self, frame)
        if "workers" in parameters:
            kwargs = _serial_workers(kwargs, frame)
        try:
            result = original(self, *args, **kwargs)
        finally:
            TRAINING.mode = before
            PROBE.recorder.leave()
            if mode == "train":
                PROBE.recorder.epochs_end_runs = False
        if mode == "test" and not before:
            _tested(original.__name__, result, frame)
        return result

    return method


def _serial_workers(kwargs: dict[str, Any], frame: Any) -> dict[str, Any]:
    """Keras 2 takes its workers as arguments."""
    if kwargs.get("workers", 1) > 1 or kwargs.get("use_multiprocessing"):
        PROBE.recorder.setting("workers", kwargs.get("workers", 1), frame)
        if "pipeline" in PROBE.frozen:
            return {**kwargs, "workers": 1, "use_multiprocessing": False}
    return kwargs


def _tested(name: str, result: Any, frame: Any) -> None:
    if name == "predict":
        PROBE.recorder.mark("predictions", of_predictions(result), frame)
        return
    values = result if isinstance(result, list) else [result]
    logs = result if isinstance(result, dict) else {f"metric {index + 1}": value for index, value in enumerate(values)}
    PROBE.recorder.mark("metrics", of_logs(logs), frame)


_marked: weakref.WeakSet[Any] = weakref.WeakSet()


def _weights_once(model: Any, frame: Any) -> None:
    """Mark the weights with which a model is used first."""
    if model in _marked or not getattr(model, "built", False):
        return
    _marked.add(model)
    weights = of_weights(model.weights)
    if weights:
        PROBE.recorder.mark("weights", weights, frame, fit=TRAINING.fit)


def _hook_callbacks(module: ModuleType) -> None:
    callbacks = module.__dict__.get("CallbackList")
    if callbacks is None or hasattr(callbacks.on_epoch_end, "__wrapped__"):
        return
    callbacks.on_train_begin = _before(callbacks.on_train_begin, _train_begins)
    callbacks.on_train_batch_end = _before(callbacks.on_train_batch_end, _step_ends)
    callbacks.on_epoch_begin = _before(callbacks.on_epoch_begin, _epoch_begins)
    callbacks.on_epoch_end = _before(callbacks.on_epoch_end, _epoch_ends)


def _before(original: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if TRAINING.mode == "train":
            note(self, *args, **kwargs)
        return original(self, *args, **kwargs)

    return method


def _model_of(callbacks: Any) -> Any:
    return getattr(callbacks, "model", None) or getattr(callbacks, "_model", None)


def _train_begins(callbacks: Any, logs: Any = None) -> None:
    order.discard()
    model = _model_of(callbacks)
    if model is not None:
        _weights_once(model, sys._getframe(1))


def _epoch_begins(callbacks: Any, epoch: int, logs: Any = None) -> None:
    TRAINING.epoch = epoch
    TRAINING.step = 0


def _step_ends(callbacks: Any, batch: int, logs: Any = None) -> None:
    TRAINING.step += 1
    if not is_sampled(TRAINING.step):
        return
    frame = sys._getframe(1)
    model = _model_of(callbacks)
    tensors = of_logs(logs or {})
    if model is not None:
        tensors["weights"] = of_all_weights(model.weights)
    _training_mark(tensors, frame)


def _training_mark(tensors: dict[str, Any], frame: Any) -> None:
    PROBE.recorder.mark(
        "loss", tensors, frame, fit=TRAINING.fit, epoch=TRAINING.epoch, step=TRAINING.step
    )  # fmt: skip


def _epoch_ends(callbacks: Any, epoch: int, logs: Any = None) -> None:
    order.flush_epoch()
    frame = sys._getframe(1)
    tensors = of_logs(logs or {})
    model = _model_of(callbacks)
    if model is not None:
        tensors["weights"] = of_all_weights(model.weights)
    TRAINING.step += 1
    _training_mark(tensors, frame)
    PROBE.recorder.end_if_stopped()


# -- loops of the user's own ------------------------------------------------------------------


class _Loop:
    """A training loop that the user wrote: the variables that its optimizers move."""

    def __init__(self) -> None:
        self.depth = 0
        self.outermost: Any = None
        self.training: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()
        self.variables: list[Any] = []
        self.step = 0

    def trains(self, variables: list[Any], frame: Any) -> None:
        """An optimizer is about to move `variables`."""
        known = {id(variable) for variable in self.variables}
        fresh = [variable for variable in variables if id(variable) not in known]
        if fresh:
            self.variables += fresh
            PROBE.recorder.mark("weights", of_weights(fresh), frame)

    def stepped(self, outputs: Any, frame: Any) -> None:
        """One step of the loop is over."""
        self.step += 1
        if is_sampled(self.step):
            tensors = _of_outputs(outputs)
            tensors["weights"] = of_all_weights(self.variables)
            PROBE.recorder.mark("loss", tensors, frame, step=self.step)


_LOOP: Final = _Loop()


def _of_outputs(outputs: Any) -> dict[str, Any]:
    if outputs is None:
        return {}
    nest = sys.modules["tensorflow.python.util.nest"].__dict__
    return of_logs({f"result {index + 1}": value for index, value in enumerate(nest["flatten"](outputs)[:8])})


def _hook_optimizer(module: ModuleType, name: str, method: str) -> None:
    optimizer = module.__dict__.get(name)
    if optimizer is None or method not in vars(optimizer):
        return
    original = getattr(optimizer, method)
    executing_eagerly = sys.modules["tensorflow.python.eager.context"].__dict__["executing_eagerly"]

    @functools.wraps(original)
    def apply(self: Any, first: Any, *args: Any, **kwargs: Any) -> Any:
        if TRAINING.mode:
            return original(self, first, *args, **kwargs)
        frame = sys._getframe(1)
        if method == "apply":
            given = args[0] if args else kwargs.get("trainable_variables")
            variables = list(given if given is not None else getattr(self, "_trainable_variables", None) or ())
        else:
            first = list(first)
            variables = [pair[1] for pair in first]
        if executing_eagerly():
            _LOOP.trains(variables, frame)
            result = original(self, first, *args, **kwargs)
            _LOOP.stepped(None, frame)
            return result
        if _LOOP.outermost is not None:
            _LOOP.training[_LOOP.outermost] = True
            with sys.modules["tensorflow"].__dict__["init_scope"]():
                if executing_eagerly():
                    _LOOP.trains(variables, frame)
        return original(self, first, *args, **kwargs)

    setattr(optimizer, method, apply)


def _hook_function(module: ModuleType) -> None:
    function = module.__dict__["Function"]
    original = function.__call__
    context = module.__dict__["context"]

    @functools.wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if _LOOP.depth or TRAINING.mode or not context.executing_eagerly():
            return original(self, *args, **kwargs)
        _LOOP.depth += 1
        _LOOP.outermost = self
        try:
            result = original(self, *args, **kwargs)
        finally:
            _LOOP.depth -= 1
            _LOOP.outermost = None
        if self in _LOOP.training:
            _LOOP.stepped(result, sys._getframe(1))
        return result

    function.__call__ = call


# -- workers ----------------------------------------------------------------------------------


def _hook_workers(module: ModuleType) -> None:
    """Keras 3 takes the workers from the data set."""
    dataset = module.__dict__.get("PyDataset")
    if dataset is None:
        return
    workers, processes = dataset.workers, dataset.use_multiprocessing

    def number(self: Any) -> int:
        count = int(workers.fget(self))
        if (count > 1 or processes.fget(self)) and place(sys._getframe(1)) is not None:
            PROBE.recorder.setting("workers", count, sys._getframe(1))
        return 1 if "pipeline" in PROBE.frozen else count

    def uses_processes(self: Any) -> bool:
        return "pipeline" not in PROBE.frozen and bool(processes.fget(self))

    dataset.workers = property(number, workers.fset)
    dataset.use_multiprocessing = property(uses_processes, processes.fset)
