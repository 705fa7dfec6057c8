"""The rules of this tree, walked: what a process must have, and what no file may do."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("models", "tasks", "flows", "deployments")
FOLDERS = (*CODE, "templates", "tests", ".ci")
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".sh",
    ".j2",
    ".css",
    ".csv",
    ".yaml",
    ".yml",
    ".html",
    ".json",
    ".ini",
    ".mako",
    "",
}
MAX_FILE, MAX_FUNCTION = 300, 40

# Flows that belong to no process, and why.
ACROSS_PROCESSES = {"sweep": "it finishes what any process left half done"}


def files(*folders: str) -> list[Path]:
    """Every file of these folders that a person wrote."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def python_files(*folders: str) -> list[Path]:
    """Python files; migrations are generated and are measured by their own tool."""
    return [path for path in files(*folders) if path.suffix == ".py" and "versions" not in path.parts]


def text_files() -> list[Path]:
    """Every text file of the tree, the ones at the top included."""
    top = [path for path in ROOT.iterdir() if path.is_file() and path.name != "LICENSE"]
    return [path for path in [*sorted(top), *files(*FOLDERS)] if path.suffix in TEXT]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions and classes of a module's own level."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def rules_files() -> list[Path]:
    """rules.py of each process, and the files that it is split into."""
    return [path for path in python_files("models") if path.stem == "rules" or path.stem.endswith("_rules")]


# --- what a process has ----------------------------------------------------------------------------------------

Part = Callable[[str], bool]


def file_at(pattern: str) -> Part:
    return lambda process: (ROOT / pattern.replace("<process>", process)).is_file()


def folder_at(pattern: str) -> Part:
    return lambda process: bool(files(pattern.replace("<process>", process)))


def has_test_in(layer: str) -> Part:
    """Some test under tests/<layer> imports the process from that layer."""

    def imported(process: str) -> bool:
        line = re.compile(rf"^\s*(from {layer}(\.\w+)*\.{process}\b|import {layer}(\.\w+)*\.{process}\b"
                          rf"|from {layer}(\.\w+)* import [^\n]*\b{process}\b)", re.MULTILINE)  # fmt: skip
        return any(line.search(path.read_text(encoding="utf-8")) for path in python_files(f"tests/{layer}"))

    return imported


def text_in(name: str, pattern: str) -> Part:
    def present(process: str) -> bool:
        path = ROOT / name
        wanted = pattern.replace("<process>", process)
        return path.is_file() and bool(re.search(wanted, path.read_text(encoding="utf-8"), re.MULTILINE))

    return present


# The parts of a process, in the order in which they are built: the list “Add a process” of the README.
PARTS: dict[str, Part] = {
    "models/<process>/forms.py": file_at("models/<process>/forms.py"),
    "models/<process>/records.py": file_at("models/<process>/records.py"),
    "models/<process>/states.py": file_at("models/<process>/states.py"),
    "models/<process>/rules.py": file_at("models/<process>/rules.py"),
    "models/<process>/documents.py": file_at("models/<process>/documents.py"),
    "tests/models/": has_test_in("models"),
    "tasks/<process>.py": file_at("tasks/<process>.py"),
    "tests/tasks/": has_test_in("tasks"),
    "templates/<process>/": folder_at("templates/<process>"),
    "flows/<process>.py": file_at("flows/<process>.py"),
    "tests/flows/": has_test_in("flows"),
    "deployments/policy.toml": text_in("deployments/policy.toml", r"^\[<process>\]"),
    "deployments/samples/<process>/": folder_at("deployments/samples/<process>"),
    "deployments/schedules.py": text_in("deployments/schedules.py", r"\bflows([./]| import .*)<process>\b"),
    "README.md": text_in("README.md", r"^\| *`<process>`"),
}  # fmt: skip


def processes() -> list[str]:
    """Each flow file is a process, but for those that belong to none."""
    names = {path.stem for path in python_files("flows")} - {"__init__"}
    assert set(ACROSS_PROCESSES) <= names, "a flow that is named as an exception is gone"
    return sorted(names - set(ACROSS_PROCESSES))


def test_every_process_has_all_its_parts() -> None:
    assert processes(), "no process was found in flows/"
    lacking = [f"{process} lacks {part}" for process in processes() for part, has in PARTS.items() if not has(process)]
    assert not lacking, "\n".join(lacking)


def test_every_folder_of_a_process_belongs_to_a_flow() -> None:
    folders = {path.parent.name for path in python_files("models") if path.parent != ROOT / "models"} - {"shared"}
    assert folders <= set(processes())


