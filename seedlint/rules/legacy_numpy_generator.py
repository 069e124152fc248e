"""SEED209: NumPy's legacy generator, `RandomState`, where a `Generator` would serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from seedlint.finding import Edit, Span
from seedlint.knowledge.tables.numpy import GENERATOR_METHODS, SHAPE_APART
from seedlint.program.values import Made, alternatives
from seedlint.rules._draws import short_name
from seedlint.rules.rule import Example, Report, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seedlint.finding import Fix
    from seedlint.program.events import CallEvent, Place, Trace
    from seedlint.rewrite.rewriter import Rewriter
    from seedlint.rules.rule import View

_RANDOM_STATE: Final = "numpy.random.RandomState"
_DEFAULT_RNG: Final = "numpy.random.default_rng"
_GLOBAL: Final = "numpy.random."


def check(view: View) -> Iterator[Report]:
    """Report each `RandomState` that nothing asks for, and each draw by a function of `numpy.random` itself."""
    seen: set[Place] = set()
    for call in view.trace.calls:
        if call.place in seen:
            continue
        function = call.api.name.removeprefix(_GLOBAL)
        if call.api.name == _RANDOM_STATE and not _is_handed_on(view.trace, call):
            seen.add(call.place)
            yield _random_state(view.trace, call)
        elif call.api.name.startswith(_GLOBAL) and function in GENERATOR_METHODS:
            seen.add(call.place)
            yield Report(
                call.place,
                f"`{short_name(call.api.name)}` draws from the `numpy` stream, the legacy generator that all code "
                f"shares: make a generator once, `rng = np.random.default_rng(SEED)`, hand it on, and call "
                f"`{_replacement('rng', function)}` here",
                "possible" if call.assumed else "certain",
                ("numpy",),
            )


def _is_handed_on(trace: Trace, made: CallEvent) -> bool:
    """Tell whether a callable of a library's is given what `made` returned: scikit-learn takes no Generator."""
    given = (bound.value for call in trace.calls for bound in call.arguments.values())
    return any(
        isinstance(single, Made) and single.call is not None and single.call.place == made.place
        for value in given
        for single in alternatives(value)
    )


def _random_state(trace: Trace, call: CallEvent) -> Report:
    used = dict.fromkeys(
        use.api.name.removeprefix(f"{_RANDOM_STATE}.")
        for use in trace.calls
        if isinstance(use.receiver, Made) and use.receiver.call is call
    )
    renamed = [name for name in used if GENERATOR_METHODS.get(name, name) != name]
    others = "".join(f", and for `rng.{_written(name)}` call `{_replacement('rng', name)}`" for name in renamed)
    return Report(
        call.place,
        f"`RandomState` is NumPy's legacy generator: make a `Generator`, `np.random.default_rng(seed)`{others}",
        "possible",
        ("generator",),
        fix=_convert(call.place),
    )


def _written(method: str) -> str:
    return f"{method}({'m, n' if method in SHAPE_APART else '…'})"


def _replacement(generator: str, method: str) -> str:
    return f"{generator}.{GENERATOR_METHODS[method]}({'(m, n)' if method in SHAPE_APART else '…'})"


# -- the fix ----------------------------------------------------------------------------------------


def _convert(place: Place) -> Callable[[Rewriter], Fix | None]:
    """Return the fix that makes a Generator and renames the methods, if the one name that it gets is used for nothing
    but calls of methods that a Generator has as well."""

    def fix(rewriter: Rewriter) -> Fix | None:
        call = rewriter.call(place.node)
        name = _name_given(rewriter, call) if call is not None else None
        if call is None or name is None:
            return None
        edits = [_method_edits(rewriter, use) for use in rewriter.imports.names.uses(name)]
        if isinstance(call.func, cst.Attribute):
            edits.append(rewriter.editor.replace(call.func.attr, _DEFAULT_RNG.rpartition(".")[2]))
            return rewriter.fix("unsafe", "make a `Generator`", *edits)
        spelled, imported = rewriter.spelling(_DEFAULT_RNG, at=call)
        edits += [imported, rewriter.editor.replace(call.func, spelled)]
        return rewriter.fix("unsafe", "make a `Generator`", *edits, rewriter.orphaned_by(call.func, written=spelled))

    return fix


def _name_given(rewriter: Rewriter, call: cst.Call) -> str | None:
    """Return the name that the statement gives to what `call` returns, if nothing else in the file is given it."""
    match rewriter.editor.parent(call):
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            bindings = rewriter.imports.names.bindings(name)
            alone = len(bindings) == 1 and isinstance(bindings[0].scope, cst.Module | cst.FunctionDef)
            return name if alone else None
    return None


def _method_edits(rewriter: Rewriter, use: cst.Name) -> Sequence[Edit] | None:
    """Return the edits to a call of a method of `use`, or None if it is something else, or has no counterpart."""
    attribute = rewriter.editor.parent(use)
    call = rewriter.editor.parent(attribute) if attribute is not None else None
    if not (isinstance(attribute, cst.Attribute) and isinstance(call, cst.Call) and call.func is attribute):
        return None
    method = attribute.attr.value
    if method not in GENERATOR_METHODS:
        return None
    edits = [*rewriter.editor.replace(attribute.attr, GENERATOR_METHODS[method])]
    if method in SHAPE_APART and call.args:
        if any(argument.star or argument.keyword for argument in call.args):
            return None
        if len(call.args) > 1:
            first, last = (rewriter.editor.span_of(call.args[index].value) for index in (0, -1))
            edits += [Edit(Span(first.start, first.start), "("), Edit(Span(last.end, last.end), ")")]
    return edits


