"""`verify` against programs whose faults are known."""
