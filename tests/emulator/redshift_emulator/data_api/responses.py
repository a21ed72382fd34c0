"""The Redshift Data API as moto sees it."""

from __future__ import annotations

from ..json_service import JsonServiceResponse
from .call import DataCall
from .models import redshiftdataapi_backends
from .operations import OPERATIONS


class RedshiftDataResponse(JsonServiceResponse):
    """The Redshift Data API; its errors have ``Message``, not ``message`` [C: model]."""

    service = "redshift-data"
    title = "The Redshift Data API"
    message_key = "Message"
    operations = OPERATIONS

    def _call(self) -> DataCall:
        common = super()._call()
        return DataCall(**vars(common), data=redshiftdataapi_backends[common.account][common.region])
