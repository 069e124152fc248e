"""What TensorFlow 1 had and `tensorflow.compat.v1` still has, and the raw ops."""

from __future__ import annotations

from seedlint.knowledge.families import Family, given, unless
from seedlint.knowledge.model import Draw

_MEASURED = "measured: TensorFlow's generator moves when called, K3 and tf_keras"
_V1 = "tensorflow.compat.v1"
_NO_INITIALIZER = given("kernel_initializer", None, unknown=True)

FAMILIES = (
    Family(
        prefix=_V1,
        names="random_poisson multinomial",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED304", seed="seed"),),
        source=f"T6; {_MEASURED}",
    ),
    Family(
        prefix=_V1,
        names="glorot_uniform_initializer glorot_normal_initializer variance_scaling_initializer "
        "orthogonal_initializer truncated_normal_initializer random_normal_initializer "
        "random_uniform_initializer uniform_unit_scaling_initializer initializers.he_normal "
        "initializers.he_uniform initializers.lecun_normal initializers.lecun_uniform",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED301", seed="seed", when="build"),),
        source=f"T1 tf.compat.v1.layers/initializers glorot_uniform(); {_MEASURED}, with a shape",
    ),
    Family(
        prefix=_V1,
        names="get_variable",
        draws=(Draw("tensorflow", None, where=(given("initializer", None),)),),
        source=_MEASURED,
    ),
    Family(
        prefix=_V1,
        names="nn.dropout",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED302", seed="seed"),),
        source=_MEASURED,
    ),
    Family(
        prefix=_V1,
        names="layers.dropout",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED302", seed="seed", where=(unless("training", False),)),),
        source=_MEASURED,
        targets=("keras2",),
    ),
    Family(
        prefix=_V1,
        names="layers.Dropout",
        seed="seed",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED302", seed="seed", when="run"),),
        source="T1 Dropout()(x, training=True): it is derived from it",
        targets=("keras2",),
    ),
    Family(
        prefix=_V1,
        names="nn.rnn_cell.DropoutWrapper",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED302", seed="seed", when="run"),),
        source="tf_keras/src/layers/rnn/legacy_cell_wrappers.py",
        targets=("keras2",),
    ),
    Family(
        prefix=_V1,
        names="nn.sampled_softmax_loss",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED304", seed="seed"),),
        source=_MEASURED,
    ),
    Family(
        prefix=_V1,
        names="nn.nce_loss",
        draws=(Draw("tensorflow", "SEED304", where=(given("sampled_values", None),)),),
        source="as tf.nn.nce_loss",
    ),
    Family(
        prefix=_V1,
        names="nn.fractional_max_pool nn.fractional_avg_pool",
        seed_kind="tensorflow",
        draws=(
            Draw(
                "generator",
                "SEED304",
                seed="seed",
                where=(given("seed", 0, None), given("seed2", 0, None), given("deterministic", False)),
            ),
        ),
        source="ops/nn_ops.py fractional_max_pool: the raw op",
    ),
    Family(
        prefix=_V1,
        names="image.sample_distorted_bounding_box",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED303", seed="seed"),),
        source="ops/image_ops_impl.py: seed=None here, and so the global seed counts",
    ),
    Family(
        prefix=f"{_V1}.distributions",
        names="Distribution.sample",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED304", seed="seed"),),
        source=_MEASURED,
    ),
    Family(
        prefix=f"{_V1}.distributions",
        names="Bernoulli Beta Categorical Dirichlet DirichletMultinomial Distribution Exponential Gamma "
        "Laplace Multinomial Normal StudentT Uniform",
        irrelevant="a distribution to be: its sample draws",
        source=_MEASURED,
    ),
    Family(
        prefix=f"{_V1}.layers",
        names="dense conv1d conv2d conv3d conv2d_transpose conv3d_transpose",
        draws=(Draw("python", None, where=(_NO_INITIALIZER,)),),
        source="measured: dense() moves Python's state, as Keras's layers do",
        targets=("keras2",),
    ),
    Family(
        prefix=f"{_V1}.train",
        names="shuffle_batch shuffle_batch_join maybe_shuffle_batch maybe_shuffle_batch_join",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed"),),
        source="T6; T1b RandomShuffleQueue",
    ),
    Family(
        prefix=f"{_V1}.train",
        names="input_producer range_input_producer slice_input_producer string_input_producer",
        seed_kind="tensorflow",
        draws=(Draw("tensorflow", "SEED401", seed="seed", where=(unless("shuffle", False),)),),
        source="T6; training/input.py: random_shuffle",
    ),
    Family(
        prefix="tensorflow.raw_ops",
        names="Multinomial ParameterizedTruncatedNormal RandomGamma RandomPoisson RandomPoissonV2 "
        "RandomShuffle RandomStandardNormal RandomUniform RandomUniformInt TruncatedNormal RandomCrop "
        "AllCandidateSampler FixedUnigramCandidateSampler LearnedUnigramCandidateSampler "
        "LogUniformCandidateSampler ThreadUnsafeUnigramCandidateSampler UniformCandidateSampler "
        "SampleDistortedBoundingBox SampleDistortedBoundingBoxV2 FractionalAvgPool FractionalMaxPool",
        seed_kind="tensorflow",
        draws=(Draw("generator", "SEED304", seed="seed", where=(given("seed", 0, None), given("seed2", 0, None))),),
        source="T1b raw_ops.RandomUniform(): no global seed reaches a raw op",
    ),
    Family(
        prefix="tensorflow.raw_ops",
        names="AnonymousRandomSeedGenerator AnonymousSeedGenerator ComputeAccidentalHits CudnnRNN "
        "CudnnRNNBackprop CudnnRNNBackpropV2 CudnnRNNBackpropV3 CudnnRNNCanonicalToParams "
        "CudnnRNNCanonicalToParamsV2 CudnnRNNParamsSize CudnnRNNParamsToCanonical "
        "CudnnRNNParamsToCanonicalV2 CudnnRNNV2 CudnnRNNV3 ExperimentalRandomDataset GlobalShuffleDataset "
        "KMC2ChainInitialization KmeansPlusPlusInitialization RandomDataset RandomDatasetV2 "
        "RandomIndexShuffle RandomShuffleQueue RandomShuffleQueueV2 RecordInput SamplingDataset "
        "ShuffleAndRepeatDataset ShuffleAndRepeatDatasetV2 ShuffleDataset ShuffleDatasetV2 ShuffleDatasetV3 "
        "SnapshotDataset",
        irrelevant="an op that programs don't call by its raw name; most require the seed",
        source="ops/gen_dataset_ops.py and the like",
    ),
    Family(
        prefix="tensorflow.raw_ops",
        names="StatelessMultinomial StatelessParameterizedTruncatedNormal StatelessRandomBinomial "
        "StatelessRandomGammaV2 StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg "
        "StatelessRandomNormal StatelessRandomPoisson StatelessRandomUniform StatelessRandomUniformFullInt "
        "StatelessRandomUniformInt StatelessSampleDistortedBoundingBox StatelessTruncatedNormal",
        irrelevant="stateless: the seed must be given",
        source="T1 tf.random.stateless_normal(seed=[1, 2])",
    ),
    Family(
        prefix=_V1,
        names="get_seed random.stateless_multinomial",
        irrelevant="draws nothing, or is stateless",
        source="framework/random_seed.py; T6",
    ),
)
