"""The trace of a program: what happens to the streams, in the order in which it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from seedlint.knowledge.model import Api, Draw, Stream, Target
from seedlint.program.values import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.program.values import Made, Order, Unordered

Hold = Literal["unseeded", "constant", "varying"]


class Place:
    """A node of a file, as its summary numbers it."""

    __slots__ = ("node", "path")

    def __init__(self, path: str, node: int) -> None:
        self.path: Final = path
        self.node: Final = node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.node == other.node and self.path == other.path

    def __hash__(self) -> int:
        return hash((self.path, self.node))

    def __lt__(self, other: Place) -> bool:
        return (self.path, self.node) < (other.path, other.node)

    def __reduce__(self) -> tuple[type[Place], tuple[str, int]]:
        """Compiled classes don't know by themselves how they are sent to another process."""
        return Place, (self.path, self.node)


class Bound:
    """An argument: its value and the node of its expression."""

    __slots__ = ("node", "value")

    def __init__(self, value: Value, node: int | None) -> None:
        self.value: Final = value
        self.node: Final = node


class CallEvent:
    """A call of a callable that `knowledge` knows.

    `path` is the dotted name that the program used, `arguments` maps parameters to what was given,
    `open` says that `*` or `**` may give more. `chain` are the calls and imports that lead here, outermost
    first. `context` names the external callables that the enclosing functions were handed to
    (`tensorflow.data.Dataset.map`). `guarded`: the call stands where it runs only if something is missing or of
    another version.
    `settings` are the attributes that were set on what it returned (`gpu_options.allow_growth`).
    `repeated` says in which loop or function of steps it runs again and again: the name of the loop's variable, or
    of the function, to which the first `steps` of `chain` lead; `conditional` that it stands under a condition there.
    """

    __slots__ = (
        "api", "arguments", "assumed", "chain", "conditional", "context", "guarded", "holds", "in_loop", "open",
        "order", "path", "place", "receiver", "repeated", "settings", "steps", "top_level",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        path: str,
        api: Api,
        arguments: Mapping[str, Bound],
        *,
        open: bool,
        order: int,
        chain: tuple[Place, ...],
        context: tuple[str, ...],
        guarded: bool,
        assumed: bool,
        in_loop: bool,
        top_level: bool,
        receiver: Value | None,
        holds: list[Value],
        repeated: str,
        steps: int,
        conditional: bool,
    ) -> None:
        self.place = place
        self.path = path
        self.api = api
        self.arguments = arguments
        self.open = open
        self.order = order
        self.chain = chain
        self.context = context
        self.guarded = guarded
        self.assumed = assumed
        self.in_loop = in_loop
        self.top_level = top_level
        self.receiver = receiver
        self.holds = holds
        self.settings: dict[str, Value] = {}
        self.repeated = repeated
        self.steps = steps
        self.conditional = conditional

    def value(self, parameter: str) -> Value | None:
        """Return what was given for `parameter`, or None if nothing was."""
        bound = self.arguments.get(parameter)
        return None if bound is None else bound.value

    def again(self) -> CallEvent:
        """Return a call like this one."""
        result = CallEvent(
            self.place, self.path, self.api, self.arguments, open=self.open, order=self.order, chain=self.chain,
            context=self.context, guarded=self.guarded, assumed=self.assumed, in_loop=self.in_loop,
            top_level=self.top_level, receiver=self.receiver, holds=self.holds, repeated=self.repeated,
            steps=self.steps, conditional=self.conditional,
        )  # fmt: skip
        result.settings.update(self.settings)
        return result


