"""TensorFlow: the global seed and what draws under it, except `tf.data`, Keras and TensorFlow 1's names."""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw, Seeds

_OP = "framework/random_seed.py:38-91"

FAMILIES = (
    Family(
        prefix="tensorflow.random",
        names="set_seed",
        seed_kind="tensorflow",
        seeds=Seeds(("tensorflow",), "seed"),
        source="T1 tf.random.normal(); T0 H1: it doesn't reach Keras's initializers",
    ),
    Family(
        prefix="tensorflow.experimental.numpy.random",
        names="seed",
        seed="s",
        seed_kind="tensorflow",
        seeds=Seeds(("tensorflow",), "s"),
        source="T7; ops/numpy_ops/np_random.py",
    ),
    Family(
        prefix="tensorflow.random",
        names="normal uniform truncated_normal categorical gamma poisson",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED304", seed="seed"),),
        source=f"T1 tf.random.normal() and following; {_OP}",
    ),
    Family(
        prefix="tensorflow.random",
        names="shuffle",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED403", seed="seed"),),
        source="T1 tf.random.shuffle()",
    ),
    Family(
        prefix="tensorflow.random",
        names="log_uniform_candidate_sampler uniform_candidate_sampler learned_unigram_candidate_sampler "
        "fixed_unigram_candidate_sampler all_candidate_sampler",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED304", seed="seed"),),
        source="T1 tf.random.log_uniform_candidate_sampler()",
    ),
    Family(
        prefix="tensorflow.nn",
        names="sampled_softmax_loss",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED304", seed="seed"),),
        source="T1 tf.nn.sampled_softmax_loss()",
    ),
    Family(
        prefix="tensorflow.nn",
        names="nce_loss",
        draws=(Draw("tensorflow", "SEED304", where=(given("sampled_values", None),)),),
        source="ops/nn_impl.py nce_loss calls log_uniform_candidate_sampler; T1 of that",
    ),
    Family(
        prefix="tensorflow.nn",
        names="dropout",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED302", seed="seed", where=(unless("rate", 0, 0.0),)),),
        source="T1 tf.nn.dropout(rate)",
    ),
    Family(
        prefix="tensorflow.nn",
        names="fractional_max_pool fractional_avg_pool",
        seed_kind="tensorflow",
        draws=(
            Draw("generator", "SEED304", seed="seed", where=(given("seed", 0),)),
            Draw("tensorflow", "SEED304", seed="seed", where=(unless("seed", 0),)),
        ),
        source="T1b, T0 H11: seed=0 (the default, and when given) draws from the operating system; None repeats once "
        "the global seed is set",
    ),
    Family(
        prefix="tensorflow.image",
        names="sample_distorted_bounding_box",
        seed_kind="tensorflow",
        draws=(
            Draw("generator", "SEED303", seed="seed", where=(given("seed", 0, None),)),
            Draw("tensorflow", "SEED303", seed="seed", where=(unless("seed", 0, None),)),
        ),
        source="T1, T0 H11: seed=0 (the default, and when given) and None draw from the operating system",
    ),
    Family(
        prefix="tensorflow.image",
        names="random_flip_left_right random_flip_up_down random_brightness random_contrast random_hue "
        "random_saturation random_crop random_jpeg_quality",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED303", seed="seed"),),
        source="T1 tf.image.random_flip_left_right() and following",
    ),
    Family(
        prefix="tensorflow.experimental.numpy.random",
        names="rand randn randint random uniform standard_normal poisson",
        draws=(Draw("tensorflow", "SEED304"),),
        source="T1 tf.experimental.numpy.random.randn",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="from_non_deterministic_state",
        makes="tensorflow.random.Generator",
        draws=(Draw("generator", "SEED305"),),
        source="T1, T0 H15; stateful_random_ops.py:386",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="from_seed",
        makes="tensorflow.random.Generator",
        seed_kind="tensorflow",
        draws=(Draw("generator", "SEED305", seed="seed"),),
        source="T1 tf.random.Generator.from_seed(1): it requires the seed",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="from_state from_key_counter",
        makes="tensorflow.random.Generator",
        seed_kind="tensorflow",
        source="T1 tf.random.Generator.from_seed(1): as that",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="normal uniform uniform_full_int truncated_normal binomial make_seeds skip",
        draws=(Draw("generator", None),),
        source="T3 rows 21 to 23",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="split",
        makes="tensorflow.random.Generator",
        draws=(Draw("generator", None),),
        source="stateful_random_ops.py Generator.split",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="reset_from_seed",
        seed_kind="tensorflow",
        seeds=Seeds(("generator",), "seed"),
        source="T1 get_global_generator(): gg",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="reset",
        seed="state",
        seed_kind="tensorflow",
        seeds=Seeds(("generator",), "state"),
        source="stateful_random_ops.py Generator.reset",
    ),
    Family(
        prefix="tensorflow.random.Generator",
        names="reset_from_key_counter",
        seed="key",
        seed_kind="tensorflow",
        seeds=Seeds(("generator",), "key"),
        source="stateful_random_ops.py Generator.reset_from_key_counter",
    ),
    Family(
        prefix="tensorflow.random",
        names="get_global_generator",
        makes="tensorflow.random.Generator",
        draws=(Draw("tensorflow-generator", "SEED305"),),
        source="T1, T0 H15; stateful_random_ops.py:990-996",
    ),
    Family(
        prefix="tensorflow.random",
        names="set_global_generator",
        seed="generator",
        seeds=Seeds(("tensorflow-generator",), "generator"),
        source="T1 get_global_generator(): sgg",
    ),
    Family(
        names="tensorflow.random_normal_initializer tensorflow.random_uniform_initializer",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED301", seed="seed", when="build", mixes=False),),
        source="T1 tf.random_normal_initializer(): drawn when it is called; with a seed by a stateless op",
    ),
    Family(
        prefix="tensorflow.queue",
        names="RandomShuffleQueue",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed"),),
        source="T1b RandomShuffleQueue",
    ),
    Family(
        prefix="tensorflow.random",
        names="stateless_normal stateless_uniform stateless_truncated_normal stateless_gamma "
        "stateless_poisson stateless_binomial stateless_categorical "
        "stateless_parameterized_truncated_normal create_rng_state fold_in split "
        "experimental.stateless_shuffle experimental.index_shuffle",
        irrelevant="stateless: the seed must be given",
        source="T1 tf.random.stateless_normal(seed=[1, 2]); T1b stateless_shuffle",
    ),
    Family(
        prefix="tensorflow.image",
        names="stateless_random_brightness stateless_random_contrast stateless_random_crop "
        "stateless_random_flip_left_right stateless_random_flip_up_down stateless_random_hue "
        "stateless_random_jpeg_quality stateless_random_saturation "
        "stateless_sample_distorted_bounding_box",
        irrelevant="stateless: the seed must be given",
        source="T1 tf.image.stateless_random_brightness(seed)",
    ),
    Family(
        names="tensorflow.nn.experimental.stateless_dropout tensorflow.random_index_shuffle",
        irrelevant="stateless: the seed must be given",
        source="ops/nn_ops.py; measured: nothing moves",
    ),
    Family(
        names="tensorflow.nn.compute_accidental_hits",
        irrelevant="draws nothing: it compares, and its seed is not used",
        source="ops/candidate_sampling_ops.py",
    ),
    Family(
        names="tensorflow.random.Generator",
        irrelevant="made from a state that is given; what it draws is the local generator's",
        source="stateful_random_ops.py Generator.__init__",
    ),
)
