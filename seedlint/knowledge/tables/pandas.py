"""pandas: `sample`, and the ways to a data frame, so that `pd.read_csv(...).sample()` is seen."""

from __future__ import annotations

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Draw

_FRAME = "pandas/core/frame.py: returns a DataFrame with its defaults"

FAMILIES = (
    Family(
        names="pandas.DataFrame.sample pandas.Series.sample pandas.api.typing.DataFrameGroupBy.sample "
        "pandas.api.typing.SeriesGroupBy.sample",
        seed_kind="numpy",
        draws=(Draw("numpy", "SEED403", seed="random_state"),),
        source="T1 pandas.DataFrame.sample(); T1b groupby; measured: groupby()[column].sample()",
    ),
    Family(
        names="pandas.DataFrame.sample",
        makes="pandas.DataFrame",
        source=_FRAME,
    ),
    Family(
        names="pandas.Series.sample",
        makes="pandas.Series",
        source="pandas/core/series.py",
    ),
    Family(
        prefix="pandas",
        names="read_csv read_table read_excel read_json read_parquet read_pickle read_feather read_hdf "
        "read_sql read_sql_query read_sql_table read_fwf concat merge get_dummies json_normalize",
        makes="pandas.DataFrame",
        source=_FRAME,
    ),
    Family(
        prefix="pandas.DataFrame",
        names="copy drop dropna drop_duplicates fillna reset_index set_index rename sort_values sort_index "
        "head tail query assign astype merge join replace apply reindex",
        makes="pandas.DataFrame",
        source=_FRAME,
    ),
    Family(
        names="pandas.DataFrame.groupby",
        makes="pandas.api.typing.DataFrameGroupBy",
        source="pandas/core/frame.py",
    ),
    Family(
        names="pandas.Series.groupby",
        makes="pandas.api.typing.SeriesGroupBy",
        source="pandas/core/series.py",
    ),
    Family(
        names="pandas.plotting.bootstrap_plot",
        draws=(Draw("python", "SEED304"),),
        source="pandas/plotting/_matplotlib/misc.py: random.sample",
    ),
)
