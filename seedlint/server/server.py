"""The language server itself: what it can do, and what it does with each message."""

from __future__ import annotations

import asyncio
import os
import traceback
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from seedlint import __version__
from seedlint.server.actions import KINDS, Actions
from seedlint.server.checker import LARGEST, Checked, Checker, Opened
from seedlint.server.configuration import Configuration
from seedlint.server.diagnostics import diagnostic
from seedlint.server.documents import open_documents, path_of
from seedlint.server.hover import hover
from seedlint.server.places import Places
from seedlint.server.protocol import Protocol
from seedlint.settings import SETTINGS_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from seedlint.settings import SettingsFinder

_WATCHED: Final = (*SETTINGS_FILES, "*.py", "*.ipynb", ".gitignore", "setup.{py,cfg}", "requirements*.txt", "Pipfile")
_CELLS: Final = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithNotebook("*", [types.NotebookCellLanguage("python")])]
)

_OnDisk = (
    types.DidSaveTextDocumentParams
    | types.DidSaveNotebookDocumentParams
    | types.DidChangeWatchedFilesParams
    | types.DidChangeWorkspaceFoldersParams
)


class SeedlintServer(LanguageServer):
    """A server for one client."""

    def __init__(self, make_finder: Callable[[], SettingsFinder]) -> None:
        """`make_finder` gives the settings of files as they now are."""
        super().__init__("seedlint", __version__, notebook_document_sync=_CELLS, protocol_cls=Protocol)
        self.configuration = Configuration(make_finder, self._tell)
        self.checker = Checker(self._opened, self._publish, self._failed, self.configuration)
        self._first = ""
        self._shown: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def check(self, first: str = "") -> None:
        """Check everything, from what the user works on."""
        self._loop = asyncio.get_running_loop()
        self._first = first or self._first
        for uri in self._shown - {text.uri for text in self.workspace.text_documents.values()}:
            self._show(uri, None, [])
        self.checker.changed()

    def understands(self, capability: str, default: Any = None) -> Any:
        """What the client says of one of its capabilities."""
        return get_capability(self.client_capabilities, capability, default)

    def _opened(self) -> Opened:
        folders = [path for folder in self.workspace.folders.values() if (path := path_of(folder.uri))]
        if not folders and self.workspace.root_path:
            folders = [self.workspace.root_path]
        documents = list(open_documents(self.workspace, folders[0] if folders else os.getcwd()))
        documents.sort(key=lambda document: not document.has(self._first))
        return Opened(documents, folders, Places(documents, self.workspace.position_codec))

    def _publish(self, checked: Checked) -> None:
        by_cell: defaultdict[int | None, list[types.Diagnostic]] = defaultdict(list)
        for finding in map(checked.places.sources.in_cell, checked.findings):
            by_cell[finding.cell].append(diagnostic(finding, checked.places))
        for cell, text in checked.document.texts.items():
            self._show(text.uri, text.version, by_cell[cell])

    def _show(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        if found:
            self._shown.add(uri)
        else:
            self._shown.discard(uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def _tell(self, message: str) -> None:
        """Show the user a message, from whichever thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(
                self.window_show_message, types.ShowMessageParams(types.MessageType.Error, f"seedlint: {message}")
            )

    def _failed(self, error: Exception) -> None:
        trace = "".join(traceback.format_exception(error))
        message = f"a fault of seedlint itself, please report it:\n{trace}"
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))


def create(make_finder: Callable[[], SettingsFinder]) -> SeedlintServer:
    """Return a server that knows what to do with each message. `make_finder` gives the settings as they now are."""
    server = SeedlintServer(make_finder)

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        if server.understands("workspace.did_change_watched_files.dynamic_registration"):
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            what = types.Registration("watched", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([what]))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        if len(params.text_document.text) > LARGEST:
            message = (
                f"{params.text_document.uri} is too large to be checked while it is typed; `seedlint check` reads it"
            )
            server.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        server.check(params.cell_text_documents[0].uri if params.cell_text_documents else "")

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        changed = params.change.cells.text_content if params.change.cells else None
        server.check(changed[0].document.uri if changed else "")

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.check()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        server.check()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def changed_on_disk(params: _OnDisk) -> None:
        server.configuration.reload()
        server.check()

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(KINDS))
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        checked = await server.checker.checked(params.text_document.uri)
        if checked is None:
            return []
        versioned = bool(server.understands("workspace.workspace_edit.document_changes"))
        actions = Actions(server.configuration, versioned)
        return await server.checker.do(partial(actions.asked_for, checked, params))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def show_documentation(params: types.HoverParams) -> types.Hover | None:
        checked = await server.checker.checked(params.text_document.uri)
        kinds = server.understands("text_document.hover.content_format", [types.MarkupKind.PlainText])
        return hover(checked, params, kinds[0]) if checked is not None else None

    @server.feature(types.SHUTDOWN)
    def shut_down(params: None) -> None:
        server.checker.close()

    return server
