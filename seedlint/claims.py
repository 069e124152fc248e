"""What is found in one trace, before it is known what others say of the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from seedlint.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.finding import Finding
    from seedlint.rules.rule import Report
    from seedlint.traces import Run


class Claim(Struct, frozen=True):
    """A finding without what only those need that are shown: related places and a fix. `run` is the trace that it was
    found in, and `report` what a rule said there: None if there is nothing more to say, or if another process has
    it."""

    finding: Finding
    run: Run | None = None
    report: Report | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether another process knows the rest."""
        return self.run is not None and self.report is None


def strongest(claims: Sequence[Claim]) -> list[Claim]:
    """Return one of the claims that say the same of a place: what is certain in one program is certain, whatever others
    make of it. What races or makes a graph is said once, whatever more it does in other programs."""
    if not claims:
        return []
    once = {rule.code for rule in all_rules() if rule.scope == "both"}
    said: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        found = claim.finding
        key = (found.code, found.span, () if found.code in once else found.streams)
        if key not in said or (said[key].finding.certainty == "possible" and found.certainty == "certain"):
            said[key] = claim
    return list(said.values())
