"""What the user wants: `[tool.seedlint]` of pyproject.toml, or seedlint.toml, and the command line on top."""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seedlint.patterns import Patterns, mistake
from seedlint.targets import TARGETS, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SETTINGS_FILES: Final = ("seedlint.toml", "pyproject.toml")
"""The files that may hold settings; the first of a directory counts."""
DEFAULT_EXCLUDE: Final = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
DEFAULT_SEED: Final = 42
_ALL: Final = "ALL"


class SettingsError(Exception):
    """A settings file or an option says something that seedlint doesn't know."""


class Selection(NamedTuple):
    """One layer of rule selection. `select` None keeps what the layer below selects."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def decide(self, code: str, *, below: bool) -> bool:
        """Whether the rule runs, if the layer below says `below`. The longer code wins, then `ignore`."""
        wanted = _longest_prefix(code, (*(self.select or ()), *self.extend_select))
        unwanted = _longest_prefix(code, self.ignore)
        if unwanted >= wanted:
            return False if unwanted >= 0 else below and self.select is None
        return True


@functools.cache
def _is_selected(code: str, selections: tuple[Selection, ...], *, opt_in: bool) -> bool:
    """Whether all layers together say that the rule runs."""
    is_selected = not opt_in
    for selection in selections:
        is_selected = selection.decide(code, below=is_selected)
    return is_selected


def _longest_prefix(code: str, selectors: Iterable[str]) -> int:
    """The length of the longest selector that covers `code`: 0 for `ALL`, -1 for none."""
    lengths = (0 if selector == _ALL else len(selector) for selector in selectors if covers(selector, code))
    return max(lengths, default=-1)


def covers(selector: str, code: str) -> bool:
    """Whether a selector (`ALL`, or the start of a code) means the rule `code`."""
    return selector == _ALL or code.startswith(selector)


class Settings(NamedTuple):
    """What holds for the files of one directory, as `file` says it, if one does. `target` None means that nobody has
    said it; patterns are as in .gitignore, relative to `base`."""

    base: str
    selections: tuple[Selection, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    target: Target | None = None
    strict: bool = False
    tests: bool = False
    seed: int = DEFAULT_SEED
    seeders: frozenset[str] = frozenset()
    baseline: str | None = None
    file: str | None = None

    def rule_enabled(self, code: str, path: str, *, opt_in: bool = False) -> bool:
        """Whether the rule `code` runs on the file `path`. An `opt_in` rule must be selected."""
        is_selected = _is_selected(code, self.selections, opt_in=opt_in)
        return is_selected and not any(covers(selector, code) for selector in self._ignored_in(path))

    def merged_with_command_line(
        self,
        selection: Selection | None = None,
        *,
        strict: bool = False,
        target: Target | None = None,
        baseline: str | None = None,
    ) -> Settings:
        """These settings with the command line's options, which win, over them."""
        return self._replace(
            selections=(*self.selections, selection) if selection else self.selections,
            strict=strict or self.strict,
            target=target or self.target,
            baseline=baseline or self.baseline,
        )

    @property
    def exclude_patterns(self) -> Patterns:
        """What discovery passes over, relative to `base`."""
        return _compiled(self.exclude)

    def _ignored_in(self, path: str) -> Iterator[str]:
        relative = os.path.relpath(path, self.base).replace(os.sep, "/") if self.per_file_ignores else ""
        for pattern, codes in self.per_file_ignores:
            # `!src/*` is about all files that don't match it.
            matches = _compiled((pattern.removeprefix("!"),)).verdict(relative) is True
            if matches is not pattern.startswith("!"):
                yield from codes


@functools.lru_cache
def _compiled(patterns: tuple[str, ...]) -> Patterns:
    return Patterns(patterns)


class SettingsFinder:
    """The settings of each file: those of the nearest directory upward that has some, or of `config`
    alone, or with `isolated` none, and the command line's over them. `rules` is the name of each rule's
    code. SettingsError, from every method, for a settings file that can't be understood."""

    def __init__(
        self,
        rules: Mapping[str, str],
        *,
        config: str | None = None,
        isolated: bool = False,
        selection: Selection | None = None,
        strict: bool = False,
        target: Target | None = None,
        baseline: str | None = None,
    ) -> None:
        self._rules = rules
        self._command_line = functools.partial(
            Settings.merged_with_command_line, selection=selection, strict=strict, target=target, baseline=baseline
        )
        self._found: dict[str, Settings] = {}
        self._fixed: Settings | None = None
        if config is not None:
            # As with ruff: what a file far from the code says of paths is meant from where the user stands.
            self._fixed = self._command_line(_read(config, rules, base=os.getcwd()) or Settings(os.getcwd()))
        elif isolated:
            self._fixed = self._command_line(Settings(os.getcwd()))

    def __call__(self, path: str) -> Settings:
        """The settings of the file `path`, which is absolute."""
        return self.in_directory(os.path.dirname(path))

    def in_directory(self, directory: str) -> Settings:
        """The settings of the files that lie in `directory`, which is absolute."""
        if self._fixed is not None:
            return self._fixed
        known = self._found.get(directory)
        if known is None:
            known = self._found[directory] = self._find(directory)
        return known

    def _find(self, directory: str) -> Settings:
        for name in SETTINGS_FILES:
            file = os.path.join(directory, name)
            if os.path.isfile(file) and (settings := _read(file, self._rules, base=directory)):
                return self._command_line(settings)
        above = os.path.dirname(directory)
        return self._command_line(Settings(directory)) if above == directory else self.in_directory(above)


