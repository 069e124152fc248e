"""`verify`: run a program again and again, compare the runs, and name what makes them differ.

A run is a `RunSpec` (`spec.py`): which program, which families are frozen, where to stop. `runner.run` carries it out
in a new process, under the probe (`probe/`), and returns a `RunRecord` (`record.py`): the exit status, digests of the
printed output, and the `Recording`.

The probe streams a recording (`recording.py`) as it runs: a file of JSON lines, the first of which names the version
of the format. An event is a seed, a draw, a value that no seed sets (clock, process id, urandom), a setting, or a
mark: the fingerprints of one stage (initial weights, order, augmentation, loss, predictions, metrics) at one step. A
line that was cut off by the end of the process is left out, and what stands before it counts.

`compare.py` sets recordings of one arm side by side: which stages are equal, where they diverge first, and how far
apart the runs end. `attribute.py` freezes all families and leaves them out again, one after the other (`families.py`);
an arm is the set of frozen families, and runs are compared within their arm alone, because freezing threads or ops
changes the bits. `blame.py` gives each family that proves a cause its line and the finding that `check` has there.

A study (`--repeats`) has runs with the program's own seeds and, with `--vary-seed`, runs to whose seeds the probe adds
something. `repeats.py` carries it through, with `kept.py`, which keeps its runs over an interruption. `study.py` makes
mean and spread of what the runs printed (`printed.py`) and what Keras and scikit-learn reported. All runs go through a
`Crew` (`crew.py`): threads that watch processes of this machine, or the workers of a Dask cluster (`cluster.py`).

`verify.py` does all of this and returns a `VerifyResult` (`result.py`), of which `text.py` and `to_json` make the
reports.

The probe lives in the program's own process, so it imports nothing but the standard library before the program does,
draws from no stream, and leaves every stream's state as it was.
"""