RULE = Rule(
    code="SEED209",
    name="legacy-numpy-generator",
    severity="note",
    scope="module",
    opt_in=True,
    summary="`RandomState`, or a function of `numpy.random` itself, where a `Generator` would serve",
    what="Reports `np.random.RandomState(…)`, unless it is handed to a function or class of a library's "
    "(scikit-learn's `random_state` takes no Generator), and draws by the functions of `numpy.random` itself "
    "(`np.random.rand()`), with the name that each has as a method of a `Generator`. `np.random.seed` is not "
    "reported: scikit-learn, pandas and Keras draw from the stream that it sets. Nor are `random_integers` and "
    "`tomaxint`, which a `Generator` hasn't got.",
    why="A `Generator` has better and faster algorithms, and is handed from function to function, so that each draw "
    "says where its numbers come from. It does not repeat better: NumPy keeps the numbers of `RandomState` as they "
    "are for ever (NEP 19), and may change those of a `Generator` in a later version. That is why the rule is opt-in. "
    "Make one generator and hand it on: `np.random.default_rng(2)` before each draw would give the same numbers each "
    "time.",
    fix_safety="Unsafe: all numbers change. `rng = np.random.RandomState(seed)` becomes "
    "`np.random.default_rng(seed)`, and the calls of its methods get their new names, if the name is given once in "
    "the file and is used for nothing but such calls. `rng.randint(n)` gave a Python `int`, `rng.integers(n)` gives a "
    "`numpy.int64`, which Keras refuses for a seed. For the functions of `numpy.random` there is no fix: where the "
    "generator is made and how it gets there is for a person to say.",
    sources=(
        "https://numpy.org/doc/stable/reference/random/legacy.html",
        "https://numpy.org/neps/nep-0019-rng-policy.html",
        "Experiment: each method of `RandomState` has its parameters in front of those of the method named here, but "
        "for `rand` and `randn` (NumPy 2.4); `RandomForestClassifier(random_state=np.random.default_rng(0))` raises "
        "`InvalidParameterError` in `fit` (scikit-learn 1.9)",
    ),
    bad=(
        Example(
            code="""\
import numpy as np

rng = np.random.RandomState(42)
x = rng.rand(100, 4) + rng.randn(100, rng.randint(4, 5))
noise = rng.normal(0.0, 0.1, size=100)
rng.shuffle(x)
print(x[rng.permutation(100)[: rng.randint(50)]], rng.rand(), rng.random_sample(3), noise)
""",
            reason="used for nothing but draws",
            found=(3,),
            fixed="""\
import numpy as np

rng = np.random.default_rng(42)
x = rng.random((100, 4)) + rng.standard_normal((100, rng.integers(4, 5)))
noise = rng.normal(0.0, 0.1, size=100)
rng.shuffle(x)
print(x[rng.permutation(100)[: rng.integers(50)]], rng.random(), rng.random(3), noise)
""",
            unsafe=True,
        ),
        Example(
            code="""\
from numpy.random import RandomState


def sample(seed):
    generator = RandomState(seed)
    return generator.uniform(size=3)
""",
            reason="imported by its name",
            found=(5,),
            fixed="""\
import numpy as np


def sample(seed):
    generator = np.random.default_rng(seed)
    return generator.uniform(size=3)
""",
            unsafe=True,
        ),
        Example(
            code="""\
import numpy as np

np.random.seed(0)
x = np.random.rand(100, 4)
np.random.shuffle(x)
""",
            reason="the functions of the module share one generator with all other code",
            found=(4, 5),
        ),
        Example(
            code="""\
import numpy as np


def draw(rng):
    return rng.rand(3)


rng = np.random.RandomState(0)
print(draw(rng))
""",
            reason="a function of the program gets it: a person has to follow it there",
            found=(8,),
        ),
    ),
    good=(
        Example(
            code="""\
import numpy as np

rng = np.random.default_rng(42)
x = rng.random((100, 4))
""",
            reason="a Generator",
        ),
        Example(
            code="""\
import numpy as np
from sklearn.ensemble import RandomForestClassifier

rng = np.random.RandomState(0)
forest = RandomForestClassifier(random_state=rng)
x = rng.rand(100, 4)
""",
            reason="scikit-learn refuses a Generator",
        ),
        Example(
            code="""\
import numpy as np
from sklearn.linear_model import SGDClassifier

np.random.seed(0)
model = SGDClassifier().fit([[0.0], [1.0]], [0, 1])
""",
            reason="an estimator draws from the stream that is seeded there",
        ),
        Example(
            code="""\
import numpy as np
from sklearn.model_selection import train_test_split


def split(x, seed=0):
    return train_test_split(x, random_state=np.random.RandomState(seed))


split(np.arange(10))
""",
            reason="made where it is handed on",
        ),
    ),
    check=check,
)
