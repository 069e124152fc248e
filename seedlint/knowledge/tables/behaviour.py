"""How callables that are no draws themselves handle what they are given.

Sources: FACTS.md T3 (what builds and runs a layer), the Python documentation of each function.
"""

from __future__ import annotations

from typing import Final

VARYING: Final[dict[str, str]] = {
    "time.time": "the time",
    "time.time_ns": "the time",
    "time.perf_counter": "the time",
    "time.perf_counter_ns": "the time",
    "time.monotonic": "the time",
    "time.monotonic_ns": "the time",
    "time.process_time": "the time",
    "time.clock": "the time",
    "time.ctime": "the time",
    "time.localtime": "the time",
    "time.strftime": "the time",
    "datetime.datetime.now": "the time",
    "datetime.datetime.utcnow": "the time",
    "datetime.datetime.today": "the time",
    "datetime.date.today": "the time",
    "pandas.Timestamp.now": "the time",
    "os.getpid": "the process id",
    "os.getppid": "the process id",
    "threading.get_ident": "the thread's id",
    "builtins.id": "an address in memory",
    "tempfile.mkdtemp": "a random name",
    "tempfile.mktemp": "a random name",
}
"""Callables whose value changes from run to run without drawing from a stream; what it is."""

SAME_KIND: Final = frozenset(
    {
        "builtins.int",
        "builtins.abs",
        "builtins.round",
        "builtins.float",
        "builtins.str",
        "builtins.min",
        "builtins.max",
        "builtins.sum",
        "builtins.divmod",
        "builtins.int.from_bytes",
        "math.floor",
        "math.ceil",
        "numpy.uint32",
        "numpy.int32",
        "numpy.int64",
        "numpy.uint64",
    }
)
"""Callables whose value varies if an argument does."""

SPELLS: Final = frozenset({"builtins.str", "builtins.hex", "builtins.format", "builtins.repr"})
"""Callables that make a text of what they are given."""

MAKES_ARRAYS: Final = frozenset(
    {
        "numpy.frombuffer",
        "numpy.fromstring",
        "numpy.array",
        "numpy.asarray",
        "numpy.full",
        "numpy.full_like",
        "tensorflow.constant",
        "tensorflow.convert_to_tensor",
        "tensorflow.io.decode_raw",
        "tensorflow.fill",
        "tensorflow.Variable",
        "tensorflow.data.Dataset.from_tensors",
        "tensorflow.data.Dataset.from_tensor_slices",
    }
)
"""Callables that make an array, a tensor or a data set of the numbers or bytes that they are given."""

ENDS_PROGRAM: Final = frozenset({"sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"})

DYNAMIC: Final = frozenset(
    {
        "builtins.exec",
        "builtins.eval",
        "builtins.globals",
        "builtins.__import__",
        "importlib.import_module",
        "importlib.reload",
        "runpy.run_path",
        "runpy.run_module",
        "pydoc.locate",
        "hydra.utils.instantiate",
        "hydra.utils.call",
        "hydra.utils.get_method",
        "hydra.utils.get_object",
    }
)
"""Callables by which a program runs what its text doesn't tell: any code at all."""

DYNAMIC_METHODS: Final = frozenset({"exec_module", "load_module", "run_line_magic", "magic"})
"""Methods that do, of import loaders and of IPython's shell (`run_line_magic("run", "seeds.py")`)."""

WRAPPERS: Final = frozenset(
    {
        "tensorflow.function",
        "tensorflow.autograph.experimental.do_not_convert",
        "tensorflow.recompute_grad",
        "tensorflow.custom_gradient",
        "tensorflow.compat.v1.make_template",
        "functools.wraps",
        "functools.lru_cache",
        "functools.cache",
        "functools.update_wrapper",
        "contextlib.contextmanager",
        "builtins.property",
        "builtins.staticmethod",
        "builtins.classmethod",
        "builtins.callable",
        "numba.jit",
        "numba.njit",
        "keras.saving.register_keras_serializable",
        "keras.utils.register_keras_serializable",
        "atexit.register",
        "signal.signal",
    }
)
"""Callables that give back the function that they are given, or keep it, and don't call it."""

