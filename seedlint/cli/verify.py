"""`seedlint verify`: run a program again and again, and name what keeps it from repeating."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from seedlint.reporting.terminal import Paint, wants_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from seedlint.runtime.result import VerifyResult
    from seedlint.runtime.spec import Command
    from seedlint.runtime.verify import Run

_WAIT_FOR_INPUT: Final = 0.2
_STATUS: Final = {"repeats": 0, "differs": 1, "error": 2}


class _Command(click.Command):
    """What follows `-m MODULE` is the module's own, as it is with `python -m`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("-m") if "-m" in args else len(args)
        if at + 1 < len(args) and not self.make_parser(ctx).parse_args(args[:at])[1]:
            args = [*args[: at + 2], "--", *args[at + 2 :]]
        return super().parse_args(ctx, args)


@click.command("verify", cls=_Command, context_settings={"allow_interspersed_args": False})
@click.argument("program", nargs=-1, type=click.Path(), metavar="SCRIPT [ARGS]...")
@click.option("-m", "module", metavar="MODULE", help="Run a module, as `python -m` does.")
@click.option("--runs", type=click.IntRange(min=2), default=3, show_default=True, help="How often to run it.")
@click.option(
    "--repeats", type=click.IntRange(min=2), metavar="N", help="Take N runs for mean and spread of each metric."
)
@click.option("--vary-seed", is_flag=True, help="Give each of the repeats other seeds.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="How many runs at once on this machine; 2 if not given."
)
@click.option("--executor", metavar="URL", help="Run on the workers of a Dask cluster, such as tcp://host:8786.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End a run that takes longer."
)
@click.option("--no-attribution", is_flag=True, help="Say whether it repeats, and do not look for the cause.")
@click.option("--try-fix", is_flag=True, help="Run it with what `check --fix` would write; no file is changed.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE",
    help="Write the report with its pictures there, too.",
)  # fmt: skip
def command(
    program: tuple[str, ...],
    module: str | None,
    runs: int,
    repeats: int | None,
    vary_seed: bool,
    jobs: int | None,
    executor: str | None,
    timeout: float | None,
    no_attribution: bool,
    try_fix: bool,
    output_format: str,
    page: Path | None,
) -> int:
    """Run a program again and again, compare the runs, and name what makes them differ.

    SCRIPT is a Python file, a notebook, or `pytest`; what follows it is its own. Put seedlint's options before it.

    Exit status: 0 if it repeats, 1 if it does not, 2 if that could not be found out.
    """
    from seedlint.runtime import text
    from seedlint.runtime.verify import Options, VerifyError, verify

    if vary_seed and repeats is None:
        raise click.UsageError("--vary-seed is about repeats: add --repeats 30, or as many as you can wait for")
    if jobs is not None and executor is not None:
        raise click.UsageError(
            "--jobs is about this machine; how many runs --executor has at once is the cluster's to say"
        )
    render_page = _page_renderer(page) if page is not None else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: end all runs, and tell what was found
    with _standard_input() as stdin:
        options = Options(
            _command(program, module), runs, repeats, vary_seed, timeout, not no_attribution, try_fix, stdin,
            jobs or 2, executor,
        )  # fmt: skip
        try:
            result = verify(options, lambda message: click.echo(message, err=True), _bar)
        except VerifyError as error:
            raise click.ClickException(str(error)) from error
    if output_format == "json":
        click.echo(json.dumps(result.to_json(), indent=2))
    else:
        paint = Paint(wants_colour(os.environ, is_terminal=sys.stdout.isatty()))
        click.echo(text.render(result, paint), nl=False, color=paint.on)
    if page is not None and render_page is not None:
        try:
            page.write_text(render_page(result), "utf-8")
        except OSError as error:
            raise click.ClickException(f"{page}: {error.strerror}") from error
    return _STATUS[result.verdict]


def _bar(runs: Iterable[Run], count: int, label: str) -> AbstractContextManager[Iterable[Run]]:
    """A progress bar on standard error."""
    return click.progressbar(runs, label=label, length=count, show_pos=True, file=sys.stderr)


def _page_renderer(page: Path) -> Callable[[VerifyResult], str]:
    """What makes the page of a result. Told before the runs, not after them: that it can't be made, or has no place."""
    try:
        from seedlint.runtime.html.page import render
    except ImportError as error:
        message = f'--html needs Jinja2 and matplotlib ({error}): pip install "seedlint[runtime]"'
        raise click.ClickException(message) from error
    if not page.absolute().parent.is_dir():
        raise click.ClickException(f"{page}: there is no folder {page.parent}")
    return render


@contextlib.contextmanager
def _standard_input() -> Iterator[Path | None]:
    """A file with what came on standard input, for each run to read from its beginning; None if nothing came."""
    try:
        descriptor = sys.stdin.fileno()
        is_given = not os.isatty(descriptor) and bool(select.select([descriptor], [], [], _WAIT_FOR_INPUT)[0])
    except (OSError, ValueError, AttributeError):
        is_given = False
    if not is_given:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="seedlint-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "stdin")
        with copy.open("wb") as file:
            while data := os.read(descriptor, 1 << 20):
                file.write(data)
        yield copy if copy.stat().st_size else None


def _command(program: tuple[str, ...], module: str | None) -> Command:
    from seedlint.runtime.spec import Command
    from seedlint.sources.text import is_notebook

    if module is not None:
        return Command("module", module, program)
    if not program:
        raise click.UsageError("name the program that is to be run: seedlint verify train.py")
    target, *arguments = program
    if arguments[:1] == ["--"]:
        del arguments[0]
    if target == "pytest" and not os.path.exists(target):
        return Command("pytest", "", tuple(arguments))
    if not os.path.isfile(target):
        what = "is a folder; name the file that is to be run" if os.path.isdir(target) else "there is no such file"
        raise click.UsageError(f"{target}: {what}")
    return Command("notebook" if is_notebook(target) else "script", target, tuple(arguments))
