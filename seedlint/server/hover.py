"""What is shown for a place: the documentation of the rules that a finding, or a comment that suppresses, is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from seedlint.rules import all_rules
from seedlint.server.places import meet
from seedlint.suppression import directives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seedlint.rules.rule import Rule
    from seedlint.server.checker import Checked


def hover(checked: Checked, params: types.HoverParams, kind: types.MarkupKind) -> types.Hover | None:
    """The documentation for the place, as text of that kind; None where there is nothing to say."""
    place = types.Range(params.position, params.position)
    about = [
        (range_, rule)
        for uri, range_, rule in (*_of_findings(checked), *_of_comments(checked))
        if uri == params.text_document.uri and meet(range_, place)
    ]
    if not about:
        return None
    pages = dict.fromkeys(rule.documentation() for _, rule in about)
    return types.Hover(types.MarkupContent(kind, "\n\n---\n\n".join(pages)), about[0][0])


def _of_findings(checked: Checked) -> Iterator[tuple[str, types.Range, Rule]]:
    rules = {rule.code: rule for rule in all_rules()}
    for finding in map(checked.places.sources.in_cell, checked.findings):
        location = checked.places.location(finding.filename, finding.cell, finding.span)
        yield location.uri, location.range, rules[finding.code]


def _of_comments(checked: Checked) -> Iterator[tuple[str, types.Range, Rule]]:
    source = checked.document.source
    for directive in directives(source.text):
        for code in directive.codes or ():
            for rule in all_rules():
                if rule.code.startswith(code):
                    cell, span = checked.places.sources.placed(source.filename, directive.span)
                    location = checked.places.location(source.filename, cell, span)
                    yield location.uri, location.range, rule
