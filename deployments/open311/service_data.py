"""Reads the list of services that the office offers; an edit counts from the next request on."""

import os
import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from models.hotline.open311_services import ServiceList
from tasks.adapters.policy import PolicyError

SERVICE_LIST = Path(__file__).with_name("service_list.toml")


def services(path: Path = SERVICE_LIST) -> ServiceList:
    """The services. Raises PolicyError with what cannot be used."""
    found = os.stat(path)
    return _read(path, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=4)
def _read(path: Path, _: tuple[int, int, int]) -> ServiceList:
    try:
        return ServiceList.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"The list of services {path.name} cannot be read: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"The list of services {path.name} cannot be used at {where}: {first['msg']}.") from error
