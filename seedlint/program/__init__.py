"""From a syntax tree to what a program does to randomness, in the order in which it runs."""
