"""Reads the texts of letters to constituents: one TOML file a language, all of them or none."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from models.hotline.letter_texts import LETTER_LANGUAGES, LetterTextError, LetterTexts, parse_texts
from tasks.adapters.settings import settings


def letter_texts() -> Mapping[str, LetterTexts]:
    """The texts of every language, by its tag. Raises LetterTextError with the file and the key that is wrong."""
    folder = settings().letters_folder
    return _read(tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in _files(folder)))


def _files(folder: Path) -> list[Path]:
    there = sorted(folder.glob("*.toml"))
    missing = set(LETTER_LANGUAGES) - {path.stem for path in there}
    unknown = {path.stem for path in there} - set(LETTER_LANGUAGES)
    if missing:
        raise LetterTextError(f"The texts of letters lack the language {sorted(missing)[0]}: put back {folder.name}/.")
    if unknown:
        raise LetterTextError(f"{sorted(unknown)[0]}.toml is in no language that letters are written in.")
    return there


@lru_cache(maxsize=1)
def _read(files: tuple[tuple[str, int, int], ...]) -> Mapping[str, LetterTexts]:
    return {Path(name).stem: _texts(Path(name)) for name, _, _ in files}


def _texts(path: Path) -> LetterTexts:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LetterTextError(f"{path.name} cannot be read: {error}.") from error
    return parse_texts(path.stem, document)
