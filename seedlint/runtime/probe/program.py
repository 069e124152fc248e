"""The program as `python` would run it: its own arguments, path, `__main__`, traceback and exit status."""

from __future__ import annotations

import builtins
import json
import os
import platform
import runpy
import shutil
import signal
import sys
from importlib.machinery import SourceFileLoader
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Final, NoReturn

import seedlint
from seedlint.runtime.probe import imports, python_stream, streams, temporary_files, texts
from seedlint.runtime.probe.recorder import Recorder
from seedlint.runtime.probe.state import PROBE

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMAT: Final = 1


def main(run: str) -> NoReturn:
    """Run the program that the file `run` describes, and exit as it does."""
    with open(run, encoding="utf-8") as file:
        document = json.load(file)
    imports.install()
    texts.install(document["texts"])
    streams.install(document["apis"])
    temporary_files.install()
    begin(document)
    run_program(document["command"])


def begin(document: dict[str, Any]) -> None:
    """Start recording and freezing."""
    descriptor = os.open(document["recording"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.set_inheritable(descriptor, False)
    recorder = Recorder(descriptor, document["stop"])
    recorder.write(
        "start", format=_FORMAT, seedlint=seedlint.__version__, python=platform.python_version(),
        frozen=document["frozen"],
    )  # fmt: skip
    PROBE.start(recorder, document)
    os.register_at_fork(before=recorder.before_fork, after_in_child=recorder.in_child)
    os.register_at_fork(after_in_child=python_stream.in_child)
    leave = os._exit

    def leaving(status: int) -> NoReturn:
        recorder.finish("os._exit")
        leave(status)

    os._exit = leaving
    streams.freeze()


def run_program(command: list[str]) -> NoReturn:
    """Run `[kind, target, *arguments]` as `__main__`."""
    kind, target, *arguments = command
    ways: dict[str, Callable[[str, list[str]], None]] = {
        "script": _run_script, "notebook": _run_notebook, "module": _run_module, "pytest": _run_pytest,
    }  # fmt: skip
    try:
        ways[kind](target, arguments)
    except SystemExit as end:
        if end.code not in (None, 0):
            PROBE.recorder.problem(f"SystemExit: {end.code}", _last(end.__traceback__))
        raise
    except BaseException as error:  # noqa: BLE001 - whatever ends the program is shown as Python shows it
        PROBE.recorder.problem(error, _last(error.__traceback__))
        _show(error)
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        raise SystemExit(1) from None
    sys.exit(0)


def _run_script(target: str, arguments: list[str]) -> None:
    namespace = _begin_file(target, arguments)
    exec(texts.script(namespace["__file__"]), namespace)


def _run_notebook(target: str, arguments: list[str]) -> None:
    namespace = _begin_file(target, arguments)
    namespace["display"] = texts.show
    os.environ.setdefault("MPLBACKEND", "agg")  # figures are shown in the notebook, and no window waits
    exec(texts.notebook(namespace["__file__"]), namespace)


def _begin_file(target: str, arguments: list[str]) -> dict[str, Any]:
    """Make the file the main program; the names that it starts with."""
    sys.argv[:] = [target, *arguments]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.path.dirname(os.path.realpath(target)))
    path = os.path.abspath(target)
    main_module = _new_main()
    main_module.__dict__.update(__file__=path, __cached__=None, __loader__=SourceFileLoader("__main__", path))
    PROBE.recorder.sources()
    return main_module.__dict__


def _run_module(target: str, arguments: list[str]) -> None:
    sys.argv[:] = ["-m", *arguments]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())
    _new_main()
    run_as_main: Callable[[str], object] = runpy._run_module_as_main  # type: ignore[attr-defined]
    run_as_main(target)


def _run_pytest(target: str, arguments: list[str]) -> None:
    script = shutil.which("pytest") or os.path.join(os.path.dirname(sys.executable), "pytest")
    # pytest reads tests itself to rewrite their assertions; what stands in for a test is imported as it is.
    plain = ["--assert=plain"] if texts.is_used() else []
    sys.argv[:] = [script, *plain, *arguments]
    sys.path.insert(0, os.path.dirname(script))
    main_module = _new_main()
    exec("import pytest\nraise SystemExit(pytest.console_main())", main_module.__dict__)


def _new_main() -> ModuleType:
    module = ModuleType("__main__")
    module.__dict__.update(__builtins__=builtins, __spec__=None, __package__=None)
    if "__annotations__" in sys.modules["__main__"].__dict__:  # as this Python begins its programs
        module.__annotations__ = {}
    sys.modules["__main__"] = module
    return module


def _last(traceback: TracebackType | None) -> Any:
    """The innermost frame of a traceback."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame if traceback is not None else None


def _show(error: BaseException) -> None:
    """Print the traceback without the probe's own frames at its top."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename in (__file__, runpy.__file__):
        traceback = traceback.tb_next
    error.__traceback__ = traceback
    sys.excepthook(type(error), error, traceback)
