# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one process keeps of AWS: a client for each identity and service, and botocore's models, parsed once.

A module's process serves one task. A worker of the controller serves all items of a loop, one after another, so that they
share clients, connections and the credentials of assumed roles.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

try:
    import botocore.loaders
    import botocore.session
except ImportError:
    pass  # AnsibleAWSModule reports a missing boto3 itself.

# Where botocore finds its configuration if no option and no variable of AWS_ says so.
FILES = {"AWS_CONFIG_FILE": "~/.aws/config", "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}

_Kept = TypeVar("_Kept")
Identity = tuple[object, ...]


def identity_of(params: Mapping[str, Any]) -> Identity:
    """Everything that decides who asks and which way the request goes, to compare two tasks or items by.

    The values hold secrets: they are compared in memory and never shown.

    Args:
        params: a module's options; only those of the connection count.
    """
    options = json.dumps(
        {name: params.get(name) for name in params if _is_of_connection(name)}, sort_keys=True, default=repr
    )
    # A fork must not use its parent's connections: two processes would read each other's answers.
    return (os.getpid(), options, tuple(sorted(_environment())), *map(_state_of, FILES))


@cache
def _is_of_connection(option: str) -> bool:
    return option.startswith("assume_role_") or option in aws_argument_spec()


def _environment() -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        if name.startswith("AWS_") or name.lower().endswith("_proxy") or name in {"HOME", "REQUESTS_CA_BUNDLE"}:
            yield name, value


def _state_of(variable: str) -> tuple[int, int] | None:
    """When a configuration file was last written: credentials may be renewed there while a loop runs."""
    path = os.path.expanduser(os.environ.get(variable) or FILES[variable])  # noqa: PTH111 (as botocore does)
    try:
        found = os.stat(path)  # noqa: PTH116 (a Path costs more than the question)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class Kept:
    """Things that are made once for each key, such as clients."""

    def __init__(self) -> None:
        self._things: dict[tuple[object, ...], Any] = {}

    def get(self, key: tuple[object, ...], make: Callable[[], _Kept]) -> _Kept:
        """Return the thing of this key, made now if it is the first time that it is asked for."""
        if key not in self._things:
            self._things[key] = make()
        return self._things[key]


@cache
def kept() -> Kept:
    """Return what this process keeps. It ends with the process, which ends with the task."""
    return Kept()


@cache
def _loader() -> Any:
    """Return the loader of botocore's models, which keeps what it has parsed."""
    return botocore.loaders.create_loader()


def new_session(profile: str | None = None) -> Any:
    """Return a botocore session that shares parsed models with the others of this process.

    Args:
        profile: the name of a profile of the AWS configuration files.

    Raises:
        botocore.exceptions.BotoCoreError: the profile does not exist, or a configuration file can't be understood.
    """
    session = botocore.session.Session(profile=profile)
    share_models(session)
    return session


def share_models(session: Any) -> None:
    """Let a botocore session use the models that others of this process have parsed, unless the user has models elsewhere."""
    if not session.get_config_variable("data_path"):
        session.register_component("data_loader", _loader())


def warm(services: tuple[str, ...]) -> None:
    """Parse everything that clients of these services need, so that forks of this process inherit it.

    A client is made and thrown away: it opens no connection, and its credentials are nobody's.

    Args:
        services: botocore's names.
    """
    nobody = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nobody", "region_name": "us-east-1"}
    session = new_session()
    for service in services:
        session.create_client(service, **nobody)
