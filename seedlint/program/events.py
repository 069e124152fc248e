"""The trace of a program: what happens to the streams, in the order in which it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from seedlint.knowledge.model import Api, Draw, Stream, Target
from seedlint.program.values import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seedlint.program.values import Made, Order, Unordered

Hold = Literal["unseeded", "constant", "varying"]


class Place(Struct, frozen=True, order=True, gc=False):
    """A node of a file, as its summary numbers it."""

    path: str
    node: int


class Bound(Struct, frozen=True):
    """An argument: its value and the node of its expression."""

    value: Value
    node: int | None


class CallEvent(Struct, eq=False):
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

    place: Place
    path: str
    api: Api
    arguments: Mapping[str, Bound]
    open: bool
    order: int
    chain: tuple[Place, ...]
    context: tuple[str, ...]
    guarded: bool
    assumed: bool
    in_loop: bool
    top_level: bool
    receiver: Value | None = None
    holds: list[Value] = field(default_factory=list)
    settings: dict[str, Value] = field(default_factory=dict)
    repeated: str = ""
    steps: int = 0
    conditional: bool = False

    def value(self, parameter: str) -> Value | None:
        """Return what was given for `parameter`, or None if nothing was."""
        bound = self.arguments.get(parameter)
        return None if bound is None else bound.value


class SeedEvent(Struct, eq=False):
    """A seed: `streams` now hold `holds`. `trusted`: a function that is taken to seed by its name.
    `helpers`: so many of the last calls in `chain` are of functions that are there to seed. `on_import`: whoever
    imports the module that is traced gets here, through no other module."""

    place: Place
    streams: tuple[Stream, ...]
    holds: Hold
    value: Value
    order: int
    chain: tuple[Place, ...]
    call: CallEvent | None
    top_level: bool
    trusted: bool = False
    hidden: bool = False
    helpers: int = 0
    on_import: bool = False


class StreamState(Struct, frozen=True):
    """What a stream holds, since which seed, and whether that is sure."""

    holds: Hold
    seed: SeedEvent | None = None
    possible: bool = False


UNSEEDED = StreamState("unseeded")
State = dict[Stream, StreamState]


class DrawEvent(Struct, eq=False):
    """A draw. `covered` if it is the same in every run; `own_seed` if it was given one of its own. `in_training`: it
    happens only where a layer or model is called in training."""

    place: Place
    stream: Stream
    rule: str | None
    call: CallEvent
    draw: Draw
    own_seed: Literal["none", "constant", "varying", "generator"]
    state: StreamState
    order: int
    chain: tuple[Place, ...]
    assumed: bool
    covered: bool
    in_training: bool


class PendingDraw(Struct, frozen=True):
    """A draw that waits until the object that its call made is built or run."""

    draw: Draw
    call: CallEvent
    place: Place


class UseEvent(Struct, frozen=True):
    """A call of an object that a known callable made: of a layer or a model. `training` is what was given for it,
    None if nothing was."""

    place: Place
    made: Made
    training: Value | None
    chain: tuple[Place, ...]
    assumed: bool


class FlowEvent(Struct, frozen=True):
    """What was drawn at `origin` becomes data at `place`, where the external callable `path` is called."""

    place: Place
    path: str
    origin: Place


class OrderEvent(Struct, frozen=True):
    """What is done at `place` depends on an order that differs: `effect` says what happens in that order."""

    place: Place
    order: Order
    effect: str
    assumed: bool


class NameEvent(Struct, frozen=True):
    """A retired name that is imported or read without being called."""

    place: Place
    path: str
    api: Api
    imported: bool
    guarded: bool


class EnvironmentEvent(Struct, frozen=True):
    """An assignment to a variable of the environment."""

    place: Place
    name: str
    value: Value
    order: int


class SeederEvent(Struct, frozen=True):
    """A function of the program that is there to seed, and the streams that it seeds."""

    place: Place
    name: str
    streams: tuple[Stream, ...]
    called: bool
    pure: bool
    parameters: tuple[str, ...]


class Trace(Struct, eq=False):
    """One run of a program, or of a module on its own (`entry` is then that module).

    `entry` is the file in which the program starts, `start` the function in it that is called for that, where the
    program is a function that is installed as a command.
    `imported` are the packages that it imports, and by its dotted name each module and name. `external` has
    all that it calls and that is not its own, known or not: the dotted name, and when it is called last. `unseen` are
    the last words of what it calls and about which nothing is known.
    `spelled` are the draws whose numbers become part of a text, such as a file's name. `imports` are the places that
    import modules of the program.
    """

    entry: str
    target: Target
    whole_program: bool
    start: Place | None = None
    calls: list[CallEvent] = field(default_factory=list)
    seeds: list[SeedEvent] = field(default_factory=list)
    draws: list[DrawEvent] = field(default_factory=list)
    uses: list[UseEvent] = field(default_factory=list)
    names: list[NameEvent] = field(default_factory=list)
    environment: list[EnvironmentEvent] = field(default_factory=list)
    seeders: list[SeederEvent] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    imports: set[Place] = field(default_factory=set)
    external: dict[str, int] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    flows: list[FlowEvent] = field(default_factory=list)
    orders: list[OrderEvent] = field(default_factory=list)
    listings: list[Unordered] = field(default_factory=list)
    spelled: set[Place] = field(default_factory=set)
    complete: bool = True

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
    "PendingDraw",
    "Place",
    "SeedEvent",
    "SeederEvent",
    "State",
    "StreamState",
    "Trace",
    "UseEvent",
]
