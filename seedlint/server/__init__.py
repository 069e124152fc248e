"""The language server: what editors are told of open files, while they are typed. It reads code and never runs it."""
