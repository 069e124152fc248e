"""What things cost. Each module here is a command of its own."""
