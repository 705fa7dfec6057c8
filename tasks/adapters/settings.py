"""Where this installation keeps its things and how it reaches the outside; from the environment, prefix STEWARD_."""

from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """`home` holds all that a run writes. `database_url` empty means SQLite in the home.

    `smtp_host` empty means that mail is written as `.eml` files into the home's outbox. `hotline_key` seals contacts of
    constituents; `hotline_old_keys` (with commas between them) open what was sealed before, until it is sealed anew.
    """

    model_config = SettingsConfigDict(env_prefix="STEWARD_", hide_input_in_errors=True)

    home: Path = ROOT / "var"
    database_url: str = ""
    policy_file: Path = ROOT / "deployments" / "policy.toml"
    surge_folder: Path = ROOT / "deployments" / "surge"
    holidays_file: Path = ROOT / "deployments" / "city_holidays.csv"
    letters_folder: Path = ROOT / "deployments" / "letters"
    phrases_folder: Path = ROOT / "deployments" / "phrases"
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_sender: str = ""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    render_workers: int = 2
    desk_port: int = 4280
    prefect_port: int = 4200
    hotline_key: SecretStr = SecretStr("")
    hotline_old_keys: SecretStr = SecretStr("")
    stop_at: str = ""
    step_log: str = ""

    @property
    def database(self) -> str:
        """SQLAlchemy URL of our own tables; Prefect's database is another."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'steward.db'}"

    def folder(self, *parts: str) -> Path:
        """A folder of the home, made when it is not there."""
        path = self.home.absolute().joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
