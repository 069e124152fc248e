"""TensorFlow's global seed, its own generators, its parallel pipelines and its settings."""

from __future__ import annotations

import copy
import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any, Final

from seedlint.runtime.probe.imports import when_imported
from seedlint.runtime.probe.places import NOWHERE, is_users, place
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType

_PARALLEL: Final = ("map", "interleave", "batch", "padded_batch", "ragged_batch")
_THREADS: Final = ("set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads")


def install() -> None:
    """Hook TensorFlow when it is imported."""
    when_imported("tensorflow.python.eager.context", _hook_global_seed)
    when_imported("tensorflow.python.framework.random_seed", _hook_op_seed)
    when_imported("tensorflow.python.ops.stateful_random_ops", _hook_generators)
    when_imported("tensorflow.python.data.ops.dataset_ops", _hook_pipelines)
    when_imported("tensorflow.python.framework.config", _hook_settings)
    when_imported("keras.src.random.seed_generator", _hook_seed_generators)
    when_imported("tensorflow", _loaded)


def freeze() -> None:
    """Set what is frozen, if TensorFlow is there."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not hasattr(tensorflow, "random"):
        return
    if "tensorflow" in PROBE.frozen:
        sys.modules["tensorflow.python.eager.context"].__dict__["set_global_seed"].__wrapped__(PROBE.seed)
    config = sys.modules["tensorflow.python.framework.config"].__dict__
    if "ops" in PROBE.frozen:
        config["enable_op_determinism"].__wrapped__()
    if "threads" in PROBE.frozen:
        for name in _THREADS:
            config[name].__wrapped__(1)


def _loaded(module: ModuleType) -> None:
    PROBE.loaded(module)
    freeze()


# -- seeds and draws --------------------------------------------------------------------------


def _hook_global_seed(module: ModuleType) -> None:
    original = module.__dict__["set_global_seed"]

    @functools.wraps(original)
    def set_global_seed(seed: Any) -> None:
        PROBE.recorder.seed("tensorflow", "tensorflow.random.set_seed", seed, sys._getframe(1))
        if seed is None and "tensorflow" in PROBE.frozen:
            seed = PROBE.next_seed("tensorflow")
        original(PROBE.shifted(seed))

    module.__dict__["set_global_seed"] = set_global_seed


def _hook_op_seed(module: ModuleType) -> None:
    original = module.__dict__["get_seed"]

    @functools.wraps(original)
    def get_seed(op_seed: Any) -> Any:
        seeds = original(op_seed)
        if seeds[0] is not None:
            _note_repetition(sys._getframe(1))
        if op_seed is None:
            if seeds[0] is None:
                # A graph of TensorFlow 1 has no seed unless it is given one.
                if "tensorflow" in PROBE.frozen:
                    seeds = (PROBE.seed, PROBE.next_seed("tensorflow") % 2**31)
                PROBE.recorder.seedings.pop("tensorflow", None)
            frame = sys._getframe(1)
            api = f"tensorflow:{frame.f_code.co_name}"
            PROBE.recorder.draw("tensorflow", api, frame, lambda: seeds, _mapped_place())
        return seeds

    module.__dict__["get_seed"] = get_seed


def _note_repetition(frame: FrameType) -> None:
    """A seeded op in a function of a data set gives the same numbers in each pass (FACTS.md, H8)."""
    eagerly = sys.modules["tensorflow.python.eager.context"].__dict__["executing_eagerly"]()
    graph = None if eagerly else sys.modules["tensorflow.python.framework.ops"].__dict__["get_default_graph"]()
    # Keras shuffles arrays in a data set of its own; `order` tells of that.
    if str(getattr(graph, "name", "")).startswith("Dataset_") and frame.f_code.co_name != "random_shuffle":
        PROBE.recorder.setting("random op in a pipeline", True, frame)


def _mapped_place() -> tuple[str, int] | None:
    """The user's line in a function that AutoGraph rewrote; None where none is being traced."""
    ops = sys.modules["tensorflow.python.framework.ops"].__dict__
    if sys.modules["tensorflow.python.eager.context"].__dict__["executing_eagerly"]() or "get_default_graph" not in ops:
        return None
    stack = sys.modules["tensorflow.python.util.tf_stack"].__dict__["extract_stack"]()
    for frame in reversed(list(stack)):
        if is_users(frame.filename):
            return frame.filename, frame.lineno
    return None


