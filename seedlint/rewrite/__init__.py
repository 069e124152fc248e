"""Text edits computed on libcst nodes: everything but what an edit names stays byte for byte."""
