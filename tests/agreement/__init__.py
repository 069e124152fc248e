"""The trial of seedlint's promise: what `check` says of random programs, and what they do when they run."""
