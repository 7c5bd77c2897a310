"""The first steps on a real server: buckets made once, versioned, and locked against deletion; weak secrets refused."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from deploy import init
from deploy.dotenv import make
from stack.store import LocalStore
from tests.conftest import ACCESS_KEY, SECRET_KEY


@pytest.fixture
def client(store_server: LocalStore) -> Any:
    return boto3.client(
        "s3", endpoint_url=store_server.endpoint, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1", config=Config(s3={"addressing_style": "path"}, proxies={}),
    )  # fmt: skip


def test_a_bucket_is_made_once_versioned_and_locked(client: Any) -> None:
    for _ in range(2):
        init.make_bucket(client, "made-by-init", days=1)
    assert client.get_bucket_versioning(Bucket="made-by-init")["Status"] == "Enabled"
    first = client.put_object(Bucket="made-by-init", Key="raw/a", Body=b"first")["VersionId"]
    client.put_object(Bucket="made-by-init", Key="raw/a", Body=b"second")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket="made-by-init", Key="raw/a", VersionId=first)
    assert client.get_object(Bucket="made-by-init", Key="raw/a", VersionId=first)["Body"].read() == b"first"


def test_a_weak_secret_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for name, variable in init.NAMES.items():
        monkeypatch.setenv(variable, make(name))
    monkeypatch.setenv("ANALYST_PASSWORD", "airflow")
    monkeypatch.setattr(init, "root", lambda: pytest.fail("the store was asked before the secrets were checked"))
    assert init.main() == 2
    assert "ANALYST_PASSWORD is a well-known word" in capsys.readouterr().err
