"""Every setting, typed, from the environment (`ICS_*`). There is no other place where the system is configured."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from ics_insight.errors import Unavailable
from ics_insight.origins import Api, Page, SftpPlace, Strict

PROJECT = Path(__file__).resolve().parents[2]


class SourceSettings(Strict):
    """What an installation states otherwise than a source.yml does. What is stated replaces; an empty list is none."""

    schedule: str | None = None
    urls: list[str] | None = None
    pages: list[Page] | None = None
    sftp: list[SftpPlace] | None = None
    api: Api | None = None

    @property
    def stated(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class Settings(BaseSettings):
    """What an installation decides. Empty `db_host` means: use the embedded Postgres under `home`."""

    model_config = SettingsConfigDict(env_prefix="ICS_", env_nested_delimiter="__", frozen=True)

    home: Path = Field(Path(".ics"), description="folder that holds everything a run writes")
    icb: str = Field("", description="ODS code of the ICB whose warehouse this is; pages open on it")
    inbox: str = Field("", description="drop folder, laid out as <source>/<any file name>; default <home>/inbox")
    landing: str = Field("", description="where delivered bytes are kept, as an fsspec URL; default <home>/landing")
    online: bool = Field(True, description="whether collecting also asks over HTTP and SFTP, or reads the inbox alone")
    sources: dict[str, SourceSettings] = Field({}, description="by source: where and when to collect, other than in its source.yml")
    host: str = Field("127.0.0.1", description="address that the page listens on")
    port: int = Field(8050, description="port of the page")

    db_host: str = Field("", description="Postgres server; empty for the embedded one")
    db_port: int = Field(0, description="its port; 0 for 5432, or for any free port when embedded")
    db_name: str = Field("ics", description="database of the warehouse")
    db_password: SecretStr = Field(SecretStr(""), description="password of role ics_owner, which makes all other roles")
    loader_password: SecretStr = Field(SecretStr(""), description="password of role ics_loader, which loads and checks files")
    transformer_password: SecretStr = Field(SecretStr(""), description="password of role ics_transformer, which builds")
    auditor_password: SecretStr = Field(SecretStr(""), description="password of role ics_auditor, which reads all but raw words")
    analyst_password: SecretStr = Field(SecretStr(""), description="password of role ics_analyst, which reads published")
    dashboard_password: SecretStr = Field(SecretStr(""), description="password of role ics_dashboard, which reads published")

    @field_validator("home")
    @classmethod
    def absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @property
    def inbox_folder(self) -> str:
        return self.inbox or str(self.home / "inbox")

    @property
    def landing_url(self) -> str:
        return self.landing or str(self.home / "landing")


@cache
def settings() -> Settings:
    """The settings of this process, read once; `settings.cache_clear()` reads the environment again.

    Raises Unavailable, naming each variable that cannot be, and never its value, which may be a secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        said = [f"ICS_{'__'.join(str(part) for part in each['loc']).upper()} {_plain(each)}" for each in error.errors()]
        raise Unavailable(f"The settings are not right: {'; '.join(said)}.") from None
    except SettingsError:
        raise Unavailable("The settings are not right: a list in ICS_SOURCES__… is written as JSON, and one is not.") from None


def _plain(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "is not a setting"
    return str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "should be")