def parse_selectors(values: Iterable[str], rules: Mapping[str, str]) -> tuple[str, ...]:
    """Rule selectors from texts that may hold several, with commas between; ValueError for one that no
    rule's code starts with."""
    selectors = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for selector in selectors:
        if selector != _ALL and not any(code.startswith(selector) for code in rules):
            groups = {code[:-2]: code[:-2] for code in rules}  # `SEED1` is what `SEDE1` is meant for
            raise ValueError(f"unknown rule code `{selector}`{nearest_rule(selector, {**rules, **groups})}")
    return selectors


def nearest_rule(wrong: str, rules: Mapping[str, str]) -> str:
    """`; did you mean …`, or nothing. People also write a rule's name, or its code in small letters."""
    import difflib

    codes = {code: code for code in rules} | {name: code for code, name in rules.items()}
    for spelled in (wrong.upper(), wrong.lower()):
        if close := difflib.get_close_matches(spelled, codes, n=1):
            return f"; did you mean `{codes[close[0]]}`?"
    return ""


def settings_table(file: str) -> Mapping[str, object] | None:
    """The settings in a file as they are written; None for a pyproject.toml without any. SettingsError if it can't be
    read."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with open(file, "rb") as opened:
            table: object = tomllib.loads(opened.read().decode())
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: not valid UTF-8, as TOML must be: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from error
    for key in table_of_settings(file):
        table = table.get(key) if isinstance(table, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise SettingsError(f"{_where(file)}: must be a table")


def table_of_settings(file: str) -> tuple[str, ...]:
    """The keys of the table in which a file of this name holds settings."""
    return ("tool", "seedlint") if os.path.basename(file) == "pyproject.toml" else ()


def _where(file: str) -> str:
    """The place of settings in messages."""
    table = ".".join(table_of_settings(file))
    return f"{file}: [{table}]" if table else file


def _read(file: str, rules: Mapping[str, str], *, base: str) -> Settings | None:
    """The settings that a file holds; None for a pyproject.toml without any."""
    table = settings_table(file)
    if table is None:
        return None
    settings = _from_table(table, rules, base, _where(file))
    # It lies with the settings, wherever these are taken for.
    baseline = settings.baseline and os.path.join(os.path.dirname(os.path.abspath(file)), settings.baseline)
    return settings._replace(baseline=baseline, file=file)


def _from_table(table: Mapping[str, object], rules: Mapping[str, str], base: str, where: str) -> Settings:
    """Settings from a TOML table; SettingsError names `where`, the key, and what is right."""

    def codes(value: object) -> tuple[str, ...]:
        return parse_selectors(_strings(value), rules)

    def codes_by_pattern(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if not isinstance(value, dict):
            raise ValueError("must be a table of patterns, each with a list of rule codes")
        return tuple((_patterns([pattern])[0], codes(ignored)) for pattern, ignored in value.items())

    readers: dict[str, Callable[[object], Any]] = {
        "select": codes,
        "extend-select": codes,
        "ignore": codes,
        "per-file-ignores": codes_by_pattern,
        "exclude": _patterns,
        "extend-exclude": _patterns,
        "target": _target,
        "strict": _boolean,
        "tests": _boolean,
        "seed": _seed,
        "seeders": _names,
        "baseline": _file,
    }
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in readers:
            import difflib

            close = difflib.get_close_matches(key.replace("_", "-"), readers, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"the keys are {', '.join(readers)}"
            raise SettingsError(f"{where}: unknown key `{key}`; {hint}")
        try:
            given[key] = readers[key](value)
        except ValueError as error:
            raise SettingsError(f"{where}: `{key}`: {error}") from error
    return Settings(
        base=base,
        selections=(Selection(given.get("select"), given.get("extend-select", ()), given.get("ignore", ())),),
        per_file_ignores=given.get("per-file-ignores", ()),
        exclude=(*given.get("exclude", DEFAULT_EXCLUDE), *given.get("extend-exclude", ())),
        target=given.get("target"),
        strict=given.get("strict", False),
        tests=given.get("tests", False),
        seed=given.get("seed", DEFAULT_SEED),
        seeders=given.get("seeders", frozenset()),
        baseline=given.get("baseline"),
    )


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return value


def _patterns(value: object) -> tuple[str, ...]:
    patterns = tuple(_strings(value))
    for pattern in patterns:
        if wrong := mistake(pattern):
            raise ValueError(f"{pattern!r} is no pattern as in .gitignore: {wrong}")
    return patterns


def _target(value: object) -> Target:
    for target in TARGETS:
        if value == target:
            return target
    raise ValueError(f"must be one of {', '.join(TARGETS)}, not {value!r}")


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def _seed(value: object) -> int:
    # The range that NumPy and Keras take: a fix must not write a seed that the program then rejects.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
        raise ValueError(f"must be a whole number from 0 to 2**32 - 1, not {value!r}")
    return value


def _file(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be the name of a file, not {value!r}")
    return os.path.normpath(value)


def _names(value: object) -> frozenset[str]:
    names = frozenset(_strings(value))
    for name in sorted(names):
        if not all(part.isidentifier() for part in name.split(".")):
            raise ValueError(f"{name!r} is no name of a function")
    return names
