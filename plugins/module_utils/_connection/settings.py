# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a client is to connect: what the user asks for, checked once for all drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.answers import kind_of
from .._core.errors import InvalidInput
from .target import ENDPOINT, Target

PASSWORD, IAM = "password", "iam"
DISABLE, ALLOW, PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL = (
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
)
SSL_MODES = (DISABLE, ALLOW, PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL)
VERIFYING = (VERIFY_CA, VERIFY_FULL)
# libpq's own name for the roots of the operating system.
SYSTEM = "system"
SQLALCHEMY_DRIVERS = ("psycopg2", "redshift_connector")
_TEXTS = (
    "database",
    "user",
    "password",
    "profile",
    "ssl_root_cert",
    "odbc_driver",
    "jdbc_root_cert",
    "jdbc_trust_store",
    "jdbc_trust_store_password",
    "schema",
    "secret_arn",
)


@dataclass(frozen=True)
class Settings:
    """What the user asks for. Text that is None was not asked for.

    Attributes:
        database: the database.
        user: the database user.
        password: its password.
        auth: PASSWORD or IAM.
        profile: the AWS profile of IAM logins.
        sslmode: one of libpq's words.
        ssl_root_cert: a PEM file of trusted roots on the client, or SYSTEM.
        odbc_version: 1 or 2.
        odbc_driver: the name under which the ODBC driver is registered.
        sqlalchemy_driver: one of SQLALCHEMY_DRIVERS.
        jdbc_root_cert: a PEM file with one root certificate.
        jdbc_trust_store: a Java key store with the roots.
        jdbc_trust_store_password: its password.
        schema: dbt's schema.
        threads: dbt's threads.
        secret_arn: the secret that the Data API logs in with.
    """

    sslmode: str
    database: str = "dev"
    user: str | None = None
    password: str | None = None
    auth: str = PASSWORD
    profile: str | None = None
    ssl_root_cert: str | None = None
    odbc_version: int = 2
    odbc_driver: str | None = None
    sqlalchemy_driver: str = "psycopg2"
    jdbc_root_cert: str | None = None
    jdbc_trust_store: str | None = None
    jdbc_trust_store_password: str | None = None
    schema: str = "public"
    threads: int = 4
    secret_arn: str | None = None

    @property
    def with_iam(self) -> bool:
        """Whether the drivers log in with AWS credentials."""
        return self.auth == IAM

    @property
    def verifies(self) -> bool:
        """Whether the server's certificate is to be verified."""
        return self.sslmode in VERIFYING


def read_settings(target: Target, options: Mapping[str, Any]) -> Settings:
    """Check the options and fill in the defaults.

    Args:
        target: where to connect to; the default of `sslmode` depends on it.
        options: by the names of Settings' attributes; None is not given.

    Raises:
        InvalidInput: a value that cannot be right, or values that contradict each other.
    """
    given = {name: value for name, value in options.items() if value is not None}
    given |= {name: _text(name, given[name]) for name in _TEXTS if name in given}
    _choice(given, "auth", (PASSWORD, IAM))
    _choice(given, "sslmode", SSL_MODES)
    _choice(given, "sqlalchemy_driver", SQLALCHEMY_DRIVERS)
    for name, numbers in (("odbc_version", range(1, 3)), ("threads", range(1, 1025))):
        if name in given:
            given[name] = _number(name, given[name], numbers)
    # The certificate of a managed endpoint may carry the workgroup's name and not the endpoint's; that of a workgroup does not
    # carry the name of a tunnel's near end.
    given.setdefault("sslmode", VERIFY_CA if target.kind == ENDPOINT or target.certified else VERIFY_FULL)
    # psycopg2 knows nothing of IAM.
    given.setdefault("sqlalchemy_driver", SQLALCHEMY_DRIVERS[given.get("auth") == IAM])
    settings = Settings(**given)
    for check in (_check_login, _check_iam, _check_trust):
        check(settings)
    return settings


def _text(name: str, value: Any) -> str:
    """Return a value as text; a number too, since YAML reads a password of digits as one."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise InvalidInput(f"{name}: got {kind_of(value)}; expected text.")
    text = str(value)
    if not text and name != "password":
        raise InvalidInput(f"{name}: got an empty text; expected a value. Leave it out, or give one.")
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidInput(
            f"{name}: got a character that no driver accepts (NUL, or half of a surrogate pair); expected text without it."
        )
    return text


def _choice(given: dict[str, Any], name: str, known: tuple[str, ...]) -> None:
    if name in given and given[name] not in known:
        raise InvalidInput(f"{name}: got {given[name]!r}; expected one of {', '.join(known)}.")


def _number(name: str, value: Any, numbers: range) -> int:
    if not isinstance(value, bool) and str(value).isdecimal() and int(value) in numbers:
        return int(value)
    raise InvalidInput(f"{name}: got {value!r}; expected {numbers[0]}-{numbers[-1]}.")


def _check_login(settings: Settings) -> None:
    if settings.password is not None and settings.with_iam:
        raise InvalidInput(
            "password: got a password with auth=iam; expected none, since IAM logins get their own, and the JDBC driver would take it for a "
            "secret access key. Leave it out, or use auth=password."
        )
    if settings.password is not None and settings.user is None:
        raise InvalidInput("user: got nothing; expected the user whose password is given. Set user.")


def _check_iam(settings: Settings) -> None:
    if settings.with_iam and settings.sslmode in (DISABLE, ALLOW, PREFER):
        raise InvalidInput(
            f"sslmode: got {settings.sslmode} with auth=iam; expected require, verify-ca or verify-full, since drivers send IAM credentials only "
            "over SSL. Use one of these."
        )
    if settings.with_iam and settings.sqlalchemy_driver == "psycopg2":
        raise InvalidInput(
            "sqlalchemy_driver: got psycopg2 with auth=iam; expected redshift_connector, since psycopg2 does not support IAM."
        )
    if settings.sqlalchemy_driver == "redshift_connector" and settings.sslmode == DISABLE:
        raise InvalidInput(
            "sslmode: got disable with sqlalchemy_driver=redshift_connector; expected another mode, since its SQLAlchemy URL can't express "
            "disable. Use sqlalchemy_driver=psycopg2."
        )


def _check_trust(settings: Settings) -> None:
    if settings.ssl_root_cert == SYSTEM and settings.sslmode != VERIFY_FULL:
        raise InvalidInput(
            f"ssl_root_cert: got system with sslmode={settings.sslmode}; expected sslmode=verify-full, since libpq accepts system only with it. "
            "Use that mode, or give the path of a file."
        )
    if settings.jdbc_root_cert and settings.jdbc_trust_store:
        raise InvalidInput(
            "jdbc_root_cert: got a path together with jdbc_trust_store; expected one of them, since the driver reads only the trust store. "
            "Leave one out."
        )
    if settings.jdbc_trust_store_password and not settings.jdbc_trust_store:
        raise InvalidInput(
            "jdbc_trust_store: got nothing; expected the trust store whose password is given. Set jdbc_trust_store."
        )
    if (settings.jdbc_root_cert or settings.jdbc_trust_store) and not settings.verifies:
        raise InvalidInput(
            f"sslmode: got {settings.sslmode} with jdbc_root_cert or jdbc_trust_store; expected verify-ca or verify-full, since the driver "
            "verifies nothing otherwise."
        )
