"""The shape of the code: who may import whom, how fast the command line answers, and guards on habits."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import s3browse

# Each room, and what it may import beside itself and the standard library. "text" is one module, "session.*" a
# package with all that is in it, less what begins with "_": that is its own. The first room that holds a module
# counts.
ROOMS = {
    "__main__": "cli",
    "cli": "*",
    "text": "",
    "errors": "",
    "config": "text errors",
    "logs": "session.*",
    "formats": "text session.*",
    "headless": "text errors formats session.*",
    "session.*": "text errors",
    "s3.*": "text errors session.*",
    "ui.background": "session.*",
    "ui.messages": "text errors session.* s3.*",
    "ui.commands": "text errors ui.messages",
    "ui.crash": "text session.*",
    "ui.themes": "",
    "ui.terminal": "text session.*",
    "ui.widgets.*": "text errors session.* s3.* ui.messages",
    "ui.screens.*": ("text errors config session.* s3.* ui.widgets.* ui.background ui.messages ui.commands ui.crash"),
    "ui.app": "text errors session.* s3.* ui.*",
    "demo.*": "",
}

# The packages of others that a room may import.
PACKAGES = {
    "cli": "*",
    "text": "humanize",
    "config": "msgspec platformdirs",
    "headless": "botocore",
    "session.*": "boto3 botocore",
    "s3.*": "boto3 botocore s3transfer",
    "ui.*": "textual rich",
    "demo.*": "moto werkzeug",
}

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50

PACKAGE = Path(s3browse.__file__).parent


def _name_of(path: Path) -> str:
    """Return the dotted name of a module below s3browse; the package itself is the empty name."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {_name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
UI_FILES = {name: path for name, path in FILES.items() if name.split(".")[0] == "ui"}

every_file = pytest.mark.parametrize("name", [pytest.param(name, id=f"s3browse.{name}") for name in FILES])
every_ui_file = pytest.mark.parametrize("name", [pytest.param(name, id=f"s3browse.{name}") for name in UI_FILES])


def _tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


# Who may import whom


def _holds(pattern: str, name: str) -> bool:
    if pattern == "*":
        return True
    room = pattern.removesuffix(".*")
    return name == room or (pattern != room and name.startswith(f"{room}."))


def _may(name: str, table: dict[str, str], target: str) -> bool:
    allowed = next((allowed for room, allowed in table.items() if _holds(room, name)), "")
    return any(_holds(pattern, target) for pattern in allowed.split())


def _same_room(name: str, target: str) -> bool:
    return any(_holds(room, name) and _holds(room, target) for room in ROOMS)


def _imports(name: str) -> Iterator[str]:
    """Yield the absolute names of all that a module imports, also inside its functions."""
    package = ["s3browse", *name.split(".")]
    if FILES[name].name != "__init__.py":
        package.pop()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (_module_or_name(source, alias.name) for alias in node.names)


def _module_or_name(source: str, name: str) -> str:
    """Tell ``from s3browse import text``, which imports a module, from an import of a name in one."""
    full = f"{source}.{name}"
    return full if _is_private(name) or full.removeprefix("s3browse.") in FILES else source


def _is_private(part: str) -> bool:
    return part.startswith("_") and not part.startswith("__")


def _is_allowed(name: str, target: str) -> bool:
    top, _, inside = target.partition(".")
    if top == "s3browse":
        private = any(map(_is_private, inside.split(".")))
        return not inside or _same_room(name, inside) or (_may(name, ROOMS, inside) and not private)
    return top in sys.stdlib_module_names or _may(name, PACKAGES, top)


@every_file
def test_imports_only_what_its_room_may(name: str) -> None:
    named = any(_holds(room, name) for room in ROOMS)
    assert named or FILES[name].name == "__init__.py", f"s3browse.{name} is in none of the rooms"
    wrong = sorted({target for target in _imports(name) if not _is_allowed(name, target)})
    assert not wrong, "\n" + "\n".join(f"s3browse.{name} imports {target}" for target in wrong)


# The command line answers at once

