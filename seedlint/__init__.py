"""seedlint finds and mends what keeps a TensorFlow/Keras run from repeating."""

__version__ = "0.1.0"
