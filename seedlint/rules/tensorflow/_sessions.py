"""How what configures a session in a file becomes today's calls: one plan for the fixes of 202 and 203."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import libcst as cst
from msgspec import Struct, field

from seedlint.knowledge.tables.session_options import option
from seedlint.rules.tensorflow._context import context_may_exist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seedlint.finding import Applicability, Edit, Fix
    from seedlint.program.events import CallEvent
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules._retired import Event
    from seedlint.rules.rule import View

_RULES: Final = ("SEED202", "SEED203")
MESSAGES: Final = frozenset({"ConfigProto", "GPUOptions", "GraphOptions", "OptimizerOptions"})
GRAPHS: Final = frozenset({"get_default_graph", "get_default_session", "reset_default_graph"})
_TENSORFLOW: Final = r"\btf((?:\.[A-Za-z_]\w*)+)"


class _Plan(Struct):
    """What each statement becomes: lines of code, or nothing. `left` are options without an equivalent."""

    rewriter: Rewriter
    calls: dict[int, str]
    lines: dict[cst.SimpleStatementLine, list[str]] = field(default_factory=dict)
    imports: list[Edit] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    early: bool = False
    threads: bool = False
    literal: bool = True


def convert(view: View) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that converts all of the file's session configuration together, or not at all."""

    def fix(rewriter: Rewriter) -> Fix | None:
        events = [event for event in view.trace.calls if _concerns(view, event)]
        calls = {id(rewriter.node(event.place.node)): last_word(event) for event in events}
        plan = _Plan(rewriter, calls)
        for event in events:
            if is_reported(event) and not _add(plan, rewriter.node(event.place.node)):
                return None
        if not plan.lines or _mentions_more(view, plan):
            return None
        return _fix(view, plan, events)

    return fix


def is_reported(event: CallEvent) -> bool:
    """Tell whether the call is a fault by itself: asking for the graph, where that still works, is none."""
    removed = event.api.removed
    return removed is not None and bool(removed.error or last_word(event) not in GRAPHS)


def last_word(event: Event) -> str:
    """Return the name of what is called, without its module."""
    return event.api.name.rpartition(".")[2]


def _concerns(view: View, event: CallEvent) -> bool:
    removed = event.api.removed
    return removed is not None and removed.rule in _RULES and not event.guarded and event.place.path == view.trace.entry


# -- statements -------------------------------------------------------------------------------------


def _add(plan: _Plan, node: cst.CSTNode) -> bool:
    """Plan for the statement that `node` is in, and for all that is bound to it by names; False if it can't go."""
    statement = plan.rewriter.editor.enclosing_statement(node)
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    if statement in plan.lines:
        return True
    plan.lines[statement] = []
    match statement.body[0]:
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name(name), attr=cst.Name("close")), args=())):
            return _is_planned_name(plan, name)
        case cst.Expr(value=cst.Call() as call):
            return _add_call(plan, statement, call, "")
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(name))], value=cst.Call() as call):
            return _add_call(plan, statement, call, "") and _add_name(plan, name)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() as target)], value=value):
            return _add_setting(plan, statement, target, value)
    return False


def _add_name(plan: _Plan, name: str) -> bool:
    """Plan for all statements that bind or use `name`."""
    names = plan.rewriter.imports.names
    nodes = [*(binding.node for binding in names.bindings(name)), *names.uses(name)]
    return all(_add(plan, node) for node in nodes)


def _is_planned_name(plan: _Plan, name: str) -> bool:
    """Tell whether `name` is bound to the result of one of the calls."""
    editor = plan.rewriter.editor
    bindings = plan.rewriter.imports.names.bindings(name)
    statements = [editor.enclosing_statement(binding.node) for binding in bindings]
    return bool(statements) and all(
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Assign)
        and id(statement.body[0].value) in plan.calls
        for statement in statements
    )


