"""What can be said of docker-compose.yml, Dockerfile and .env.example without a Docker engine: that they agree with each other,
with our settings, with Airflow's configuration and with the commands that exist."""

import ast
import contextlib
import importlib
import io
import json
import multiprocessing
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml

from ics_insight.dashboard import access
from ics_insight.errors import Unavailable
from ics_insight.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
THEIRS = {"postgres", "redis"}
OURS = {name: service for name, service in SERVICES.items() if name not in THEIRS}
ONE_SHOT = {"airflow-init", "warehouse-init"}
COMPOSE_ONLY = {"ICS_INBOX_FOLDER"}  # a folder of the host, mounted where ICS_INBOX says
SECRET = re.compile("PASSWORD|SECRET|KEY")
BIN = Path(sys.executable).parent


class Reference(NamedTuple):
    """One `${name…}` in docker-compose.yml; `how` is what follows the name: `:-default`, `:?message` or nothing."""

    name: str
    how: str


def references(text: str) -> list[Reference]:
    found = re.finditer(r"\$(?:\{(\w+)([^}]*)\}|(\w+))", text.replace("$$", ""))
    return [Reference(match[1] or match[3], match[2] or "") for match in found]


REFERENCES = references(TEXT)
EXAMPLE = (ROOT / ".env.example").read_text()
CHOSEN = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.M))
SETTLED = dict(re.findall(r"^# (ICS_\w+)=(.*)$", EXAMPLE, re.M))


def environment(service: str) -> dict[str, str]:
    stated: dict[str, str] = SERVICES[service].get("environment", {})
    return stated


ENVIRONMENT = sorted({(name, value) for service in SERVICES for name, value in environment(service).items()})


def simple_commands(words: list[str]) -> Iterator[list[str]]:
    """The single commands in a compose command: the command itself, or each one in the script that a shell is given."""
    if words[0] == "CMD":
        words = words[1:]
    if words[0] == "CMD-SHELL" or (words[0] in {"sh", "bash"} and words[1].endswith("c")):
        for line in words[-1].replace("$$", "$").replace("\\\n", " ").splitlines():
            lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            command: list[str] = []
            for word in [*lexer, ";"]:
                if set(word) <= set("|&;"):
                    yield command
                    command = []
                else:
                    command.append(word)
    else:
        yield words


# What runs in our image: commands and checks of our services, and what Airflow is told to run to learn a setting.
COMMANDS = [
    (service, command)
    for service, definition in OURS.items()
    for words in (definition["command"], definition.get("healthcheck", {}).get("test"))
    if words
    for command in simple_commands(words)
]
ASKED = sorted({(name, value) for service in OURS for name, value in environment(service).items() if name.endswith("_CMD")})
COMMANDS += [(name, shlex.split(value)) for name, value in ASKED]


def commands_of(program: str) -> list[Any]:
    return [
        pytest.param(command[1:], id=f"{service}-{' '.join(command)[:40]}")
        for service, command in COMMANDS
        if command[0] == program
    ]


# --- Airflow, in a process and a folder of its own: importing it fixes where it lives, and writes there ---------------


def _known_to_airflow() -> set[str]:
    from airflow.configuration import conf, retrieve_configuration_description

    described = retrieve_configuration_description(include_providers=True)
    known = {(section, key) for section, about in described.items() for key in about["options"]}
    sensitive = {
        (section, f"{key}{suffix}") for section, key in conf.sensitive_config_values & known for suffix in ("_cmd", "_secret")
    }
    return {f"AIRFLOW__{section.replace('.', '_')}__{key}".upper() for section, key in known | sensitive}


def _refused_by_airflow(arguments: list[str]) -> str:
    from airflow.cli.cli_parser import get_parser

    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            get_parser().parse_args(arguments)
    except SystemExit:
        return said.getvalue() or "refused"
    return ""


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executor]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AIRFLOW__")]:
            patch.delenv(name)
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool


def test_every_airflow_variable_is_an_option_of_airflow(airflow: Executor) -> None:
    used = {name for name, _ in ENVIRONMENT if name.startswith("AIRFLOW__")}
    assert len(used) > 10
    assert used - airflow.submit(_known_to_airflow).result() == set()


@pytest.mark.parametrize("arguments", commands_of("airflow"))
def test_every_airflow_command_exists_with_its_options(airflow: Executor, arguments: list[str]) -> None:
    assert airflow.submit(_refused_by_airflow, arguments).result() == ""


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_every_program_is_in_the_environment_that_the_image_is_built_from() -> None:
    assert {command[0] for _, command in COMMANDS} == {"airflow", "celery", "ics", "printf", "python"}  # printf is the shell's own
    assert [program for program in ("airflow", "celery", "ics", "python") if not (BIN / program).exists()] == []


@pytest.mark.parametrize("arguments", commands_of("ics"))
def test_every_ics_command_exists(arguments: list[str]) -> None:
    from ics_insight.cli import app

    known = typer.main.get_command(app)
    assert arguments[0] in known.commands  # type: ignore[attr-defined]
    known.commands[arguments[0]].make_context(arguments[0], arguments[1:])  # type: ignore[attr-defined]  # raises on an unknown option


