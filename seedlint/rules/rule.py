"""What a rule is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, structs

from seedlint.knowledge.tables.behaviour import SESSION_WORK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from seedlint.finding import Certainty, Fix, Severity
    from seedlint.knowledge import Knowledge
    from seedlint.knowledge.model import Stream, Target
    from seedlint.program.digest import Digest
    from seedlint.program.events import Place, SeederEvent, Trace
    from seedlint.program.faults import Fault
    from seedlint.rewrite.rewriter import Rewriter


_OPT_IN: Final = (
    "This rule is opt-in: it is off until `select`, `extend-select` or `--select` turns it on, by its code (`{code}`), "
    "by a beginning of it (`{code:.5}`, `SEED`) or by `ALL`."
)


class Example(Struct, frozen=True):
    """A program, why it is an example, and for a bad one what is found where and what its fix makes
    of it. The docstring of a rule file's documentation shows the first bad and the first good one.

    `found` are the rows of `code` (from 1) where the rule must find something, in order; empty for a
    good example. `fixed` is the text after `--fix` with all rules (with `--unsafe-fixes` if `unsafe`), None if
    the rule leaves the mending to a person. `files` are other files of the same project, by name; `filename`
    is the example's own, which matters where it is part of a package, or a notebook: `code` then has its cells,
    each after a row `# %%`, or `# %% In [3]` where it ran.
    """

    code: str
    reason: str
    found: tuple[int, ...] = ()
    fixed: str | None = None
    unsafe: bool = False
    target: Target = "keras3"
    strict: bool = False
    files: Mapping[str, str] = {}
    filename: str = "train.py"


class View(Struct, frozen=True):
    """What a rule looks at: one trace, and what is set for the file that it starts in. To the trace of a program
    `idle_seeders` are its functions that are there to seed and that no program calls. To that of a module on its own,
    `programs` are those that reach it, and `package` is the one that it is part of, if it is no test."""

    trace: Trace
    knowledge: Knowledge
    strict: bool
    faults: tuple[Fault, ...]
    idle_seeders: tuple[SeederEvent, ...] = ()
    programs: tuple[Digest, ...] = ()
    package: str = ""


class Report(Struct, frozen=True):
    """A fault found at a node; `fix` computes its edits to the file of `place` when they are wanted."""

    place: Place
    message: str
    certainty: Certainty = "certain"
    streams: tuple[Stream, ...] = ()
    related: tuple[tuple[Place, str], ...] = ()
    fix: Callable[[Rewriter], Fix | None] | None = None


class Rule(Struct, frozen=True):
    """One rule. `scope` is "program" for what depends on the state of the streams, "module" for what a call means by
    itself, wherever it stands, and "both" for what a module says alone and what more its programs do. An `opt_in`
    rule is off until the user selects it."""

    code: str
    name: str
    severity: Severity
    summary: str
    what: str
    why: str
    fix_safety: str
    sources: tuple[str, ...]
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    check: Callable[[View], Iterable[Report]]
    scope: Literal["program", "module", "both"] = "program"
    opt_in: bool = False

    def reports(self, view: View) -> Iterator[Report]:
        """Return what the rule finds. A program that runs a session of TensorFlow 1's is for a person to convert:
        a seed moved or added there would leave it converted by half."""
        by_hand = self.scope == "program" and not SESSION_WORK.isdisjoint(view.trace.external)
        for report in self.check(view):
            yield structs.replace(report, fix=None) if by_hand else report

    def documentation(self) -> str:
        """Return the rule's documentation, in Markdown."""
        sources = "\n".join(f"- {source}" for source in self.sources)
        return "\n\n".join(
            [
                f"# {self.code}: {self.name}",
                *([_OPT_IN.format(code=self.code)] if self.opt_in else []),
                f"## What it does\n\n{self.what.strip()}",
                f"## Why it matters\n\n{self.why.strip()}",
                f"## Example\n\n{_block(self.bad[0].code)}",
                f"## Use instead\n\n{_block(self._better())}",
                f"## Fix safety\n\n{self.fix_safety.strip()}",
                f"## Sources\n\n{sources}",
            ]
        )

    def _better(self) -> str:
        return self.bad[0].fixed if self.bad[0].fixed is not None else self.good[0].code


def _block(code: str) -> str:
    return f"```python\n{code.strip()}\n```"
