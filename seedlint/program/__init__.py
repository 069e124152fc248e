"""From a libcst tree to what a program does to randomness, in the order in which it runs."""
