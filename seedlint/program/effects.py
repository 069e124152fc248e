"""What one call of a known callable does: its seeds, its draws, and what it returns."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.model import Api, Condition, Draw
from seedlint.program.events import Bound, CallEvent, DrawEvent, PendingDraw, Place
from seedlint.program.recorder import own_seed_of
from seedlint.program.values import (
    UNKNOWN,
    Alternatives,
    Constant,
    External,
    Made,
    Value,
    Varying,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedlint.knowledge import Knowledge
    from seedlint.program.events import Hold
    from seedlint.program.recorder import Recorder

GENERATORS: Final = frozenset(
    {
        "numpy.random.Generator",
        "numpy.random.RandomState",
        "numpy.random.SeedSequence",
        "numpy.random.PCG64",
        "numpy.random.PCG64DXSM",
        "numpy.random.MT19937",
        "numpy.random.Philox",
        "numpy.random.SFC64",
        "random.Random",
        "tensorflow.random.Generator",
        "keras.random.SeedGenerator",
    }
)
_INITIALIZER_RULE: Final = "SEED301"


def bind(api: Api, positional: Sequence[Bound], keywords: Sequence[tuple[str, Bound]]) -> dict[str, Bound]:
    """Match arguments to `api`'s parameters, as Python does; what doesn't fit is left out."""
    arguments = dict(zip(_names(api, len(positional)), positional, strict=False)) if positional else {}
    arguments.update(keywords)
    return arguments


def _names(api: Api, count: int) -> list[str]:
    """Return the names of the first `count` positional arguments. Where no parameter is known, they have their numbers
    for names; the first of a function that seeds, or of a generator's class, is the seed."""
    names = (parameter.name for parameter in api.parameters if parameter.kind in ("positional", "any"))
    found = list(islice(names, count))
    if found or any(parameter.kind == "keyword" for parameter in api.parameters):
        return found
    found = [str(number) for number in range(count)]
    seed = api.seeds.value if api.seeds is not None else api.seed if api.makes == api.name else None
    if seed is not None:
        found[0] = seed
    return found


def apply(call: CallEvent, knowledge: Knowledge, recorder: Recorder) -> Value:
    """Record what `call` does, and return what it returns."""
    late = call.api.seeds is not None and call.api.seeds.after_draws
    seeds_with = None if late else _seed(call, recorder)
    drawn, pending = _draws(call, recorder)
    if late:
        _seed(call, recorder)
    initial, waiting = _initializers(call, knowledge, recorder)
    pending += waiting
    made = call.api.makes
    if made is None and not pending:
        if any(not draw.covered for draw in drawn):
            return Varying("drawn from a stream that has no constant seed", call.place)
        return UNKNOWN
    result = Made(made or "", call, pending, seeds_with=seeds_with)
    if made in GENERATORS:
        result.generator = _generator_state(call, drawn)
        result.origin = [draw for draw in drawn if not draw.covered]
    if made is None and not drawn and not initial:
        result.holds = list(call.holds)
    return result


def _seed(call: CallEvent, recorder: Recorder) -> Value | None:
    """Seed, or return what the object that the call makes will seed with."""
    seeds = call.api.seeds
    if seeds is None:
        return None
    given = call.value(seeds.value) if seeds.value is not None else None
    if seeds.only_if_given:
        if given is None or given == Constant(None):
            return None
    elif given is None:
        given = UNKNOWN if seeds.constant_default or call.open else Constant(None)
    if seeds.when != "call":
        return given
    recorder.seed(call.place, seeds.streams, given, call=call, hidden=seeds.only_if_given)
    return None


def _draws(call: CallEvent, recorder: Recorder) -> tuple[list[DrawEvent], list[PendingDraw]]:
    drawn: list[DrawEvent] = []
    pending: list[PendingDraw] = []
    for draw in call.api.draws:
        if not all(holds(condition, call) for condition in draw.where):
            continue
        place = _place_of(draw, call)
        seed = own_seed_of(_seed_value(draw, call))
        if draw.when == "call" or seed != "none":
            drawn.append(recorder.draw(draw, call, place, seed))
        else:
            pending.append(PendingDraw(draw, call, place))
    return drawn, pending


def _seed_value(draw: Draw, call: CallEvent) -> Value | None:
    if draw.seed is None:
        return None
    given = call.value(draw.seed)
    return UNKNOWN if given is None and call.open else given


def _place_of(draw: Draw, call: CallEvent) -> Place:
    bound = call.arguments.get(draw.parameter) if draw.parameter is not None else None
    return call.place if bound is None or bound.node is None else Place(call.place.path, bound.node)


def holds(condition: Condition, call: CallEvent) -> bool:
    """Tell whether `condition` holds for the arguments of `call`."""
    value = call.value(condition.parameter)
    if isinstance(value, Alternatives):
        known = [single for single in value.values if isinstance(single, Constant)]
        value = known[0] if known else None
    if isinstance(value, Varying):
        value = Constant(None)  # as a seed it is as good as none
    if isinstance(value, Constant):
        return _among(value.value, condition) != condition.negated
    if value is not None and condition.values == (None,):
        return condition.negated  # who passes something on means it to be something
    for parameter in call.api.parameters:
        if parameter.name == condition.parameter and parameter.literal_default:
            return _among(parameter.default, condition) != condition.negated
    return condition.unknown


def _among(value: object, condition: Condition) -> bool:
    # 0 == False in Python, but `shuffle=0` and `rate=False` mean what they say.
    return any(value == single for single in condition.values)


def _initializers(call: CallEvent, knowledge: Knowledge, recorder: Recorder) -> tuple[bool, list[PendingDraw]]:
    """Draw for the layer's weights; tell whether it did, and what waits until the layer is built."""
    drawn = False
    pending: list[PendingDraw] = []
    for parameter, default in call.api.initializers:
        rule = _initializer_rule(call.value(parameter), default, knowledge)
        if rule is None:
            continue
        draw = Draw(knowledge.initializer_stream, rule or None, when=knowledge.initializer_when, parameter=parameter)
        place = _place_of(draw, call)
        if draw.when == "call":
            recorder.draw(draw, call, place, "none")
            drawn = True
        else:
            pending.append(PendingDraw(draw, call, place))
    return drawn, pending


def _initializer_rule(value: Value | None, default: str | None, knowledge: Knowledge) -> str | None:
    """Return the rule for an initializer that draws when the layer does, "" for a default one, or
    None where the layer itself draws nothing."""
    match value:
        case None | Constant(None):
            return "" if default is not None and knowledge.is_random_initializer(default) else None
        case Constant(str(name)):
            return _INITIALIZER_RULE if knowledge.is_random_initializer(name) else None
        case External(path):
            api = knowledge.get(path)
            random = api is not None and any(draw.rule == _INITIALIZER_RULE for draw in api.draws)
            return _INITIALIZER_RULE if random else None
        case Alternatives(values):
            rules = {_initializer_rule(single, default, knowledge) for single in values}
            return rules.pop() if len(rules) == 1 else None
    return None


def _generator_state(call: CallEvent, drawn: Sequence[DrawEvent]) -> Hold:
    for draw in drawn:
        if draw.own_seed == "varying":
            return "varying"
        if not draw.covered:
            return "unseeded"
    # A generator made from another one (`Generator(PCG64())`) is as good as that one.
    for held in call.holds:
        if isinstance(held, Made) and held.generator is not None:
            return held.generator
    return "constant"


__all__ = ["GENERATORS", "apply", "bind", "holds"]
