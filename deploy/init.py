"""The stack's first act: secrets and servers in; buckets, database and accounts out.

Refuses weak secrets before anything uses them, makes the buckets with versioning and retention, brings Airflow's
database to this version, and makes one account a role. Every step may be repeated. It knows the store's root key,
which nothing else does.
"""

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from deploy.dotenv import faults

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

NAMES = {
    "AIRFLOW_FERNET_KEY": "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW_JWT_SECRET": "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW_SECRET_KEY": "AIRFLOW__API__SECRET_KEY",
    "STORE_ROOT_KEY": "STORE_ROOT_KEY",
    "ENGINEER_PASSWORD": "ENGINEER_PASSWORD",
    "ANALYST_PASSWORD": "ANALYST_PASSWORD",
    "VIEWER_PASSWORD": "VIEWER_PASSWORD",
}
"""Secret, as `.env` calls it -> the variable that carries it here."""
ROLES = ("engineer", "analyst", "viewer")


def main() -> int:
    """Do every step; 2 when a secret must be changed."""
    wrong = faults({name: os.environ.get(variable, "") for name, variable in NAMES.items()}, tuple(NAMES))
    for line in wrong:
        print(f"init: {line}; remove its line from .env and run `make secrets`", file=sys.stderr)
    if wrong:
        return 2
    store = root()
    make_bucket(store, os.environ["ARCHIVE_BUCKET"], days=int(os.environ.get("STORE_RETENTION_DAYS", "0")))
    make_bucket(store, os.environ["LOGS_BUCKET"])
    make_bucket(store, "health")
    store.put_object(Bucket="health", Key="ready", Body=b"ready")
    print("init: buckets are there", flush=True)
    subprocess.run(["airflow", "db", "migrate"], check=True)
    make_accounts()
    print("init: database and accounts are there", flush=True)
    return 0


def root() -> "S3Client":
    """Return a client with the store's root key."""
    return boto3.client(
        "s3",
        endpoint_url=os.environ["REPORT_ARCHIVE_ENDPOINT"],
        aws_access_key_id="root",
        aws_secret_access_key=os.environ["STORE_ROOT_KEY"],
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard", "max_attempts": 10}),
    )


def make_bucket(store: "S3Client", name: str, days: int | None = None) -> None:
    """Make a bucket; with `days`, versioned, and what is written kept that long against deletion (0: not)."""
    try:
        store.create_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
            raise
    if days is None:
        return
    store.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if days:
        store.put_object_lock_configuration(
            Bucket=name,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": days}},
            },
        )


def make_accounts() -> None:
    """Make the three roles and one account each; an account that is there gets the password of `.env`."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.providers.fab.www.security.permissions import ACTION_CAN_ACCESS_MENU, ACTION_CAN_READ, RESOURCE_PLUGIN

    with get_application_builder() as builder:
        accounts = builder.sm
        accounts.sync_roles()
        viewer = list(accounts.VIEWER_PERMISSIONS)
        analyst = [*viewer, (ACTION_CAN_READ, RESOURCE_PLUGIN), (ACTION_CAN_ACCESS_MENU, RESOURCE_PLUGIN)]
        engineer = [*analyst, *accounts.USER_PERMISSIONS, *accounts.OP_PERMISSIONS]
        accounts.bulk_sync_roles(
            [{"role": name, "perms": perms} for name, perms in zip(ROLES, (engineer, analyst, viewer), strict=True)]
        )
        for name in ROLES:
            password = os.environ[f"{name.upper()}_PASSWORD"]
            known = accounts.find_user(name)
            if known:
                accounts.reset_password(known.id, password)
            else:
                accounts.add_user(name, name, "account", f"{name}@localhost", accounts.find_role(name), password)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ClientError as error:
        print(f"init: the store refused: {json.dumps(error.response['Error'])}", file=sys.stderr)
        sys.exit(1)
