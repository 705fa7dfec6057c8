"""Files whose tests share something dear, a served office or a server: one process runs them, one after the other."""

from contextlib import ExitStack
from pathlib import Path

SERVED, KILLED = "the served office", "flows in processes of their own"
_SERVED = ("click_budget", "follow_up", "payment_path", "prefect_server", "serve")
_KILLED = (
    "fiscal", "fiscal_printing", "hotline", "hotline_canary", "hotline_papers", "kills", "payments", "registration",
)  # fmt: skip
_TOGETHER = {
    **{f"deployments/test_{name}.py": SERVED for name in _SERVED},
    **{f"flows/test_{name}.py": KILLED for name in _KILLED},
}
_ENDS: dict[str, ExitStack] = {}


def group_of(file: str) -> str:
    """The group that a file belongs to; a file that shares nothing is its own."""
    return _TOGETHER.get("/".join(Path(file).parts[-2:]), file)


def until_last(group: str) -> ExitStack:
    """What is left open here ends after the group's last test: a server that nobody asks costs time all the same."""
    return _ENDS.setdefault(group, ExitStack())


def end(group: str) -> None:
    """End what the files of a group shared."""
    _ENDS.pop(group, ExitStack()).close()
