"""What the client can do about findings: mend one, suppress one, mend all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from seedlint.finding import Edit, Span
from seedlint.fixes.edits import edit_source
from seedlint.fixes.loop import fix_until_stable
from seedlint.fixes.noqa import comments
from seedlint.linter import Linter
from seedlint.rules.unused_suppression import RULE as UNUSED_SUPPRESSION
from seedlint.server.diagnostics import diagnostic
from seedlint.server.places import meet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seedlint.finding import Finding, Fix, Position
    from seedlint.server.checker import Checked
    from seedlint.server.configuration import Configuration
    from seedlint.server.documents import Text
    from seedlint.sources.text import SourceText

FIX_ALL: Final = "source.fixAll.seedlint"
KINDS: Final = (types.CodeActionKind.QuickFix, FIX_ALL)


@dataclass(frozen=True, slots=True)
class Actions:
    """Makes the actions for what a client shows. `versioned` says whether it understands edits to one version of a
    text."""

    configuration: Configuration
    versioned: bool

    def asked_for(self, checked: Checked, params: types.CodeActionParams) -> list[types.CodeAction]:
        """The actions that the client asks for, safe fixes first."""
        found: list[types.CodeAction] = []
        if _is_asked_for(types.CodeActionKind.QuickFix.value, params.context):
            found += sorted(self._for_findings(checked, params), key=lambda action: not action.is_preferred)
        if _is_asked_for(FIX_ALL, params.context) and (action := self._fix_all(checked)):
            found.append(action)
        return found

    def _for_findings(self, checked: Checked, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
        """For each finding at the place: its fix, unless that is for people to read only; and its suppression."""
        suppressions: list[types.CodeAction] = []
        for finding in checked.findings:
            shown = checked.places.sources.in_cell(finding)
            if checked.document.texts[shown.cell].uri != params.text_document.uri:
                continue
            if not meet(checked.places.range(shown.filename, shown.cell, shown.span), params.range):
                continue
            seen = diagnostic(shown, checked.places)
            fix = checked.linter.with_fix(finding).fix
            if fix is not None and fix.applicability != "display":
                yield self._quick_fix(checked, seen, _title(finding, fix), fix.edits, fix.applicability == "safe")
            comment = comments(checked.document.source, [finding], "")
            if comment and finding.code != UNUSED_SUPPRESSION.code:
                suppressions.append(self._quick_fix(checked, seen, f"Suppress {finding.code} on this line", comment))
        yield from suppressions

    def _fix_all(self, checked: Checked) -> types.CodeAction | None:
        """All that `--fix` would do to the document; None if that is nothing."""

        linter = Linter(self.configuration, checked.overrides)

        def check(files: Sequence[SourceText]) -> list[Finding]:
            return self.configuration.new(linter.check(files), files)

        before = checked.document.source
        (after,) = fix_until_stable(check, [before], unsafe=False).sources
        if after.text == before.text:
            return None
        return types.CodeAction(
            "Apply all safe fixes of seedlint",
            kind=FIX_ALL,
            edit=self._workspace_edit(checked, _difference(before, after)),
        )

    def _quick_fix(
        self,
        checked: Checked,
        mends: types.Diagnostic,
        title: str,
        edits: Sequence[Edit],
        is_preferred: bool | None = None,
    ) -> types.CodeAction:
        before = checked.document.source
        if before.notebook is not None:
            # A cell lacks the last newline that it has in the program: what is put behind that is put otherwise.
            edits = list(_difference(before, edit_source(before, edits)))
        return types.CodeAction(
            title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[mends],
            is_preferred=is_preferred,
            edit=self._workspace_edit(checked, edits),
        )

    def _workspace_edit(self, checked: Checked, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Edits to the version of the texts that was checked, so that a client refuses them for a later one."""
        by_text: defaultdict[Text, list[types.TextEdit]] = defaultdict(list)
        for edit in edits:
            place = checked.places.range(checked.document.source.filename, edit.cell, edit.span)
            by_text[checked.document.texts[edit.cell]].append(types.TextEdit(place, edit.content))
        if not self.versioned:
            return types.WorkspaceEdit({text.uri: of_text for text, of_text in by_text.items()})
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(text.uri, text.version), [*of_text]
                )
                for text, of_text in by_text.items()
            ]
        )


def _is_asked_for(kind: str, context: types.CodeActionContext) -> bool:
    """Whether a kind is among those that the client wants. What changes a whole file is worked out only if a person
    asks, by it or for everything, not whenever a client looks for what to offer."""
    if context.only is not None:
        return any(kind == only or kind.startswith(f"{only}.") for only in map(_text, context.only))
    return kind != FIX_ALL or context.trigger_kind != types.CodeActionTriggerKind.Automatic


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _title(finding: Finding, fix: Fix) -> str:
    unsafe = " (unsafe)" if fix.applicability == "unsafe" else ""
    return f"{finding.code}: {fix.message}{unsafe}"


def _difference(before: SourceText, after: SourceText) -> Iterator[Edit]:
    """What turns one text into the other; of notebooks, each of their cells."""
    if before.notebook is None or after.notebook is None:
        yield _one_edit(before.text, after.text, before.lines.position, None)
        return
    for old, new in zip(before.notebook.cells, after.notebook.cells, strict=True):
        lines = before.notebook.lines(old.number)
        if old.source != new.source and lines is not None:
            yield _one_edit(old.source, new.source, lines.position, old.number)


def _one_edit(old: str, new: str, position: Callable[[int], Position], cell: int | None) -> Edit:
    """The smallest edit of whole characters that turns `old` into `new`."""
    shorter = min(len(old), len(new))
    first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - first
    last = next((at for at in range(rest) if old[-at - 1] != new[-at - 1]), rest)
    return Edit(Span(position(first), position(len(old) - last)), new[first : len(new) - last], cell)
