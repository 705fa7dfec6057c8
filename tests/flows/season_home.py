"""The home of a played season, and its command line."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.prefect_homes import ONLY_ANSWERING

STEWARD = str(Path(sys.executable).with_name("steward"))


@dataclass(frozen=True)
class Season:
    """A played season: its home and what the command said."""

    home: Path
    said: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on its database."""
        engine = create_engine(f"sqlite:///{self.home / 'steward.db'}")
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return found

    def steward(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line on its home."""
        return steward(self.home, *arguments)

    def pdfs(self) -> list[Path]:
        """Every PDF that it issued."""
        return sorted((self.home / "documents").rglob("*.pdf"))


def steward(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a home, as somebody without settings of their own does."""
    told = {k: v for k, v in os.environ.items() if not k.startswith(("STEWARD_", "PREFECT_"))}
    command = [STEWARD, *arguments]
    return subprocess.run(
        command, env={**told, **ONLY_ANSWERING, "STEWARD_HOME": str(home)}, capture_output=True, text=True,
        timeout=1500, check=False,
    )  # fmt: skip
