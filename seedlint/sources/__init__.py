"""Finding files, decoding them, and places in their text."""
