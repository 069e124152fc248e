"""SEED110: a notebook whose cells ran out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedlint.finding import Finding, Position, Related, Span
from seedlint.rules.rule import Example, Rule
from seedlint.sources.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seedlint.rules.rule import Report, View
    from seedlint.sources.notebook import Cell, Notebook


def check(view: View) -> Iterable[Report]:
    """Find nothing: a program's trace is in the order of its text, whatever ran."""
    return ()


def notebook_order(filename: str, notebook: Notebook) -> Iterator[Finding]:
    """Return the finding at the first cell that ran before one above it, if there is such a cell."""
    last: tuple[int, Cell] | None = None
    for cell in notebook.cells:
        count = cell.execution_count
        if count is None:
            continue
        if last is not None and count < last[0]:
            yield _finding(filename, count, cell, last[0], last[1])
            return
        last = count, cell


def _finding(filename: str, count: int, cell: Cell, above_count: int, above: Cell) -> Finding:
    message = (
        f"this cell ran as In [{count}], before cell {above.number} above it (In [{above_count}]): from top to bottom "
        "the streams are seeded and drawn from in another order, and the results may be others than those shown; "
        "restart the kernel and run all cells"
    )
    related = Related(filename, _first_code(above), f"this ran after it, as In [{above_count}]")
    return Finding(
        RULE.code, RULE.name, message, RULE.severity, "certain", filename, _first_code(cell), related=(related,)
    )


def _first_code(cell: Cell) -> Span:
    """The first row of a cell that is neither blank nor a comment; its first row where there is none."""
    lines = LineIndex(cell.body)
    rows = range(1, len(lines))
    row = next((row for row in rows if lines.row(row).strip() and not lines.row(row).lstrip().startswith("#")), 1)
    text = lines.row(row)
    start = len(text) - len(text.lstrip()) + 1
    place = cell.first_row + row - 1
    return Span(Position(place, start), Position(place, max(len(text.rstrip()) + 1, start)))


RULE = Rule(
    code="SEED110",
    name="notebook-order",
    severity="warning",
    summary="a notebook whose execution counts show that its cells ran out of order",
    scope="module",
    what="Reports a notebook in which a cell has a smaller execution count than one above it, at the first "
    "such cell. Cells that did not run have no count and are passed over, as are those in other languages.",
    why="Each draw moves its stream on, and a seed sets it back. A cell that is run again, or before the one above it, "
    "draws other numbers than a run from top to bottom does, so that what the notebook shows can't be had again.",
    fix_safety="There is no fix: only a new run, from top to bottom, gives the results that belong to the notebook.",
    sources=(
        "https://nbformat.readthedocs.io/en/latest/format_description.html#code-cells",
        "Experiment: a notebook run by nbclient and one whose first cell was run again, with the counts that a kernel "
        "gives (ipykernel 7.4)",
    ),
    bad=(
        Example(
            code="""\
# %% In [3]
import numpy as np

np.random.seed(42)
# %% In [2]
x = np.random.rand(3)
""",
            reason="the first cell was run again after the second: the draw came from an earlier seed, or from none",
            found=(6,),
            filename="train.ipynb",
        ),
        Example(
            code="""\
# %% In [1]
import numpy as np

np.random.seed(42)
# %% In [ ]
x = np.random.rand(3)
# %% In [7]
y = np.random.rand(3)
# %% In [4]
z = np.random.rand(3)
# %% In [2]
print(x, y, z)
""",
            reason="cells without a count did not run; the first one out of order speaks for all",
            found=(10,),
            filename="train.ipynb",
        ),
    ),
    good=(
        Example(
            code="""\
# %% In [1]
import numpy as np

np.random.seed(42)
# %% In [2]
x = np.random.rand(3)
""",
            reason="run from top to bottom",
            filename="train.ipynb",
        ),
        Example(
            code="""\
# %% In [4]
import numpy as np

np.random.seed(42)
# %% In [ ]
x = np.random.rand(3)
# %% In [9]
print(x)
""",
            reason="counts may leave numbers out, and a cell need not have run",
            filename="train.ipynb",
        ),
        Example(
            code="""\
# %% In [ ]
import numpy as np

np.random.seed(42)
# %% In [ ]
x = np.random.rand(3)
""",
            reason="a notebook that never ran, as its outputs were cleared, shows no results that could be wrong",
            filename="train.ipynb",
        ),
        Example(
            code="""\
# %% In [3]
import numpy as np

# %% In [2]
np.random.seed(42)
""",
            reason="such comments in a script are what an export left; a script is run from top to bottom",
        ),
    ),
    check=check,
)