def _add_call(plan: _Plan, statement: cst.SimpleStatementLine, call: cst.Call, prefix: str) -> bool:
    """Plan for a call and its arguments. `prefix` is the option that a message is the value of."""
    kind = plan.calls.get(id(call))
    if kind is None or any(argument.star for argument in call.args):
        return False
    if kind in MESSAGES:
        return all(_add_option(plan, statement, kind, argument, prefix) for argument in call.args)
    return all(_add_argument(plan, statement, argument.value) for argument in call.args)


def _add_argument(plan: _Plan, statement: cst.SimpleStatementLine, value: cst.BaseExpression) -> bool:
    match value:
        case cst.Call():
            return _add_call(plan, statement, value, "")
        case cst.Name("None") | cst.SimpleString():
            return True
        case cst.Name(name):
            return _is_planned_name(plan, name) and _add_name(plan, name)
    return False


def _add_option(plan: _Plan, statement: cst.SimpleStatementLine, kind: str, argument: cst.Arg, prefix: str) -> bool:
    if argument.keyword is None:
        return False
    value = argument.value
    if isinstance(value, cst.Call) and plan.calls.get(id(value)) in MESSAGES:
        return _add_call(plan, statement, value, f"{prefix}{argument.keyword.value}.")
    if isinstance(value, cst.Name) and _is_planned_name(plan, value.value):
        return _add_name(plan, value.value)
    _set_option(plan, statement, kind, argument.keyword.value, value)
    return True


def _add_setting(
    plan: _Plan, statement: cst.SimpleStatementLine, target: cst.Attribute, value: cst.BaseExpression
) -> bool:
    """Plan for `config.gpu_options.allow_growth = True`."""
    words: list[str] = []
    base: cst.BaseExpression = target
    while isinstance(base, cst.Attribute):
        words.insert(0, base.attr.value)
        base = base.value
    if not isinstance(base, cst.Name) or not _is_planned_name(plan, base.value):
        return False
    kind = _kind_of(plan, base.value)
    if kind not in MESSAGES:
        return False
    _set_option(plan, statement, kind, ".".join(words), value)
    return _add_name(plan, base.value)


def _kind_of(plan: _Plan, name: str) -> str:
    binding = plan.rewriter.imports.names.bindings(name)[0]
    statement = plan.rewriter.editor.enclosing_statement(binding.node)
    assert isinstance(statement, cst.SimpleStatementLine)
    assigned = statement.body[0]
    assert isinstance(assigned, cst.Assign)
    return plan.calls[id(assigned.value)]


# -- options ----------------------------------------------------------------------------------------


def _set_option(
    plan: _Plan, statement: cst.SimpleStatementLine, kind: str, path: str, value: cst.BaseExpression
) -> None:
    """Plan the lines that set one option today."""
    if path == "device_count" and isinstance(value, cst.Dict):
        for element in value.elements:
            device = _literal(plan, element.key) if isinstance(element, cst.DictElement) else None
            if isinstance(device, str):
                _set_device_count(plan, statement, device, element.value)
            else:
                plan.left.append(path)
        return
    known = option(kind, path)
    if known is not None and _is_among(_literal(plan, value), known.keep):
        return
    if known is None or not known.today or not known.exact or "{device}" in "".join(known.today):
        plan.left.append(path)
        return
    plan.early = plan.early or known.needs != "nothing"
    plan.threads = plan.threads or "threading" in known.today[0]
    _write(plan, statement, known.today, value)


def _set_device_count(plan: _Plan, statement: cst.SimpleStatementLine, device: str, value: cst.BaseExpression) -> None:
    number = _literal(plan, value)
    known = option("ConfigProto", "device_count")
    assert known is not None
    if device == "CPU" and number == 1:
        return  # there is one today
    if device == "CPU" or not isinstance(number, int):
        plan.left.append("device_count")
        return
    plan.early = True
    some = [line.replace("{device}", device) for line in known.today]
    _write(plan, statement, some if number else [f"tf.config.set_visible_devices([], '{device}')"], value)