def test_the_readme_lists_the_parts_of_a_process_as_they_are_tested() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^#+ Add a process\n(.*?)(?=^#|\Z)", readme, re.MULTILINE | re.DOTALL)
    assert section, "README.md has no section “Add a process”"
    assert re.findall(r"^(?:-|\d+\.) `([^`]+)`", section[1], re.MULTILINE) == list(PARTS)


# --- what no file may do ---------------------------------------------------------------------------------------


def test_no_python_file_is_longer_than_a_person_reads() -> None:
    long = {
        short(path): n for path in python_files(*CODE, "tests") if (n := len(path.read_text().splitlines())) > MAX_FILE
    }
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in python_files(*CODE, "tests")
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION
    ]
    assert not long


def test_flows_tasks_and_rules_say_in_one_line_what_they_do() -> None:
    silent = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in [*python_files("flows", "tasks"), *rules_files()]
        for node in public(path)
        if not re.search(r"[.:;!?)]$", (ast.get_docstring(node) or "").split("\n")[0])
    ]
    assert not silent


def test_every_check_cites_its_source() -> None:
    checks = [
        (path, node)
        for path in rules_files()
        for node in public(path)
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Iterator[Finding]"
    ]
    assert checks, "no check was found in models/*/rules.py"
    unsourced = [
        f"{short(p)}:{node.lineno} {node.name}"
        for p, node in checks
        if "Source:" not in (ast.get_docstring(node) or "")
    ]
    assert not unsourced


def test_no_file_is_named_for_nothing_in_particular() -> None:
    empty = re.compile(r"^(utils?|helpers?|managers?|core|services?|misc|common_utils)$")
    assert not [
        short(path)
        for path in files(*FOLDERS)
        if any(empty.match(part.split(".")[0]) for part in path.relative_to(ROOT).parts)
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(^|[^A-Za-z0-9_.])/(work|farm|tmp|home|root)/",
        r"pypi\.org|pythonhosted\.org|deb\.debian\.org|registry\.npmjs\.org",
    ],
    ids=["machine", "registry"],
)
def test_no_file_names_a_machine_or_a_registry(pattern: str) -> None:
    lines = [
        f"{short(path)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not lines, "\n".join(lines)


# --- the tests themselves --------------------------------------------------------------------------------------

ASSERTING = {"raises", "warns", "fail", "expect", "call_and_validate", "validate_response"}


def every_test() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [(path, node) for path in python_files("tests") for node in functions(path) if node.name.startswith("test_")]


def asserts(node: ast.AST) -> bool:
    """Whether something in a test can fail it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        if isinstance(inner, ast.Call):
            name = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
            if name in ASSERTING or name.startswith("assert_"):
                return True
    return False


def test_the_name_of_every_test_reads_as_a_sentence() -> None:
    assert not [f"{short(p)}: {node.name}" for p, node in every_test() if len(node.name.split("_")) < 4]


def test_every_test_asserts_something() -> None:
    assert not [f"{short(p)}: {node.name}" for p, node in every_test() if not asserts(node)]


def test_no_test_patches_by_dotted_path() -> None:
    patched = re.compile(r"""(patch|setattr)\(\s*["'][\w.]+\.[\w.]+["']""")
    assert not [short(path) for path in python_files("tests") if patched.search(path.read_text(encoding="utf-8"))]


def test_the_tests_are_no_package_that_hides_the_code() -> None:
    assert not [short(path) for path in files("tests") if path.name == "__init__.py"]


# --- the pins and the commands ---------------------------------------------------------------------------------


def test_every_installed_package_is_pinned_to_its_version() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pins = dict(line.lower().replace("_", "-").split("==") for line in lines)
    own = {"steward", "pip", "setuptools", "wheel"}
    installed = {d.name.lower().replace("_", "-"): d.version for d in metadata.distributions()}
    assert {name: version for name, version in installed.items() if name not in own and pins.get(name) != version} == {}


def test_every_hook_before_a_commit_is_local() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    assert set(re.findall(r"repo: (\S+)", hooks)) == {"local"}
    assert set(re.findall(r"language: (\S+)", hooks)) == {"system"}


def test_every_make_target_has_its_line_of_help() -> None:
    targets = re.findall(r"^([a-z]+):(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {name for name, _ in targets} == {"help", "setup", "demo", "test", "serve", "lint", "bench"}
    assert [name for name, rest in targets if "## " not in rest] == []


def test_the_tools_read_one_file_of_settings() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert {"ruff", "mypy", "pytest", "importlinter"} <= set(tools)
    own = {"setup.cfg", "tox.ini", "pytest.ini", "mypy.ini", "ruff.toml", ".importlinter", ".flake8"}
    assert not [path.name for path in ROOT.iterdir() if path.name in own]
