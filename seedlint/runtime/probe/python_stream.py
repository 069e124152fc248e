"""Python's own sources of randomness: `random`, the operating system, the clock and the process id."""

from __future__ import annotations

import atexit
import builtins
import datetime
import hashlib
import linecache
import os
import random
import re
import sys
import time
import uuid
from types import MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe.places import is_users
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_GLOBAL: Final[random.Random] = random._inst
_OWN_USE: Final = ("tempfile", "multiprocessing", "ssl", "socket", "http", "email", "asyncio", "concurrent", "joblib")
"""Modules that take entropy for names, keys and ports, which no result depends on."""
_CLOCKS: Final = (
    "time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time",
    "process_time_ns", "thread_time", "thread_time_ns",
)  # fmt: skip
_FROZEN_TIME: Final = 1_700_000_000
_TICKS: Final = 200
"""So many readings of the frozen clock advance it by a millisecond each; from then on time passes as it does."""
_SEEDING: Final = re.compile(r"seed|random|rng|generator", re.IGNORECASE)


def bound(function: Callable[..., Any], api: str, original: Any) -> Any:
    """`function` as a method of its API's name. As the attribute of a class it takes no `self`, like what it
    replaces."""
    function.__name__ = getattr(original, "__name__", api.rpartition(".")[2])
    function.__qualname__ = function.__name__
    function.__doc__ = getattr(original, "__doc__", None)
    function.__module__ = getattr(original, "__module__", None) or api.rpartition(".")[0]
    function.__wrapped__ = original  # type: ignore[attr-defined]
    return MethodType(function, api)


def install(apis: dict[str, list[str]]) -> None:
    """Hook `random`, `os`, `uuid`, `time`."""
    for name in apis["random"]:
        if hasattr(random, name):
            setattr(random, name, _drawing(f"random.{name}", getattr(random, name)))
    random.seed = _seeding(random.seed)
    random.setstate = _setting_state(random.setstate)
    _hook_local_generators()
    os.urandom = _entropy("os.urandom", os.urandom)
    random._urandom = os.urandom  # type: ignore[attr-defined]
    if hasattr(os, "getrandom"):
        os.getrandom = _entropy("os.getrandom", os.getrandom)
    uuid.uuid1 = _unique("uuid.uuid1", uuid.uuid1)
    uuid.uuid4 = _unique("uuid.uuid4", uuid.uuid4)
    for name in _CLOCKS:
        if hasattr(time, name):
            setattr(time, name, _clock(f"time.{name}", getattr(time, name)))
    os.getpid = _process_id(os.getpid)
    atexit.register(lambda: PROBE.recorder.finish("exit"))


def freeze() -> None:
    """Set the global stream, if it is frozen; make `datetime` tell the frozen time."""
    if "python" in PROBE.frozen:
        _GLOBAL.seed(PROBE.seed)
    if "clock" in PROBE.frozen:
        builtins.__import__ = _importing_for_users


def in_child() -> None:
    """In a fork. Python has seeded the global stream anew there, whatever the program seeded it with (`random.py`)."""
    if "python" in PROBE.frozen:
        _GLOBAL.seed(PROBE.seed + (PROBE.recorder.worker or 0))


# -- the global stream ------------------------------------------------------------------------


def _drawing(api: str, original: Callable[..., Any]) -> Any:
    def drawing(api: str, *args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        PROBE.recorder.draw("python", api, sys._getframe(1), lambda: args if result is None else result)
        return result

    return bound(drawing, api, original)


def _seeding(original: Callable[..., None]) -> Any:
    def seeding(api: str, a: Any = None, version: int = 2) -> None:
        PROBE.recorder.seed("python", api, a, sys._getframe(1))
        if a is None and "python" in PROBE.frozen:
            a = PROBE.next_seed("python")
        original(PROBE.shifted(a), version)

    return bound(seeding, "random.seed", original)


def _setting_state(original: Callable[..., None]) -> Any:
    def setting_state(api: str, state: Any) -> None:
        PROBE.recorder.seed("python", api, hashlib.sha1(repr(state).encode()).hexdigest(), sys._getframe(1))
        original(state)

    return bound(setting_state, "random.setstate", original)


# -- local generators -------------------------------------------------------------------------


def _hook_local_generators() -> None:
    original = random.Random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename == random.__file__:
            frame = frame.f_back
        if self is _GLOBAL or _is_own_use(frame):
            original(self, a, version)
            return
        if PROBE.seed_shift:
            # TensorFlow makes one of its global seed, which has been shifted already.
            a = PROBE.shifted_by_user("random.Random", a, frame)
        else:
            PROBE.recorder.seed("generator", "random.Random", a, frame)
        if a is None and "generator" in PROBE.frozen:
            a = PROBE.next_seed("generator")
        original(self, a, version)

    random.Random.seed = seed  # type: ignore[method-assign]


def _is_own_use(frame: FrameType | None) -> bool:
    return PROBE.is_noted or (
        frame is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] in _OWN_USE
    )


