"""What the rules on names that are gone from TensorFlow (201 to 206) have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst
from msgspec import structs

from seedlint.knowledge.tables.behaviour import SESSION_WORK
from seedlint.program.events import CallEvent, NameEvent
from seedlint.rules.rule import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seedlint.finding import Applicability, Edit, Fix
    from seedlint.knowledge import Knowledge
    from seedlint.knowledge.model import LiteralValue, Parameter, Removed
    from seedlint.program.events import Trace
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

Event = CallEvent | NameEvent

BY_HAND: Final = (
    "this program works in a session, so nothing here is converted: write it anew in eager code, or keep it as it "
    "is with `import tensorflow.compat.v1 as tf`, `tf.disable_v2_behavior()` and, for layers, `TF_USE_LEGACY_KERAS=1`"
)


def works_in_session(trace: Trace) -> bool:
    """Tell whether the program is of TensorFlow 1's kind, with a graph that it runs in a session.

    What still runs under `tensorflow.compat.v1` is then no fault, and what is gone is for a person to convert.
    """
    return "tensorflow.compat.v1" in trace.imported or not SESSION_WORK.isdisjoint(trace.external)


def gone(view: View, code: str) -> Iterator[Event]:
    """Return the calls, imports and mentions in the file of what rule `code` is about."""
    yield from gone_calls(view, code)
    yield from gone_names(view, code)


def gone_calls(view: View, code: str) -> Iterator[CallEvent]:
    """Return the calls in the file of what rule `code` is about, each place once.

    Calls through a name that the file imports are left out where that import fails: it is reported itself.
    """
    trace = view.trace
    imported = {name.path for name in trace.names if name.imported and error_of_import(view, name)}
    quiet = works_in_session(trace)
    seen: set[object] = set()
    for call in trace.calls:
        removed = call.api.removed
        if removed is None or removed.rule != code or call.guarded or call.place.path != trace.entry:
            continue
        if call.place in seen or call.path in imported or (quiet and not removed.error):
            continue
        seen.add(call.place)
        yield call


def gone_names(view: View, code: str) -> Iterator[NameEvent]:
    """Return the places in the file that import or mention what is gone, without calling it, each once."""
    seen: set[object] = set()
    for name in view.trace.names:
        removed = name.api.removed
        if removed is None or removed.rule != code or name.guarded or name.place.path != view.trace.entry:
            continue
        if removed.error and name.place not in seen:
            seen.add(name.place)
            yield name


def retired_arguments(view: View, code: str) -> Iterator[tuple[CallEvent, str, Removed]]:
    """Return the calls in the file with an argument that the callable has no more, each place once."""
    seen: set[object] = set()
    for call in view.trace.calls:
        for parameter, removed in call.api.retired:
            key = (call.place, parameter)
            given = parameter in call.arguments and removed.rule == code and not call.guarded
            if given and call.place.path == view.trace.entry and key not in seen:
                seen.add(key)
                yield call, parameter, removed


def error_of_import(view: View, name: NameEvent) -> str:
    """Return what importing the name prints."""
    return view.knowledge.import_error(name.path) or ""


def shown(path: str) -> str:
    """Return a dotted name as people write it."""
    return path.replace("tensorflow.", "tf.", 1) if path.startswith("tensorflow.") else path


def is_gone(view: View, event: Event) -> str:
    """Return the half sentence that says what running it does today."""
    removed = event.api.removed
    assert removed is not None
    error = error_of_import(view, event) if isinstance(event, NameEvent) and event.imported else removed.error
    return f"`{shown(event.path)}` is gone ({error})" if error else f"`{shown(event.path)}` is TensorFlow 1's"


def report(view: View, event: Event, instead: str, fix: Callable[[Rewriter], Fix | None] | None) -> Report:
    """Return the report of a name that is gone; `instead` says what to write. No fix in a session's program."""
    start = is_gone(view, event)
    if works_in_session(view.trace):
        return Report(event.place, f"{start}: {BY_HAND}")
    return Report(event.place, f"{start}: {instead}", fix=fix)