@pytest.mark.parametrize("arguments", commands_of("celery"))
def test_every_celery_command_exists(airflow: Executor, arguments: list[str]) -> None:
    from celery.bin.celery import celery  # type: ignore[import-untyped]

    assert arguments[0] == "--app"
    module, name = arguments[1].rsplit(".", 1)
    assert airflow.submit(_has, module, name).result()
    celery.commands[arguments[2]].make_context(arguments[2], arguments[3:])


def _has(module: str, name: str) -> bool:
    return hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("arguments", commands_of("python"))
def test_every_line_of_python_imports_what_exists(arguments: list[str]) -> None:
    option, source = arguments
    assert option == "-c"
    tree = ast.parse(source)
    modules = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            modules.append(str(node.module))
            assert [alias.name for alias in node.names if not _has(str(node.module), alias.name)] == []
    assert modules
    for module in modules:
        importlib.import_module(module)


def test_the_broker_url_holds_any_password() -> None:
    (command,) = {value for name, value in ASKED if name == "AIRFLOW__CELERY__BROKER_URL_CMD"}
    awkward = "a b@c:/?#%40'\""
    given = {"PATH": f"{BIN}:{os.defpath}", "REDIS_PASSWORD": awkward}
    url = subprocess.run(shlex.split(command), env=given, capture_output=True, text=True, check=True).stdout
    from kombu.utils.url import parse_url

    assert parse_url(url)["password"] == awkward
    assert (urlsplit(url).hostname, urlsplit(url).port) == ("redis", 6379)


# --- Settings and secrets ---------------------------------------------------------------------------------------------


def test_every_ics_variable_is_a_setting_and_explained() -> None:
    fields = {f"ICS_{field}".upper() for field in Settings.model_fields}
    used = {name for name, _ in ENVIRONMENT if name.startswith("ICS_")}
    named = {reference.name for reference in REFERENCES if reference.name.startswith("ICS_")} - COMPOSE_ONLY
    assert len(used) > 10
    assert (used | named) - fields == set()
    assert (used | named) - {*CHOSEN, *SETTLED} == set()


def test_env_example_lists_what_compose_asks_for_and_nothing_else() -> None:
    assert set(CHOSEN) == {reference.name for reference in REFERENCES}


def test_env_example_states_the_defaults_that_compose_has() -> None:
    defaults = {reference.name: reference.how.removeprefix(":-") for reference in REFERENCES if reference.how.startswith(":-")}
    assert defaults
    assert {name: CHOSEN.get(name) for name in defaults} == defaults


def test_env_example_calls_settled_only_what_compose_settles() -> None:
    assert SETTLED
    assert set(SETTLED.items()) - set(ENVIRONMENT) == set()
    assert set(SETTLED) & set(CHOSEN) == set()


def test_no_secret_has_a_default() -> None:
    secrets = [reference for reference in REFERENCES if SECRET.search(reference.name)]
    assert len({secret.name for secret in secrets}) >= 9
    assert [secret for secret in secrets if not re.fullmatch(r":\?.+", secret.how)] == []
    assert {secret.name: CHOSEN.get(secret.name) for secret in secrets if CHOSEN.get(secret.name) != ""} == {}


def test_every_secret_in_an_environment_comes_from_outside() -> None:
    values = [(name, value) for name, value in ENVIRONMENT if SECRET.search(name)]
    assert len(values) >= 9
    assert [name for name, value in values if not re.fullmatch(r"\$\{\w+:\?[^}]+\}", value)] == []


def test_no_url_carries_a_password() -> None:
    assert re.findall(r"\w://[^/@\s'\"]*:[^/@\s]+@", TEXT) == []


def test_nothing_else_that_is_interpolated_may_be_missing() -> None:
    assert [reference for reference in REFERENCES if not reference.how.startswith((":-", ":?"))] == []


def holders(secret: str) -> set[str]:
    """The services whose definition, or a file that they are given, contains the secret."""

    def text(service: dict[str, Any]) -> str:
        files = [COMPOSE["configs"][config["source"]] for config in service.get("configs", [])]
        return json.dumps([service, files])

    return {name for name, service in SERVICES.items() if secret in {reference.name for reference in references(text(service))}}


def test_passwords_go_only_where_they_are_used() -> None:
    assert "ICS_DB_PASSWORD" not in environment("dashboard")
    assert {secret for secret in CHOSEN if SECRET.search(secret) and "dashboard" in holders(secret)} == {"ICS_DASHBOARD_PASSWORD"}
    assert holders("ICS_DB_PASSWORD") == {"postgres", "warehouse-init"}
    for role, there in {"LOADER": {"worker"}, "TRANSFORMER": {"worker"}, "AUDITOR": set(), "ANALYST": set()}.items():
        assert holders(f"ICS_{role}_PASSWORD") == {"warehouse-init", *there}
    assert holders("AIRFLOW_ADMIN_PASSWORD") == {"airflow-init"}


# --- Services ---------------------------------------------------------------------------------------------------------


