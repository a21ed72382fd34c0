"""The backend that moto keeps for each account and Region (moto finds it by this file's name)."""

from __future__ import annotations

from moto.core.base_backend import BackendDict, BaseBackend

from .state import Session, Statement


class RedshiftDataBackend(BaseBackend):
    """One account's statements and sessions in one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.statements: dict[str, Statement] = {}
        self.sessions: dict[str, Session] = {}


# botocore knows no Regions of redshift-data: they are those of the workgroups.
redshiftdataapi_backends: BackendDict[RedshiftDataBackend] = BackendDict(RedshiftDataBackend, "redshift-serverless")
