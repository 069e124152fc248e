"""Checks what is open, in the background: never more than one check at a time, and none of what has changed since."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from seedlint.linter import Linter
from seedlint.traces import OutdatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    from seedlint.finding import Finding
    from seedlint.server.configuration import Configuration
    from seedlint.server.documents import Document
    from seedlint.server.places import Places
    from seedlint.sources.text import SourceText

_PAUSE: Final = 0.03
"""How long to wait for more, in seconds, once something has changed: clients send one edit as several."""

LARGEST: Final = 1_000_000
"""How many characters a text may have to be checked while it is typed: reading more takes seconds, each time."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Checked:
    """A document as it was checked, all that was open then, and what was found. The places of `findings` are in the
    document's source; `linter` gives their fixes."""

    document: Document
    findings: Sequence[Finding]
    places: Places
    linter: Linter
    overrides: Mapping[str, SourceText]


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open at one moment, that which the user works on first, and the places in it."""

    documents: Sequence[Document]
    folders: Sequence[str]
    places: Places


class Checker:
    """Keeps what is found up to date with what is open. It lives in the client's event loop; the work is done in a
    thread of its own."""

    def __init__(
        self,
        opened: Callable[[], Opened],
        publish: Callable[[Checked], None],
        failed: Callable[[Exception], None],
        configuration: Configuration,
    ) -> None:
        """`opened` tells what is open, `publish` what was found in a document, `failed` what went wrong."""
        self._opened = opened
        self._publish = publish
        self._failed = failed
        self._configuration = configuration
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="seedlint-server")
        self._checked: dict[str, tuple[int, Checked]] = {}
        self._state = 0
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._linter: Linter | None = None
        self._seen: tuple[Set[str], int] | None = None

    def changed(self) -> None:
        """Check what is open, as something has changed."""
        self._state += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._check_until_settled())

    async def checked(self, uri: str) -> Checked | None:
        """The document, or notebook, that the client shows by that URI, checked as it is now; None if it isn't open or
        is not to be checked."""
        while True:
            found = self._find(uri)
            if found is not None and found[0] == self._state:
                return found[1]
            if self._task is None or self._task.done():
                return None
            await self._news.wait()

    async def do(self, work: Callable[[], _Result]) -> _Result:
        """Do work in the thread in which files are checked."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Begin nothing more."""
        if self._task is not None:
            self._task.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _tell_news(self) -> None:
        """Wake up those who wait for what is found."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _find(self, uri: str) -> tuple[int, Checked] | None:
        return next((found for found in self._checked.values() if found[1].document.has(uri)), None)

    async def _check_until_settled(self) -> None:
        done = -1
        while done != self._state:
            await asyncio.sleep(_PAUSE)
            done = self._state
            try:
                await self._check(done)
            except Exception as error:  # noqa: BLE001 - a fault of one check is told, and the next may do
                self._failed(error)
            self._tell_news()

    async def _check(self, state: int) -> None:
        """Check all documents, until they have changed."""
        opened = self._opened()
        names = {document.source.filename for document in opened.documents}
        self._checked = {name: found for name, found in self._checked.items() if name in names}
        wanted = await self.do(partial(self._wanted, opened))
        overrides = {document.source.path: document.source for document in wanted}
        linter = await self.do(partial(self._linter_for, overrides))
        for document in opened.documents:
            try:
                found = await self.do(partial(self._found, linter, document, state)) if document in wanted else []
            except OutdatedError:
                return
            if state != self._state:
                return
            checked = Checked(document, found, opened.places, linter, overrides)
            self._checked[document.source.filename] = state, checked
            self._publish(checked)
            self._tell_news()

    def _linter_for(self, overrides: Mapping[str, SourceText]) -> Linter:
        """The linter to use: the last one, unless what is open, or on the disk, is no longer the same files."""
        seen = overrides.keys(), self._configuration.times_read
        if self._linter is not None and self._seen == seen:
            self._linter.see(overrides)
        else:
            self._linter, self._seen = Linter(self._configuration, overrides, fixes_later=True), seen
        return self._linter

    def _found(self, linter: Linter, document: Document, state: int) -> list[Finding]:
        found = linter.check([document.source], lambda: state != self._state)
        return self._configuration.new(found, [document.source])

    def _wanted(self, opened: Opened) -> list[Document]:
        """The documents that are not too large, and that the settings don't exclude."""
        self._configuration.refresh(document.source.path for document in opened.documents)
        return [
            document
            for document in opened.documents
            if len(document.source.text) <= LARGEST
            and not (document.is_file and self._configuration.excludes(document.source.path, opened.folders))
        ]