class SeedEvent:
    """A seed: `streams` now hold `holds`. `trusted`: a function that is taken to seed by its name.
    `helpers`: so many of the last calls in `chain` are of functions that are there to seed. `on_import`: whoever
    imports the module that is traced gets here, through no other module."""

    __slots__ = (
        "call", "chain", "helpers", "hidden", "holds", "on_import", "order", "place", "streams", "top_level",
        "trusted", "value",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        streams: tuple[Stream, ...],
        holds: Hold,
        value: Value,
        *,
        order: int,
        chain: tuple[Place, ...],
        call: CallEvent | None,
        top_level: bool,
        trusted: bool,
        hidden: bool,
        helpers: int,
        on_import: bool,
    ) -> None:
        self.place: Final = place
        self.streams: Final = streams
        self.holds: Final = holds
        self.value: Final = value
        self.order: Final = order
        self.chain: Final = chain
        self.call: Final = call
        self.top_level: Final = top_level
        self.trusted: Final = trusted
        self.hidden: Final = hidden
        self.helpers: Final = helpers
        self.on_import: Final = on_import


class StreamState:
    """What a stream holds, since which seed, and whether that is sure."""

    __slots__ = ("holds", "possible", "seed")

    def __init__(self, holds: Hold, seed: SeedEvent | None = None, possible: bool = False) -> None:
        self.holds: Final = holds
        self.seed: Final = seed
        self.possible: Final = possible

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, StreamState)
            and self.holds == other.holds
            and self.seed is other.seed
            and self.possible == other.possible
        )

    def __hash__(self) -> int:
        return hash((self.holds, self.seed, self.possible))


UNSEEDED: Final = StreamState("unseeded")
State = dict[Stream, StreamState]
Own = Literal["none", "constant", "varying", "generator"]
"""The seed of its own that a draw was given."""


class DrawEvent:
    """A draw. `covered` if it is the same in every run; `own_seed` if it was given one of its own. `in_training`: it
    happens only where a layer or model is called in training."""

    __slots__ = (
        "assumed", "call", "chain", "covered", "draw", "in_training", "order", "own_seed", "place", "rule", "state",
        "stream",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        stream: Stream,
        call: CallEvent,
        draw: Draw,
        own_seed: Own,
        state: StreamState,
        *,
        order: int,
        chain: tuple[Place, ...],
        assumed: bool,
        covered: bool,
        in_training: bool,
    ) -> None:
        self.place = place
        self.stream = stream
        self.rule = draw.rule
        self.call = call
        self.draw = draw
        self.own_seed = own_seed
        self.state = state
        self.order = order
        self.chain = chain
        self.assumed = assumed
        self.covered = covered
        self.in_training = in_training

    def reached_by(self, chain: tuple[Place, ...]) -> DrawEvent:
        """Return the same draw, where `chain` leads to it."""
        return DrawEvent(
            self.place, self.stream, self.call, self.draw, self.own_seed, self.state, order=self.order, chain=chain,
            assumed=self.assumed, covered=self.covered, in_training=self.in_training,
        )  # fmt: skip


class PendingDraw:
    """A draw that waits until the object that its call made is built or run."""

    __slots__ = ("call", "draw", "place")

    def __init__(self, draw: Draw, call: CallEvent, place: Place) -> None:
        self.draw: Final = draw
        self.call: Final = call
        self.place: Final = place

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PendingDraw)
            and self.call is other.call
            and self.place == other.place
            and self.draw == other.draw
        )

    def __hash__(self) -> int:
        return hash((self.draw, self.call, self.place))


class UseEvent:
    """A call of an object that a known callable made: of a layer or a model. `training` is what was given for it,
    None if nothing was."""

    __slots__ = ("assumed", "chain", "made", "place", "training")

    def __init__(
        self, place: Place, made: Made, training: Value | None, chain: tuple[Place, ...], assumed: bool
    ) -> None:
        self.place: Final = place
        self.made: Final = made
        self.training: Final = training
        self.chain: Final = chain
        self.assumed: Final = assumed


class FlowEvent:
    """What was drawn at `origin` becomes data at `place`, where the external callable `path` is called."""

    __slots__ = ("origin", "path", "place")

    def __init__(self, place: Place, path: str, origin: Place) -> None:
        self.place: Final = place
        self.path: Final = path
        self.origin: Final = origin


class OrderEvent:
    """What is done at `place` depends on an order that differs: `effect` says what happens in that order."""

    __slots__ = ("assumed", "effect", "order", "place")

    def __init__(self, place: Place, order: Order, effect: str, assumed: bool) -> None:
        self.place: Final = place
        self.order: Final = order
        self.effect: Final = effect
        self.assumed: Final = assumed


