"""The pictures of the report, as SVG that takes its colours from the page around it.

Each picture is drawn for a wide and for a narrow page, so that its text is as large as the page's on both. No text of
the program's stands in a picture.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from seedlint.reporting.words import counted
from seedlint.runtime.compare import BITS, CLOSE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from seedlint.runtime.result import Growth, Metric, Parting, TimelineEvent

INK: Final = "#101010"
MUTED: Final = "#707070"
LINE: Final = "#d0d0d0"
EQUAL: Final = "#2020f0"
DIFFERS: Final = "#f02020"
_ROLES: Final[Mapping[str, str]] = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    EQUAL: "var(--equal-mark)",
    DIFFERS: "var(--differs-mark)",
}
"""What stands for each colour in the page's style sheet."""
_STYLE: Final[Mapping[str, object]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "seedlint",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
}
_INCHES: Final[Mapping[str, float]] = {"wide": 9.0, "narrow": 3.4}
"""The widths of the two pages, in CSS inches."""
_EVENTS: Final[Mapping[str, int]] = {"wide": 100, "narrow": 36}
_MARKERS: Final[Mapping[str, str]] = {"seed": "^", "entropy": "^", "draw": "o", "value": "D"}
_ENOUGH: Final = 5
"""The interval of fewer runs is so wide that the dots would not be told apart beside it."""
_ROWS_OF_DOTS: Final = 4
"""Dots of one arm stand in so many rows, by turns, so that equal values can be told apart."""
_DOTS_APART: Final = 0.11
_LEAST: Final = 1e-8
"""Distances are shown as if they were no smaller than this: equal as far as the recorded values tell."""


def _both(name: str, title: str, height: float, draw: Callable[[Axes, str], None]) -> Markup:
    """The picture for both widths, of which the page shows one."""
    return Markup("").join(_picture(name, title, height, draw, page) for page in _INCHES)


def _picture(name: str, title: str, height: float, draw: Callable[[Axes, str], None], page: str) -> Markup:
    with style.context(["default", dict(_STYLE)]):  # whatever the user's own matplotlibrc says
        figure = Figure(figsize=(_INCHES[page], height), layout="constrained")
        axes = figure.add_subplot()
        draw(axes, page)
        buffer = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    svg = buffer.getvalue()
    _, _, body = svg[svg.index("<svg") :].partition(">")
    box = re.search(r'viewBox="([^"]*)"', svg)
    assert box is not None
    for colour, role in _ROLES.items():
        body = body.replace(colour, role)
    body = body.replace("'DejaVu Sans'", "var(--font)")
    # Names of parts must be unique in the whole page.
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-{page}-", body)
    head = Markup('<svg class="picture {}" viewBox="{}" role="img" aria-label="{}">').format(page, box[1], title)
    return head + Markup(body)  # matplotlib has escaped what it wrote


def timeline(events: Sequence[TimelineEvent], parting: Parting | None) -> Markup:
    """The seeds, draws and values of run 1, and of the first run that parts from it, stream by stream."""
    runs = [1] if parting is None else [1, parting.run]
    shown = [event for event in events if event.run in runs]
    lanes = [(stream, run) for stream in dict.fromkeys(event.stream for event in shown) for run in runs]
    differing = _differing(shown)

    def draw(axes: Axes, page: str) -> None:
        first = shown[0].n if parting is None else max(shown[0].n, parting.n - _EVENTS[page] // 2)
        in_view = [event for event in shown if first <= event.n < first + _EVENTS[page]]
        last = max(event.n for event in in_view)
        for event in in_view:
            is_open = event.kind == "entropy"
            colour = DIFFERS if is_open or (event.run, event.n) in differing else EQUAL
            axes.plot(
                event.n + 1, lanes.index((event.stream, event.run)), _MARKERS[event.kind], color=colour, ms=6,
                mfc="none" if is_open else colour, clip_on=False,
            )  # fmt: skip
        if parting is not None:
            axes.axvline(parting.n + 1, color=DIFFERS, lw=1.2, ls=(0, (3, 2)), zorder=0)
            is_late = parting.n - first > last - parting.n
            axes.annotate(
                "first difference", (parting.n + 1, -0.7), (-4 if is_late else 4, 0), textcoords="offset points",
                color=DIFFERS, va="center", ha="right" if is_late else "left",
            )  # fmt: skip
        for index in range(len(runs), len(lanes), len(runs)):
            axes.axhline(index - 0.5, color=LINE, lw=0.8, zorder=0)
        axes.set_yticks(range(len(lanes)), [f"{stream}, run {run}" for stream, run in lanes])
        axes.set_ylim(len(lanes) - 0.5, -1.1)
        axes.set_xlim(first + 0.4, last + 1.6)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.set_xlabel("event")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)

    title = f"Seeds and draws of {counted(len(lanes) // len(runs), 'stream')} in the order in which they happened"
    if parting is not None:
        title += f"; event {parting.n + 1} is the first that differs"
    return _both("timeline", title, 0.75 + 0.24 * len(lanes), draw)


