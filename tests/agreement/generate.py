"""Random small programs: seeds and draws of every kind, anywhere, in every style of import.

Every draw is recorded by `record(number, value)`, which whoever runs the program provides; all lines that
belong to it end in the comment `# draw <number>`, by which what `check` says of a row is brought together
with what the run recorded, also after a fix has moved the rows.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from agreement.names import Names
from agreement.snippet import INPUTS
from agreement.snippets import SNIPPETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agreement.snippet import Snippet
    from seedlint.knowledge.model import Target

MAIN: Final = "main.py"
_DRAW: Final = re.compile(r"# draw (\d+)$")


@dataclass(frozen=True, slots=True)
class Program:
    """A program's files by name; it starts in `main.py`."""

    name: str
    target: Target
    files: dict[str, str]

    def rows(self) -> dict[tuple[str, int], int]:
        """Return the draw that each row of each file belongs to, as far as one does."""
        return {
            (name, row): int(match[1])
            for name, text in self.files.items()
            for row, line in enumerate(text.splitlines(), 1)
            if (match := _DRAW.search(line)) is not None
        }


@dataclass(slots=True)
class _File:
    """A file that is being written."""

    rng: random.Random
    target: Target
    names: Names = field(init=False)
    inputs: list[str] = field(default_factory=list)
    constant: int | None = None
    definitions: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = Names(self.rng, self.target)

    def write(self, template: str) -> str:
        """Return the line with its names spelled and its inputs noted."""
        for name in re.findall(r"\{([A-Z]+)\}", template):
            if name in INPUTS and name not in self.inputs:
                self.inputs.append(name)
        template = re.sub(r"\{([A-Z]+)\}", r"\1", template)
        while "<" in template and (match := re.search(r"<([a-z_][\w.]*)>", template)) is not None:
            template = template[: match.start()] + self.names.spell(match[1]) + template[match.end() :]
        return template

    def text(self) -> str:
        """Return the whole file: imports, constants, definitions, body."""
        inputs = [f"{name} = {self.write(INPUTS[name])}" for name in self.inputs]
        constant = [] if self.constant is None else [f"SEED = {self.constant}"]
        parts = [self.names.imports, [*constant, *inputs], self.definitions, self.body]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


@dataclass(frozen=True, slots=True)
class _Item:
    """Something that happens: a seed, a draw, the making of an object or its use. `once`: not twice."""

    kind: Literal["seed", "draw", "make", "use"]
    lines: Callable[[_File], list[str]]
    once: bool = False


Container = Literal[
    "flat", "function", "loop", "method", "constructor", "if", "optional", "module", "module function", "never"
]
_CONTAINERS: Final[dict[Container, float]] = {
    "flat": 9, "function": 3, "loop": 1.5, "method": 1, "constructor": 1, "if": 1, "optional": 1.5, "module": 1,
    "module function": 1, "never": 0.8,
}  # fmt: skip


def generate(number: int, target: Target) -> Program:
    """Return program `number` of the trial under `target`, the same each time."""
    return _Generator(random.Random(f"{target} {number}"), target).program(f"{target}-{number}")


