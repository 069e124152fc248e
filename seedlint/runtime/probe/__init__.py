"""The part of `verify` that lives in the program's own process.

It is the program's guest: it imports the standard library only, draws from no stream, puts nothing into a `tf.data`
pipeline, and writes what it sees to the recording at once.
"""
