"""A workgroup with a real database behind it, for tests of clients that connect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from psycopg import sql
from redshift_emulator.control import OWNER, Emulator

from .constants import SETTLED

# What every format gives a meaning: each of these breaks a string that is put together naively.
DATABASE = "a b/c?d#e%41;f=g&h{{i}}'j"
USER, PASSWORD = "an'a@x:y/z", "p;w'd\"=%2F \\{}}#?&+@:$HOME`x`"


@dataclass(frozen=True)
class Attached:
    """A workgroup that accepts only SSL, an endpoint to it, and the database behind both.

    Attributes:
        workgroup: as the module returns it.
        endpoint: as the module returns it.
        addresses: the loopback addresses that the host names should lead to.
        ca_file: the authority that signed the server's certificate.
        admin: how an administrator connects, in libpq's words.
    """

    workgroup: dict[str, Any]
    endpoint: dict[str, Any]
    addresses: dict[str, str]
    ca_file: str
    admin: str

    def run(self, statement: str, *names: str, password: str = "") -> None:
        """Run SQL as the administrator; `{}` in it are names, and `{password}` is a literal."""
        text = sql.SQL(statement).format(*map(sql.Identifier, names), password=sql.Literal(password))
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(text)


def attach(aws: Emulator) -> Attached:
    """The workgroup sales with the database DATABASE besides dev, and USER with PASSWORD."""
    client = aws.session(OWNER).client("redshift-serverless")
    client.create_namespace(namespaceName="sales", adminUsername="admin", adminUserPassword="Passw0rd")
    subnets = client.create_workgroup(workgroupName="sales", namespaceName="sales")["workgroup"]["subnetIds"]
    aws.advance(SETTLED)
    client.create_endpoint_access(endpointName="apps", workgroupName="sales", subnetIds=subnets[:1])
    aws.advance(SETTLED)
    behind = aws.attach_database("sales")
    attached = Attached(
        camel_dict_to_snake_dict(client.get_workgroup(workgroupName="sales")["workgroup"]),
        camel_dict_to_snake_dict(client.get_endpoint_access(endpointName="apps")["endpoint"]),
        {each["host"]: each["hostaddr"] for each in (behind, *behind["endpoints"])},
        behind["ca_file"],
        psycopg.conninfo.make_conninfo(
            hostaddr=behind["hostaddr"],
            port=behind["port"],
            user=behind["admin_user"],
            password=behind["admin_password"],
            dbname="dev",
            sslmode="require",
        ),
    )
    attached.run("CREATE USER {} PASSWORD {password}", USER, password=PASSWORD)
    attached.run("CREATE DATABASE {}", DATABASE)
    return attached
