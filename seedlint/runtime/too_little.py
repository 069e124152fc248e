"""Randomness that repeats where it should not."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from seedlint.runtime.recording import Draw, Mark, Recording, Seed, Setting, Worker
from seedlint.runtime.result import Place, TooLittle
from seedlint.runtime.timeline import shown_name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALL: Final = "all batches"
_SHUFFLE: Final = "tensorflow:random_shuffle"
_SHUFFLES: Final = ("shuffle", "permutation", "sample")
IN_PIPELINE: Final = "random op in a pipeline"
"""The name of the setting by which the probe notes a seeded random op that `Dataset.map` repeats."""


def too_little(recording: Recording) -> list[TooLittle]:
    """What a single run shows: one order, one augmentation for all epochs, the same draws in several workers."""
    found = [*_orders(recording), *_reseeded(recording), *_augmentations(recording), *_workers(recording)]
    by_place = {(single.kind, single.filename, single.row): single for single in found}
    return list(by_place.values())


def same_whatever_seed(recording: Recording) -> TooLittle | None:
    """The finding that the results are the same with other seeds, at the first seed that covers a draw."""
    covered = {(draw.stream, draw.seeding) for draw in recording.of(Draw)}
    for seed in recording.of(Seed):
        if seed.value is not None and (seed.stream, seed.seeding) in covered:
            message = "the results are the same with another seed: nothing that was compared depends on what is drawn"
            return _at("seed", Place(seed.filename, seed.row), message)
    return None


def _at(kind: str, place: Place, message: str) -> TooLittle:
    return TooLittle(kind, shown_name_of(place.filename), place.row, message)  # type: ignore[arg-type]


def _orders(recording: Recording) -> Iterator[TooLittle]:
    """`fit` on arrays shuffles, yet uses one order in all epochs: under Keras 3, once TensorFlow's global seed is
    set."""
    shuffled = {(draw.filename, draw.row) for draw in recording.of(Draw) if draw.api == _SHUFFLE}
    for (fit, filename, row), orders in _by_fit(recording, "order").items():
        if fit and (filename, row) in shuffled and len(orders) > 1 and len(set(orders)) == 1:
            message = (
                f"{len(orders)} epochs saw the data in one and the same order: with a global TensorFlow seed, Keras 3 "
                "shuffles arrays the same way in every epoch; shuffle a `tf.data.Dataset` instead"
            )
            yield _at("order", Place(filename, row), message)


def _by_fit(recording: Recording, stage: str) -> dict[tuple[int, str, int], list[str]]:
    """The digest of each epoch's batches, for trainings of more than one batch."""
    found: defaultdict[tuple[int, str, int], list[str]] = defaultdict(list)
    for mark in recording.of(Mark):
        if mark.stage == stage and _ALL in mark.tensors and "batch 2" in mark.tensors:
            found[mark.fit, mark.filename, mark.row].append(mark.tensors[_ALL][0])
    return found


def _reseeded(recording: Recording) -> Iterator[TooLittle]:
    """A line shuffles again and again, each time after the same seed."""
    seen: defaultdict[tuple[str, str, int], list[Draw]] = defaultdict(list)
    for draw in recording.of(Draw):
        if draw.api.endswith(_SHUFFLES) and draw.seeding:
            seen[draw.api, draw.filename, draw.row].append(draw)
    for (api, filename, row), draws in seen.items():
        if len(draws) > 1 and len({draw.digest for draw in draws}) == 1 and len({draw.seeding for draw in draws}) > 1:
            message = f"`{api}` gives the same order each time: the stream is seeded anew before each call"
            yield _at("order", Place(filename, row), message)


def _augmentations(recording: Recording) -> Iterator[TooLittle]:
    """A seeded random op in `Dataset.map` starts anew in each epoch."""
    orders = list(_by_fit(recording, "order").values())
    contents = list(_by_fit(recording, "augmentation").values())
    if not any(len(epochs) > 1 for epochs in orders):
        return
    is_seen_to_vary = any(
        len(set(order)) == 1 and len(set(content)) > 1 for order, content in zip(orders, contents, strict=False)
    )
    for setting in recording.of(Setting):
        if setting.name == IN_PIPELINE and not is_seen_to_vary:
            message = (
                "each epoch gets the same random numbers: a seeded stateful random op in `Dataset.map` starts anew "
                "with each pass; use a stateless op with a seed per element, or a Keras augmentation layer"
            )
            yield _at("augmentation", Place(setting.filename, setting.row), message)


def _workers(recording: Recording) -> Iterator[TooLittle]:
    """Forked processes draw the same numbers, because each has a copy of the stream."""
    drawn: defaultdict[tuple[str, str, int, str], set[int]] = defaultdict(set)
    for event in recording.of(Worker):
        drawn[event.stream, event.filename, event.row, event.digest].add(event.worker)
    for (stream, filename, row, _), workers in drawn.items():
        if len(workers) > 1:
            what = f"{len(workers)} worker processes draw the same numbers from the `{stream}` stream"
            yield _at("workers", Place(filename, row), f"{what}: seed each of them with a number of its own")
