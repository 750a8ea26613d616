"""What a caller needs to connect, and the databases that it finds. The server is `server`'s affair."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from aggregator.store.embedded.errors import EmbeddedError
from aggregator.store.embedded.tuning import ADMIN

_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_TAKEN = {ADMIN, "postgres", "template0", "template1", "public"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server on 127.0.0.1.

    port: where it listens. socket_dir: the folder of its unix socket, "" when the path is too long for one.
    user, password: the superuser's, for administration only. version: the major version, 16 or 18.
    """

    port: int
    socket_dir: str
    user: str
    password: str = field(repr=False)
    version: int

    def url(self, database: str, *, role: str | None = None) -> str:
        """The URL of a database with its own role's password (or another role's). A secret: never log it."""
        role = role or database
        return f"postgresql://{role}:{role_password(self.password, role)}@127.0.0.1:{self.port}/{database}"

    def admin_url(self, database: str = "postgres") -> str:
        """The URL of a database for the superuser. A secret: never log it."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{database}"


def role_password(secret: str, role: str) -> str:
    """A role's own password: derived one way, so that there is one secret to keep and none tells another."""
    return hmac.digest(secret.encode(), f"role {role}".encode(), "sha256").hex()


def check_names(databases: Sequence[str]) -> None:
    """Raise EmbeddedError for a database name that cannot be its role's name, or is there twice."""
    wrong = [name for name in databases if not _NAME.fullmatch(name) or name in _TAKEN]
    if wrong or len(set(databases)) != len(databases):
        raise EmbeddedError(f"cannot be names of databases with a role each: {', '.join(wrong or databases)}")


def provide(cluster: Cluster, databases: Sequence[str]) -> None:
    """Make each database and the login role that owns it, where absent; no role may enter another's.

    Done at every start, and each step alone is safe to repeat, so that a start that broke off is completed.
    Raises EmbeddedError when the password is not the one that the data folder was made with.
    """
    try:
        connection = psycopg.connect(cluster.admin_url(), autocommit=True)
    except psycopg.OperationalError as refusal:
        raise EmbeddedError(
            "the server runs but its superuser cannot enter: restore postgres.password and the data folder "
            "from the same backup"
        ) from refusal
    with connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        present = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        _close_to_public(connection, "postgres", "template1")
        for name in databases:
            if name not in roles:
                _create_role(connection, name, role_password(cluster.password, name))
            if name not in present:
                _create_database(connection, name)
            _close_to_public(connection, name)


def _create_role(connection: psycopg.Connection, name: str, password: str) -> None:
    # The verifier is made here, so that the password itself never reaches the server.
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL(
            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
        ).format(sql.Identifier(name), sql.Literal(verifier))
    )


def _create_database(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {0} OWNER {0} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(
            sql.Identifier(name)
        )
    )


def _close_to_public(connection: psycopg.Connection, *databases: str) -> None:
    for name in databases:
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
