"""Real databases behind emulated workgroups: which are attached, and how each follows its workgroup.

What the workgroup is now says what its server should be (:class:`Wanted`); :meth:`Databases.follow`, which is called
whenever state may have changed, brings the server there. ``postgres.py`` starts programs, ``front.py`` holds addresses and
lets clients in, ``server_config.py`` knows what settings mean, ``database_sql.py`` talks SQL.
"""

from __future__ import annotations

import dataclasses
import functools
from contextlib import suppress
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from . import database_sql
from .addresses import Address, free_address, free_port
from .certificates import Authority
from .database_sql import Door
from .errors import ServiceError
from .front import Front, Listener
from .logins import Issued, proof
from .models import redshiftserverless_backends
from .postgres import Cluster, Workshop
from .secrets import admin_password
from .server_config import Mode, access_rules, configuration
from .session import Upstream
from .state import Key, Workgroup
from .tls import TlsPolicy, client_policy

if TYPE_CHECKING:
    from .world import World

CA_FILE = "ca.crt"


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a workgroup's server should be.

    Attributes:
        mode: What needs a restart.
        names: Host names in the server's certificate: the workgroup's, and its custom domain's.
        port: The workgroup's, and that of its managed endpoints.
        endpoints: The host names of its managed endpoints.
        admin: Name and password of the admin user; no password if none was ever given.
        creator: The user of the IAM identity that created the namespace.
        defaults: ``search_path`` and ``datestyle``.
    """

    mode: Mode
    names: tuple[str, ...]
    port: int
    endpoints: tuple[str, ...]
    admin: tuple[str, str | None]
    creator: str
    defaults: tuple[str, str]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that have an address: the workgroup's first."""
        return (self.names[0], *self.endpoints)


def wanted(key: Key, workgroup: Workgroup) -> Wanted:
    """What the workgroup's server should be now."""
    namespace = redshiftserverless_backends[key.account][key.region].namespaces[workgroup.namespace_name]
    config, domain = workgroup.config, workgroup.custom_domain
    return Wanted(
        mode=Mode(config["require_ssl"] == "true", config["use_fips_ssl"] == "true"),
        names=(workgroup.address, *((domain.name,) if domain else ())),
        port=workgroup.port,
        endpoints=_endpoints(key),
        admin=(namespace.admin_username, admin_password(key.account, key.region, namespace)),
        creator=namespace.creator,
        defaults=(config["search_path"], config["datestyle"]),
    )


def _endpoints(key: Key) -> tuple[str, ...]:
    """Host names of the managed endpoints to a workgroup, in whatever account; reached once they are ready."""
    return tuple(
        endpoint.address
        for _account, region, backend in redshiftserverless_backends.iter_backends()
        if region == key.region
        for endpoint in backend.endpoints.values()
        if (endpoint.owner_account, endpoint.workgroup_name) == (key.account, key.workgroup)
        and endpoint.status not in ("CREATING", "DELETING")
    )


