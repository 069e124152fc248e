"""Functions of other libraries that seed, each with the streams that it really sets.

PyTorch's own stream is none of ours. None of them sets Keras's, and few TensorFlow's.
"""

from __future__ import annotations

from seedlint.knowledge.families import Family
from seedlint.knowledge.model import Seeds, Stream

_BOTH: tuple[Stream, ...] = ("python", "numpy")
_THREE: tuple[Stream, ...] = ("python", "numpy", "tensorflow")

FAMILIES = (
    Family(
        names="lightning.seed_everything lightning.pytorch.seed_everything lightning.fabric.seed_everything "
        "lightning.fabric.utilities.seed.seed_everything lightning_fabric.seed_everything "
        "lightning_fabric.utilities.seed.seed_everything pytorch_lightning.seed_everything "
        "pytorch_lightning.utilities.seed.seed_everything lightning_lite.utilities.seed.seed_everything",
        seed="seed",
        seed_kind="numpy",
        # Without a seed it takes PL_GLOBAL_SEED from the environment, else 0.
        seeds=Seeds(_BOTH, "seed", constant_default=True),
        source="lightning/fabric/utilities/seed.py",
    ),
    Family(
        names="transformers.set_seed transformers.trainer_utils.set_seed transformers.enable_full_determinism "
        "transformers.trainer_utils.enable_full_determinism",
        seed="seed",
        seed_kind="numpy",
        seeds=Seeds(_THREE, "seed"),
        source="transformers/trainer_utils.py: TensorFlow's if it is installed",
    ),
    Family(
        names="accelerate.utils.set_seed accelerate.utils.random.set_seed",
        seed="seed",
        seed_kind="numpy",
        seeds=Seeds(_BOTH, "seed"),
        source="accelerate/utils/random.py",
    ),
    Family(
        names="fastai.torch_core.set_seed fastai.basics.set_seed fastai.vision.all.set_seed "
        "fastai.text.all.set_seed fastai.tabular.all.set_seed fastai.collab.set_seed "
        "fastai.medical.imaging.set_seed",
        seed="s",
        seed_kind="python",
        seeds=Seeds(_BOTH, "s"),
        source="fastai/torch_core.py",
    ),
    Family(
        names="thinc.api.fix_random_seed thinc.util.fix_random_seed spacy.util.fix_random_seed",
        seed="seed",
        seed_kind="numpy",
        seeds=Seeds(_BOTH, "seed", constant_default=True),
        source="thinc/util.py: seed=0",
    ),
    Family(
        names="monai.utils.set_determinism monai.utils.misc.set_determinism",
        seed="seed",
        seed_kind="numpy",
        seeds=Seeds(_BOTH, "seed", constant_default=True),
        source="monai/utils/misc.py",
    ),
    Family(
        names="torch_geometric.seed_everything torch_geometric.seed.seed_everything flair.set_seed "
        "ignite.utils.manual_seed stable_baselines3.common.utils.set_random_seed",
        seed="seed",
        seed_kind="numpy",
        seeds=Seeds(_BOTH, "seed"),
        source="torch_geometric/seed.py, flair/__init__.py, ignite/utils.py, stable_baselines3/common/utils.py",
    ),
    Family(
        names="stable_baselines.common.set_global_seeds stable_baselines.common.misc_util.set_global_seeds "
        "baselines.common.set_global_seeds baselines.common.misc_util.set_global_seeds",
        seed="seed",
        seed_kind="numpy",
        seeds=Seeds(_THREE, "seed"),
        source="stable_baselines/common/misc_util.py, baselines/common/misc_util.py",
    ),
)
