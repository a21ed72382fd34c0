# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS answers, as it was seen to answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .conversation import ACCOUNT, REGION

ARN = f"arn:aws:redshift-serverless:{REGION}:{ACCOUNT}"
WORKGROUP_ARN = f"{ARN}:workgroup/4ae7c5b1-5a5b-4c2a-9a1e-2f6f7c3d9e10"
NAMESPACE_ARN = f"{ARN}:namespace/0c1e2d3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"
ENDPOINT_ARN = f"{ARN}:managedvpcendpoint/9f8e7d6c"
BORN = datetime(2026, 7, 11, 16, 56, 24, tzinfo=UTC)

PARAMETERS = {
    "datestyle": "ISO, MDY",
    "query_group": "default",
    "max_query_execution_time": "14400",
    "enable_case_sensitive_identifier": "false",
    "enable_user_activity_logging": "true",
    "search_path": "$user, public",
    "require_ssl": "true",
    "use_fips_ssl": "false",
    "auto_mv": "true",
    "enable_large_strings_opt_in": "",
}


def config_parameters(**values: str) -> list[dict[str, str]]:
    """The parameters of a fresh workgroup with some other values, in the API's form."""
    return [{"parameterKey": key, "parameterValue": value} for key, value in {**PARAMETERS, **values}.items()]


def interface(name: str = "eni-0a1b2c3d4e5f60718") -> dict[str, Any]:
    return {
        "networkInterfaceId": name,
        "subnetId": "subnet-0a1b2c3d4e5f60718",
        "privateIpAddress": "10.0.0.7",
        "availabilityZone": f"{REGION}a",
    }


def workgroup(name: str = "sales", parameters: dict[str, str] | None = None, **members: Any) -> dict[str, Any]:
    """A workgroup as GetWorkgroup gives it; members that are None are left out."""
    vpc_endpoint = {"vpcEndpointId": "vpce-0a1b2c3d", "vpcId": "vpc-0a1b2c3d", "networkInterfaces": [interface()]}
    state = {
        "workgroupName": name,
        "workgroupArn": WORKGROUP_ARN,
        "workgroupId": WORKGROUP_ARN.rpartition("/")[2],
        "namespaceName": "sales",
        "status": "AVAILABLE",
        "creationDate": BORN,
        "baseCapacity": -1,
        "pricePerformanceTarget": {"status": "ENABLED", "level": 50},
        "enhancedVpcRouting": False,
        "publiclyAccessible": False,
        "securityGroupIds": ["sg-0a1b2c3d4e5f60718"],
        "subnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728", "subnet-0c1d2e3f405162738"],
        "endpoint": {
            "address": f"{name}.{ACCOUNT}.{REGION}.redshift-serverless.amazonaws.com",
            "port": 5439,
            "vpcEndpoints": [vpc_endpoint],
        },
        "configParameters": config_parameters(**(parameters or {})),
        "trackName": "current",
    }
    return {member: value for member, value in {**state, **members}.items() if value is not None}


def namespace(name: str = "sales", **members: Any) -> dict[str, Any]:
    """A namespace as GetNamespace gives it; members that are None are left out."""
    state = {
        "namespaceName": name,
        "namespaceArn": NAMESPACE_ARN,
        "namespaceId": NAMESPACE_ARN.rpartition("/")[2],
        "status": "AVAILABLE",
        "creationDate": BORN,
        "adminUsername": "admin",
        "dbName": "dev",
        "kmsKeyId": "AWS_OWNED_KMS_KEY",
        "iamRoles": [],
        "logExports": [],
    }
    return {member: value for member, value in {**state, **members}.items() if value is not None}


def endpoint(name: str = "apps", **members: Any) -> dict[str, Any]:
    """An endpoint as GetEndpointAccess gives it; members that are None are left out."""
    state = {
        "endpointName": name,
        "endpointArn": ENDPOINT_ARN,
        "endpointStatus": "ACTIVE",
        "endpointCreateTime": BORN,
        "workgroupName": "sales",
        "address": f"{name}-endpoint-k7rfausg.{ACCOUNT}.{REGION}.redshift-serverless.amazonaws.com",
        "port": 5439,
        "subnetIds": ["subnet-0a1b2c3d4e5f60718"],
        "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-0a1b2c3d4e5f60718", "status": "active"}],
        "vpcEndpoint": {
            "vpcEndpointId": "vpce-0b1c2d3e",
            "vpcId": "vpc-0a1b2c3d4e5f60718",
            "networkInterfaces": [interface()],
        },
    }
    return {member: value for member, value in {**state, **members}.items() if value is not None}


DOMAIN = "sales.example.com"
CERTIFICATE_ARN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def association(name: str = DOMAIN, expires: datetime | None = None, **members: Any) -> dict[str, Any]:
    """A custom domain as GetCustomDomainAssociation gives it; members that are None are left out."""
    state = {
        "workgroupName": "sales",
        "customDomainName": name,
        "customDomainCertificateArn": CERTIFICATE_ARN,
        "customDomainCertificateExpiryTime": expires,
    }
    return {member: value for member, value in {**state, **members}.items() if value is not None}


def certificate(arn: str = CERTIFICATE_ARN, expires: datetime | None = None, **members: Any) -> dict[str, Any]:
    """A certificate as DescribeCertificate gives it; members that are None are left out."""
    state = {
        "CertificateArn": arn,
        "DomainName": DOMAIN,
        "SubjectAlternativeNames": [DOMAIN],
        "Status": "ISSUED",
        "NotBefore": BORN,
        "NotAfter": expires,
        "KeyUsages": [{"Name": "DIGITAL_SIGNATURE"}, {"Name": "KEY_ENCIPHERMENT"}],
        "ExtendedKeyUsages": [{"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"}],
    }
    return {member: value for member, value in {**state, **members}.items() if value is not None}