class NameEvent:
    """A retired name that is imported or read without being called."""

    __slots__ = ("api", "guarded", "imported", "path", "place")

    def __init__(self, place: Place, path: str, api: Api, imported: bool, guarded: bool) -> None:
        self.place = place
        self.path = path
        self.api = api
        self.imported = imported
        self.guarded = guarded

    def again(self) -> NameEvent:
        """Return an event like this one."""
        return NameEvent(self.place, self.path, self.api, self.imported, self.guarded)


class EnvironmentEvent:
    """An assignment to a variable of the environment."""

    __slots__ = ("name", "order", "place", "value")

    def __init__(self, place: Place, name: str, value: Value, order: int) -> None:
        self.place: Final = place
        self.name: Final = name
        self.value: Final = value
        self.order: Final = order


class SeederEvent:
    """A function of the program that is there to seed, and the streams that it seeds."""

    __slots__ = ("called", "name", "parameters", "place", "pure", "streams")

    def __init__(
        self,
        place: Place,
        name: str,
        streams: tuple[Stream, ...],
        called: bool,
        pure: bool,
        parameters: tuple[str, ...],
    ) -> None:
        self.place: Final = place
        self.name: Final = name
        self.streams: Final = streams
        self.called: Final = called
        self.pure: Final = pure
        self.parameters: Final = parameters

    def __reduce__(self) -> tuple[type[SeederEvent], tuple[object, ...]]:
        """As for `Place`."""
        return SeederEvent, (self.place, self.name, self.streams, self.called, self.pure, self.parameters)


class Trace:
    """One run of a program, or of a module on its own (`entry` is then that module).

    `entry` is the file in which the program starts, `start` the function in it that is called for that, where the
    program is a function that is installed as a command.
    `imported` are the packages that it imports, and by its dotted name each module and name. `external` has
    all that it calls and that is not its own, known or not: the dotted name, and when it is called last. `unseen` are
    the last words of what it calls and about which nothing is known.
    `spelled` are the draws whose numbers become part of a text, such as a file's name. `imports` are the places that
    import modules of the program.
    """

    __slots__ = (
        "calls", "complete", "draws", "entry", "environment", "external", "flows", "imported", "imports", "listings",
        "names", "orders", "paths", "seeders", "seeds", "spelled", "start", "target", "unseen", "uses",
        "whole_program",
    )  # fmt: skip

    def __init__(self, entry: str, target: Target, *, whole_program: bool) -> None:
        self.entry = entry
        self.target = target
        self.whole_program = whole_program
        self.start: Place | None = None
        self.calls: list[CallEvent] = []
        self.seeds: list[SeedEvent] = []
        self.draws: list[DrawEvent] = []
        self.uses: list[UseEvent] = []
        self.names: list[NameEvent] = []
        self.environment: list[EnvironmentEvent] = []
        self.seeders: list[SeederEvent] = []
        self.paths: set[str] = set()
        self.imported: set[str] = set()
        self.imports: set[Place] = set()
        self.external: dict[str, int] = {}
        self.unseen: set[str] = set()
        self.flows: list[FlowEvent] = []
        self.orders: list[OrderEvent] = []
        self.listings: list[Unordered] = []
        self.spelled: set[Place] = set()
        self.complete = True

    @property
    def uses_tensorflow(self) -> bool:
        """Whether it imports TensorFlow or Keras."""
        return not self.imported.isdisjoint(("tensorflow", "keras", "tf_keras"))


__all__ = [
    "UNKNOWN",
    "UNSEEDED",
    "Bound",
    "CallEvent",
    "DrawEvent",
    "EnvironmentEvent",
    "FlowEvent",
    "Hold",
    "NameEvent",
    "OrderEvent",
    "Own",
    "PendingDraw",
    "Place",
    "SeedEvent",
    "SeederEvent",
    "State",
    "StreamState",
    "Trace",
    "UseEvent",
]
