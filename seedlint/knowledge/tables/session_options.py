"""The options of TensorFlow 1's session configuration, and what sets them today.

All fields of the `ConfigProto` and `GPUOptions` messages of TensorFlow 2.21 are here (a test compares).
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Needs = Literal["before-context", "before-gpu", "nothing"]
"""When the call must run: before TensorFlow's context exists (see `CONTEXT`), before a GPU is used, any time."""


class SessionOption(Struct, frozen=True, gc=False):
    """What becomes of one option.

    `today` are the lines that set it, with `{value}` for the option's value and `tf` for TensorFlow; none:
    nothing is equivalent, and `note` says why. `exact` is false where the value has to become another one.
    `keep` are values that are the default today, so that the option can go without a replacement.
    """

    today: tuple[str, ...] = ()
    needs: Needs = "nothing"
    note: str = ""
    keep: tuple[bool | int | str, ...] = ()
    exact: bool = True


_EACH_GPU = "for gpu in tf.config.list_physical_devices('GPU'):"
_RUNTIME = "an option of the session's runtime; eager code has no equivalent"
_GPU_RUNTIME = "an option of the GPU allocator; there is no equivalent"

CONFIG: Final[dict[str, SessionOption]] = {
    "intra_op_parallelism_threads": SessionOption(
        ("tf.config.threading.set_intra_op_parallelism_threads({value})",), "before-context", keep=(0,)
    ),
    "inter_op_parallelism_threads": SessionOption(
        ("tf.config.threading.set_inter_op_parallelism_threads({value})",), "before-context", keep=(0,)
    ),
    "use_per_session_threads": SessionOption(note="there is one pool of threads in the process"),
    "session_inter_op_thread_pool": SessionOption(note="there is one pool of threads in the process"),
    "device_count": SessionOption(
        ("tf.config.set_visible_devices(tf.config.list_physical_devices('{device}')[:{value}], '{device}')",),
        "before-context",
        note="a mapping: one call for each device that it counts; CPU counts above 1 are logical devices "
        "(tf.config.set_logical_device_configuration)",
    ),
    "device_filters": SessionOption(
        ("tf.config.experimental_connect_to_cluster(cluster, cluster_device_filters={value})",),
        "before-context",
        note="for clusters; the value is a tf.config.experimental.ClusterDeviceFilters",
        exact=False,
    ),
    "gpu_options": SessionOption(note="see the options of GPUOptions"),
    "pluggable_device_options": SessionOption(note="see the options of GPUOptions"),
    "allow_soft_placement": SessionOption(
        ("tf.config.set_soft_device_placement({value})",), note="True is the default today", keep=(True,)
    ),
    "log_device_placement": SessionOption(
        ("tf.debugging.set_log_device_placement({value})",), note="False is the default", keep=(False,)
    ),
    "graph_options": SessionOption(note="optimizer options: tf.config.optimizer.set_experimental_options and set_jit"),
    "placement_period": SessionOption(note=_RUNTIME),
    "operation_timeout_in_ms": SessionOption(note=_RUNTIME),
    "rpc_options": SessionOption(note=_RUNTIME),
    "cluster_def": SessionOption(note="for clusters: tf.config.experimental_connect_to_cluster"),
    "isolate_session_state": SessionOption(note=_RUNTIME),
    "share_cluster_devices_in_session": SessionOption(note=_RUNTIME),
    "experimental": SessionOption(note=_RUNTIME),
}
"""The fields of `ConfigProto`."""

GPU: Final[dict[str, SessionOption]] = {
    "allow_growth": SessionOption(
        (_EACH_GPU, "    tf.config.experimental.set_memory_growth(gpu, {value})"), "before-gpu", keep=(False,)
    ),
    "per_process_gpu_memory_fraction": SessionOption(
        (
            _EACH_GPU,
            "    tf.config.set_logical_device_configuration(",
            "        gpu, [tf.config.LogicalDeviceConfiguration(memory_limit={value})]",
            "    )",
        ),
        "before-gpu",
        note="memory_limit is in megabytes, not a fraction: multiply it by the GPU's memory",
        keep=(0, 1),
        exact=False,
    ),
    "visible_device_list": SessionOption(
        (
            "gpus = tf.config.list_physical_devices('GPU')",
            "gpus = [gpu for gpu in gpus if gpu.name.rpartition(':')[2] in {value}.split(',')]",
            "tf.config.set_visible_devices(gpus, 'GPU')",
        ),
        "before-gpu",
        keep=("",),
    ),
    "allocator_type": SessionOption(note="set TF_GPU_ALLOCATOR (cuda_malloc_async) in the environment instead"),
    "deferred_deletion_bytes": SessionOption(note=_GPU_RUNTIME),
    "polling_active_delay_usecs": SessionOption(note=_GPU_RUNTIME),
    "polling_inactive_delay_msecs": SessionOption(note=_GPU_RUNTIME),
    "force_gpu_compatible": SessionOption(note=_GPU_RUNTIME),
    "experimental": SessionOption(
        note="virtual_devices: tf.config.set_logical_device_configuration; the others have no equivalent"
    ),
}
"""The fields of `GPUOptions`."""

