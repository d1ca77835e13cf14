"""Credentials: Airflow Connections, from AIRFLOW_CONN_<ID> or Airflow's own database, as the plain values that landing takes."""

from pathlib import Path
from typing import Any

from ics_insight.errors import Unavailable
from ics_insight.landing.sftp import SftpLogin


def api_key(connection_id: str) -> str:
    """The password of a connection, which is the key of an API."""
    return str(_found(connection_id).password or "")


def sftp_login(connection_id: str) -> SftpLogin:
    """A connection of type SFTP or SSH, with the extra fields of Airflow's own: `private_key` or `key_file`,
    `private_key_passphrase`, `host_key`. There is no way to switch the check of the host key off."""
    found = _found(connection_id)
    extra: dict[str, Any] = found.extra_dejson
    private_key = extra.get("private_key") or ""
    if extra.get("key_file"):
        path = Path(extra["key_file"])
        if not path.is_file():
            raise Unavailable(f"Airflow Connection `{connection_id}`: its `key_file` {path} is not there.")
        private_key = path.read_text()
    return SftpLogin(
        name=connection_id,
        host=found.host or "",
        port=found.port or 22,
        user=found.login or "",
        password=found.password or "",
        private_key=private_key,
        passphrase=extra.get("private_key_passphrase") or "",
        host_key=extra.get("host_key") or "",
    )


def _found(connection_id: str) -> Any:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return Connection.get(connection_id)
    except AirflowNotFoundException:
        raise Unavailable(
            f"There is no Airflow Connection `{connection_id}`: add it on Airflow's page or by `airflow connections add`, "
            f"or set AIRFLOW_CONN_{connection_id.upper()}."
        ) from None
