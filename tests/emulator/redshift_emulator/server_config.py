"""What a workgroup's settings mean for the PostgreSQL server behind it: its configuration as text. Pure functions."""

from __future__ import annotations

import dataclasses

from .postgres import SUPERUSER

LOG_FOLDER, LOG_FILE = "log", "connections"

# Small, and careless with data that live as long as a test.
COMMON = f"""\
max_connections = 50
shared_buffers = 8MB
max_wal_size = 32MB
min_wal_size = 2MB
wal_level = minimal
max_wal_senders = 0
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = md5
ssl = on
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
ssl_min_protocol_version = 'TLSv1.2'
logging_collector = on
log_destination = 'jsonlog'
log_directory = '{LOG_FOLDER}'
log_filename = '{LOG_FILE}'
log_rotation_age = 0
log_rotation_size = 0
log_min_messages = log
log_min_error_statement = panic
log_connections = on
log_disconnections = on
"""


@dataclasses.dataclass(frozen=True)
class Mode:
    """The settings that need a restart, in the service as here.

    Attributes:
        require_ssl: Plaintext is refused.
        use_fips_ssl: Only approved protocols and ciphers.
    """

    require_ssl: bool
    use_fips_ssl: bool


def configuration(host: str, port: int, socket_folder: str) -> str:
    """The text of ``postgresql.conf``.

    Args:
        host: Where the server listens for the front.
        port: Likewise.
        socket_folder: Where the socket for the emulator's own connections is; only the server's user gets in there.
    """
    lines = [f"listen_addresses = '{host}'", f"port = {port}", f"unix_socket_directories = '{socket_folder}'"]
    return COMMON + "\n".join(lines) + "\n"


def access_rules(mode: Mode) -> str:
    """The text of ``pg_hba.conf``: plaintext has no entry if SSL is required; md5 is what Redshift itself asks for."""
    network = "hostssl" if mode.require_ssl else "host"
    return "\n".join(
        ["local all all trust", f"host all {SUPERUSER} all reject", f"{network} all all 127.0.0.0/8 md5", ""]
    )


def path_setting(value: str) -> list[str]:
    """The schemas of a ``search_path`` as the service writes it.

    >>> path_setting("$user, public")
    ['$user', 'public']
    """
    return [part for part in (each.strip().strip('"') for each in value.split(",")) if part]