def test_one_image_for_all_of_ours() -> None:
    assert len(OURS) >= 8
    assert {(service.get("image"), service.get("build")) for service in OURS.values()} == {("ics-insight", ".")}
    assert not any("build" in SERVICES[name] for name in THEIRS)


@pytest.mark.parametrize("name", SERVICES)
def test_services_restart_and_are_checked(name: str) -> None:
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])


@pytest.mark.parametrize("name", OURS)
def test_ours_wait_until_what_they_need_is_ready(name: str) -> None:
    needs = SERVICES[name]["depends_on"]
    assert "postgres" in needs
    for other, how in needs.items():
        assert how == {"condition": "service_completed_successfully" if other in ONE_SHOT else "service_healthy"}
    if any(variable.startswith("AIRFLOW__") for variable in environment(name)) and name != "airflow-init":
        assert {"redis", "airflow-init"} <= set(needs)
    if "ICS_DASHBOARD_PASSWORD" in environment(name) and name != "warehouse-init":
        assert "warehouse-init" in needs


def test_ports_are_published_to_this_host_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"api-server", "dashboard", "postgres"}
    for ports in published.values():
        assert [port for port in ports if not (isinstance(port, str) and port.startswith("127.0.0.1:"))] == []
    assert [name for name, service in SERVICES.items() if "network_mode" in service] == []


def resolved(service: str, **chosen: str) -> dict[str, str]:
    """The environment of a service as compose makes it of .env.example, whose empty secrets are filled in."""

    def value(match: re.Match[str]) -> str:
        return chosen.get(match[1]) or CHOSEN[match[1]] or "filled in"

    return {name: re.sub(r"\$\{(\w+)[^}]*\}", value, stated) for name, stated in environment(service).items()}


def dashboard(patch: pytest.MonkeyPatch, **chosen: str) -> Settings:
    for name in [name for name in os.environ if name.startswith("ICS_")]:
        patch.delenv(name)
    for name, value in resolved("dashboard", **chosen).items():
        patch.setenv(name, value)
    return Settings()


def test_the_dashboard_may_listen_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    current = dashboard(monkeypatch)
    assert (current.host, current.access) == ("0.0.0.0", "published_on_loopback")  # noqa: S104
    access.check(current, current.host)
    access.guard(current)


@pytest.mark.parametrize("chosen", ["loopback", "oidc", "proxy"])
def test_the_dashboard_does_not_listen_for_everybody(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    current = dashboard(monkeypatch, ICS_ACCESS=chosen)
    with pytest.raises(Unavailable):
        access.check(current, current.host)


def test_what_access_env_is_said_to_hold_are_settings_that_are_needed() -> None:
    needed = {name for names in access.NEEDS.values() for name in names if not getattr(Settings(), name)}
    assert len(needed) == 6
    for text in (TEXT, EXAMPLE):
        named = set(re.findall(r"\bICS_(?!SOURCES__)([A-Z_]+[A-Z])\b", text))
        assert {name.upper() for name in needed} - named == set()
        assert {f"ICS_{name}" for name in named} - {f"ICS_{name}".upper() for name in Settings.model_fields} - COMPOSE_ONLY == set()


def test_named_volumes_are_declared_and_used() -> None:
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", []) if isinstance(mount, str)}
    assert used == set(COMPOSE["volumes"])
    assert "volumes" not in SERVICES["dashboard"]
    (inbox,) = [mount for mount in SERVICES["worker"]["volumes"] if isinstance(mount, dict)]
    assert inbox["read_only"] is True
    assert inbox["target"] == environment("worker")["ICS_INBOX"]


# --- The image --------------------------------------------------------------------------------------------------------

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def test_the_image_has_every_folder_that_a_volume_is_mounted_on() -> None:
    """Docker gives a new volume the owner of the folder beneath; a folder that is missing would belong to root."""
    made = set(re.findall(r"\S+", re.findall(r"mkdir -p ([^&\n]*)", DOCKERFILE)[0]))
    mounts = [mount for service in OURS.values() for mount in service.get("volumes", [])]
    assert {mount["target"] if isinstance(mount, dict) else mount.split(":")[1] for mount in mounts} - made == set()
    settled = environment("worker")
    assert {settled["ICS_HOME"], settled["ICS_INBOX"], settled["ICS_LANDING"], settled["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]} <= made


def test_the_image_gets_what_it_copies_and_nothing_more() -> None:
    copied = {source for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.M) for source in line.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    assert copied == {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_airflow_looks_where_the_code_is() -> None:
    (place,) = re.findall(r"^WORKDIR (\S+)$", DOCKERFILE, re.M)
    assert environment("worker")["AIRFLOW__CORE__DAGS_FOLDER"] == f"{place}/dags"
    assert environment("worker")["AIRFLOW__CORE__PLUGINS_FOLDER"] == f"{place}/plugins"


def test_the_image_is_built_from_the_lock_and_runs_unprivileged() -> None:
    assert "--require-hashes requirements.lock" in DOCKERFILE
    assert "://" not in DOCKERFILE
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.M)
    assert users[-1:] == ["ics"]
