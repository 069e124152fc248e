"""Processes that stay, each with an object of its own, whose methods are called there."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from seedlint.deep_stack import on_deep_stack

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import TracebackType

_Piece = TypeVar("_Piece")
_MOMENT: Final = 0.2
_MOST_PIECES: Final = 16
"""So many pieces of work are given out at once: whoever has done its share helps the others with theirs."""


class _ThereError(Exception):
    """What was raised in another process: the traceback."""


class Crew:
    """So many processes, from its beginning as a context to its end, each with a copy of `member`."""

    def __init__(self, member: object, count: int, on_moment: Callable[[], None]) -> None:
        """`on_moment` is called several times a second while there is something to wait for."""
        self._member = member
        self.count = count
        self._on_moment = on_moment
        self._processes: list[BaseProcess] = []
        self._connections: list[Connection] = []

    def __enter__(self) -> Crew:
        try:
            with _uninterrupted():
                self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._end()

    def _start(self) -> None:
        import multiprocessing  # which most runs are too short for

        context: Any = multiprocessing.get_context(_start_method())
        for _ in range(self.count):
            ours, theirs = context.Pipe()
            # What is forked has all that is open here, and would keep the others from seeing that this process is gone.
            inherited = [ours, *self._connections] if context.get_start_method() == "fork" else []
            arguments = theirs, inherited, gc.get_threshold(), self._member
            process = context.Process(target=_serve, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._connections.append(ours)

    def _end(self) -> None:
        """End all, whatever they do: all that they were to say has been heard, or nobody waits for it any more."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        for connection in self._connections:
            connection.close()

    def each(self, method: str, arguments: Sequence[tuple[Any, ...]] | None = None) -> list[Any]:
        """Call a method everywhere, with arguments for each process, and return what each returns."""
        results = dict(self._ask(method, [iter([each]) for each in arguments or [()] * self.count]))
        return [results[number] for number in range(self.count)]

    def divided(self, method: str, work: Sequence[deque[_Piece]]) -> Iterator[tuple[int, Any]]:
        """Call a method that takes several pieces of work, until all is done. Return what it returns, and the number of
        the process. Each begins with its own pieces, the first ones first, and takes the last ones of others then."""
        return self._ask(method, [_portions(work, own) for own in work])

    def _ask(self, method: str, supplies: Sequence[Iterator[tuple[Any, ...]]]) -> Iterator[tuple[int, Any]]:
        """Call a method with what the supply of each process gives, one after the other; raise what one raises, as soon
        as nothing is being done any more."""
        failures: list[Exception] = []
        busy = {number for number in range(self.count) if self._begin(number, method, supplies[number])}
        while busy:
            for number in self._ready(busy):
                result, failure = self._hear(number)
                if failure is not None:
                    failures.append(failure)
                if failures or not self._begin(number, method, supplies[number]):
                    busy.remove(number)
                if failure is None:
                    yield number, result
            self._on_moment()
        if failures:
            raise failures[0]

    def _ready(self, numbers: Iterable[int]) -> list[int]:
        """Return the processes of these that have something to say, after a moment at most."""
        from multiprocessing.connection import wait

        by_connection = {self._connections[number]: number for number in numbers}
        ready = wait([*by_connection], _MOMENT)
        return [number for connection, number in by_connection.items() if connection in ready]

    def _begin(self, number: int, method: str, supply: Iterator[tuple[Any, ...]]) -> bool:
        """Let a process do what comes next; whether there is something."""
        arguments = next(supply, None)
        if arguments is not None:
            with _noticing_ends():
                self._connections[number].send((method, arguments))
        return arguments is not None

    def _hear(self, number: int) -> tuple[Any, Exception | None]:
        with _noticing_ends():
            result, failure, trace = self._connections[number].recv()
        if failure is not None:
            failure.__cause__ = _ThereError(trace)
        return result, failure


@contextmanager
def _noticing_ends() -> Iterator[None]:
    """ChildProcessError where nobody is at the other end."""
    try:
        yield
    except (EOFError, OSError) as error:
        raise ChildProcessError from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let SIGINT wait: what it raises is lost where Python forks."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_method() -> str:
    """Return how processes start: by fork, which is quickest, where nothing runs beside that it could break."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return "fork"
    import multiprocessing

    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _portions(work: Sequence[deque[_Piece]], own: deque[_Piece]) -> Iterator[tuple[list[_Piece]]]:
    while any(work):
        pieces = own or max(work, key=len)
        count = max(1, min(_MOST_PIECES, len(pieces) // 4))
        take = pieces.popleft if pieces is own else pieces.pop
        yield ([take() for _ in range(count)],)


# -- in each of the processes -----------------------------------------------------------------


def _serve(
    connection: Connection, inherited: Iterable[Connection], threshold: tuple[int, int, int], member: object
) -> None:
    for each in inherited:
        each.close()
    gc.set_threshold(*threshold)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever interrupts all of them hears from the first one
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with suppress(EOFError, OSError):  # nobody asks any more
        on_deep_stack(lambda: _answer(connection, member))


def _answer(connection: Connection, member: object) -> None:
    while True:
        method, arguments = connection.recv()
        answer: tuple[Any, Exception | None, str]
        try:
            answer = getattr(member, method)(*arguments), None, ""
        except Exception as error:  # noqa: BLE001 - handed on to the process that asked
            import traceback

            answer = None, error, traceback.format_exc()
        connection.send(answer)
