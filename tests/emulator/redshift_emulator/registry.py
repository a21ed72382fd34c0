"""Registers the service with moto from outside: two entries in moto's look-up tables.

moto has no plug-in system; ``tests/test_moto_extension.py`` asserts the shape of both tables, so that an upgrade
that changes them is seen there.
"""

from __future__ import annotations

import re
import sys

from moto import backend_index

from . import models
from .data_api import models as data_models
from .db_roles import keep_session_tags
from .ec2_extras import extend_ec2

SERVICE = "redshiftserverless"
DATA_SERVICE = "redshiftdataapi"
DATA_PATTERN = re.compile(r"https?://redshift-data\.(.+)\.amazonaws\.com")
PATTERN = re.compile(r"https?://redshift-serverless\.(.+)\.amazonaws\.com")


def register() -> None:
    """Make moto's server know Redshift Serverless, our Data API and the EC2 additions; once is as good as twice."""
    # moto.backends.get_backend() imports "moto.<service>" and takes its attribute "<service>_backends".
    sys.modules[f"moto.{SERVICE}"] = models
    if all(name != SERVICE for name, _pattern in backend_index.backend_url_patterns):
        backend_index.backend_url_patterns.append((SERVICE, PATTERN))
    sys.modules[f"moto.{DATA_SERVICE}"] = data_models
    if all(name != DATA_SERVICE for name, _pattern in backend_index.backend_url_patterns):
        # Before moto's own, which answers canned rows: the first pattern that matches is taken.
        backend_index.backend_url_patterns.insert(0, (DATA_SERVICE, DATA_PATTERN))
    extend_ec2()
    keep_session_tags()