BUILDING_METHODS: Final = frozenset(
    {
        "build",
        "summary",
        "get_weights",
        "set_weights",
        "count_params",
        "load_weights",
        "save",
        "save_weights",
        "__call__",
        "call",
    }
)
"""Methods that make a Keras 2 model build its layers."""

RUNNING_METHODS: Final = frozenset(
    {
        "fit",
        "fit_generator",
        "fit_transform",
        "fit_predict",
        "fit_resample",
        "partial_fit",
        "score",
        "split",
        "next",
        "__next__",
        "__iter__",
        "take",
        "predict",
        "predict_generator",
        "predict_on_batch",
        "evaluate",
        "evaluate_generator",
        "train_on_batch",
        "test_on_batch",
        "adapt",
        "as_numpy_iterator",
        "search",
    }
)
"""Methods that put an object to work: fit an estimator, split, iterate a flow, run a layer."""

RUNNERS: Final = frozenset(
    {
        "absl.app.run",
        "tensorflow.compat.v1.app.run",
        "tensorflow.app.run",
        "fire.Fire",
        "typer.run",
        "typer.Typer",
        "click.command",
        "click.group",
        "hydra.main",
        "tensorflow.function",
        "asyncio.run",
        "builtins.map",
        "builtins.filter",
    }
)
"""Callables that call the function that they are given, for sure."""

INSPECTORS: Final = frozenset({"bool", "dir", "hasattr", "isinstance", "issubclass", "len", "type", "vars"})
"""Python's own functions that look at what they are given, and put none of it to work."""

KEEPERS: Final = frozenset(
    {
        "sklearn.pipeline.make_pipeline",
        "sklearn.pipeline.make_union",
        "sklearn.compose.make_column_transformer",
    }
)
"""Functions that put what they are given into an object, which puts it to work later."""

LOADS_WEIGHTS: Final = frozenset(
    {
        "load_weights", "restore", "load_checkpoint", "load_variable", "NewCheckpointReader", "init_from_checkpoint",
        "assert_consumed", "assert_existing_objects_matched", "assert_nontrivial_match", "expect_partial",
    }
)  # fmt: skip
"""The last words of what puts saved weights in the place of initial ones."""

TRAINS: Final = frozenset(
    {
        "fit", "fit_generator", "partial_fit", "train_on_batch", "apply_gradients", "stateless_apply", "apply_updates",
        "minimize", "train", "train_and_evaluate", "train_step", "RandomSearch", "BayesianOptimization", "Hyperband",
        "GridSearch",
    }
)  # fmt: skip
"""The last words of what trains, and of the tuners that do."""

GRADIENTS: Final = frozenset({"GradientTape", "gradients", "value_and_grad"})
UPDATES: Final = frozenset({"apply", "assign_sub"})
"""The last words of what computes gradients, and of what changes weights by them: both together train."""

WITHOUT_LAYERS: Final = frozenset({"pandas", "sklearn"})
"""Packages whose `fit` and `apply` train no layer."""

VARIABLES: Final = frozenset({"tensorflow.Variable"})
"""Callables that call the function that they are given once, for the numbers that they start from."""

TRACERS: Final = frozenset(
    {
        "tensorflow.function",
        "tensorflow.data.Dataset.map",
        "tensorflow.data.Dataset.filter",
        "tensorflow.data.Dataset.flat_map",
        "tensorflow.data.Dataset.interleave",
        "tensorflow.data.Dataset.scan",
        "tensorflow.data.Dataset.take_while",
        "tensorflow.data.Dataset.reduce",
    }
)
"""Callables that run the Python of the function that they are given once, to make a graph of it (T8)."""

