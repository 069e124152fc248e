"""An editor for tests: a protocol client with files open in it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lsprotocol import types
from pygls.workspace import TextDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_lsp import LanguageClient

_LONGEST_WAIT: Final = 15
_Result = TypeVar("_Result")


@dataclass
class Editor:
    """What a person does in an editor, and what is shown there. Positions are the protocol's, rows are from 0."""

    client: LanguageClient
    folder: Path
    texts: dict[str, TextDocument] = field(default_factory=dict)
    notebooks: dict[str, types.NotebookDocument] = field(default_factory=dict)

    def write(self, name: str, text: str = "") -> str:
        """Write a file; return its URI."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path.as_uri()

    def open(self, name: str, text: str) -> str:
        """Open a file, or by a URI something else, with what may not be saved; return its URI."""
        uri = name if ":" in name else (self.folder / name).as_uri()
        self.texts[uri] = TextDocument(uri, text, 1, "python")
        item = types.TextDocumentItem(uri, "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Change a text, and the editor's own copy of it."""
        text = self.texts[uri]
        for change in changes:
            text.apply_change(change)
        text.version = (text.version or 0) + 1
        document = types.VersionedTextDocumentIdentifier(text.version, uri)
        if self._is_cell(uri):
            content = types.NotebookDocumentCellContentChanges(document, [*changes])
            self.change_notebook(types.NotebookDocumentCellChanges(text_content=[content]))
        else:
            self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [*changes]))

    def _is_cell(self, uri: str) -> bool:
        return any(uri == cell.document for notebook in self.notebooks.values() for cell in notebook.cells)

    def type(self, uri: str, row: int, column: int, text: str, until: tuple[int, int] | None = None) -> None:
        """Put a text at a place, or between two."""
        end = types.Position(*(until or (row, column)))
        self.change(uri, types.TextDocumentContentChangePartial(types.Range(types.Position(row, column), end), text))

    def replace(self, uri: str, text: str) -> None:
        """Put another text in the place of the whole."""
        self.change(uri, types.TextDocumentContentChangeWholeDocument(text))

    def close(self, uri: str) -> None:
        """Close a text."""
        del self.texts[uri]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def open_notebook(self, name: str, *cells: str) -> list[str]:
        """Open a notebook with cells of Python; return the URIs of the cells."""
        uri = (self.folder / name).as_uri()
        uris = [f"{uri.replace('file:', 'vscode-notebook-cell:')}#{number}" for number in range(len(cells))]
        for cell, text in zip(uris, cells, strict=True):
            self.texts[cell] = TextDocument(cell, text, 1, "python")
        self.notebooks[uri] = types.NotebookDocument(
            uri, "jupyter-notebook", 1, [types.NotebookCell(types.NotebookCellKind.Code, cell) for cell in uris]
        )
        items = [types.TextDocumentItem(cell, "python", 1, self.texts[cell].source) for cell in uris]
        self.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(self.notebooks[uri], items))
        return uris

    def change_notebook(self, cells: types.NotebookDocumentCellChanges) -> None:
        """Change the cells of the notebook that is open."""
        (notebook,) = self.notebooks.values()
        notebook.version += 1
        document = types.VersionedNotebookDocumentIdentifier(notebook.version, notebook.uri)
        change = types.NotebookDocumentChangeEvent(cells=cells)
        self.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(document, change))

    def delete_cell(self, number: int) -> None:
        """Delete a cell of the notebook that is open."""
        (notebook,) = self.notebooks.values()
        cells = [*notebook.cells]
        gone = types.TextDocumentIdentifier(cells.pop(number).document)
        notebook.cells = cells
        del self.texts[gone.uri]
        array = types.NotebookCellArrayChange(number, 1)
        structure = types.NotebookDocumentCellChangeStructure(array, did_close=[gone])
        self.change_notebook(types.NotebookDocumentCellChanges(structure=structure))

    def close_all(self) -> None:
        """Close everything."""
        for uri, notebook in self.notebooks.items():
            cells = [types.TextDocumentIdentifier(cell.document) for cell in notebook.cells]
            for cell in cells:
                self.texts.pop(cell.uri, None)
            identifier = types.NotebookDocumentIdentifier(uri)
            self.client.notebook_document_did_close(types.DidCloseNotebookDocumentParams(identifier, cells))
        self.notebooks.clear()
        for uri in [*self.texts]:
            self.close(uri)

    def shown(self, uri: str) -> Sequence[types.Diagnostic]:
        """The diagnostics that are shown for a text."""
        shown: Sequence[types.Diagnostic] = self.client.diagnostics.get(uri, ())
        return shown

    def codes(self, uri: str) -> list[tuple[str, int, int]]:
        """The code and the place of each diagnostic."""
        return [(str(d.code), d.range.start.line, d.range.start.character) for d in self.shown(uri)]

    async def until(self, look: Callable[[], _Result], wanted: _Result) -> int:
        """Wait until what one sees is what is wanted; return how often something else was shown. AssertionError if
        it never is."""
        times = 0
        while (seen := look()) != wanted:
            # The client's own method would begin to wait only later, and could miss what comes at once.
            news = self.client.protocol.wait_for_notification_async(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            done, _ = await asyncio.wait([news], timeout=_LONGEST_WAIT)
            assert done, f"{seen} is shown, not {wanted}"
            times += 1
        return times

    async def until_codes(self, uri: str, *wanted: tuple[str, int, int]) -> int:
        """Wait until these diagnostics are shown for a text, and no others; as `until`."""
        return await self.until(lambda: self.codes(uri), [*wanted])

    async def actions(
        self, uri: str, row: int, column: int, *only: str, trigger: types.CodeActionTriggerKind | None = None
    ) -> list[types.CodeAction]:
        """Ask what can be done at a place."""
        place = types.Position(row, column)
        context = types.CodeActionContext([], [*only] if only else None, trigger)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(place, place), context)
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, types.CodeAction)]

    def do(self, action: types.CodeAction) -> None:
        """Change what is open as the action says."""
        assert action.edit is not None
        for uri, edits in _edits(action.edit).items():
            # From the end, so that the places of those before it stay.
            for edit in sorted(
                edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True
            ):
                self.change(uri, types.TextDocumentContentChangePartial(edit.range, edit.new_text))

    async def hover(self, uri: str, row: int, column: int) -> str:
        """Ask what there is to know about a place."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(row, column))
        found = await self.client.text_document_hover_async(params)
        return found.contents.value if found and isinstance(found.contents, types.MarkupContent) else ""


def _edits(edit: types.WorkspaceEdit) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        found[change.text_document.uri] += change.edits
    return found
