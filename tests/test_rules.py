"""Every rule against its own examples: what is found, what the fix makes of it, and what stays silent."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from linting import Project, places, write_project
from running import Run, start_fresh, tensorflow_python

from seedlint.knowledge.model import Stream
from seedlint.rules import all_rules, rules_on_any_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from seedlint.finding import Finding
    from seedlint.fixes import FixResult
    from seedlint.rules.rule import Example, Rule

RULES = all_rules()
SYNTAX_ERROR = "SEED001"
HEADINGS = ["What it does", "Why it matters", "Example", "Use instead", "Fix safety", "Sources"]
ABOUT_AN_ORDER = ("SEED110", "SEED406")
ISSUED = frozenset(
    f"SEED{number:03}"
    for numbers in ([1], range(101, 106), [107, 108, 111], range(201, 209), range(301, 306), range(401, 405))
    for number in numbers
)


@dataclass(frozen=True, slots=True)
class Case:
    """One example of one rule."""

    rule: Rule
    example: Example
    name: str

    def project(self, folder: Path, *, select: str = "") -> Project:
        """Write the example down as a project; an opt-in rule is selected for its own examples."""
        files = {self.example.filename: self.example.code, **self.example.files}
        selected = [select or self.rule.code] if select or self.rule.opt_in else []
        target, strict = self.example.target, self.example.strict
        return write_project(folder, files, target=target, strict=strict, extend_select=selected)

    def own(self, findings: list[Finding] | tuple[Finding, ...]) -> list[Finding]:
        """Return the rule's own findings in the example's own file."""
        return [
            finding
            for finding in findings
            if finding.code == self.rule.code and finding.filename == self.example.filename
        ]


def cases(kind: str) -> Iterator[Case]:
    for rule in RULES:
        for number, example in enumerate(rule.bad if kind == "bad" else rule.good, 1):
            yield Case(rule, example, f"{rule.code}-{kind}-{number}")


BAD, GOOD = list(cases("bad")), list(cases("good"))
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
each_bad_example = pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
each_good_example = pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
each_example = pytest.mark.parametrize("case", [*BAD, *GOOD], ids=lambda case: case.name)


def text_of(result: FixResult, filename: str) -> str:
    return next(source.text for source in result.sources if source.filename == filename)


def assert_settled(project: Project, result: FixResult, *, unsafe: bool) -> None:
    """Hold a fix to what every fix has to keep: it ends, what it leaves is Python, and it is all there is."""
    assert not result.failures
    broken = {finding.filename for finding in project.findings() if finding.code == SYNTAX_ERROR}
    for source in result.sources:
        if source.filename not in broken:
            ast.parse(source.text)
    again = project.fix_again(result, unsafe=unsafe)
    assert again.sources == result.sources
    assert not again.failures


# -- examples -------------------------------------------------------------------------------------


@each_bad_example
def test_a_bad_example_is_found_at_its_rows(case: Case, tmp_path: Path) -> None:
    found = case.own(case.project(tmp_path).findings())

    assert [row for _, row in places(found)] == list(case.example.found), case.example.reason
    assert case.example.found, "a bad example says where it is bad"


@each_bad_example
def test_a_fix_makes_of_a_bad_example_what_it_says(case: Case, tmp_path: Path) -> None:
    project, example = case.project(tmp_path), case.example

    result = project.fix(unsafe=example.unsafe)

    left = case.own(result.findings)
    if example.fixed is None:
        assert left, "the rule leaves it to a person, and something has mended it"
        return
    assert text_of(result, example.filename) == example.fixed
    assert not left
    assert_settled(project, result, unsafe=example.unsafe)


@each_bad_example
def test_a_rule_offers_the_fix_that_its_example_claims(case: Case, tmp_path: Path) -> None:
    tiers = {
        finding.fix.applicability for finding in case.own(case.project(tmp_path).findings()) if finding.fix is not None
    }

    if case.example.fixed is None:
        assert "safe" not in tiers
    elif case.example.unsafe:
        assert "safe" not in tiers, "an example that needs --unsafe-fixes has a safe fix"


@each_bad_example
def test_a_message_is_one_line_that_says_what_happens(case: Case, tmp_path: Path) -> None:
    for finding in case.own(case.project(tmp_path).findings()):
        assert "\n" not in finding.message
        assert finding.message == finding.message.strip()
        assert not finding.message.endswith(".")
        if case.rule.code[:5] in ("SEED1", "SEED3", "SEED4") and case.rule.code not in ABOUT_AN_ORDER:
            assert finding.streams
            assert set(finding.streams) <= set(Stream.__args__)  # type: ignore[attr-defined]
            assert names_a_stream(finding), finding.message


def names_a_stream(finding: Finding) -> bool:
    # A generator of the program's own has no name; what can't be seeded comes from the operating system.
    words = [f"`{stream}`" for stream in finding.streams]
    if {"generator", "tensorflow-generator", "os"} & set(finding.streams):
        words += ["generator", "operating system", "default_rng", "RandomState"]
    return any(word in finding.message for word in words)


@each_good_example
def test_a_good_example_stays_silent(case: Case, tmp_path: Path) -> None:
    found = case.own(case.project(tmp_path).findings())

    assert found == [], case.example.reason
    ast.parse(case.example.code)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@each_example
def test_all_rules_together_settle(case: Case, unsafe: bool, tmp_path: Path) -> None:
    project = case.project(tmp_path, select="ALL")

    assert_settled(project, project.fix(unsafe=unsafe), unsafe=unsafe)


def pairs(apart: int) -> Iterator[tuple[Case, Case]]:
    """Pair the fixable examples with those some places on, so that each rule meets several others."""
    alone = [case for case in BAD if case.example.fixed is not None and not case.example.files]
    for index, first in enumerate(alone):
        second = alone[(index + apart) % len(alone)]
        if first.rule is not second.rule and first.example.target == second.example.target:
            yield first, second


@pytest.mark.parametrize("apart", [1, 5, 11, 17], ids=lambda apart: f"{apart}-apart")
def test_the_fixes_of_two_rules_in_one_file_settle(apart: int, tmp_path: Path) -> None:
    for number, (first, second) in enumerate(pairs(apart)):
        code = f"{first.example.code}\n\n{second.example.code}"
        folder = tmp_path / str(number)
        folder.mkdir()
        target, strict = first.example.target, first.example.strict
        project = write_project(folder, {"train.py": code}, target=target, strict=strict, extend_select=["ALL"])

        result = project.fix(unsafe=True)

        assert not result.failures, (first.name, second.name)
        assert project.fix_again(result, unsafe=True).sources == result.sources, (first.name, second.name)
        ast.parse(text_of(result, "train.py"))


@pytest.mark.tensorflow
@pytest.mark.skipif(tensorflow_python() is None, reason="TensorFlow is not installed")
def test_a_refused_seed_raises_what_the_message_says(tmp_path: Path) -> None:
    runs: list[tuple[str, Future[Run]]] = []
    for case in BAD:
        if case.rule.code == "SEED111":
            folder = tmp_path / case.name
            folder.mkdir()
            said = re.search(r'raises "(.+)":', case.own(case.project(folder).findings())[0].message)
            if said is not None:
                runs.append((said[1], start_fresh(folder / case.example.filename, runs=1)[0]))

    assert runs
    for said_text, run in runs:
        printed = run.result().error
        assert all(part in printed for part in said_text.split("…")), (said_text, printed)


# -- the rules themselves -------------------------------------------------------------------------


def test_every_rule_of_the_first_issue_is_there() -> None:
    assert {rule.code for rule in RULES} >= ISSUED


def test_codes_and_names_are_unique() -> None:
    for words in (Counter(rule.code for rule in RULES), Counter(rule.name for rule in RULES)):
        assert [word for word, count in words.items() if count > 1] == []


@each_rule
def test_a_rule_is_named_as_its_file(rule: Rule) -> None:
    package = "seedlint.rules" if rule in rules_on_any_program() else "seedlint.rules.tensorflow"
    module = __import__(f"{package}.{rule.name.replace('-', '_')}", fromlist=["RULE"])

    assert module.RULE is rule
    assert str(module.__doc__).startswith(f"{rule.code}: ")
    assert re.fullmatch(r"SEED\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)


@each_rule
def test_a_rule_has_documentation_under_all_headings(rule: Rule) -> None:
    pages = re.split(r"^## (.+)$", rule.documentation(), flags=re.MULTILINE)
    title, headings, texts = pages[0], pages[1::2], pages[2::2]

    heading, _, preface = title.strip().partition("\n\n")
    assert heading == f"# {rule.code}: {rule.name}"
    assert preface.startswith("This rule is opt-in") == rule.opt_in
    assert headings == HEADINGS
    assert all(text.strip() for text in texts)
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.sources


@pytest.mark.parametrize("selector", ["", "ALL", "SEED", "code"])
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.opt_in], ids=lambda rule: rule.code)
def test_an_opt_in_rule_is_off_until_it_is_selected(rule: Rule, selector: str, tmp_path: Path) -> None:
    selected = [rule.code if selector == "code" else selector] if selector else []
    project = write_project(tmp_path, {"train.py": rule.bad[0].code}, extend_select=selected)

    codes = {finding.code for finding in project.findings()}

    assert (rule.code in codes) == bool(selector)


@each_rule
def test_the_documentation_shows_tested_examples(rule: Rule) -> None:
    shown = re.findall(r"```python\n(.*?)\n```", rule.documentation(), re.DOTALL)

    tested = {example.code.strip() for example in (*rule.bad, *rule.good)}
    tested |= {example.fixed.strip() for example in rule.bad if example.fixed is not None}
    assert len(shown) == 2
    assert set(shown) <= tested


@each_rule
def test_a_rule_has_examples_and_each_a_reason(rule: Rule) -> None:
    assert rule.bad
    assert len(rule.good) >= 2
    for example in (*rule.bad, *rule.good):
        assert example.reason
        assert example.code.endswith("\n")


@each_rule
def test_the_documentation_claims_a_fix_only_where_there_is_one(rule: Rule) -> None:
    has_fix = any(example.fixed is not None for example in rule.bad)

    assert re.match(r"Safe|Unsafe|Safe or unsafe" if has_fix else r"There is no fix", rule.fix_safety), rule.fix_safety
