"""Text edits computed on libcst nodes: everything but what an edit names stays byte for byte."""

from seedlint.rewrite.editor import Editor
from seedlint.rewrite.positions import Positions, RoundTripError

__all__ = ["Editor", "Positions", "RoundTripError"]
