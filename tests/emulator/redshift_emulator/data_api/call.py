"""A call of the Data API: the common call, with the Data API's own state."""

from __future__ import annotations

import dataclasses
import re

from ..call import Call
from .models import RedshiftDataBackend


@dataclasses.dataclass(frozen=True)
class DataCall(Call):
    """What an operation gets besides its parameters; ``backend`` has the workgroups, ``data`` the statements."""

    data: RedshiftDataBackend

    @property
    def identity(self) -> str:
        """The IAM user or role behind the caller: statements are seen by the same role in another session [C: model].

        For a role, its ARN has no session: ``arn:aws:sts::...:assumed-role/<role>``.
        """
        role = re.fullmatch(r"(.+:assumed-role/[^/]+)/.+", self.caller)
        return role[1] if role else self.caller
