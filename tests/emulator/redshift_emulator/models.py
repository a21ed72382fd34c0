"""The backend that moto keeps for each account and Region (moto finds it by this file's name)."""

from __future__ import annotations

from moto.core.base_backend import BackendDict, BaseBackend

from .state import EndpointAccess, Namespace, Snapshot, Workgroup


class RedshiftServerlessBackend(BaseBackend):
    """One account's Redshift Serverless in one Region: plain stores, no behaviour.

    The behaviour is in the operation modules (``operations.py`` lists them).
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.namespaces: dict[str, Namespace] = {}
        self.workgroups: dict[str, Workgroup] = {}
        self.endpoints: dict[str, EndpointAccess] = {}
        self.policies: dict[str, str] = {}
        # ARNs of the policies that were stored as they are: nobody has checked them, and nothing changes how they read.
        self.verbatim_policies: set[str] = set()
        self.snapshots: dict[str, Snapshot] = {}

    def arn(self, resource: str) -> str:
        """An ARN of this account, Region and partition, e.g. of ``workgroup/<uuid>`` [C: DOC-SAR]."""
        return f"arn:{self.partition}:redshift-serverless:{self.region_name}:{self.account_id}:{resource}"

    def forget_policy(self, arn: str) -> None:
        """Remove the policy of a resource that goes, if there is one."""
        self.policies.pop(arn, None)
        self.verbatim_policies.discard(arn)

    @property
    def dns_suffix(self) -> str:
        """The suffix of host names in this partition (China's is inferred [I])."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


redshiftserverless_backends: BackendDict[RedshiftServerlessBackend] = BackendDict(
    RedshiftServerlessBackend, "redshift-serverless"
)
