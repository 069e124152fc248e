"""What Python's own callables return that a trace must understand, and what changes lists, dicts and settings."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from seedlint.knowledge.tables.behaviour import DYNAMIC, ENDS_PROGRAM, SAME_KIND, SPELLS
from seedlint.program import ordering
from seedlint.program.callbacks import CallbackCaller
from seedlint.program.events import EnvironmentEvent, Place
from seedlint.program.values import (
    UNKNOWN,
    Constant,
    External,
    Factory,
    Items,
    LocalFunction,
    Made,
    Module,
    Partial,
    Position,
    Super,
    Table,
    Unordered,
    Value,
    Varying,
    alternatives,
    holds_something,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seedlint.program import summary as ir
    from seedlint.program.evaluate import Given

_MOST_ITEMS: Final = 64
_DEEPEST_COPY: Final = 8
_SEED_FUNCTIONS: Final = ("seed", "set_seed", "set_random_seed")


class PythonCaller(CallbackCaller):
    """Calls what is Python's own; how anything else is called is left to the class derived from it."""

    active: list[LocalFunction]

    @abstractmethod
    def end_program(self) -> None:
        """The program ends here."""

    @abstractmethod
    def import_by_name(self, name: str, package: Value, place: Place) -> Value:
        """Return the module that `importlib.import_module(name, package)` at `place` gives."""

    @abstractmethod
    def record_setting(self, event: EnvironmentEvent) -> None:
        """Take note of an environment variable."""

    def call_pythons_own(self, path: str, given: Given) -> Value | None:
        """Return what the callable `path` returns, if it is one of those; None if nothing special is to be said."""
        call = _CALLS.get(path)
        return None if call is None else call(self, path, given)

    # -- functions and names ------------------------------------------------------------------

    def _partial(self, path: str, given: Given) -> Value | None:
        values = given.first
        named = tuple((key, value) for key, value, _ in given.keywords)
        return Partial(values[0], tuple(values[1:]), named) if values else None

    def _wraps(self, path: str, given: Given) -> Value | None:
        # What it gives decorates: it returns what it gets, and calls nothing.
        wrapped = (("wrapped", given.first[0]),) if given.first else ()
        return Partial(External("functools.update_wrapper"), (), wrapped) if wrapped else None

    def _super(self, path: str, given: Given) -> Value:
        if not self.active:
            return UNKNOWN
        function = self.active[-1]
        if function.receiver is None or function.owner is None:
            return UNKNOWN
        return Super(function.receiver, function.owner)

    def _getattr(self, path: str, given: Given) -> Value | None:
        match given.first:
            case [base, Constant(name), *_]:
                return self.attribute(base, str(name), given.place)
            case [base, *_]:
                self._get_any(base)
                return UNKNOWN
        return None

    def _get_any(self, base: Value) -> None:
        """Take note that some attribute of `base` is read, and may be called."""
        match base:
            case External(path):
                apis = [self.knowledge.get(f"{path}.{name}") for name in _SEED_FUNCTIONS]
                if any(api is not None and api.seeds is not None for api in apis):
                    self.recorder.anything_runs()
            case Module():
                functions = [value for value in base.scope.names.values() if isinstance(value, LocalFunction)]
                self.recorder.effects.passed_on.update(id(function.function) for function in functions)

    def _import_named(self, path: str, given: Given) -> Value:
        match given.first:
            case [Constant(name), *rest]:
                return self.import_by_name(str(name), rest[0] if rest else UNKNOWN, given.place)
        return self._run_anything(path, given)

    def _import_builtin(self, path: str, given: Given) -> Value:
        match given.first:
            case [Constant(name), *_]:
                imported = self.import_by_name(str(name), UNKNOWN, given.place)
                return imported if "." not in str(name) else UNKNOWN
        return self._run_anything(path, given)

    def _run_anything(self, path: str, given: Given) -> Value:
        self.recorder.anything_runs()
        self.hand_over_all(given, path)
        return UNKNOWN

    def _end(self, path: str, given: Given) -> Value:
        self.end_program()
        return UNKNOWN

    def _field(self, path: str, given: Given) -> Value:
        """Return what a field of a dataclass is that is described by these arguments."""
        for key, value, expression in given.keywords:
            if key in ("default_factory", "factory"):
                node = getattr(expression, "node", None)
                return Factory(value, given.place if node is None else Place(given.place.path, node))
        return UNKNOWN

    # -- numbers and texts --------------------------------------------------------------------

    def _hash(self, path: str, given: Given) -> Value | None:
        match given.first:
            case []:
                return None
            case [Constant(str() | bytes()), *_]:
                return Varying("hash() of a string")
        return _first_varying(given.first)

    def _spell(self, path: str, given: Given) -> Value | None:
        self.recorder.spell(given.first)
        return self._convert(path, given) if path in CONVERSIONS else None

    def _convert(self, path: str, given: Given) -> Value:
        match given.first:
            case [Constant(value)]:
                return _converted(path, value)
        return self._same_kind(path, given)

    def _numpy_integer(self, path: str, given: Given) -> Value | None:
        values = given.first
        if values and not isinstance(values[0], Varying):
            return Made(path, holds=values[:1])
        return self._same_kind(path, given) if path in SAME_KIND else None

    def _same_kind(self, path: str, given: Given) -> Value:
        self.hand_over_all(given.by_keyword(), path)
        return _first_varying(given.first)

    def _nothing_known(self, path: str, given: Given) -> Value:
        return UNKNOWN

    # -- lists, sets and dicts ----------------------------------------------------------------

    def _copy(self, path: str, given: Given) -> Value | None:
        match given.first:
            case [Table() as table, *_]:
                return _copied(table, _DEEPEST_COPY if path == "copy.deepcopy" else 1)
        return None

    def _next(self, path: str, given: Given) -> Value | None:
        return self.elements(given.first[0], given.place) if given.first else None

    def _set(self, path: str, given: Given) -> Value:
        return ordering.make_set(self.elements(given.first[0], given.place)) if given.first else Items("set", ())

    def _list(self, path: str, given: Given) -> Value | None:
        if not given.first:
            return None
        self.hand_over_all(given.by_keyword(), path)
        listed = ordering.iterated(given.first[0], given.place)
        if path == "builtins.sorted" and isinstance(listed, (Items, Unordered)):
            return ordering.sorted_(listed)
        if isinstance(listed, Items):
            return listed
        self.elements(given.first[0], given.place)
        return listed if isinstance(listed, Unordered) else _first_varying(given.first)

    def _dict(self, path: str, given: Given) -> Table:
        values = {}
        for value in given.first:
            values.update(value.values if isinstance(value, Table) else {})
        values.update({key: value for key, value, _ in given.keywords})
        complete = all(isinstance(value, Table) and value.complete for value in given.first)
        return Table(values, complete and not given.open)

    def _zip(self, path: str, given: Given) -> Value:
        row = Items("tuple", tuple(self.elements(value, given.place) for value in given.first))
        orders = ordering.own_orders(given.first)
        return Unordered(orders, row) if orders else Items("list", (row,))

    def _enumerate(self, path: str, given: Given) -> Value | None:
        if not given.first:
            return None
        listed = ordering.iterated(given.first[0], given.place)
        element = self.elements(listed, given.place)
        orders = ordering.orders_of(listed)
        if orders:
            return Unordered(orders, Items("tuple", (Position(orders), element)))
        return Items("list", (Items("tuple", (UNKNOWN, element)),))

    def add(self, items: Items, added: Sequence[Value], place: Place, *, each: bool) -> None:
        """Let a list or set have `added` too, or, if `each`, what is in them."""
        if items.kind == "list":
            loops = self.recorder.loops_over[items.loops :]
            self.change(items, "orders", ordering.own_orders([items, *loops, *(added if each else ())]))
        if each:
            added = [self.elements(value, place) for value in added]
        if len(items.values) < _MOST_ITEMS:
            self.change(items, "values", (*items.values, *added))

    def assign_item(self, base: Value, index: Value, value: Value, place: Place) -> None:
        """See `Evaluator.assign_item`."""
        if base == External("os.environ"):
            self._set_variable(index, value, place)
        if isinstance(value, Position):
            self.recorder.depends(place, value.orders, "they are numbered")
        for single in alternatives(base):
            if isinstance(single, Table) and isinstance(index, Constant):
                self.change(single.values, index.value, value)
            elif isinstance(single, Made) and holds_something(value):
                self.change(single, "holds", [*single.holds, value])

    def update(self, base: Value, values: Value, place: Place) -> None:
        """See `Evaluator.update`."""
        if base == External("os.environ") and isinstance(values, Table):
            for key, value in values.values.items():
                self._set_variable(Constant(key), value, place)
        elif isinstance(base, Items) and base.kind != "tuple":
            self.add(base, [values], place, each=True)

    # -- the environment ----------------------------------------------------------------------

    def _put_into_environment(self, path: str, given: Given) -> Value | None:
        if len(given.first) != 2:
            return None
        self._set_variable(given.first[0], given.first[1], given.place)
        return UNKNOWN

    def _update_environment(self, path: str, given: Given) -> Value:
        for table in given.first:
            self.update(External("os.environ"), table, given.place)
        for key, value, _ in given.keywords:
            self._set_variable(Constant(key), value, given.place)
        return UNKNOWN

    def _set_variable(self, name: Value, value: Value, place: Place) -> None:
        if isinstance(name, Constant) and isinstance(name.value, str):
            order = self.recorder.next_order()
            self.record_setting(EnvironmentEvent(place, name.value, value, order))