def _differing(events: Iterable[TimelineEvent]) -> set[tuple[int, int]]:
    """Run and number of each event that is another than the one at its place in the same stream of run 1."""
    by_stream: defaultdict[tuple[str, int], list[TimelineEvent]] = defaultdict(list)
    for event in events:
        by_stream[event.stream, event.run].append(event)
    found = set()
    for (stream, run), ours in by_stream.items():
        theirs = by_stream.get((stream, 1), [])
        for index, event in enumerate(ours):
            if index >= len(theirs) or _essence(event) != _essence(theirs[index]):
                found.add((run, event.n))
    return found


def _essence(event: TimelineEvent) -> tuple[str, str, str, int]:
    return event.kind, event.text, event.filename, event.row


def growth(points: Sequence[Growth]) -> Markup:
    """How far apart losses and weights are, from mark to mark, on a logarithmic scale."""
    distances = [max(point.distance, _LEAST) for point in points]

    def draw(axes: Axes, page: str) -> None:
        marker = "o" if len(points) <= _EVENTS[page] else ""
        axes.semilogy(range(len(points)), distances, marker=marker, color=DIFFERS, ms=4, lw=1.4)
        top = max(10.0, max(distances) * 2)
        axes.set_ylim(_LEAST / 3, top)
        axes.set_yticks([1e-8, 1e-6, 1e-4, 1e-2, 1], ["10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "1"])
        axes.minorticks_off()
        axes.set_xlim(-0.5, max(len(points) * 1.0, 1.5))
        for limit, above in ((BITS, "close"), (CLOSE, "different numbers")):
            axes.axhline(limit, color=LINE, lw=0.8, zorder=0)
            axes.text(1, limit * 1.4, above, transform=axes.get_yaxis_transform(), ha="right", color=MUTED)
        axes.text(1, _LEAST, "rounding", transform=axes.get_yaxis_transform(), ha="right", color=MUTED)
        begins = [
            (next(iter(of_epoch))[0], epoch + 1)
            for epoch, of_epoch in groupby(enumerate(points), key=lambda numbered: numbered[1].epoch)
        ]
        every = -(-len(begins) // (12 if page == "wide" else 5))
        axes.set_xticks([index for index, _ in begins[::every]], [str(epoch) for _, epoch in begins[::every]])
        axes.set_xlabel("epoch")
        axes.set_ylabel("largest relative difference")

    title = f"The largest relative difference goes from {distances[0]:.1g} to {distances[-1]:.1g}"
    return _both("growth", title, 2.6, draw)


def strip(name: str, metric: Metric) -> Markup:
    """Each run's value of a metric as a dot, with the mean and its interval; a row for each arm."""
    rows = [
        (label, spread, [value for value in spread.values if isinstance(value, float)])
        for label, spread in (("same seeds", metric.same_seed), ("other seeds", metric.other_seeds))
        if spread is not None and spread.count
    ]

    def draw(axes: Axes, page: str) -> None:
        for row, (label, spread, values) in enumerate(rows):
            colour = DIFFERS if label == "same seeds" and spread.varies else EQUAL
            heights = [row + _DOTS_APART * (index % _ROWS_OF_DOTS) for index in range(len(values))]
            axes.plot(values, heights, "o", color=colour, ms=6, alpha=0.75, mew=0)
            if spread.interval is not None and spread.mean is not None and spread.count >= _ENOUGH:
                axes.plot(spread.interval, [row - 0.28] * 2, "-", color=INK, lw=2.5, solid_capstyle="butt")
                axes.plot([spread.mean], [row - 0.28], "|", color=INK, ms=10, mew=2)
        axes.set_yticks(range(len(rows)), [label for label, _, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.6)
        axes.xaxis.set_major_locator(MaxNLocator(6 if page == "wide" else 3))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)

    title = "Each run's value as a dot: " + "; ".join(
        f"{label}, {counted(spread.count, 'run')}, from {spread.least:.6g} to {spread.greatest:.6g}"
        for label, spread, _ in rows
    )
    return _both(name, title, 0.45 + 0.5 * len(rows), draw) if rows else Markup("")
