"""Every setting, typed, from the environment (`ICS_*`). There is no other place where the system is configured."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from ics_insight.errors import Unavailable
from ics_insight.origins import Api, Page, SftpPlace, Strict

PROJECT = Path(__file__).resolve().parents[2]
LEAST_SECRET = 32  # characters, as `openssl rand -hex 16` gives
_WEB_ADDRESS = re.compile(r"(?:https://[^\s/?#@]+|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)(?P<path>/[^\s?#]*)?")


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

    access: Literal["loopback", "published_on_loopback", "proxy", "oidc"] = Field(
        "loopback",
        description="who may read the page: this machine; this machine, through a container; whom a proxy names; who signs in",
    )
    public_url: str = Field("", description="oidc: the address by which readers know the page, such as https://insight.example")
    oidc_issuer: str = Field("", description="oidc: the provider's issuer, below which its discovery document lies")
    oidc_client_id: str = Field("", description="oidc: as what the page is known to the provider")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="oidc: what it proves that with")
    oidc_scope: str = Field("", description="oidc: what is asked for besides `openid`, such as groups")
    oidc_claim: str = Field("groups", description="oidc: the claim of the ID token that says who may read")
    oidc_values: list[str] = Field([], description="oidc: values of it that may read, as JSON; none: everybody who can sign in")
    session_secret: SecretStr = Field(SecretStr(""), description="oidc: signs the cookie of who has signed in")
    proxy_networks: list[IPvAnyNetwork] = Field([], description="proxy: addresses that requests may come from, as JSON")
    proxy_header: str = Field("X-Forwarded-User", description="proxy: the header in which it names the reader")

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

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def web_address(cls, address: str) -> str:
        """Secrets pass over both, so that they are encrypted, or do not leave this machine."""
        if address and not _WEB_ADDRESS.fullmatch(address):
            raise ValueError("should be an address that begins with https://")
        return address

    @field_validator("public_url")
    @classmethod
    def without_path(cls, address: str) -> str:
        if (found := _WEB_ADDRESS.fullmatch(address)) and (found["path"] or "/") != "/":
            raise ValueError("should be the name of a host, without a path")
        return address.rstrip("/")

    @field_validator("session_secret")
    @classmethod
    def long_enough(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret) < LEAST_SECRET:
            raise ValueError(f"should have at least {LEAST_SECRET} characters, as `openssl rand -hex 32` gives")
        return secret

    @field_validator("proxy_networks")
    @classmethod
    def not_everybody(cls, networks: list[IPvAnyNetwork]) -> list[IPvAnyNetwork]:
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("should name the proxy, and not everybody")
        return networks

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
        raise Unavailable('The settings are not right: a list is written as JSON, as in ["one", "two"], and one is not.') from None


def _plain(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "is not a setting"
    return str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "should be")