def _write(plan: _Plan, statement: cst.SimpleStatementLine, today: Iterable[str], value: cst.BaseExpression) -> None:
    from seedlint.rewrite.rewriter import names_read  # for a fix alone

    text = plan.rewriter.editor.text_of(value)
    plan.literal = plan.literal and not names_read(value) - {"True", "False"}

    def spell(match: re.Match[str]) -> str:
        spelled, imported = plan.rewriter.spelling(f"tensorflow{match[1]}", at=statement)
        plan.imports.extend(imported)
        return spelled

    names = plan.rewriter.imports.names
    for line in today:
        free = re.sub(
            r"\bgpus?\b", lambda match: f"physical_{match[0]}" if names.bindings(match[0]) else match[0], line
        )
        written = re.sub(_TENSORFLOW, spell, free).format(value=text)
        plan.lines[statement].append(re.sub("^    ", lambda _: plan.rewriter.module.default_indent, written))


def _literal(plan: _Plan, node: cst.CSTNode) -> object:
    with suppress(ValueError, SyntaxError):
        return ast.literal_eval(plan.rewriter.editor.text_of(node))
    return None


def _is_among(value: object, values: Sequence[object]) -> bool:
    return any(type(value) is type(single) and value == single for single in values)


# -- the fix ----------------------------------------------------------------------------------------


def _mentions_more(view: View, plan: _Plan) -> bool:
    """Tell whether the file has more of what is gone than the plan takes care of, so that it would still fail."""
    editor = plan.rewriter.editor
    for name in view.trace.names:
        removed = name.api.removed
        if removed is None or removed.rule not in _RULES or name.place.path != view.trace.entry or not removed.error:
            continue
        node = plan.rewriter.node(name.place.node)
        uses: Sequence[cst.CSTNode] = [node]
        if isinstance(node, cst.ImportAlias):
            local = node.evaluated_alias or node.evaluated_name
            uses = plan.rewriter.imports.names.uses(local)
        if any(editor.enclosing_statement(use) not in plan.lines for use in uses):
            return True
    return False


def _fix(view: View, plan: _Plan, events: Sequence[CallEvent]) -> Fix | None:
    from seedlint.rewrite.rewriter import names_read  # for a fix alone

    rewriter, editor = plan.rewriter, plan.rewriter.editor
    configs = [event for event in events if last_word(event) in MESSAGES]
    late = plan.early and any(event.assumed or context_may_exist(view, event.order) for event in configs)
    moved = late and plan.literal and all(event.top_level for event in configs)
    runs_today = not any(event.api.removed and event.api.removed.error for event in events)
    unsafe = bool(plan.left) or (late and not moved) or (runs_today and plan.threads)
    tier: Applicability = "unsafe" if unsafe else "safe"
    code = [line for lines in plan.lines.values() for line in lines]
    edits: list[Sequence[Edit] | None] = [plan.imports]
    end = rewriter.imports.import_region_end()
    if moved:
        if end is None:
            return None
        edits.append(editor.insert_after(end, ["", *code]))
        edits.append(editor.delete_statements(plan.lines))
    else:
        edits += [_replace(rewriter, statement, lines) for statement, lines in plan.lines.items() if lines]
        edits.append(editor.delete_statements(statement for statement, lines in plan.lines.items() if not lines))
    names = {name for statement in plan.lines for name in names_read(statement)}
    written = {name for line in code for name in re.findall(r"[A-Za-z_]\w*", line)}
    edits.append(rewriter.imports.remove_orphaned(names - written, list(plan.lines)))
    what = "configure TensorFlow with `tf.config`, and delete the session" if code else "delete the session"
    return rewriter.fix(tier, what, *edits)


def _replace(rewriter: Rewriter, statement: cst.SimpleStatementLine, lines: Sequence[str]) -> Sequence[Edit]:
    """Write `lines` for a statement, so that the comments around it stay."""
    document = rewriter.editor.document
    start = document.positions.span(statement.body[0])[0]
    indent = document.text[document.row_start(start) : start]
    return rewriter.editor.replace(statement.body[0], f"{rewriter.module.default_newline}{indent}".join(lines))
