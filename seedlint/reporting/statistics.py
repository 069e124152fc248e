"""`--statistics`: how many findings of each rule, the most frequent first."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedlint.reporting.report import Report


def render(report: Report, *, as_json: bool) -> str:
    """A table of count, code, whether `--fix` mends all (`[*]`) or some (`[-]`), and name; or the same as a
    JSON array of objects."""
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    fixable = Counter(finding.code for finding in report.findings if report.is_fixable(finding))
    rules = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if as_json:
        objects = [
            {"code": code, "name": name, "count": count, "fixable": fixable[code]} for (code, name), count in rules
        ]
        return json.dumps(objects, indent=2) + "\n"
    paint = report.paint
    width = max((len(str(count)) for _, count in rules), default=0)
    lines = []
    for (code, name), count in rules:
        mark = "[*]" if fixable[code] == count else "[-]" if fixable[code] else "[ ]"
        lines.append(
            f"{paint(str(count).rjust(width), 'bold')}  {paint(code, 'red', 'bold')}  {paint(mark, 'cyan')}  {name}\n"
        )
    return "".join(lines)