# -- the operating system ---------------------------------------------------------------------


def _entropy(api: str, original: Callable[..., bytes]) -> Any:
    def entropy(api: str, size: int, *args: Any) -> bytes:
        frame = sys._getframe(1)
        if _is_own_use(frame):
            return original(size, *args)
        frozen = "entropy" in PROBE.frozen
        result = _fixed_bytes(size) if frozen else original(size, *args)
        PROBE.recorder.value("entropy", api, result, frame)
        return result

    return bound(entropy, api, original)


def _unique(api: str, original: Callable[..., uuid.UUID]) -> Any:
    def unique(api: str, *args: Any, **kwargs: Any) -> uuid.UUID:
        frame = sys._getframe(1)
        is_own_use = _is_own_use(frame)
        with PROBE.own_use():
            result = original(*args, **kwargs)
        if is_own_use:
            return result
        if "entropy" in PROBE.frozen:
            result = uuid.UUID(bytes=_fixed_bytes(16), version=4)
        PROBE.recorder.value("entropy", api, result, frame)
        return result

    return bound(unique, api, original)


def _fixed_bytes(size: int) -> bytes:
    """Bytes in place of entropy: others for each call, the same in each run."""
    return hashlib.shake_128(str(PROBE.next_seed("entropy")).encode()).digest(size)


# -- the clock and the process id -------------------------------------------------------------

_real_time = time.time
_ticks = [0]


def _frozen_seconds() -> float:
    """The frozen time. It passes even where a program waits for it."""
    _ticks[0] += 1
    if _ticks[0] > _TICKS:
        return _FROZEN_TIME + (_real_time() - _started)
    return _FROZEN_TIME + _ticks[0] / 1000


_started = _real_time()


def _clock(api: str, original: Callable[[], Any]) -> Any:
    in_nanoseconds = api.endswith("_ns")

    def clock(api: str) -> Any:
        frame = sys._getframe(1)
        if not is_users(frame.f_code.co_filename):
            return original()
        result = original()
        if "clock" in PROBE.frozen:
            seconds = _frozen_seconds()
            result = round(seconds * 1e9) if in_nanoseconds else seconds
        PROBE.recorder.value("clock", api, result, frame)
        return result

    return bound(clock, api, original)


class _AnyDatetime(type):
    """Takes every `datetime` for an instance of the one that tells the frozen time."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _datetime)


_datetime = datetime.datetime


class _FrozenDatetime(_datetime, metaclass=_AnyDatetime):
    """`datetime` whose present, for the user's own code, is the frozen time."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """See `datetime.now`."""
        return _present(sys._getframe(1), tz)

    @classmethod
    def utcnow(cls) -> Any:
        """See `datetime.utcnow`."""
        return _present(sys._getframe(1), datetime.timezone.utc).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        """See `datetime.today`."""
        return _present(sys._getframe(1), None)


_FrozenDatetime.__name__ = _FrozenDatetime.__qualname__ = "datetime"
_FrozenDatetime.__module__ = "datetime"


_frozen_module = ModuleType("datetime")
_frozen_module.__dict__.update(vars(datetime), datetime=_FrozenDatetime)
_import = builtins.__import__


def _importing_for_users(name: str, *args: Any, **kwargs: Any) -> Any:
    """`import datetime` in the user's code gives the module that tells the frozen time. Libraries get the real one:
    some of them rest on its classes being what they are in C."""
    if name == "datetime" and is_users(sys._getframe(1).f_code.co_filename):
        return _frozen_module
    return _import(name, *args, **kwargs)


def _present(frame: FrameType, tz: datetime.tzinfo | None) -> datetime.datetime:
    if not is_users(frame.f_code.co_filename):
        return _datetime.now(tz)
    result = _datetime.fromtimestamp(_frozen_seconds(), tz)
    PROBE.recorder.value("clock", "datetime.datetime.now", result, frame)
    return result


def _process_id(original: Callable[[], int]) -> Any:
    seen: dict[tuple[str, int], bool] = {}

    def process_id(api: str) -> int:
        frame = sys._getframe(1)
        filename, row = frame.f_code.co_filename, frame.f_lineno
        if not is_users(filename):
            return original()
        if (filename, row) not in seen:
            # Elsewhere the number is used as what it is: to send signals, to name a file.
            seen[filename, row] = bool(_SEEDING.search(linecache.getline(filename, row)))
        if not seen[filename, row]:
            return original()
        result = 4321 if "clock" in PROBE.frozen else original()
        PROBE.recorder.value("pid", api, result, frame)
        return result

    return bound(process_id, "os.getpid", original)
