"""Each import contract of pyproject.toml must bite: a small tree with one forbidden import breaks just that one."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINTER = Path(sys.executable).parent / "lint-imports"

TREE = {
    "models/shared/money.py": "",
    "models/shared/records.py": "import sqlmodel",
    "models/alpha/rules.py": "from models.shared import money",
    "models/alpha/states.py": "",
    "models/alpha/records.py": "import models.shared.records",
    "models/beta/rules.py": "",
    "tasks/adapters/clock.py": "",
    "tasks/adapters/alpha/sheets.py": "from models.alpha import rules",
    "tasks/common.py": "import prefect\nfrom tasks.adapters import clock",
    "tasks/alpha.py": "from models.alpha import records\nfrom tasks import common\nimport tasks.adapters.alpha.sheets",
    "tasks/beta.py": "import prefect\nfrom tasks.adapters import clock",
    "flows/alpha.py": "from tasks import alpha, beta",
    "flows/sweep.py": "",
    "deployments/schedules.py": "from flows import alpha",
}

VIOLATIONS = {
    "a model imports a task": ("models/beta/forms.py", "from tasks.adapters import clock", {"layers"}),
    "a task imports a flow": ("tasks/gamma.py", "from flows import sweep", {"layers"}),
    "a flow imports a deployment": ("flows/beta.py", "from deployments import schedules", {"layers"}),
    "a model imports the engine": ("models/beta/forms.py", "import prefect", {"pure-models"}),
    "a model imports templates": ("models/shared/money.py", "import jinja2", {"pure-models"}),
    "a model imports mail": ("models/beta/documents.py", "import smtplib", {"pure-models"}),
    "a model reads settings": ("models/beta/policy.py", "from pydantic_settings import BaseSettings", {"pure-models"}),
    "a rule imports SQL": ("models/beta/rules.py", "from sqlalchemy import select", {"rules-without-tables"}),
    "states import a table of a process": ("models/alpha/states.py", "import models.alpha.records",
                                           {"rules-without-tables"}),
    "a rule imports a shared table": ("models/beta/rules.py", "from models.shared import records",
                                      {"rules-without-tables"}),
    "a process imports another's rules": ("models/beta/rules.py", "from models.alpha import rules",
                                          {"independent-models"}),
    "shared imports a process": ("models/shared/money.py", "import models.beta.rules", {"independent-models"}),
    "a task imports another process's task": ("tasks/beta.py", "from tasks import alpha", {"independent-tasks"}),
    "an adapter imports a task": ("tasks/adapters/clock.py", "import tasks.gamma", {"independent-tasks"}),
    "an adapter imports the engine": ("tasks/adapters/clock.py", "import prefect", {"plain-adapters"}),
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree in the layout of this one that keeps every contract, with the contracts of this one."""
    for name, text in TREE.items() | {("tasks/gamma.py", "")}:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    for folder in {parent for path in tmp_path.rglob("*.py") for parent in path.parents if tmp_path in parent.parents}:
        (folder / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(tree: Path) -> set[str]:
    """Ids of the contracts that do not hold in a tree."""
    done = subprocess.run([LINTER, "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True)
    contracts = tomllib.loads((tree / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    verdicts = {c["id"]: re.search(re.escape(c["name"]) + r" (KEPT|BROKEN)", done.stdout) for c in contracts}
    assert None not in verdicts.values(), done.stdout + done.stderr
    return {name for name, verdict in verdicts.items() if verdict and verdict[1] == "BROKEN"}


def test_a_tree_in_the_right_layout_keeps_every_contract(tree: Path) -> None:
    assert broken_contracts(tree) == set()


@pytest.mark.parametrize("case", VIOLATIONS)
def test_one_forbidden_import_breaks_its_contract_alone(tree: Path, case: str) -> None:
    name, line, expected = VIOLATIONS[case]
    path = tree / name
    path.write_text((path.read_text() if path.exists() else "") + line + "\n")
    assert broken_contracts(tree) == expected
