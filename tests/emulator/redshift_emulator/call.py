"""One API call: who calls, in which account and Region, and the state that the call may touch."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime

from moto.sts.models import sts_backends

from .models import RedshiftServerlessBackend, redshiftserverless_backends
from .settings import Settings
from .world import World


def caller_arn(account: str, partition: str, region: str, access_key: str) -> str:
    """The ARN that sts:GetCallerIdentity gives for this access key (user or assumed role)."""
    _user_id, arn, _account = sts_backends[account][partition].get_caller_identity(access_key, region)
    return arn


def database_user(caller: str) -> str:
    """``IAM:<user>`` or ``IAMR:<role>`` [C: DOC23].

    >>> database_user("arn:aws:sts::222222222222:assumed-role/analyst/session")
    'IAMR:analyst'
    """
    role = re.search(r":assumed-role/([^/]+)/", caller)
    return f"IAMR:{role[1]}" if role else f"IAM:{caller.rpartition('/')[2]}"


@dataclasses.dataclass(frozen=True)
class Call:
    """What an operation gets besides its parameters."""

    world: World
    backend: RedshiftServerlessBackend
    caller: str
    access_key: str

    @property
    def account(self) -> str:
        """The caller's account."""
        return self.backend.account_id

    @property
    def region(self) -> str:
        """The Region that was called."""
        return self.backend.region_name

    @property
    def partition(self) -> str:
        """The partition of the Region."""
        return self.backend.partition

    @property
    def settings(self) -> Settings:
        """The emulator's settings."""
        return self.world.settings

    @property
    def now(self) -> datetime:
        """Simulated time."""
        return self.world.timeline.now()

    def backend_of(self, account: str) -> RedshiftServerlessBackend:
        """Another account's state in the same Region (grants do not reach further [C: DOC-CONN])."""
        return redshiftserverless_backends[account][self.region]
