"""Where this home's desk and Prefect UI answer, as the running server wrote it down."""

from pathlib import Path

from tasks.adapters.home import read_json
from tasks.adapters.settings import settings


def run_file() -> Path:
    """The file in which a running server says where it answers."""
    return settings().home.absolute() / "run" / "server.json"


def desk_url() -> str:
    """Base address of the desk; the configured port when nothing is running."""
    return str(read_json(run_file()).get("desk_url") or f"http://127.0.0.1:{settings().desk_port}")


def case_url(process: str, case_id: str) -> str:
    """The desk's page of a case."""
    return f"{desk_url()}/cases/{process}/{case_id}"
