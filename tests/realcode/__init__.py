"""What seedlint finds in programs and libraries that other people wrote, and how it fares with them."""
