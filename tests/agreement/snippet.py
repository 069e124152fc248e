"""The calls that the trial's programs are made of, one for each kind of draw that `knowledge` has.

Templates: `<package.name>` is a name, however the program imports it; `<.>` the snippet's own; `{v}` a
variable of the program's own; `{,}` the place of a seed after other arguments and `{.}` of one alone;
`{DATA}` and the like are inputs that are the same in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedlint.knowledge.model import TARGETS, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

INPUTS = {
    "DATA": "<numpy.sin>(<numpy.arange>(240) * 12.9898).reshape(60, 4)",
    "LABELS": "(<numpy.sin>(<numpy.arange>(60) * 78.233) > 0).astype(int)",
    "IMAGES": "(<numpy.arange>(32 * 8 * 8 * 3).reshape(32, 8, 8, 3) * 37 % 251).astype('float32')",
    "SERIES": "<numpy.sin>(<numpy.arange>(8 * 5 * 4) * 0.7).reshape(8, 5, 4).astype('float32')",
}
"""Values that take no random numbers, yet are irregular enough for each draw to show in a result."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A call, and what to record of it.

    `make` is the call, after the lines `before` (with `statement` it changes the variable that these made);
    `use` is what is recorded, after the lines `then`. `lasting`: the draw belongs to an object that may be
    made here and used elsewhere.
    `seed` is the parameter for a seed of its own: `name=`, or `*` for a positional one.
    """

    name: str
    make: str
    use: str = "{v}"
    seed: str = ""
    before: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    statement: bool = False
    lasting: bool = False
    targets: tuple[Target, ...] = TARGETS
    weight: float = 1.0


WEIGHTS = "{v}.get_weights()"
_SEEDLESS = frozenset({"LinearRegression", "KNeighborsClassifier", "GaussianNB", "StandardScaler"})


def table(prefix: str, rows: str, make: str = "<.>({a})", **options: object) -> Iterator[Snippet]:
    """Return a snippet for each row of a name and its arguments."""
    for row in filter(None, map(str.strip, rows.splitlines())):
        name, _, arguments = row.partition(" ")
        slot = "{,}" if arguments else "{.}"
        text = make.replace("{a}", arguments.strip() + (slot if options.get("seed") else ""))
        yield Snippet(f"{prefix}.{name}", text, **options)  # type: ignore[arg-type]


def without_seeds(snippets: Iterator[Snippet]) -> Iterator[Snippet]:
    """Take the seed from those that have no parameter for it, or refuse one with these arguments."""
    for snippet in snippets:
        last = snippet.name.rpartition(".")[2]
        unshuffled = last.endswith("KFold") and snippet.make in ("<.>(5{,})", "<.>(3{,})")
        if last in _SEEDLESS or unshuffled:
            make = snippet.make.replace("{,}", "").replace("{.}", "")
            yield Snippet(snippet.name, make, snippet.use, lasting=snippet.lasting, weight=snippet.weight)
        else:
            yield snippet
