"""`tf.data`."""

from __future__ import annotations

from seedlint.knowledge.families import Family, unless
from seedlint.knowledge.model import Draw

FAMILIES = (
    Family(
        names="tensorflow.data.Dataset.shuffle tensorflow.compat.v1.data.Dataset.shuffle",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed"),),
        source="T1 Dataset.shuffle(); T3 rows 14, 15: drawn when the data set is made",
    ),
    Family(
        names="tensorflow.data.Dataset.list_files tensorflow.compat.v1.data.Dataset.list_files",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed", where=(unless("shuffle", False),)),),
        source="T1 Dataset.list_files(glob): shuffles by default",
    ),
    Family(
        names="tensorflow.data.Dataset.random tensorflow.data.Dataset.sample_from_datasets "
        "tensorflow.data.Dataset.rejection_resample tensorflow.data.experimental.RandomDataset "
        "tensorflow.compat.v1.data.experimental.RandomDataset "
        "tensorflow.data.experimental.sample_from_datasets "
        "tensorflow.compat.v1.data.experimental.sample_from_datasets",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed"),),
        source="T1 Dataset.random(), sample_from_datasets(), rejection_resample()",
    ),
    Family(
        names="tensorflow.data.experimental.make_csv_dataset "
        "tensorflow.compat.v1.data.experimental.make_csv_dataset "
        "tensorflow.data.experimental.make_batched_features_dataset "
        "tensorflow.compat.v1.data.experimental.make_batched_features_dataset",
        seed_kind="tensorflow",
        makes="tensorflow.data.Dataset",
        draws=(Draw("tensorflow", "SEED401", seed="shuffle_seed", where=(unless("shuffle", False),)),),
        source="T1b make_csv_dataset(), make_batched_features",
    ),
    Family(
        names="tensorflow.data.experimental.shuffle_and_repeat",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed"),),
        source="T1b tf.data.experimental.shuffle_and_repeat",
    ),
    Family(
        names="tensorflow.data.experimental.rejection_resample",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed"),),
        source="T1 Dataset.rejection_resample()",
    ),
    Family(
        names="tensorflow.data.Options",
        makes="tensorflow.data.Options",
        source="data/ops/options.py: deterministic (before: experimental_deterministic)",
        irrelevant="draws nothing; what is set on it may let elements race",
    ),
)