GRAPH: Final[dict[str, SessionOption]] = {
    "optimizer_options": SessionOption(note="see the options of OptimizerOptions"),
    "rewrite_options": SessionOption(
        note="as a dict: tf.config.optimizer.set_experimental_options({'constant_folding': False})"
    ),
    "enable_recv_scheduling": SessionOption(note=_RUNTIME),
    "build_cost_model": SessionOption(note=_RUNTIME),
    "build_cost_model_after": SessionOption(note=_RUNTIME),
    "infer_shapes": SessionOption(note=_RUNTIME),
    "place_pruned_graph": SessionOption(note=_RUNTIME),
    "enable_bfloat16_sendrecv": SessionOption(note=_RUNTIME),
    "timeline_step": SessionOption(note=_RUNTIME),
}
"""The fields of `GraphOptions`."""

OPTIMIZER: Final[dict[str, SessionOption]] = {
    "global_jit_level": SessionOption(
        ("tf.config.optimizer.set_jit('autoclustering')",), note="for ON_1 and ON_2; OFF is the default", exact=False
    ),
    "cpu_global_jit": SessionOption(("tf.config.optimizer.set_jit('autoclustering')",), keep=(False,), exact=False),
    "do_constant_folding": SessionOption(
        ("tf.config.optimizer.set_experimental_options({{'constant_folding': {value}}})",), keep=(True,)
    ),
    "do_function_inlining": SessionOption(
        ("tf.config.optimizer.set_experimental_options({{'function_optimization': {value}}})",), keep=(True,)
    ),
    "do_common_subexpression_elimination": SessionOption(
        note="tf.config.optimizer.set_experimental_options has arithmetic_optimization and others"
    ),
    "max_folded_constant_in_bytes": SessionOption(note=_RUNTIME),
    "opt_level": SessionOption(
        note="L0 switches optimisation off: tf.config.optimizer.set_experimental_options("
        "{'disable_meta_optimizer': True})"
    ),
}
"""The fields of `OptimizerOptions`."""

_MESSAGES: Final = {"ConfigProto": CONFIG, "GPUOptions": GPU, "GraphOptions": GRAPH, "OptimizerOptions": OPTIMIZER}
_FIELDS: Final = {
    "gpu_options": GPU,
    "pluggable_device_options": GPU,
    "graph_options": GRAPH,
    "optimizer_options": OPTIMIZER,
}


def option(message: str, path: str) -> SessionOption | None:
    """What becomes of the option `path` of a message; None if there is no such option.

    >>> option("ConfigProto", "gpu_options.allow_growth") is GPU["allow_growth"]
    True
    """
    table = _MESSAGES[message]
    *fields, last = path.split(".")
    for field in fields:
        if field not in _FIELDS:
            return table.get(field)
        table = _FIELDS[field]
    return table.get(last)


CONTEXT: Final = frozenset(
    f"{prefix}.{name}"
    for prefix, names in (
        ("tensorflow", "constant convert_to_tensor Variable zeros ones range cast reshape expand_dims"),
        ("tensorflow.random", "normal uniform truncated_normal shuffle Generator.from_seed"),
        ("tensorflow.data", "TFRecordDataset TextLineDataset Dataset.range Dataset.from_tensor_slices"),
        ("tensorflow.data.Dataset", "from_tensors from_generator list_files random"),
        ("tensorflow.config", "list_logical_devices experimental.list_logical_devices"),
        ("tensorflow.distribute", "MirroredStrategy"),
        ("keras.optimizers", "Adam AdamW SGD RMSprop Adagrad Adadelta Adamax Nadam Ftrl Lion"),
        ("keras.metrics", "Accuracy Mean"),
        ("keras.random", "SeedGenerator"),
        ("keras.layers", "Dropout SpatialDropout1D SpatialDropout2D GaussianNoise GaussianDropout"),
        ("keras.layers", "AlphaDropout LSTM GRU SimpleRNN RandomFlip RandomRotation RandomZoom"),
        ("keras.layers", "RandomTranslation RandomContrast RandomBrightness RandomCrop"),
    )
    for name in names.split()
)
"""What makes TensorFlow's context under Keras 3, after which the thread setters raise (T5; measured: each run
in a process of its own). A model that gets an `Input` makes it too. Importing, seeding,
`enable_op_determinism`, `list_physical_devices`, `tf.function` and the constructors of `Dense`, `Input`,
`BatchNormalization`, losses, callbacks and initializers don't."""

WITHOUT_CONTEXT: Final = (
    "tensorflow.config.",
    "tensorflow.compat.v1.ConfigProto",
    "tensorflow.compat.v1.GPUOptions",
    "tensorflow.compat.v1.OptimizerOptions",
    "tensorflow.compat.v1.GraphOptions",
    "tensorflow.compat.v1.Session",
    "tensorflow.compat.v1.InteractiveSession",
    "tensorflow.compat.v1.get_default_graph",
    "tensorflow.compat.v1.reset_default_graph",
    "tensorflow.compat.v1.logging.",
    "tensorflow.compat.v1.set_random_seed",
    "tensorflow.debugging.disable_traceback_filtering",
    "tensorflow.debugging.enable_check_numerics",
    "tensorflow.debugging.set_log_device_placement",
    "tensorflow.get_logger",
    "tensorflow.random.set_seed",
    "tensorflow.function",
    "keras.backend.clear_session",
    "keras.backend.set_floatx",
    "keras.backend.set_image_data_format",
    "keras.backend.set_session",
    "keras.config.",
    "keras.mixed_precision.set_global_policy",
    "keras.utils.clear_session",
    "keras.utils.set_random_seed",
)
"""What of TensorFlow and Keras can be called before the thread setters (measured; a dot at the end: all below but
`CONTEXT`).
Names that are gone (`tensorflow.Session`) count as what they were."""
