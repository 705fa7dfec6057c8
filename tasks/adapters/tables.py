"""All tables of all processes, found by their folder: a new process needs no entry here."""

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import models
import models.shared.people_records
from models.shared.records import CaseRow


def load_tables() -> MetaData:
    """Import every `models/<process>/records.py`; returns what they define."""
    for process in pkgutil.iter_modules(models.__path__):
        import_module(f"models.{process.name}.records")
    return SQLModel.metadata


def case_tables() -> dict[str, type[CaseRow]]:
    """Process name to its table of cases."""
    load_tables()
    return {table.process or table.__module__.split(".")[1]: table for table in CaseRow.__subclasses__()}