RUNS_PYTHON: Final = frozenset(
    {
        "tensorflow.py_function",
        "tensorflow.numpy_function",
        "tensorflow.py_func",
        "tensorflow.compat.v1.py_func",
        "tensorflow.data.Dataset.from_generator",
    }
)
"""Callables that run the function that they are given as Python, for each element, also from a graph."""

RUNS_LATER: Final = frozenset({"tensorflow.data.Dataset.from_generator"})
"""Those of them that do so each time that what they return is gone through, and not before."""

RUNS_EAGERLY: Final = frozenset(
    {
        "tensorflow.config.run_functions_eagerly",
        "tensorflow.config.experimental_run_functions_eagerly",
        "tensorflow.data.experimental.enable_debug_mode",
    }
)
"""Switches that let functions run as Python after all."""

PARALLEL_MAPS: Final = frozenset({"tensorflow.data.Dataset.map", "tensorflow.data.Dataset.interleave"})
"""Callables that run the graph of the function that they are given for several elements at once, if
`num_parallel_calls` is given."""

OUT_OF_ORDER: Final[dict[str, tuple[str, bool]]] = {
    "tensorflow.data.Dataset.map": ("deterministic", False),
    "tensorflow.data.Dataset.interleave": ("deterministic", False),
    "tensorflow.data.Dataset.batch": ("deterministic", False),
    "tensorflow.data.Dataset.padded_batch": ("deterministic", False),
    "tensorflow.data.Dataset.ragged_batch": ("deterministic", False),
    "tensorflow.data.experimental.make_csv_dataset": ("sloppy", True),
    "tensorflow.data.experimental.make_batched_features_dataset": ("sloppy_ordering", True),
    "tensorflow.data.experimental.parallel_interleave": ("sloppy", True),
}
"""The parameter by which a data set may hand on elements in the order in which they get ready, and its value."""

ORDER_SETTINGS: Final = ("deterministic", "experimental_deterministic")
"""Attributes of `tf.data.Options` that, set to False, let elements come in the order in which they get ready."""

RANDOM_TRANSFORMS: Final = frozenset(
    {
        "rotation_range",
        "width_shift_range",
        "height_shift_range",
        "brightness_range",
        "shear_range",
        "zoom_range",
        "channel_shift_range",
        "horizontal_flip",
        "vertical_flip",
    }
)
"""Parameters of `ImageDataGenerator` that make it draw for each picture."""

SESSION_WORK: Final = frozenset(
    f"{prefix}.{name}"
    for prefix in ("tensorflow", "tensorflow.compat.v1")
    for name in (
        "placeholder",
        "placeholder_with_default",
        "sparse_placeholder",
        "global_variables_initializer",
        "local_variables_initializer",
        "initialize_all_variables",
        "get_variable",
        "variable_scope",
        "get_collection",
        "global_variables",
        "trainable_variables",
        "assign",
        "assign_add",
        "Graph",
        "Session.as_default",
        "Session.run",
        "Session.partial_run",
        "Session.make_callable",
        "InteractiveSession.run",
        "layers.dense",
        "layers.conv2d",
        "layers.flatten",
        "contrib.layers.fully_connected",
        "contrib.layers.conv2d",
        "contrib.slim.fully_connected",
        "contrib.slim.conv2d",
        "nn.dynamic_rnn",
        "nn.static_rnn",
        "contrib.rnn.static_rnn",
        "estimator.Estimator",
        "summary.merge_all",
        "summary.FileWriter",
        "train.Saver",
        "train.Coordinator",
        "train.start_queue_runners",
        "train.GradientDescentOptimizer",
        "train.AdamOptimizer",
        "train.AdagradOptimizer",
        "train.MomentumOptimizer",
        "train.RMSPropOptimizer",
        "train.MonitoredTrainingSession",
        "train.MonitoredSession",
        "disable_eager_execution",
        "disable_v2_behavior",
    )
)
"""What only a program that really works in a session uses: such a program is not to be half-converted."""
