"""What the client has open, as files to lint: texts, and notebooks with a text for each cell."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from lsprotocol import types
from pygls.uris import to_fs_path

from seedlint.sources import notebook
from seedlint.sources.text import SourceText, is_notebook, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pygls.workspace import TextDocument, Workspace

_NOT_PYTHON: Final = str.maketrans({"\0": "\N{REPLACEMENT CHARACTER}"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text that the client shows: a file, or a notebook's cell."""

    uri: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """An open file or notebook as it is now. `texts` is its text, as None, or those of its cells by their numbers.
    `is_file` says whether it has a place on the disk, or a name only."""

    source: SourceText
    texts: Mapping[int | None, Text]
    is_file: bool

    def has(self, uri: str) -> bool:
        """Whether the client shows the document, or a part of it, by that URI."""
        return any(text.uri == uri for text in self.texts.values())


def path_of(uri: str) -> str | None:
    """The file that a URI names, with all links followed; None for what is no file."""
    path = to_fs_path(uri)
    return os.path.realpath(path) if path else None


def open_documents(workspace: Workspace, folder: str) -> Iterator[Document]:
    """Everything that is open. What is no file yet is taken to lie in `folder`."""
    cells = {cell.document for opened in workspace.notebook_documents.values() for cell in opened.cells}
    for text in workspace.text_documents.values():
        # A notebook that is shown as the JSON that it is has no places for findings.
        if text.uri not in cells and not is_notebook(text.path):
            yield _file(text, folder)
    for opened in workspace.notebook_documents.values():
        yield _notebook(opened, workspace, folder)


def _file(text: TextDocument, folder: str) -> Document:
    path = path_of(text.uri)
    source = SourceText(
        path or os.path.join(folder, quote(text.uri, safe="")), _name(path, text.uri), _encodable(text.source)
    )
    return Document(source, {None: Text(text.uri, text.version)}, path is not None)


def _notebook(opened: types.NotebookDocument, workspace: Workspace, folder: str) -> Document:
    """The notebook, read as its file would be."""
    texts: dict[int | None, Text] = {}
    cells: list[dict[str, Any]] = []
    for number, cell in enumerate(opened.cells, 1):
        text = workspace.get_text_document(cell.document)
        is_code = cell.kind == types.NotebookCellKind.Code and text.language_id in (None, "python")
        order = cell.execution_summary.execution_order if cell.execution_summary else None
        cells.append(
            {
                "cell_type": "code" if is_code else "raw",
                "metadata": {},
                "execution_count": order,
                "outputs": [],
                "source": _encodable(text.source) if is_code else "",
            }
        )
        texts[number] = Text(text.uri, text.version)
    raw = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    path = path_of(opened.uri)
    place = path or os.path.join(folder, f"{quote(opened.uri, safe='')}.ipynb")
    read = notebook.Notebook.read(raw)
    source = SourceText(place, _name(path, opened.uri), read.text, notebook=read)
    return Document(source, texts, path is not None)


def _name(path: str | None, uri: str) -> str:
    return uri if path is None else shown_name(path)


def _encodable(text: str) -> str:
    """The text without what no file holds: half a surrogate pair, which JSON can say, and NUL."""
    return text.encode(errors="replace").decode().translate(_NOT_PYTHON)
