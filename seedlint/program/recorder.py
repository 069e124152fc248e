"""Keeps the state of the streams while a program is traced, and writes down what happens to them."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, Literal

from seedlint.knowledge.tables.repetition import PER_ELEMENT
from seedlint.program import ordering
from seedlint.program.events import (
    UNSEEDED,
    CallEvent,
    DrawEvent,
    FlowEvent,
    Hold,
    OrderEvent,
    Own,
    Place,
    SeedEvent,
    State,
    StreamState,
    Trace,
)
from seedlint.program.library import Change, Effects, put
from seedlint.program.values import Alternatives, Constant, Items, Made, Table, Value, Varying

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seedlint.knowledge.model import Draw, Stream
    from seedlint.program import summary as ir
    from seedlint.program.library import Library
    from seedlint.program.values import Order, Unordered

GLOBAL_STREAMS: Final[tuple[Stream, ...]] = ("python", "numpy", "tensorflow", "keras", "tensorflow-generator")
ALL_SEEDED: Final[tuple[Stream, ...]] = ("python", "numpy", "tensorflow", "keras")


class Recorder:
    """The streams' state and the trace so far."""

    def __init__(self, trace: Trace, library: Library) -> None:
        self.trace = trace
        self._library = library
        self.state: State = {}
        self.chain: tuple[Place, ...] = ()
        self.context: tuple[str, ...] = ()
        self.guarded = 0
        self.training = 0
        self.assumed = 0
        self.loops = 0
        self.repeated = ""
        self.steps = 0
        self.conditions = 0
        self.depth = 0
        self.helpers = 0
        self.aside = 0
        self.loops_over: list[Value] = []
        self.anything: int | None = None
        self.unknown: int | None = None
        self.effects = Effects()
        self.initializers = 0
        self._order = 0
        self._cuts: dict[Order, set[tuple[bool, bool]]] = {}

    def change(self, holder: object, name: Any, value: object) -> None:
        """Let something that a module of the program may hold have another value: see `Namer.change`."""
        if self._library.is_shared(holder):
            change = Change(holder, name, value)
            self._library.change(change)
            self.effects.changes.append(change)
        else:
            put(holder, name, value)

    def next_order(self) -> int:
        """Count on: later events have higher numbers."""
        self._order += 1
        return self._order

    def called(self, path: str) -> None:
        """Take note that something outside the program is called."""
        self.effects.external[path] = self.next_order()

    def anything_runs(self) -> None:
        """Take note that the program runs what its text doesn't tell."""
        self.anything = self.anything or self.next_order()
        if None not in self.effects.events:
            self.effects.events.append(None)

    def unknown_is_called(self, name: str) -> None:
        """Take note that something is called about which nothing is known but that it goes by `name`."""
        self.effects.unseen.add(name)
        self.effects.unknown = self.effects.unknown or self.next_order()

    def spell(self, values: Sequence[Value]) -> None:
        """Take note that `values` become part of a text."""
        for value in values:
            if isinstance(value, Varying) and value.drawn is not None:
                self.trace.spelled.add(value.drawn)
            elif isinstance(value, Items):
                self.spell([single for single in value.values if isinstance(single, Varying)])

    def flow(self, place: Place, path: str, values: Sequence[Value]) -> None:
        """Take note that `path`, called at `place`, makes data of `values`."""
        for value in values:
            if isinstance(value, Varying) and value.drawn is not None:
                self.trace.flows.append(FlowEvent(place, path, value.drawn))

    def listing(self, source: str, place: Place) -> Unordered:
        """Return what `source`, called at `place`, lists of a directory."""
        listed = ordering.listing(source, place)
        self.trace.listings.append(listed)
        return listed

    def depends(self, place: Place, orders: Iterable[Order], effect: str) -> None:
        """Take note that `effect` happens at `place` in an order that depends on `orders`."""
        self.trace.orders.extend(OrderEvent(place, order, effect, self.assumed > 0) for order in orders)

    def cut(self, orders: Iterable[Order], part: ir.Slice, place: Place) -> None:
        """Take note that `part` of values in such an order is taken at `place`: a first part and a rest are a split."""
        for order in orders:
            cuts = self._cuts.setdefault(order, set())
            cuts.add((part.lower is None, part.upper is None))
            if {(True, False), (False, True)} <= cuts:
                self.depends(place, (order,), "they are split")

    # -- states -------------------------------------------------------------------------------

    def fork(self) -> State:
        """Return a copy of the state, for one of several ways to go on."""
        return dict(self.state)

    def merge(self, states: Sequence[State]) -> None:
        """Go on from wherever one of `states` was reached.

        A seed that only some ways pass counts, as possible: `if seed is not None: set_seed(seed)`.
        """
        if len(states) == 1:
            self.state = states[0]
            return
        merged: State = {}
        for stream in dict.fromkeys(stream for state in states for stream in state):
            found = [state.get(stream) for state in states]
            known = [single for single in found if single is not None]
            best = max(known, key=lambda single: _PREFERENCE[single.holds])
            same = all(single == best for single in found)
            merged[stream] = best if same else StreamState(best.holds, best.seed, possible=True)
        self.state = merged

    # -- events -------------------------------------------------------------------------------

    def seed(
        self,
        place: Place,
        streams: tuple[Stream, ...],
        value: Value,
        *,
        call: CallEvent | None = None,
        trusted: bool = False,
        hidden: bool = False,
    ) -> None:
        """Set `streams` to `value`."""
        event = SeedEvent(
            place, streams, hold_of(value), value, order=self.next_order(), chain=self.chain, call=call,
            top_level=self.depth == 0, trusted=trusted, hidden=hidden, helpers=self.helpers,
            on_import=self.aside == 0,
        )  # fmt: skip
        self.trace.seeds.append(event)
        for stream in streams:
            if stream == "generator":
                continue  # each local generator has a state of its own
            if stream == "keras" and self.trace.target == "keras3":
                self.forget(stream)  # it is made anew at its next use, from Python's `random` as that is then
                continue
            self.state[stream] = StreamState(event.holds, event, possible=trusted)

    def varies_more_than(self, state: State) -> bool:
        """Tell whether a stream holds a seed that varies now, and did not in `state`."""
        return any(
            self._holds_varying(stream) and state.get(stream, UNSEEDED).holds != "varying" for stream in self.state
        )

    def forget(self, stream: Stream) -> None:
        """Take `stream` back to what it was before anybody used it."""
        self.state.pop(stream, None)

    def draw(
        self,
        draw: Draw,
        call: CallEvent,
        place: Place,
        own_seed: Own,
    ) -> DrawEvent:
        """Write down a draw from `draw.stream` as it is now."""
        stream, state = draw.stream, self._held(draw.stream, call, own_seed)
        covered = own_seed in ("generator", "constant") or (own_seed == "none" and state.holds == "constant")
        if draw.takes_global_seed and own_seed != "generator" and self._holds_varying("tensorflow"):
            stream, state, covered = "tensorflow", self.state["tensorflow"], False
        event = DrawEvent(
            place, stream, call, draw, own_seed, state, order=self.next_order(), chain=self.chain,
            assumed=self.assumed > 0 or call.assumed, covered=covered, in_training=self.training > 0,
        )  # fmt: skip
        self.trace.draws.append(event)
        self.effects.events.append(event)
        return event

    def draw_again(self, draw: DrawEvent) -> None:
        """Write down what a module draws that others imported before, as it is drawn here."""
        call, again = draw.call.again(), draw.reached_by(draw.chain)
        call.chain, call.conditional = draw.chain, self.conditions > 0
        call.assumed = again.assumed = self.assumed > 0
        call.order, again.order = self.next_order(), self.next_order()
        again.call = call
        self.trace.calls.append(call)
        self.trace.draws.append(again)

    def _holds_varying(self, stream: Stream) -> bool:
        return self.state.get(stream, UNSEEDED).holds == "varying"

    def _held(self, stream: Stream, call: CallEvent, own_seed: str) -> StreamState:
        if stream == "generator" and isinstance(call.receiver, Made) and call.receiver.generator is not None:
            return StreamState(call.receiver.generator, call.receiver.seed)
        if self.trace.target == "keras2":
            # What Keras 2 draws from Python's `random` comes from a generator of its own once
            # `set_random_seed` was called (FACTS.md T0, H7).
            if stream == "python" and "keras" in self.state and call.api.name.startswith(_PRIVATE_IN_KERAS_2):
                return self.state["keras"]
        elif stream == "keras" and "keras" not in self.state and own_seed == "none":
            # The generator behind keras.random is made at its first use, from Python's `random`
            # (FACTS.md T3, rows 24 and 25), and keeps that state whatever is seeded later.
            self.state["keras"] = self.state.get("python", UNSEEDED)
        return self.state.get(stream, UNSEEDED)

    def fire(self, made: Made, moment: Literal["build", "run"]) -> None:
        """Let the draws happen that waited for `made`, or for what it holds, to be built or run."""
        self._fire(made, moment, set())

    def _fire(self, value: Value, moment: Literal["build", "run"], seen: set[int]) -> None:
        if not isinstance(value, (Alternatives, Items, Table, Made)) or id(value) in seen:
            return
        seen.add(id(value))
        if not isinstance(value, Made):
            for single in value.values.values() if isinstance(value, Table) else value.values:
                self._fire(single, moment, seen)
            return
        waiting = [pending for pending in value.pending if moment == "run" or pending.draw.when == "build"]
        if waiting:
            self.change(value, "pending", [pending for pending in value.pending if pending not in waiting])
        for pending in waiting:
            self.draw(pending.draw, pending.call, pending.place, "none")
        if moment == "run" and value.when_run:
            calls = value.when_run
            self.change(value, "when_run", [])
            for call in calls:
                call()
        if moment == "run" and value.seeds_with is not None and value.call is not None and value.call.api.seeds:
            given = value.seeds_with
            self.change(value, "seeds_with", None)
            self.seed(value.call.place, value.call.api.seeds.streams, given, call=value.call, hidden=True)
        for held in value.holds:
            self._fire(held, moment, seen)

    # -- where we are -------------------------------------------------------------------------

    @contextmanager
    def inside(self, place: Place | None) -> Iterator[None]:
        """Everything meanwhile is reached through `place`; None if it is not known through what."""
        before = self.enter(place)
        try:
            yield
        finally:
            self.leave(before)

    def enter(self, place: Place | None, *, helper: bool = False) -> tuple[tuple[Place, ...], int]:
        """Everything up to `leave`, which gets what is returned, is reached through `place`; None if it is not known
        through what. `helper`: a function that is there to seed is called there."""
        before = self.chain, self.helpers
        self.chain = self.chain if place is None else (*self.chain, place)
        self.helpers = self.helpers + 1 if helper and place is not None else 0
        self.depth += 1
        return before

    def leave(self, before: tuple[tuple[Place, ...], int]) -> None:
        """Go back to where `enter` was called."""
        self.chain, self.helpers = before
        self.depth -= 1

    @contextmanager
    def reached_by(self, chain: tuple[Place, ...]) -> Iterator[None]:
        """Everything meanwhile is reached through the calls and imports in `chain`."""
        before, self.chain = self.chain, chain
        try:
            yield
        finally:
            self.chain = before

    @contextmanager
    def handed_to(self, path: str, *, sure: bool) -> Iterator[None]:
        """Everything meanwhile happens in a function that was handed to `path`, which is `sure` to call it."""
        before = self.context, self.assumed, self.aside
        self.context = (*self.context, path)
        if not sure:
            self.assumed += 1
            self.aside += 1
        try:
            with self.again(path) if path in PER_ELEMENT else nullcontext():
                yield
        finally:
            self.context, self.assumed, self.aside = before

    @contextmanager
    def again(self, what: str) -> Iterator[None]:
        """Everything meanwhile happens again and again, in the loop or function `what`."""
        before = self.repeated, self.steps, self.conditions
        self.repeated, self.steps, self.conditions = what, len(self.chain), 0
        try:
            yield
        finally:
            self.repeated, self.steps, self.conditions = before

    @contextmanager
    def assuming(self) -> Iterator[None]:
        """Everything meanwhile happens if an assumption holds, and is not what importing a module itself does."""
        self.assumed += 1
        self.aside += 1
        try:
            yield
        finally:
            self.assumed -= 1
            self.aside -= 1

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Everything meanwhile is not what importing the traced module itself does."""
        self.aside += 1
        try:
            yield
        finally:
            self.aside -= 1


_PRIVATE_IN_KERAS_2: Final = ("keras.initializers.", "keras.layers.", "keras.Layer", "keras.Model", "keras.models.")
_PREFERENCE: Final[dict[Hold, int]] = {"unseeded": 0, "varying": 1, "constant": 2}


def hold_of(value: Value) -> Hold:
    """Return what a stream holds that is seeded with `value`."""
    if isinstance(value, Constant) and value.value is None:
        return "unseeded"
    if isinstance(value, Varying):
        return "varying"
    if isinstance(value, Alternatives):
        return max((hold_of(single) for single in value.values), key=_PREFERENCE.__getitem__)
    if isinstance(value, Made) and value.generator is not None:
        return "constant" if value.generator == "constant" else "varying"
    return "constant"


def own_seed_of(value: Value | None) -> Own:
    """Return what a draw is given that gets `value` for its seed parameter."""
    if value is None:
        return "none"
    if isinstance(value, Made) and value.generator is not None:
        return "generator"
    holds = hold_of(value)
    return "none" if holds == "unseeded" else holds


__all__ = ["ALL_SEEDED", "GLOBAL_STREAMS", "Recorder", "hold_of", "own_seed_of"]
