"""`python -m seedlint`."""

from seedlint.cli import main

if __name__ == "__main__":
    main(prog_name="seedlint")