class Database:
    """One attached server.

    Args:
        home: Where clusters come from.
        authority: Signs its certificate.
        front: Holds its addresses.
        goal: What it should be at first.
        database: The name of the namespace's database.
        generated: The admin's password if the namespace has none that is known.
        world: Whose time passes with each connection.
    """

    def __init__(
        self,
        home: Workshop,
        authority: Authority,
        front: Front,
        goal: Wanted,
        database: str,
        generated: str,
        world: World,
    ) -> None:
        self.database = database
        self.goal = goal
        self._authority, self._front, self._world, self._generated = authority, front, world, generated
        self._listeners: dict[str, tuple[Address, Listener]] = {}
        # An address of its own for each host name, kept through changes of the port.
        self._hosts: dict[str, str] = {}
        self._issued = Issued()
        host = free_address(goal.port).host
        self._hosts[goal.names[0]] = host
        self._inner = Address(host, free_port(host))
        self._cluster: Cluster = home.new_cluster()
        self.door = Door(str(self._cluster.folder), self._inner.port)
        self._policy = self._make_policy()
        self._start()
        database_sql.create_database(self.door, database)
        self._set_admin()
        database_sql.make_superuser(self.door, goal.creator)
        database_sql.set_defaults(self.door, database, *goal.defaults)
        self._listen()

    @property
    def inner(self) -> Address:
        """Where the server itself listens, behind the front."""
        return self._inner

    def describe(self) -> dict[str, Any]:
        """What a client needs to know."""
        name, password = self.goal.admin
        host = self.goal.names[0]
        return {
            "host": host,
            "hostaddr": self._hosts[host],
            "port": self.goal.port,
            "admin_user": name,
            "admin_password": password or self._generated,
            "database": self.database,
            "endpoints": [
                {"host": each, "hostaddr": self._hosts[each], "port": self.goal.port} for each in self.goal.endpoints
            ],
        }

    def become(self, goal: Wanted) -> None:
        """Do what is needed, and no more, to be as the goal says."""
        before, self.goal = self.goal, goal
        if goal == before:
            return
        if (goal.names, goal.mode) != (before.names, before.mode):
            self._policy = self._make_policy()
        if goal.mode != before.mode:
            self._cluster.stop(keep=True)
            self._start()
        if goal.admin != before.admin:
            self._set_admin()
        if goal.defaults != before.defaults:
            database_sql.set_defaults(self.door, self.database, *goal.defaults)
        self._listen()

    def _make_policy(self) -> TlsPolicy:
        """How clients are spoken with from now on. PostgreSQL has the same files, but only the front looks at them."""
        certificate = self._cluster.write("server.crt", self._authority.server_certificate(self.goal.names))
        key = self._cluster.write("server.key", self._authority.server_key_pem)
        return client_policy(certificate, key, self.goal.mode.use_fips_ssl)

    def _start(self) -> None:
        mode = self.goal.mode
        folder = str(self._cluster.folder)
        self._cluster.write("postgresql.conf", configuration(self._inner.host, self._inner.port, folder))
        self._cluster.write("pg_hba.conf", access_rules(mode))
        self._cluster.start()

    def _set_admin(self) -> None:
        name, password = self.goal.admin
        database_sql.set_admin(self.door, name, password or self._generated)

    def _listen(self) -> None:
        """Listen under every host name at the port, and nowhere else; connections over what is closed are cut."""
        port = self.goal.port
        for host, (address, listener) in list(self._listeners.items()):
            if host not in self.goal.hosts or address.port != port:
                self._front.close(listener)
                del self._listeners[host]
        for host in self.goal.hosts:
            if host not in self._hosts:
                self._hosts[host] = free_address(port).host
            if host not in self._listeners:
                address = Address(self._hosts[host], port)
                self._listeners[host] = address, self._front.open(address, self._upstream())

    def _upstream(self) -> Upstream:
        return Upstream(
            self._inner,
            on_connect=functools.partial(self._world.tick, per_request=False),
            policy=lambda: self._policy,
            proof=self._proof,
        )

    def issue(self, user: str, password: str, expiration: datetime, roles: list[str]) -> None:
        """Let a user log in with that password too until then, as a member of those of the roles that exist."""
        database_sql.ensure_password(self.door, user)
        database_sql.grant_roles(self.door, user, roles)
        self._issued.add(user, password, expiration, self._world.clock.now())

    def _proof(self, user: bytes, salt: bytes, given: bytes) -> bytes:
        """The proof of the password that PostgreSQL keeps, if the client's is that of a temporary one; else the client's.

        PostgreSQL refuses what is wrong. Called in threads of the front.
        """
        if self._issued.fits(user, salt, given, self._world.clock.now()):
            # Without the server there is nothing to be proved.
            with suppress(database_sql.driver().Error):
                kept = database_sql.kept_digest(self.door, user.decode())
                return proof(kept, salt) if kept else given
        return given

    def remove(self) -> None:
        """Stop the server; nothing remains."""
        for _address, listener in self._listeners.values():
            self._front.close(listener)
        self._cluster.remove()


class Databases:
    """The attached databases of an emulator. The world's lock is held by whoever calls a method.

    Args:
        world: Whose time passes with each connection.
    """

    def __init__(self, world: World) -> None:
        database_sql.driver()
        self._world = world
        self._home = Workshop()
        self._authority = Authority()
        self._front = Front()
        self._attached: dict[Key, tuple[str, Database]] = {}
        self.ca_file = self._home.folder / CA_FILE
        self.ca_file.write_text(self._authority.pem, encoding="ascii")

    def attach(self, key: Key) -> dict[str, Any]:
        """Put a database behind a workgroup; one that is there already stays.

        Raises:
            ServiceError: There is no such workgroup, or it is not yet, or no longer, to be reached.
        """
        if key not in self._attached:
            workgroup = redshiftserverless_backends[key.account][key.region].workgroups.get(key.workgroup)
            if workgroup is None or workgroup.status in ("CREATING", "DELETING"):
                state = f"is {workgroup.status}" if workgroup else f"is not in account {key.account}, {key.region}"
                raise ServiceError("BadDatabase", f"the workgroup {key.workgroup} {state}: no database can be attached")
            namespace = redshiftserverless_backends[key.account][key.region].namespaces[workgroup.namespace_name]
            database = Database(
                self._home,
                self._authority,
                self._front,
                wanted(key, workgroup),
                namespace.db_name,
                "Aa1" + token_hex(12),
                self._world,
            )
            self._attached[key] = workgroup.arn, database
        return self._describe(key)

    def detach(self, key: Key) -> None:
        """Stop the database behind a workgroup and forget it, if there is one."""
        _arn, database = self._attached.pop(key, (None, None))
        if database:
            database.remove()

    def describe(self) -> list[dict[str, Any]]:
        """All that are attached."""
        return [self._describe(key) for key in self._attached]

    def _describe(self, key: Key) -> dict[str, Any]:
        return {**dataclasses.asdict(key), "ca_file": str(self.ca_file), **self._attached[key][1].describe()}

    def find(self, key: Key) -> Database | None:
        """The database behind a workgroup."""
        return self._attached.get(key, (None, None))[1]

    def follow(self) -> None:
        """Bring every server to what its workgroup is now; where the workgroup is gone, the server goes."""
        for key, (arn, database) in list(self._attached.items()):
            workgroup = redshiftserverless_backends[key.account][key.region].workgroups.get(key.workgroup)
            if workgroup is None or workgroup.arn != arn:
                self.detach(key)
            else:
                database.become(wanted(key, workgroup))

    def issue(self, key: Key, user: str, password: str, expiration: datetime, roles: list[str]) -> None:
        """Make a real login of what GetCredentials gives, which ends in simulated time."""
        database = self.find(key)
        if database:
            database.issue(user, password, expiration, roles)