CONVERSIONS: Final[dict[str, Callable[..., ir.ConstantValue]]] = {
    "builtins.int": int,
    "builtins.float": float,
    "builtins.str": str,
    "builtins.abs": abs,
    "builtins.round": round,
}
NUMPY_INTEGERS: Final = frozenset(
    f"numpy.{name}"
    for name in (
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "int_", "uint", "intc", "intp",
    )
)  # fmt: skip

_CALLS: Final[dict[str, Callable[[PythonCaller, str, Given], Value | None]]] = {
    **dict.fromkeys(SAME_KIND, PythonCaller._same_kind),
    **dict.fromkeys(NUMPY_INTEGERS, PythonCaller._numpy_integer),
    **dict.fromkeys(CONVERSIONS, PythonCaller._convert),
    **dict.fromkeys(SPELLS, PythonCaller._spell),
    **dict.fromkeys(ENDS_PROGRAM, PythonCaller._end),
    **dict.fromkeys(DYNAMIC, PythonCaller._run_anything),
    "importlib.import_module": PythonCaller._import_named,
    "builtins.__import__": PythonCaller._import_builtin,
    "builtins.super": PythonCaller._super,
    "builtins.getattr": PythonCaller._getattr,
    "builtins.hash": PythonCaller._hash,
    "builtins.next": PythonCaller._next,
    "builtins.iter": PythonCaller._next,
    "builtins.set": PythonCaller._set,
    "builtins.frozenset": PythonCaller._set,
    "builtins.list": PythonCaller._list,
    "builtins.tuple": PythonCaller._list,
    "builtins.sorted": PythonCaller._list,
    "builtins.dict": PythonCaller._dict,
    "builtins.zip": PythonCaller._zip,
    "builtins.enumerate": PythonCaller._enumerate,
    "builtins.range": PythonCaller._nothing_known,
    "copy.copy": PythonCaller._copy,
    "copy.deepcopy": PythonCaller._copy,
    "functools.partial": PythonCaller._partial,
    "functools.wraps": PythonCaller._wraps,
    "dataclasses.field": PythonCaller._field,
    "attrs.field": PythonCaller._field,
    "attr.ib": PythonCaller._field,
    "os.environ.setdefault": PythonCaller._put_into_environment,
    "os.putenv": PythonCaller._put_into_environment,
    "os.environ.update": PythonCaller._update_environment,
}


def _first_varying(values: Sequence[Value]) -> Value:
    return next((value for value in values if isinstance(value, Varying)), UNKNOWN)


def _converted(path: str, value: ir.ConstantValue) -> Value:
    try:
        return Constant(CONVERSIONS[path](value))
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN


def _copied(value: Value, depth: int) -> Value:
    if not isinstance(value, Table) or not depth:
        return value
    return Table({key: _copied(single, depth - 1) for key, single in value.values.items()}, value.complete)
