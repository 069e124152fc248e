"""The language server, by a real client of the protocol."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from commands import seedlint
from editing import Editor
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRAIN = "import random\n\nprint(random.random())\n"
FOUND = [("SEED101", 2, 6), ("SEED304", 2, 6)]
FIXED = "import random\n\nrandom.seed(42)\n\nprint(random.random())\n"


@pytest.fixture(scope="module")
def registered() -> list[types.Registration]:
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(
    registered: list[types.Registration], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LanguageClient]:
    client = make_test_lsp_client()

    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    client.feature(types.CLIENT_REGISTER_CAPABILITY)(register)

    await client.start_io(sys.executable, "-m", "seedlint", "server", cwd=tmp_path_factory.mktemp("empty"))
    capabilities = client_capabilities("visual-studio-code")
    synchronization = types.NotebookDocumentSyncClientCapabilities()
    capabilities.notebook_document = types.NotebookDocumentClientCapabilities(synchronization)
    await client.initialize_session(types.InitializeParams(capabilities))
    yield client
    server = client._server
    assert server is not None
    await client.shutdown_session()
    await client.stop()
    assert server.returncode == 0


@pytest_asyncio.fixture(loop_scope="module")
async def editor(client: LanguageClient, tmp_path: Path) -> AsyncIterator[Editor]:
    editor = Editor(client, tmp_path)
    editor.write("pyproject.toml")
    yield editor
    editor.close_all()
    told = [*client.messages, *client.log_messages]
    client.messages.clear()
    client.log_messages.clear()
    assert told == []


async def test_what_check_finds_is_shown_while_typing(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    editor.type(uri, 1, 0, "random.seed(1)\n")
    await editor.until_codes(uri)
    editor.type(uri, 1, 12, "", until=(1, 13))
    await editor.until_codes(uri, ("SEED105", 1, 0), ("SEED304", 3, 6))
    editor.replace(uri, TRAIN)
    await editor.until_codes(uri, *FOUND)
    editor.close(uri)
    await editor.until_codes(uri)


async def test_columns_are_counted_in_utf_16(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN.replace("print(", 'print("漢字 😀😀", '))
    await editor.until_codes(uri, ("SEED101", 2, 17), ("SEED304", 2, 17))
    assert editor.shown(uri)[0].range.end.character == 32
    editor.type(uri, 2, 12, "😀", until=(2, 14))
    editor.type(uri, 2, 9, "", until=(2, 10))
    await editor.until_codes(uri, ("SEED101", 2, 16), ("SEED304", 2, 16))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_rows_end_where_the_protocol_ends_them(editor: Editor, end: str) -> None:
    uri = editor.open("train.py", f"import random{end}\f{end}x = '\u2028\x85'{end}")
    editor.type(uri, 3, 0, f"print(random.random()){end}")
    await editor.until_codes(uri, ("SEED101", 3, 6), ("SEED304", 3, 6))


async def test_many_changes_at_once_are_one_check(editor: Editor) -> None:
    uri = editor.open("train.py", "")
    await editor.until_codes(uri)
    for row, line in enumerate(TRAIN.splitlines(keepends=True)):
        for column, character in enumerate(line):
            editor.type(uri, row, column, character)
    assert await editor.until_codes(uri, *FOUND) < len(TRAIN) / 2


async def test_a_removed_api_is_marked_as_deprecated_and_a_useless_comment_as_unnecessary(editor: Editor) -> None:
    uri = editor.open("train.py", "import tensorflow as tf\n\ntf.set_random_seed(1)\nx = 1  # noqa: SEED101\n")
    await editor.until_codes(uri, ("SEED201", 2, 0), ("SEED002", 3, 7))
    removed, useless = editor.shown(uri)
    assert list(removed.tags or ()) == [types.DiagnosticTag.Deprecated]
    assert removed.severity == types.DiagnosticSeverity.Error
    assert list(useless.tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert useless.source == "seedlint"


async def test_related_places_are_links(editor: Editor) -> None:
    helper = editor.write("draws.py", "import random\n\n\ndef draw():\n    return random.random()\n")
    uri = editor.open("train.py", "import random\n\nfrom draws import draw\n\ndraw()\nrandom.seed(1)\n")
    await editor.until_codes(uri, ("SEED102", 5, 0))
    (late,) = editor.shown(uri)
    assert late.related_information is not None
    assert [(place.location.uri, place.location.range.start) for place in late.related_information] == [
        (uri, types.Position(4, 0)),
        (helper, types.Position(4, 11)),
    ]


async def test_the_quick_fix_does_what_fix_does(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    fix, *_ = await editor.actions(uri, 2, 8)
    assert (fix.kind, fix.is_preferred) == ("quickfix", True)
    assert [diagnostic.code for diagnostic in fix.diagnostics or ()] == ["SEED101"]
    editor.do(fix)
    await editor.until_codes(uri)
    file = editor.folder / "other.py"
    file.write_text(TRAIN, "utf-8")
    seedlint("--fix", str(file))
    assert editor.texts[uri].source == file.read_text("utf-8") == FIXED


async def test_what_is_typed_into_a_comment_only_moves_what_is_found(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    editor.type(uri, 0, 0, "# 😀\n\n")
    await editor.until_codes(uri, ("SEED101", 4, 6), ("SEED304", 4, 6))
    fix, *_ = await editor.actions(uri, 4, 6)
    editor.do(fix)
    assert editor.texts[uri].source == f"# 😀\n\n{FIXED}"
    editor.replace(uri, TRAIN.replace("import random", "import math as random"))
    await editor.until_codes(uri)


async def test_unsafe_fixes_say_so_and_are_left_out_when_all_is_fixed(editor: Editor) -> None:
    code = "import tensorflow as tf\n\ntf.keras.utils.set_random_seed(1)\ny = tf.layers.dropout(tf.ones([2, 3]), 0.2)\n"
    uri = editor.open("train.py", code)
    await editor.until_codes(uri, ("SEED206", 3, 4))
    fix, quiet = await editor.actions(uri, 3, 4)
    assert (fix.title[:8], fix.title[-9:], fix.is_preferred) == ("SEED206:", " (unsafe)", False)
    assert quiet.title == "Suppress SEED206 on this line"
    assert await editor.actions(uri, 3, 4, "source.fixAll") == []


async def test_all_safe_fixes_at_once(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN + "y = 1  # noqa: SEED302\n")
    await editor.until(lambda: len(editor.shown(uri)), 3)
    (action,) = await editor.actions(uri, 0, 0, "source.fixAll")
    assert action.kind == "source.fixAll.seedlint"
    editor.do(action)
    assert editor.texts[uri].source == FIXED + "y = 1\n"
    await editor.until_codes(uri)
    assert await editor.actions(uri, 0, 0, "source.fixAll") == []


async def test_fixing_all_is_not_worked_out_unless_somebody_asks(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN)
    automatic = await editor.actions(uri, 0, 0, trigger=types.CodeActionTriggerKind.Automatic)
    invoked = await editor.actions(uri, 0, 0, trigger=types.CodeActionTriggerKind.Invoked)
    assert ([action.kind for action in automatic], [action.kind for action in invoked]) == (
        [],
        ["source.fixAll.seedlint"],
    )
    assert await editor.actions(uri, 2, 8, "refactor") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("print(random.random())\n", "print(random.random())  # noqa: SEED304\n"),
        ("print(random.random())  # why\n", "print(random.random())  # why  # noqa: SEED304\n"),
        ("print(random.random())  # noqa: E501 - long\n", "print(random.random())  # noqa: E501, SEED304 - long\n"),
        ('print(random.random(), """\n""")', 'print(random.random(), """\n""")  # noqa: SEED304'),
        ("print(random.random() + \\\n 1)\n", "print(random.random() + \\\n 1)  # noqa: SEED304\n"),
        ("print(\n random.random(),\n 1)\n", "print(\n random.random(),  # noqa: SEED304\n 1)\n"),
    ],
)
async def test_a_finding_is_suppressed_on_its_line(editor: Editor, before: str, after: str) -> None:
    uri = editor.open("train.py", f"import random\n{before}")
    await editor.until(lambda: bool(editor.shown(uri)), True)
    place = editor.shown(uri)[-1].range.start
    (action,) = [
        action
        for action in await editor.actions(uri, place.line, place.character)
        if action.title == "Suppress SEED304 on this line"
    ]
    editor.do(action)
    assert editor.texts[uri].source == f"import random\n{after}"
    await editor.until(lambda: [code for code, *_ in editor.codes(uri)], ["SEED101"])


async def test_hovering_shows_the_documentation(editor: Editor) -> None:
    uri = editor.open("train.py", "import random\n\nprint(random.random())  # noqa: SEED304\n")
    await editor.until(lambda: [code for code, *_ in editor.codes(uri)], ["SEED101"])
    assert (await editor.hover(uri, 2, 10)).startswith("# SEED101: missing-seed\n")
    assert (await editor.hover(uri, 2, 30)).startswith("# SEED304: unseeded-random-op\n")
    assert await editor.hover(uri, 0, 3) == ""


async def test_unsaved_buffers_see_each_other(editor: Editor) -> None:
    editor.write("utils.py", "def prepare():\n    pass\n")
    train = editor.open("train.py", "import random\n\nimport utils\n\nutils.prepare()\nprint(random.random())\n")
    await editor.until_codes(train, ("SEED101", 5, 6), ("SEED304", 5, 6))
    utils = editor.open("utils.py", "import random\n\n\ndef prepare():\n    pass\n")
    editor.type(utils, 4, 4, "random.seed(1)", until=(4, 8))
    await editor.until_codes(train)
    editor.close(utils)  # without saving
    await editor.until_codes(train, ("SEED101", 5, 6), ("SEED304", 5, 6))


async def test_what_an_open_file_imports_may_change(editor: Editor) -> None:
    editor.write("seeded.py", "import random\n\nrandom.seed(1)\n")
    editor.write("idle.py")
    utils = editor.open("utils.py", "import idle\n")
    train = editor.open("train.py", "import utils\n" + TRAIN)
    await editor.until_codes(train, ("SEED101", 3, 6), ("SEED304", 3, 6))
    editor.replace(utils, "import seeded\n")
    await editor.until_codes(train)
    editor.write("seeded.py")
    saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier((editor.folder / "seeded.py").as_uri()))
    editor.client.text_document_did_save(saved)
    await editor.until_codes(train, ("SEED101", 3, 6), ("SEED304", 3, 6))


async def test_a_program_that_no_longer_imports_a_module_reaches_it_no_more(editor: Editor) -> None:
    editor.write("lab/__init__.py")
    tools = editor.open("lab/tools.py", "import random\n\n\ndef sample():\n    return random.random()\n")
    train = editor.open("train.py", "from lab.tools import sample\n\nsample()\n")
    await editor.until_codes(tools, ("SEED304", 4, 11))
    editor.replace(train, "")
    await editor.until_codes(tools)
    editor.replace(train, "from lab.tools import sample\n\nsample()\n")
    await editor.until_codes(tools, ("SEED304", 4, 11))


async def test_the_cells_of_a_notebook_are_one_program(editor: Editor) -> None:
    first, second, third = editor.open_notebook(
        "train.ipynb", "%matplotlib inline\nimport random", "x = '😀'", "print(random.random())"
    )
    await editor.until_codes(third, ("SEED101", 0, 6), ("SEED304", 0, 6))
    editor.type(second, 0, 8, "; random.seed(2)")
    await editor.until_codes(third)
    editor.delete_cell(1)
    await editor.until_codes(third, ("SEED101", 0, 6), ("SEED304", 0, 6))
    fix, *_ = await editor.actions(third, 0, 6)
    editor.do(fix)
    assert editor.texts[first].source == "%matplotlib inline\nimport random\n\nrandom.seed(42)"
    await editor.until_codes(third)
    editor.delete_cell(0)
    await editor.until_codes(third)


async def test_all_is_fixed_in_each_cell(editor: Editor) -> None:
    cells = editor.open_notebook(
        "train.ipynb", "import random", "print(random.random())", "x = 1  # noqa: SEED302", "# noqa: SEED302\ny = 1"
    )
    (action,) = await editor.actions(cells[0], 0, 0, "source.fixAll.seedlint")
    editor.do(action)
    assert [editor.texts[cell].source for cell in cells] == [
        "import random\n\nrandom.seed(42)",
        "print(random.random())",
        "x = 1",
        "y = 1",
    ]


async def test_a_cell_in_another_language_is_none_of_the_program(editor: Editor) -> None:
    first, second = editor.open_notebook(
        "train.ipynb", "%%bash\nimport random(", "import random\nprint(random.random())"
    )
    await editor.until_codes(second, ("SEED101", 1, 6), ("SEED304", 1, 6))
    assert editor.codes(first) == []


async def test_settings_are_read_again_when_they_change(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    editor.write("pyproject.toml", '[tool.seedlint]\nignore = ["SEED101"]\n')
    editor.type(uri, 1, 0, "# typed\n")
    await editor.until_codes(uri, ("SEED304", 3, 6))
    settings = editor.write("seedlint.toml", 'ignore = ["SEED3"]\n')
    changed = types.FileEvent(settings, types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    await editor.until_codes(uri, ("SEED101", 3, 6))
    editor.write("seedlint.toml", 'ingore = ["SEED3"]\n')
    editor.type(uri, 1, 0, "# typed\n")
    await editor.until(lambda: [d.range.start.line for d in editor.shown(uri)], [4])
    assert editor.codes(uri) == [("SEED101", 4, 6)]
    assert [editor.client.messages.pop().message] == [
        f"seedlint: {editor.folder / 'seedlint.toml'}: unknown key `ingore`; did you mean `ignore`?"
    ]


async def test_what_a_baseline_holds_is_not_shown(editor: Editor) -> None:
    editor.write("train.py", TRAIN)
    editor.write("seedlint.toml", 'baseline = "baseline.json"\n')
    seedlint("--write-baseline", str(editor.folder / "train.py"))
    uri = editor.open("train.py", "# typed\n" + TRAIN)
    editor.type(uri, 4, 0, "random.shuffle([])\n")
    await editor.until_codes(uri, ("SEED403", 4, 0))
    assert [action.title[:8] for action in await editor.actions(uri, 4, 0)] == ["Suppress"]
    (editor.folder / "baseline.json").unlink()
    editor.type(uri, 4, 0, "\n")
    await editor.until_codes(uri, ("SEED101", 3, 6), ("SEED304", 3, 6), ("SEED403", 5, 0))
    assert "there is no such baseline" in editor.client.messages.pop().message


async def test_a_syntax_error_is_shown_where_it_is_and_says_nothing_of_other_files(editor: Editor) -> None:
    other = editor.open("other.py", TRAIN)
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    await editor.until_codes(other, *FOUND)
    editor.type(uri, 2, 21, "", until=(2, 22))
    await editor.until_codes(uri, ("SEED001", 2, 5))
    assert editor.codes(other) == FOUND


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "file:///c%3A/Users/me/my%20code/train%25.py",
        "file:///no/such/folder/%E6%BC%A2%F0%9F%98%80.py",
        "vscode-vfs://github/me/train.py",
    ],
)
async def test_what_is_no_file_here_is_checked_all_the_same(editor: Editor, uri: str) -> None:
    editor.open(uri, TRAIN)
    await editor.until_codes(uri, *FOUND)
    fix, *_ = await editor.actions(uri, 2, 8)
    editor.do(fix)
    assert editor.texts[uri].source == FIXED


async def test_names_of_files_may_have_blanks_and_percent_signs(editor: Editor) -> None:
    editor.write("100% sure/utils.py", "import random\n\nrandom.seed(1)\n")
    uri = editor.open("100% sure/train.py", "import utils\n" + TRAIN)
    assert "100%25%20sure" in uri
    await editor.until_codes(uri)
    editor.type(uri, 0, 0, "# ")
    await editor.until_codes(uri, ("SEED101", 3, 6), ("SEED304", 3, 6))


@pytest.mark.parametrize("text", ["x = '\0'\n", "x = '\ud800'\n", "(" * 5000, "\N{ZERO WIDTH SPACE}"])
async def test_what_is_no_python_harms_nothing(editor: Editor, text: str) -> None:
    editor.open("odd.py", text)
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)


async def test_what_the_settings_exclude_is_left_alone(editor: Editor) -> None:
    folder = types.WorkspaceFolder(editor.folder.as_uri(), "project")
    change = types.WorkspaceFoldersChangeEvent([folder], [])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
    library = editor.open("venv/lib/library.py", TRAIN)
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    assert editor.codes(library) == []


async def test_folders_have_settings_of_their_own(editor: Editor) -> None:
    for name, settings in (("one", 'ignore = ["SEED1"]\n'), ("two", 'ignore = ["SEED3"]\n')):
        editor.write(f"{name}/seedlint.toml", settings)
        folder = types.WorkspaceFolder((editor.folder / name).as_uri(), name)
        change = types.WorkspaceFoldersChangeEvent([folder], [])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
    one, two = editor.open("one/train.py", TRAIN), editor.open("two/train.py", TRAIN)
    await editor.until_codes(one, FOUND[1])
    await editor.until_codes(two, FOUND[0])


async def test_code_is_never_run(editor: Editor) -> None:
    uri = editor.open("train.py", f"open({str(editor.folder / 'ran')!r}, 'w')\n" + TRAIN)
    await editor.until_codes(uri, ("SEED101", 3, 6), ("SEED304", 3, 6))
    assert not (editor.folder / "ran").exists()


async def test_a_request_that_is_cancelled_is_given_up(editor: Editor) -> None:
    uri = editor.open("train.py", TRAIN)
    context = types.CodeActionContext([])
    place = types.Range(types.Position(2, 6), types.Position(2, 6))
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
    request = asyncio.ensure_future(
        editor.client.protocol.send_request_async(types.TEXT_DOCUMENT_CODE_ACTION, params, msg_id="wanted-no-more")
    )
    await asyncio.sleep(0)
    editor.client.cancel_request(types.CancelParams("wanted-no-more"))
    with pytest.raises(JsonRpcException, match="canceled"):
        await request
    await editor.until_codes(uri, *FOUND)
    assert await editor.actions(uri, 2, 6)


async def test_it_watches_settings_and_sources(client: LanguageClient, registered: list[types.Registration]) -> None:
    (watching,) = registered
    assert watching.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    assert watching.register_options is not None
    patterns = {watcher["globPattern"] for watcher in watching.register_options["watchers"]}
    assert {"**/pyproject.toml", "**/seedlint.toml", "**/*.py"} <= patterns


async def test_a_file_that_is_too_large_is_told_and_left_alone(editor: Editor) -> None:
    huge = editor.open("huge.py", TRAIN + "#" * 1_200_000)
    uri = editor.open("train.py", TRAIN)
    await editor.until_codes(uri, *FOUND)
    assert editor.codes(huge) == []
    assert "too large" in editor.client.log_messages.pop().message


async def test_without_pygls_it_says_what_to_install() -> None:
    without = "import sys; sys.modules['pygls'] = None; from seedlint.cli import main; main(['server'])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", without, stderr=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    _, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (
        2,
        "Error: the language server needs pygls: pip install 'seedlint[server]'\n",
    )
