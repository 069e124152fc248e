"""The stages of scikit-learn: splits, what an estimator learned, predictions, scores."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe.fingerprints import fingerprint, of_logs, of_predictions
from seedlint.runtime.probe.imports import when_imported
from seedlint.runtime.probe.places import is_users
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_SHUFFLES: Final = (
    ("sklearn.model_selection._split", ("train_test_split",)),
    ("sklearn.utils._indexing", ("shuffle", "resample")),
)


def install() -> None:
    """Hook scikit-learn and joblib when they are imported."""
    when_imported("sklearn", lambda module: PROBE.loaded(module))
    when_imported("sklearn.base", _hook_base)
    when_imported("joblib.parallel", _hook_jobs)
    for module, names in _SHUFFLES:
        when_imported(module, lambda found, names=names: _hook_shuffles(found, names))  # type: ignore[misc]


def _hook_shuffles(module: ModuleType, names: tuple[str, ...]) -> None:
    for name in names:
        if name in module.__dict__:
            module.__dict__[name] = _marking("order", module.__dict__[name], _of_parts)


def _of_parts(result: Any) -> dict[str, Any]:
    parts = result if isinstance(result, list | tuple) else [result]
    return {f"part {index + 1}": found for index, part in enumerate(parts) if (found := fingerprint(part)) is not None}


def _marking(stage: str, original: Callable[..., Any], read: Callable[[Any], dict[str, Any]]) -> Callable[..., Any]:
    """`original`, whose result is marked when the user's own code calls it."""

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        frame = sys._getframe(1)
        if is_users(frame.f_code.co_filename) and (found := read(result)):
            PROBE.recorder.mark(stage, found, frame)
        return result

    return function


def _hook_base(module: ModuleType) -> None:
    fit_context = module.__dict__.get("_fit_context")
    if fit_context is not None:

        @functools.wraps(fit_context)
        def hooked(**kwargs: Any) -> Any:
            decorate = fit_context(**kwargs)
            return lambda method: _fitting(decorate(method))

        module.__dict__["_fit_context"] = hooked
    for name in ("ClassifierMixin", "RegressorMixin"):
        mixin = module.__dict__.get(name)
        if mixin is not None:
            mixin.score = _marking("metrics", mixin.score, lambda result: of_logs({"score": result}))
    _hook_predictions(module)


def _fitting(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if is_users(frame.f_code.co_filename):
            learned = {
                name: found
                for name, value in sorted(vars(self).items())
                if name.endswith("_") and not name.startswith("_") and (found := fingerprint(value)) is not None
            }
            if learned:
                PROBE.recorder.mark("fitted", learned, frame)
        return result

    return fit


def _hook_predictions(module: ModuleType) -> None:
    """Each estimator's own `predict` is reached when its class is made."""
    base = module.__dict__["BaseEstimator"]
    before = base.__dict__.get("__init_subclass__")

    def init_subclass(cls: Any, **kwargs: Any) -> None:
        if before is not None:
            before.__func__(cls, **kwargs)
        else:
            super(base, cls).__init_subclass__(**kwargs)
        predict = cls.__dict__.get("predict")
        if type(predict).__name__ == "function" and cls.__module__.startswith("sklearn."):
            cls.predict = _marking("predictions", predict, of_predictions)

    base.__init_subclass__ = classmethod(init_subclass)  # type: ignore[arg-type]


def _hook_jobs(module: ModuleType) -> None:
    """Workers of joblib have streams of their own, which no seed of the program's reaches."""
    parallel = module.__dict__["Parallel"]
    original = parallel.__init__

    @functools.wraps(original)
    def init(self: Any, n_jobs: Any = None, *args: Any, **kwargs: Any) -> None:
        if n_jobs not in (None, 1):
            PROBE.recorder.setting("n_jobs", n_jobs, sys._getframe(1))
            if "pipeline" in PROBE.frozen:
                n_jobs = 1
        original(self, n_jobs, *args, **kwargs)

    parallel.__init__ = init
