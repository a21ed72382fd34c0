"""Where moto's server sends requests for this service (moto finds it by this file's name)."""

from __future__ import annotations

from .responses import RedshiftDataResponse

url_bases = [r"https?://redshift-data\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/": RedshiftDataResponse.dispatch}