def advice(removed: Removed) -> str:
    """Return what to write instead, and what to mind."""
    use = f"use `{shown(removed.use)}`" if removed.use is not None else ""
    return "; ".join(part for part in (use, removed.note) if part)


# -- putting another name in place of one -----------------------------------------------------------


def instead_of(event: Event, use: str) -> Event:
    """Return the event of the same name, where `use` takes its place."""
    removed = event.api.removed
    assert removed is not None
    result = event.again()
    result.api = structs.replace(event.api, removed=structs.replace(removed, use=use))
    return result


def rename(knowledge: Knowledge, event: Event, *, keep_arguments: bool = False) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that writes the name that took the old one's place, with the arguments that mean the same.

    It is safe where `knowledge` says so. Defaults that changed are spelled out. `keep_arguments`: no argument changes.
    """
    removed = event.api.removed
    assert removed is not None
    assert removed.use is not None
    use = removed.use
    tier: Applicability = "safe" if removed.rename_is_safe else "unsafe"

    def fix(rewriter: Rewriter) -> Fix | None:
        node = rewriter.node(event.place.node)
        if isinstance(node, cst.ImportAlias):
            return _rename_import(rewriter, node, use) if removed.rename_is_safe else None
        arguments: Sequence[Edit] | None = ()
        func = node
        if isinstance(node, cst.Call):
            func = node.func
            arguments = () if keep_arguments else _arguments(rewriter, node, knowledge, event)
        elif not removed.rename_is_safe:
            return None
        if not isinstance(func, cst.Attribute | cst.Name):
            return None
        spelled, imported = rewriter.spelling(use, at=node)
        return rewriter.fix(
            tier,
            f"write `{spelled}`",
            imported,
            rewriter.editor.replace(func, spelled),
            arguments,
            rewriter.orphaned_by(func, written=spelled),
        )

    return fix


def _rename_import(rewriter: Rewriter, alias: cst.ImportAlias, use: str) -> Fix | None:
    module, _, name = use.rpartition(".")
    edits = rewriter.imports.rename_import(alias, module, name)
    return rewriter.fix("safe", f"import `{name}` from `{module}`", edits)


def _arguments(rewriter: Rewriter, call: cst.Call, knowledge: Knowledge, event: Event) -> Sequence[Edit] | None:
    """Return the edits that give the call's arguments their new names; None where one has no place any more."""
    removed = event.api.removed
    assert removed is not None
    assert removed.use is not None
    new = knowledge.get(removed.use)
    if new is None:
        return None
    renamed = dict(removed.renamed)
    before = [renamed.get(parameter.name, parameter.name) for parameter in event.api.parameters]
    after = [parameter.name for parameter in new.parameters]
    same = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), len(after))
    edits: list[Edit] = []
    given: set[str] = set()
    for number, argument in enumerate(call.args):
        if argument.star:
            return None
        if argument.keyword is None:
            if number >= min(same, len(before)):
                return None
            given.add(before[number])
            continue
        name = renamed.get(argument.keyword.value, argument.keyword.value)
        given.add(name)
        if name not in after:
            return None
        if name != argument.keyword.value:
            edits += rewriter.editor.replace(argument.keyword, name)
    for name, value in _changed_defaults(event, new.parameters, renamed).items():
        if name not in given:
            added = rewriter.editor.add_argument(call, f"{name}={value!r}")
            edits += added or ()
    return edits


def _changed_defaults(event: Event, after: Sequence[Parameter], renamed: Mapping[str, str]) -> dict[str, LiteralValue]:
    """Return the old defaults of the parameters that have another one today."""
    now = {p.name: p.default for p in after if p.literal_default}
    old = {renamed.get(p.name, p.name): p.default for p in event.api.parameters if p.literal_default}
    return {name: value for name, value in old.items() if name in now and now[name] != value}