def one_by_one(number: int, target: Target) -> Program | None:
    """Return a program of one snippet alone, with an even number without a seed of its own; None after the last."""
    generator = _Generator(random.Random(f"{target} {number}"), target)
    snippet = dict(enumerate(generator.snippets)).get(number // 2)
    if snippet is None:
        return None
    own = "" if number % 2 == 0 or not snippet.seed else "=7"
    file = _File(generator.rng, target)
    for item in generator.draw_of(snippet, own):
        file.body += item.lines(file)
    return Program(f"{target}-one-{number}", target, {MAIN: file.text()})


class _Generator:
    def __init__(self, rng: random.Random, target: Target) -> None:
        self.rng = rng
        self.target: Target = target
        self.draws = 0
        self.count = 0
        self.modules: dict[str, _File] = {}
        self.snippets = [snippet for snippet in SNIPPETS if target in snippet.targets]

    def program(self, name: str) -> Program:
        """Write the whole program."""
        main = self._file()
        items = self._items()
        blocks = self._blocks(items)
        in_main = self.rng.randrange(len(blocks) + 1) if self.rng.random() < 0.35 and blocks else None
        for block in blocks[:in_main]:
            main.body += self._block(main, *block, local=False)
        if in_main is not None:
            inner = [line for block in blocks[in_main:] for line in self._block(main, *block, local=True)]
            main.definitions += ["", "def main():", *_indented(inner or ["pass"])]
            main.body += ["", 'if __name__ == "__main__":', "    main()"]
        files = {MAIN: main.text(), **{f"{key}.py": file.text() for key, file in self.modules.items()}}
        return Program(name, self.target, files)

    def _file(self) -> _File:
        file = _File(self.rng, self.target)
        if self.rng.random() < 0.4:
            file.constant = self.rng.randrange(1, 10_000)
        return file

    # -- what happens -------------------------------------------------------------------------

    def _items(self) -> list[_Item]:
        seeds = self.rng.choices((0, 1, 2, 3, 4), (3, 5, 4, 2, 1))[0]
        draws = self.rng.choices(range(7), (1, 3, 4, 4, 3, 2, 1))[0]
        happen: list[Callable[[], list[_Item]]] = [self._seed] * seeds + [self._draw] * draws
        self.rng.shuffle(happen)
        if self.rng.random() < 0.5:  # most programs seed first
            happen.sort(key=lambda single: single != self._seed)
        items: list[_Item] = []
        waiting: list[_Item] = []
        for make in happen:
            made = make()
            waiting += [item for item in made if item.kind == "use"]
            items += [item for item in made if item.kind != "use"]
            if waiting and self.rng.random() < 0.5:
                items.append(waiting.pop(0))
        return items + waiting

    def _next_draw(self) -> int:
        self.draws += 1
        return self.draws

    def _draw(self) -> list[_Item]:
        snippet = self.rng.choices(self.snippets, [single.weight for single in self.snippets])[0]
        return self.draw_of(snippet, self._own_seed() if snippet.seed else "")

    def draw_of(self, snippet: Snippet, own: str) -> list[_Item]:
        """Return what makes up a draw: one item, or two that other things may come between."""
        number = self._next_draw()
        apart = snippet.lasting and self.rng.random() < 0.4
        inline = not apart and not snippet.statement and not snippet.then and self.rng.random() < 0.5

        def filled(file: _File, template: str) -> str:
            seed = own.removeprefix("=") if snippet.seed == "*" else own and snippet.seed + own.removeprefix("=")
            if "SEED" in seed and file.constant is None:
                seed = seed.replace("SEED", "17")
            text = template.replace("{,}", f", {seed}" if seed else "").replace("{.}", seed)
            text = text.replace("<.>", f"<{snippet.name}>").replace("{v}", f"x{number}").replace("{V}", str(number))
            return f"{file.write(text)}  # draw {number}"

        def make(file: _File) -> list[str]:
            call = snippet.make if snippet.statement else f"{{v}} = {snippet.make}"
            return [filled(file, line) for line in [*snippet.before, call]]

        def use(file: _File) -> list[str]:
            return [filled(file, line) for line in [*snippet.then, f"record({number}, {snippet.use})"]]

        def at_once(file: _File) -> list[str]:
            value = snippet.use.replace("{v}", snippet.make)
            return [filled(file, line) for line in [*snippet.before, f"record({number}, {value})"]]

        if apart:
            return [_Item("make", make), _Item("use", use, bool(snippet.then))]
        return [_Item("draw", at_once if inline else lambda file: make(file) + use(file))]

    def _own_seed(self) -> str:
        kind = self.rng.choices(("none", "number", "constant", "None", "varying"), (12, 4, 2, 1, 1))[0]
        match kind:
            case "number":
                return f"={self.rng.randrange(1, 1000)}"
            case "constant":
                return "=SEED"
            case "None":
                return "=None"
            case "varying":
                return "=" + self.rng.choice(("int(<time.time>())", "<os.getpid>()", "hash('run') % 2**31"))
        return ""

    def _seed(self) -> list[_Item]:
        function = self.rng.choices(list(_SEED_FUNCTIONS), list(_SEED_FUNCTIONS.values()))[0]
        value, before = self._value(function)

        def lines(file: _File) -> list[str]:
            given = value if file.constant is not None else value.replace("SEED", "23")
            return [*(file.write(line) for line in before), *(file.write(line) for line in _seeding(function, given))]

        return [_Item("seed", lines)]

    def _value(self, function: str) -> tuple[str, list[str]]:
        takes_none = function in ("random.seed", "numpy.random.seed", "tensorflow.random.set_seed")
        kinds = ("number", "constant", "sum", "text", "nothing", "None", "varying", "drawn")
        weights = (9, 5, 1, function == "random.seed", function in _EMPTY, takes_none, 2.5, 1.5)
        match self.rng.choices(kinds, weights)[0]:
            case "number":
                return str(self.rng.randrange(10_000)), []
            case "constant":
                return "SEED", []
            case "sum":
                return "SEED + 1", []
            case "text":
                return "'first try'", []
            case "nothing":
                return "", []
            case "None":
                return "None", []
            case "varying":
                return self.rng.choice(_VARYING), []
        number = self._next_draw()
        source = self.rng.choice(_DRAWN)
        return f"x{number}", [f"x{number} = {source}  # draw {number}", f"record({number}, x{number})  # draw {number}"]

    # -- where it happens ---------------------------------------------------------------------

    def _blocks(self, items: Sequence[_Item]) -> list[tuple[Container, list[_Item]]]:
        blocks: list[tuple[Container, list[_Item]]] = []
        rest = list(items)
        while rest:
            size = self.rng.choices((1, 2, 3), (5, 2, 1))[0]
            taken, rest = rest[:size], rest[size:]
            kind = self.rng.choices(list(_CONTAINERS), list(_CONTAINERS.values()))[0]
            kinds = {item.kind for item in taken}
            if kind == "never" or (kind == "optional" and kinds != {"seed"}):
                kind = kind if kinds == {"seed"} else "function"
            if kinds & {"make", "use"} and (kind != "loop" or any(item.once for item in taken)):
                kind = "flat"
            blocks.append((kind, taken))
        return blocks

    def _block(self, file: _File, kind: Container, items: Sequence[_Item], *, local: bool) -> list[str]:
        self.count += 1
        number = self.count
        if kind in ("module", "module function"):
            return self._module(file, kind, items, number, local=local)
        inner = [line for item in items for line in item.lines(file)]
        match kind:
            case "function" | "never":
                name = self.rng.choice(("prepare", "step", "helper", "set_up"))
                return _definition(file, [f"def {name}_{number}():", *_indented(inner)]) + (
                    [f"{name}_{number}()"] if kind == "function" else []
                )
            case "loop":
                return [f"for step_{number} in range(2):", *_indented(inner)]
            case "method" | "constructor":
                method = "__init__" if kind == "constructor" else "run"
                lines = [f"class Worker{number}:", f"    def {method}(self):", *_indented(_indented(inner))]
                made = f"worker_{number} = Worker{number}()"
                return _definition(file, lines) + (
                    [made] if kind == "constructor" else [made, f"worker_{number}.run()"]
                )
            case "if":
                chosen = self.rng.random() < 0.7
                test = f"SWITCH_{number}"
                return [f"{test} = {chosen}", f"if {test}:", *_indented(inner)]
            case "optional":
                return self._optional(file, number)
        return inner

    def _optional(self, file: _File, number: int) -> list[str]:
        """Write a function that seeds if it is given a seed, and a call that does or doesn't give one."""
        functions = self.rng.sample([name for name in _SEED_FUNCTIONS if name in _PLAIN], self.rng.randint(1, 3))
        seeds = [file.write(f"<{name}>(value)") for name in functions]
        lines = [
            f"def fix_{number}(value=None):",
            "    if value is not None:",
            *_indented(_indented(seeds)),
        ]
        given = self.rng.choice(("", "None", "3", "value=5", "3"))
        return [*_definition(file, lines), f"fix_{number}({given})"]

    def _module(self, file: _File, kind: Container, items: Sequence[_Item], number: int, *, local: bool) -> list[str]:
        name = f"{self.rng.choice(('setup', 'util', 'part'))}_{number}"
        module = self._file()
        self.modules[name] = module
        inner = [line for item in items for line in item.lines(module)]
        if kind == "module":
            module.body += inner
            return [self.rng.choice((f"import {name}", f"import {name} as m{number}", f"from {name} import *"))
                    if not local else f"import {name}"]  # fmt: skip
        module.definitions += [f"def work_{number}():", *_indented(inner)]
        if self.rng.random() < 0.5:
            file.names.imports.append(f"import {name}")
            return [f"{name}.work_{number}()"]
        file.names.imports.append(f"from {name} import work_{number} as work{number}")
        return [f"work{number}()"]


_SEED_FUNCTIONS: Final = {
    "random.seed": 5.0,
    "numpy.random.seed": 5.0,
    "tensorflow.random.set_seed": 5.0,
    "keras.utils.set_random_seed": 5.0,
    "tensorflow.compat.v1.set_random_seed": 0.7,
    "tensorflow.experimental.numpy.random.seed": 0.4,
    "tensorflow.random.set_global_generator": 0.6,
    "tensorflow.random.get_global_generator": 0.4,
    "the three": 2.0,
}
_PLAIN: Final = ("random.seed", "numpy.random.seed", "tensorflow.random.set_seed", "keras.utils.set_random_seed")
_EMPTY: Final = ("random.seed", "numpy.random.seed")
_VARYING: Final = (
    "int(<time.time>())",
    "int(<time.time>() * 1000) % 2**31",
    "<time.time_ns>() % 2**31",
    "<os.getpid>()",
    "hash('run') % 2**31",
    "abs(hash('experiment')) % 2**31",
    "<datetime.datetime.now>().microsecond",
    "int.from_bytes(<os.urandom>(3), 'big')",
)
_DRAWN: Final = (
    "<random.randint>(0, 2**31)",
    "<random.getrandbits>(31)",
    "int(<numpy.random.randint>(0, 2**31 - 1))",
    "int(<tensorflow.random.uniform>([], maxval=2**31 - 1, dtype='int32'))",
    "<random.Random>().randint(0, 2**31)",
    "int(<numpy.random.default_rng>().integers(2**31))",
    "int(<numpy.random.default_rng>(5).integers(2**31))",
)


def _seeding(function: str, value: str) -> list[str]:
    match function:
        case "the three":
            return [f"<{name}>({value})" for name in _PLAIN[:3]]
        case "tensorflow.random.set_global_generator":
            return [f"<{function}>(<tensorflow.random.Generator.from_seed>({value}))"]
        case "tensorflow.random.get_global_generator":
            return [f"<{function}>().reset_from_seed({value})"]
    return [f"<{function}>({value})"]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _definition(file: _File, lines: list[str]) -> list[str]:
    """Put a definition to the others, or leave it where it is needed."""
    if file.rng.random() < 0.6:
        file.definitions += ["", *lines] if file.definitions else lines
        return []
    return lines
