"""`seedlint verify --html`: the report as one file that shows everything by itself, without a network or scripts."""
