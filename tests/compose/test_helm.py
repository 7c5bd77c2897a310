"""The chart's values say what the compose file says: images, queues, environment, identities. Needs no cluster."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.compose.test_file import SERVICES

VALUES: dict[str, Any] = yaml.safe_load(Path("deploy/helm/values.yaml").read_text(encoding="utf-8"))
POLICIES: list[dict[str, Any]] = list(yaml.safe_load_all(Path("deploy/helm/egress.yaml").read_text(encoding="utf-8")))
CELERY = VALUES["workers"]["celery"]


def given(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["name"]: entry for entry in entries}


def test_airflow_is_the_locked_one() -> None:
    locked = re.search(r"^apache-airflow==(\S+)", Path("requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert locked is not None
    assert VALUES["airflowVersion"] == locked[1]


def test_settings_are_those_of_the_compose_file() -> None:
    compose = SERVICES["scheduler"]["environment"]
    own = {"dags_folder", "plugins_folder", "worker_concurrency", "visibility_timeout"}
    for section, settings in VALUES["config"].items():
        for name, value in settings.items():
            if name not in own:
                expected = compose[f"AIRFLOW__{section.upper()}__{name.upper()}"]
                assert str(value) == re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", expected), name
    transport = VALUES["config"]["celery_broker_transport_options"]["visibility_timeout"]
    assert str(transport) == compose["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"]


def test_folders_and_target_are_the_image_s() -> None:
    image = Path("Dockerfile").read_text(encoding="utf-8")
    core = VALUES["config"]["core"]
    assert f"DAGS_FOLDER={core['dags_folder']} " in image
    assert f"PLUGINS_FOLDER={core['plugins_folder']} " in image
    assert f"PYTHONPATH={given(VALUES['env'])['PYTHONPATH']['value']} " in image
    assert f" AS {VALUES['defaultAirflowTag']}\n" in image


def test_every_queue_has_its_workers() -> None:
    command = SERVICES["worker"]["command"]
    queues = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", command[command.index("--queues") + 1]).split(",")
    assert [CELERY["queue"], *(one["queue"] for one in CELERY["sets"])] == queues
    assert all(one["keda"]["enabled"] for one in (CELERY, *CELERY["sets"]))


def test_each_part_holds_the_identities_it_holds_in_the_compose_file() -> None:
    for part, service in ((VALUES["apiServer"], "api-server"), (VALUES["triggerer"], "triggerer"), (CELERY, "worker")):
        names = {name for name in given(part["env"]) if name.startswith("AIRFLOW_CONN")}
        assert names == {name for name in SERVICES[service]["environment"] if name.startswith("AIRFLOW_CONN")}
    for one in CELERY["sets"]:
        assert one["env"] == CELERY["env"]


def test_no_secret_stands_in_the_values() -> None:
    for part in (VALUES["apiServer"], VALUES["triggerer"], CELERY, *CELERY["sets"]):
        for entry in part["env"]:
            assert ("valueFrom" in entry) == bool(re.search(r"CONN|KEY", entry["name"]))
    assert VALUES["data"].keys() == {"metadataSecretName", "brokerUrlSecretName", "resultBackendSecretName"}


def test_only_pods_that_fetch_leave_the_cluster_and_never_to_private_addresses() -> None:
    everyone, sites = POLICIES
    assert everyone["spec"]["podSelector"] == {}
    assert not any("0.0.0.0/0" in str(rule) for rule in everyone["spec"]["egress"])
    labels = sites["spec"]["podSelector"]["matchLabels"]
    assert [one["name"] for one in CELERY["sets"] if one.get("labels") == labels] == ["fetch"]
    (rule,) = sites["spec"]["egress"]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"} <= set(
        rule["to"][0]["ipBlock"]["except"]
    )
