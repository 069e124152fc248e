"""Wheels with code for TensorFlow and Keras, as they lie on PyPI."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

WHEELS: Final = (
    "adversarial-robustness-toolbox==1.20.1",
    "alibi==0.9.6",
    "alibi-detect==0.13.0",
    "ampligraph==2.2.0",
    "autokeras==3.0.0",
    "bayesflow==2.0.12",
    "cleverhans==4.0.0",
    "deepchem==2.8.0",
    "deepctr==0.9.4",
    "dm-sonnet==2.0.2",
    "dopamine-rl==4.1.2",
    "gpflow==2.11.2",
    "keras-cv==0.9.0",
    "keras-hub==0.32.0",
    "keras-rl2==1.0.5",
    "keras-tuner==1.4.8",
    "larq==0.14.0",
    "spektral==1.3.1",
    "tensor2tensor==1.15.7",
    "tensorflow-probability==0.25.0",
    "tensorflow-ranking==0.5.5",
    "tensorflow-recommenders==0.7.7",
    "tensorlayer==2.2.5",
    "tf-agents==0.19.0",
    "tf-models-official==2.20.0",
    "tf-slim==1.1.0",
)
"""About 7,400 files. Programs among them are examples, benchmarks and training scripts of these projects."""


def fetch(requirement: str, folder: Path) -> Path:
    """Return the folder below `folder` with the Python files of the wheel that `requirement` names; download it
    unless it is there. CalledProcessError if it can't be had."""
    name, _, version = requirement.partition("==")
    tree = folder / f"{name}-{version}"
    if not tree.exists():
        wheels = folder / "wheels"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, "--dest", str(wheels), requirement], check=True)
        stem = name.replace("-", "_")
        wheel = next(path for path in wheels.iterdir() if path.name.lower().startswith(f"{stem}-{version}-"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tree, [entry for entry in archive.namelist() if entry.endswith(".py")])
    return tree
