"""NumPy's global stream, and the generators that ask for entropy.

All of `numpy.random`'s functions are methods of one object, `mtrand._rand`, which scikit-learn and SciPy draw from
directly. A subclass over the same bit generator takes its place, so that each draw is seen whoever makes it.
"""

from __future__ import annotations

import functools
import hashlib
import sys
from typing import TYPE_CHECKING, Any

from seedlint.runtime.probe.imports import when_imported
from seedlint.runtime.probe.places import is_users
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

_is_ready = [False]
_is_seeding = [False]


def install(names: Iterable[str]) -> None:
    """Hook `numpy.random`; `names` are its functions that draw."""
    names = tuple(names)
    when_imported("numpy.random.bit_generator", _hook_entropy)
    when_imported("numpy.random.mtrand", lambda module: _hook_global(module, names))
    when_imported("numpy.random.mtrand", _shift_random_state)
    when_imported("numpy.random._generator", _shift_default_rng)
    when_imported("numpy", lambda module: PROBE.loaded(module))


def freeze() -> None:
    """Set the global stream, if it is frozen and NumPy is there."""
    module = sys.modules.get("numpy.random.mtrand")
    if module is not None and "numpy" in PROBE.frozen:
        _is_seeding[0] = True
        base: Any = type(module._rand).__mro__[1]
        base.seed(module._rand, PROBE.seed)
        _is_seeding[0] = False


def _hook_entropy(module: ModuleType) -> None:
    """Each new generator without a seed asks `randbits` for its entropy."""
    original = module.__dict__["randbits"]

    def randbits(count: int) -> int:
        if not _is_ready[0] or _is_seeding[0]:
            return int(original(count))
        frame = sys._getframe(1)
        if is_users(frame.f_code.co_filename):
            # Libraries make generators that they seed at once, which NumPy gives entropy first.
            PROBE.recorder.seed("generator", "numpy.random", None, frame)
        if "generator" not in PROBE.frozen:
            with PROBE.own_use():
                return int(original(count))
        text = str(PROBE.next_seed("generator")).encode()
        return int.from_bytes(hashlib.shake_128(text).digest((count + 7) // 8), "big")

    module.__dict__["randbits"] = randbits


def _hook_global(module: ModuleType, names: Iterable[str]) -> None:
    old = module.__dict__["_rand"]
    probed = _probed_class(type(old), names)(old._bit_generator)
    for name, value in list(vars(module).items()):
        if getattr(value, "__self__", None) is old:
            setattr(module, name, getattr(probed, name))
    module.__dict__["_rand"] = probed
    _is_ready[0] = True
    freeze()


def _probed_class(base: Any, names: Iterable[str]) -> Any:
    def seed(self: Any, seed: Any = None) -> None:
        PROBE.recorder.seed("numpy", "numpy.random.seed", seed, sys._getframe(1))
        if seed is None and "numpy" in PROBE.frozen:
            seed = PROBE.next_seed("numpy")
        _is_seeding[0] = True
        try:
            base.seed(self, PROBE.shifted(seed))
        finally:
            _is_seeding[0] = False

    def set_state(self: Any, state: Any) -> None:
        digest = hashlib.sha1(repr(state).encode(), usedforsecurity=False).hexdigest()
        PROBE.recorder.seed("numpy", "numpy.random.set_state", digest, sys._getframe(1))
        base.set_state(self, state)

    methods: dict[str, Any] = {"seed": seed, "set_state": set_state, "__module__": base.__module__}
    for name in names:
        if callable(getattr(base, name, None)):
            methods[name] = _drawing(f"numpy.random.{name}", getattr(base, name))
    return type(base.__name__, (base,), methods)


def _drawing(api: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def drawing(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if frame.f_code is drawing.__code__:  # one method draws by another
            return result
        PROBE.recorder.draw("numpy", api, frame, lambda: args if result is None else result)
        return result

    drawing.__name__ = drawing.__qualname__ = api.rpartition(".")[2]
    drawing.__doc__ = original.__doc__
    return drawing


# -- generators with a seed of their own, where seeds are to vary ------------------------------


def _shift_default_rng(module: ModuleType) -> None:
    if not PROBE.seed_shift:
        return
    original = module.__dict__["default_rng"]

    @functools.wraps(original)
    def default_rng(seed: Any = None) -> Any:
        return original(PROBE.shifted_by_user("numpy.random.default_rng", seed, sys._getframe(1)))

    module.__dict__["default_rng"] = default_rng


def _shift_random_state(module: ModuleType) -> None:
    """`RandomState(seed)` makes a bit generator and seeds it. A subclass of its own would not be the class that
    scikit-learn asks for."""
    if not PROBE.seed_shift:
        return
    base: Any = module.__dict__["_MT19937"]

    def seed(self: Any, seed: Any) -> None:
        seed = PROBE.shifted_by_user("numpy.random.RandomState", seed, sys._getframe(1))
        base._legacy_seeding(self, seed)

    def reduce(self: Any) -> Any:
        make, arguments, *rest = base.__reduce__(self)
        return (make, tuple(base if argument is type(self) else argument for argument in arguments), *rest)

    class AnyOfBase(type):
        """`seed` asks whether the global stream's bit generator is of the class."""

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, base)

    methods = {"_legacy_seeding": seed, "__reduce__": reduce, "__module__": base.__module__}
    module.__dict__["_MT19937"] = AnyOfBase(base.__name__, (base,), methods)
