"""pygls's protocol with the rows of a text as the protocol has them: pygls ends one at form feeds and others, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.workspace import TextDocument, Workspace

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_ROW: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class _TextDocument(TextDocument):
    @property
    def lines(self) -> Sequence[str]:
        return _ROW.findall(self.source)


class _Workspace(Workspace):
    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> TextDocument:
        return _TextDocument(doc_uri, source, version, language_id, position_codec=self.position_codec)


class Protocol(LanguageServerProtocol):
    """The protocol on which the server speaks."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer as pygls does, then keep texts in a workspace of our own."""
        result = yield from super().lsp_initialize(params)
        given = self.workspace
        folders = list(given.folders.values())
        self._workspace = _Workspace(
            given.root_uri, workspace_folders=folders, position_encoding=given.position_encoding
        )
        return result
