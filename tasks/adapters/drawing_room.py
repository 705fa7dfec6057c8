"""Imported by the process that drawing workers are forked from: none of them reads fonts and style sheets again."""

import gc
from multiprocessing import spawn

from tasks.adapters.render import warm_up


def _leave_out(program: str) -> None:
    """A worker would import the program that its flow runs in, Prefect's for two seconds, and needs nothing of it."""


spawn._fixup_main_from_name = spawn._fixup_main_from_path = _leave_out  # type: ignore[attr-defined]
warm_up()
# What is here now is in use for ever: no worker looks through it for garbage.
gc.collect()
gc.freeze()
