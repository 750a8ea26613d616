"""The container files, checked without an engine: hadolint, the Compose schema, and what both cannot know.

What a linter cannot see: that no secret has a default, that everything reports its health, that the
application runs as an unprivileged user, and that nothing but what the image is made of reaches the build.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import connect
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aggregator.store.embedded import Cluster
from aggregator.store.embedded.binaries import find
from tests.house.source_tree import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
SECRET_WORD = re.compile(r"(?i)password|secret|token|_key\b|credential|passwd")


def run_tool(*command: str) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name(command[0])
    return subprocess.run([str(tool), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


def instructions(name: str) -> list[str]:
    """The arguments of each `name` instruction of the Dockerfile, continuation lines joined."""
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    return re.findall(rf"(?m)^{name}\s+(.+)$", joined)


def last_stage() -> str:
    return re.split(r"(?m)^FROM ", DOCKERFILE)[-1]


def test_hadolint_finds_nothing_to_say() -> None:
    ended = run_tool("hadolint", "--failure-threshold", "style", "Dockerfile")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_hadolint_is_awake(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /x && sudo pip install a\n")
    ended = run_tool("hadolint", str(tmp_path / "Dockerfile"))
    assert ended.returncode != 0
    assert "DL3006" in ended.stdout


def test_compose_follows_the_compose_specification() -> None:
    ended = run_tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_schema_check_is_awake(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(COMPOSE_TEXT.replace("healthcheck:", "healthchek:"))
    ended = run_tool(
        "check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(tmp_path / "compose.yml")
    )
    assert ended.returncode != 0


def test_the_image_is_built_in_stages_and_node_does_not_reach_the_last() -> None:
    stages = instructions("FROM")
    assert len(stages) == 3
    assert "NODE_IMAGE" in stages[0]
    assert "NODE_IMAGE" not in last_stage()
    assert "npm" not in last_stage()


def test_base_images_have_a_tag_and_never_latest() -> None:
    images = [value.partition("=")[2] for value in instructions("ARG")]
    images += re.findall(r"\$\{\w+_IMAGE:-([^}]+)\}", COMPOSE_TEXT)
    assert len(images) == 4
    assert all(re.fullmatch(r"[\w/-]+:\d[\w.-]*(@sha256:[0-9a-f]{64})?", image) for image in images), images


def test_the_images_python_is_one_that_the_project_supports() -> None:
    version = re.search(r"PYTHON_IMAGE=python:3\.(\d+)", DOCKERFILE)
    assert version
    assert int(version[1]) >= 11


def test_the_postgresql_images_are_16_or_newer() -> None:
    versions = re.findall(r"postgres:(\d+)", COMPOSE_TEXT)
    assert versions
    assert min(map(int, versions)) >= 16


def test_everything_that_the_image_installs_has_a_hash() -> None:
    installs = re.findall(r"pip install [^&\n]+", re.sub(r"\\\n\s*", " ", DOCKERFILE))
    assert installs
    ours = [line for line in installs if "carerecord-" in line]
    assert all("--require-hashes" in line for line in installs if line not in ours)
    assert all("--no-deps" in line for line in ours)
    assert "npm ci" in DOCKERFILE
    assert not re.search(r"npm (i|install)\b|curl |wget |ADD http", DOCKERFILE)


def test_the_image_runs_as_an_unprivileged_user_by_number() -> None:
    user = re.findall(r"(?m)^USER (\S+)$", last_stage())
    assert len(user) == 1
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user[0])
    after = last_stage().partition(f"USER {user[0]}")[2]
    assert not re.search(r"(?m)^(RUN|COPY|ADD) ", after)


def test_the_image_asks_itself_whether_it_lives() -> None:
    checks = instructions("HEALTHCHECK")
    assert len(checks) == 1
    assert "/health/live" in checks[0]


def test_the_image_carries_no_secret() -> None:
    for argument in (*instructions("ENV"), *instructions("ARG")):
        assert not SECRET_WORD.search(argument), argument.split("=")[0]


def test_only_what_the_image_is_made_of_reaches_the_build() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*", "an allow list: everything is left out first"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert all((ROOT / name).exists() for name in allowed)
    assert not allowed & {".git", ".carerecord", ".venv", "secrets", "tests", "."}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_reports_its_health(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_the_application_waits_for_what_it_needs_to_be_healthy() -> None:
    for service in OURS.values():
        waits = service["depends_on"]
        assert set(waits) == set(SERVICES) - set(OURS)
        assert {entry["condition"] for entry in waits.values()} == {"service_healthy"}


def test_the_application_has_no_rights_that_it_does_not_need() -> None:
    assert OURS
    for service in OURS.values():
        assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", service["user"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_privileged_or_may_become_so(name: str) -> None:
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]
    assert not {"privileged", "pid", "network_mode", "cap_add", "devices"} & set(SERVICES[name])


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_in_the_environment(name: str) -> None:
    # A secret in the environment is read by every child process and shown by `inspect`.
    environment = SERVICES[name].get("environment", {})
    for variable, value in environment.items():
        if SECRET_WORD.search(variable):
            assert str(value).startswith("/run/secrets/"), variable
        assert not re.search(r"://[^/@:\s]+:[^/@\s]+@", str(value)), f"{variable}: a password in a URL"


def test_every_secret_is_a_file_from_a_folder_that_must_be_named() -> None:
    for name, secret in COMPOSE["secrets"].items():
        assert set(secret) == {"file"}, name
        assert re.match(r"\$\{\w+:\?[^}]+\}/", secret["file"]), name


def test_every_declared_secret_is_used_and_every_used_one_declared() -> None:
    used = {
        entry if isinstance(entry, str) else entry["source"]
        for service in SERVICES.values()
        for entry in service.get("secrets", [])
    }
    assert used == set(COMPOSE["secrets"])


def test_no_variable_that_secures_something_has_a_default() -> None:
    defaults = set(re.findall(r"\$\{(\w+):?-", COMPOSE_TEXT))
    assert defaults == {"PORT", "MLLP_PORT", "POSTGRES_IMAGE", "REDIS_IMAGE"}


def test_ports_are_published_on_loopback_only_and_only_the_applications() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == set(OURS)
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_databases_and_cache_are_out_of_reach_from_outside() -> None:
    inner = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert inner
    assert all(set(SERVICES[name]["networks"]) <= inner for name in set(SERVICES) - set(OURS))


def test_the_databases_log_carries_no_statement() -> None:
    wanted = {"log_statement=none", "log_min_error_statement=panic", "log_parameter_max_length=0"}
    databases = [service for service in SERVICES.values() if "postgres" in service["image"]]
    assert len(databases) == 2, "records and keys are kept apart"
    assert all(wanted <= set(service["command"]) for service in databases)


def test_the_cache_keeps_nothing_on_disk() -> None:
    command = SERVICES["redis"]["command"]
    assert command[command.index("--save") + 1] == ""
    assert command[command.index("--appendonly") + 1] == "no"


@pytest.mark.parametrize("server", [18], indirect=True)
def test_the_first_start_makes_an_ordinary_role_that_owns_its_database(
    server: Cluster, tmp_path: Path
) -> None:
    password = tmp_path / "role_password"
    password.write_text("a password of the test\n")
    script = tmp_path / "role.sql"
    content = COMPOSE["configs"]["ordinary_role"]["content"]
    script.write_text(content.replace("/run/secrets/role_password", str(password)))
    admin = server.admin_url()
    psql = find(18).postgres.with_name("psql")
    subprocess.run(
        [psql, "--no-psqlrc", "--no-password", "-v", "ON_ERROR_STOP=1", "-q", "-f", script, admin],
        env={"ORDINARY_ROLE": "ordinary"},
        check=True,
    )
    parts = conninfo_to_dict(admin) | {"user": "ordinary", "dbname": "ordinary"}
    with connect(make_conninfo(**parts | {"password": "a password of the test"})) as own:
        own.execute("create table kept (id int primary key)")
        rights = own.execute("select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = user")
    assert rights.fetchall() == [(False, False, False)]
