"""What each API does to randomness, as data, per target."""
