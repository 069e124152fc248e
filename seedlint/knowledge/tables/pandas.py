"""pandas."""

from __future__ import annotations

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Draw

FAMILIES = (
    Family(
        names="pandas.DataFrame.sample pandas.Series.sample pandas.api.typing.DataFrameGroupBy.sample "
        "pandas.api.typing.SeriesGroupBy.sample",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED403", seed="random_state"),),
        source="T1 pandas.DataFrame.sample(); T1b groupby",
    ),
)
