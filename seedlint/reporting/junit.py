"""`--output-format junit`: XML as of tests, for Jenkins, GitLab and others that show such: a failed test for each
finding, in a suite for each file.

Source: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from seedlint.reporting import text
from seedlint.reporting.report import placed_message
from seedlint.reporting.terminal import Paint

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from seedlint.finding import Finding
    from seedlint.reporting.report import Report

_TOOL: Final = "seedlint"
_WIDTH: Final = 100
# What XML 1.0 does not let a document hold, escaped or not (https://www.w3.org/TR/xml/#charsets).
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """The document, in ASCII. Where nothing is found it has one test, which passes: Jenkins takes none for a fault."""
    root = ElementTree.Element("testsuites", {"name": _TOOL, **_counts(len(report.findings))})
    for filename, findings in groupby(report.findings, key=lambda finding: finding.filename):
        of_file = list(findings)
        suite = _child(root, "testsuite", name=_clean(report.path_in_root(filename)), **_counts(len(of_file)))
        for finding in of_file:
            _case(suite, finding, report)
    if not report.findings:
        suite = _child(root, "testsuite", name=_TOOL, tests="1", failures="0", errors="0")
        _child(suite, "testcase", name="No findings", classname=_TOOL)
        root.set("tests", "1")
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return f"{document.decode()}\n"


def _case(suite: Element, finding: Finding, report: Report) -> None:
    path = report.path_in_root(finding.filename)
    start = report.sources.in_file(finding.filename, finding.cell, finding.span).start
    case = _child(
        suite,
        "testcase",
        name=f"{finding.code} {finding.name} at {start.row}:{start.column}",
        classname=_clean(_dotted(path)),
        file=_clean(path),
        line=str(start.row),
    )
    failure = _child(case, "failure", type=finding.code, message=_clean(placed_message(finding)))
    alone = report._replace(findings=[finding], closing=False, paint=Paint(), width=_WIDTH)
    failure.text = _clean(text.render(alone))


def _dotted(path: str) -> str:
    """A file's name as that of a class, by whose dots Jenkins makes a tree: `models.train` of `models/train.py`."""
    return path.rpartition(".")[0].strip("/").replace("/", ".") or path


def _counts(findings: int) -> dict[str, str]:
    return {"tests": str(findings), "failures": str(findings), "errors": "0"}


def _child(parent: Element, tag: str, **attributes: str) -> Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _clean(words: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", words)
