"""Redshift Serverless as moto sees it."""

from __future__ import annotations

from .json_service import JsonServiceResponse, service_model
from .operations import OPERATIONS

SERVICE = "redshift-serverless"


def stateless_operations() -> list[str]:
    """Operations of the model behind which the emulator keeps no state."""
    return sorted(set(service_model(SERVICE).operation_names) - set(OPERATIONS))


class RedshiftServerlessResponse(JsonServiceResponse):
    """Redshift Serverless."""

    service = SERVICE
    title = "Redshift Serverless"
    operations = OPERATIONS