_SLOW = {"textual", "rich", "boto3", "botocore"}
_IMPORT_CLI = "import s3browse.cli"
_ASK_FOR_HELP = """
import runpy
sys.argv = ["s3browse", "--help"]
try:
    runpy.run_module("s3browse", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


@pytest.mark.skipif("cli" not in FILES, reason="there is no command line yet")
@pytest.mark.parametrize("program", [_IMPORT_CLI, _ASK_FOR_HELP], ids=["import", "help"])
def test_command_line_loads_nothing_slow(program: str) -> None:
    report = "import json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\n{report}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = {module.split(".")[0] for module in json.loads(done.stderr.splitlines()[-1])}
    assert not loaded & _SLOW


# Guards on habits


def _complaints(name: str, judge: Callable[[ast.AST], str | None]) -> list[str]:
    found = ((node, judge(node)) for node in ast.walk(_tree(name)))
    return [f"{FILES[name]}:{getattr(node, 'lineno', 0)}: {text}" for node, text in found if text]


def _called(node: ast.AST) -> str:
    """Return the last name of what a call calls: ``notify`` for ``self.app.notify(…)``."""
    function = node.func if isinstance(node, ast.Call) else None
    return str(getattr(function, "attr", None) or getattr(function, "id", ""))


def _keywords(call: ast.Call) -> dict[str | None, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords}


def _judge_worker(node: ast.AST) -> str | None:
    for decorator in getattr(node, "decorator_list", ()):
        if getattr(decorator, "id", "") == "work" or _called(decorator) == "work":
            named = set(_keywords(decorator)) if isinstance(decorator, ast.Call) else set()
            missing = {"exit_on_error", "group", "description"} - named
            if missing:
                return f"@work without {', '.join(sorted(missing))}"
    return None


def _judge_binding(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and _called(node) == "Binding":
        keywords = _keywords(node)
        described = node.args[2] if len(node.args) > 2 else keywords.get("description")
        empty = described is None or (isinstance(described, ast.Constant) and not described.value)
        if not empty and "id" not in keywords:
            return "a Binding with a description needs an id"
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = {getattr(target, "id", "") for target in targets}
        if "BINDINGS" in named and any(isinstance(each, ast.Tuple) for each in node.value.elts):
            return "a tuple in BINDINGS cannot have an id"
    return None


def _judge_markup(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call) or _called(node) not in ("notify", "Label", "Static"):
        return None
    keywords = _keywords(node)
    markup = keywords.get("markup")
    if isinstance(markup, ast.Constant) and markup.value is False:
        return None
    content = node.args[0] if node.args else keywords.get("content", keywords.get("message"))
    if content is None or _cannot_hold_markup(content):
        return None
    return f"{_called(node)}({ast.unparse(content)}) may show a stranger's markup"


def _cannot_hold_markup(content: ast.expr) -> bool:
    if isinstance(content, ast.IfExp):
        return _cannot_hold_markup(content.body) and _cannot_hold_markup(content.orelse)
    if isinstance(content, ast.Call):  # Content(…), Content.assemble(…), a function of ours that returns one
        return _called(content) not in ("str", "format", "join", "safe", "from_markup")
    return isinstance(content, ast.Constant)


@every_ui_file
@pytest.mark.parametrize("judge", [_judge_worker, _judge_binding, _judge_markup])
def test_ui_keeps_its_habits(name: str, judge: Callable[[ast.AST], str | None]) -> None:
    complaints = _complaints(name, judge)
    assert not complaints, "\n" + "\n".join(complaints)


def _judge_function(node: ast.AST) -> str | None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > MOST_LINES_OF_A_FUNCTION:
            return f"{node.name} has {lines} lines"
    return None


@every_file
def test_is_short(name: str) -> None:
    complaints = _complaints(name, _judge_function)
    lines = len(FILES[name].read_text(encoding="utf-8").splitlines())
    if lines > MOST_LINES_OF_A_FILE:
        complaints.append(f"{FILES[name]} has {lines} lines")
    assert not complaints, "\n" + "\n".join(complaints)


# The guards themselves


@pytest.mark.parametrize(
    ("judge", "good", "bad"),
    [
        (
            _judge_worker,
            "@work(exit_on_error=False, group='g', description='d')\nasync def f(): ...",
            "@work\ndef f(): ...",
        ),
        (_judge_worker, "@other\ndef f(): ...", "@work(exclusive=True)\nasync def f(): ..."),
        (_judge_binding, "Binding('q', 'quit', 'Quit', id='quit')", "Binding('q', 'quit', 'Quit')"),
        (_judge_binding, "Binding('q', 'quit')", "Binding('q', 'quit', description='Quit')"),
        (_judge_binding, "BINDINGS = [Binding('q', 'quit')]", "BINDINGS = [('q', 'quit', 'Quit')]"),
        (_judge_markup, "self.notify('done')", "self.notify(f'{key} is done')"),
        (_judge_markup, "self.notify(message, markup=False)", "self.notify(message)"),
        (_judge_markup, "Label(Content(key))", "Label(self.key)"),
        (_judge_markup, "Static('a' if b else Text(c))", "Static('a' if b else c)"),
        (_judge_markup, "Static()", "Static('a' + key, id='x')"),
    ],
)
def test_guards_know_good_from_bad(judge: Callable[[ast.AST], str | None], good: str, bad: str) -> None:
    assert not any(judge(node) for node in ast.walk(ast.parse(good)))
    assert any(judge(node) for node in ast.walk(ast.parse(bad)))


@pytest.mark.parametrize(
    ("name", "target", "allowed"),
    [
        ("cli", "s3browse.ui.app", True),
        ("s3.client", "s3browse.s3.listing", True),
        ("s3.client", "s3browse.session.broker", True),
        ("s3.client", "s3browse.session.broker._lock", False),
        ("s3.client", "s3browse.s3.listing._key", True),
        ("s3.client", "textual", False),
        ("ui.screens.browser", "boto3", False),
        ("ui.screens.browser", "s3browse.ui.app", False),
        ("ui.widgets.table", "s3browse.ui.screens.browser", False),
        ("ui.background", "s3browse.session.broker", True),
        ("text", "json", True),
        ("errors", "s3browse.text", False),
    ],
)
def test_the_table_is_read_right(name: str, target: str, allowed: bool) -> None:
    assert _is_allowed(name, target) is allowed
