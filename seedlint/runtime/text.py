"""`verify`'s report for people, 80 columns wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedlint.runtime.result import VerifyResult


def render(result: VerifyResult) -> str:
    """The report."""
    runs = f"{result.runs} runs" if result.runs != 1 else "1 run"
    if result.verdict == "error":
        return f"{result.script}: {result.error}\n"
    if result.verdict == "repeats":
        return f"{result.script} repeats: {runs} agree in all that was compared.\n"
    lines = [f"{result.script} does not repeat: {runs} differ."]
    if result.first_divergence is not None:
        first = result.first_divergence
        lines.append(f"They part first in {first.stage}, step {first.step}: {first.what}.")
    return "\n".join(lines) + "\n"