def _hook_generators(module: ModuleType) -> None:
    generator = module.__dict__["Generator"]
    from_entropy = generator.from_non_deterministic_state.__func__

    def from_non_deterministic_state(cls: Any, *args: Any, **kwargs: Any) -> Any:
        PROBE.recorder.seed("generator", "tensorflow.random.Generator", None, sys._getframe(1))
        if "generator" in PROBE.frozen:
            return cls.from_seed(PROBE.next_seed("generator"))
        return from_entropy(cls, *args, **kwargs)

    generator.from_non_deterministic_state = classmethod(functools.wraps(from_entropy)(from_non_deterministic_state))
    from_seed = generator.from_seed.__func__

    def from_shifted_seed(cls: Any, seed: Any, *args: Any, **kwargs: Any) -> Any:
        seed = PROBE.shifted_by_user("tensorflow.random.Generator.from_seed", seed, sys._getframe(1))
        return from_seed(cls, seed, *args, **kwargs)

    generator.from_seed = classmethod(functools.wraps(from_seed)(from_shifted_seed))
    get_global = module.__dict__["get_global_generator"]

    @functools.wraps(get_global)
    def get_global_generator() -> Any:
        if module.__dict__["global_generator"] is None:
            PROBE.recorder.seed("generator", "tensorflow.random.get_global_generator", None, sys._getframe(1))
            if "generator" in PROBE.frozen:
                module.__dict__["set_global_generator"](generator.from_seed(PROBE.next_seed("generator")))
        return get_global()

    module.__dict__["get_global_generator"] = get_global_generator


def _hook_seed_generators(module: ModuleType) -> None:
    generator = module.__dict__["SeedGenerator"]
    original = generator.__init__

    @functools.wraps(original)
    def init(self: Any, seed: Any = None, *args: Any, **kwargs: Any) -> None:
        seed = PROBE.shifted_by_user("keras.random.SeedGenerator", seed, sys._getframe(1))
        original(self, seed, *args, **kwargs)

    generator.__init__ = init


# -- pipelines --------------------------------------------------------------------------------


def _hook_pipelines(module: ModuleType) -> None:
    dataset = module.__dict__["DatasetV2"]
    for name in _PARALLEL:
        if hasattr(dataset, name):
            setattr(dataset, name, _serial(f"Dataset.{name}", getattr(dataset, name)))
    with_options = dataset.with_options

    @functools.wraps(with_options)
    def deterministic(self: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        if options.deterministic is False:
            PROBE.recorder.setting("deterministic", False, sys._getframe(1))
            if "pipeline" in PROBE.frozen:
                options = copy.copy(options)
                options.deterministic = True
        return with_options(self, options, *args, **kwargs)

    dataset.with_options = deterministic


def _serial(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        parallel = given.arguments.get("num_parallel_calls")
        if parallel is not None or given.arguments.get("deterministic") is False:
            frame = sys._getframe(1)
            if is_users(frame.f_code.co_filename):  # Keras's own pipelines keep their order
                PROBE.recorder.setting(name, parallel if parallel is not None else "deterministic=False", frame)
            if "pipeline" in PROBE.frozen:
                if parallel is not None:
                    given.arguments["num_parallel_calls"] = 1
                given.arguments["deterministic"] = True
        return original(*given.args, **given.kwargs)

    return method


# -- settings ---------------------------------------------------------------------------------


def _hook_settings(module: ModuleType) -> None:
    for name in (*_THREADS, "enable_op_determinism"):
        module.__dict__[name] = _setting(name, module.__dict__[name])


def _setting(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def setting(*args: Any, **kwargs: Any) -> Any:
        if place(sys._getframe(1)) not in (None, NOWHERE):
            PROBE.recorder.setting(name, (*args, *kwargs.values()), sys._getframe(1))
        if name in _THREADS and "threads" in PROBE.frozen:
            return None
        return original(*args, **kwargs)

    return setting
