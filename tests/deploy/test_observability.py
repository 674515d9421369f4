"""What watches the platform: Prometheus for real; dashboards and alerts ask what there is."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from staffel_contracts.tlog.keys import Kind, new_key
from tests.support.stack import MISSING, ROOT, Stack, engine, run

DEPLOY = ROOT / "deploy"
TARGETS = 6
OPS = ("run", "--rm", "-T", "ops")


@pytest.fixture(scope="module")
def prometheus(up: Stack) -> Iterator[httpx.Client]:
    """Prometheus beside the running platform, as the operator adds it; it looks more often."""
    config = up.folder / "prometheus/prometheus.yml"
    config.write_text(config.read_text().replace("interval: 15s", "interval: 1s"))
    up.add_files("compose.observability.yaml")
    up.compose("up", "-d", "--wait", "--no-recreate", "prometheus")
    with httpx.Client(base_url=f"http://127.0.0.1:{up.prometheus}", trust_env=False) as client:
        yield client
    up.compose("rm", "-sf", "prometheus")
    up.remove_files("compose.observability.yaml")


def asked(prometheus: httpx.Client, path: str, **params: str) -> Any:
    answer = prometheus.get(f"/api/v1/{path}", params=params).raise_for_status().json()
    assert answer["status"] == "success"
    return answer["data"]


async def test_every_service_is_watched(prometheus: httpx.Client) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                targets = asked(prometheus, "targets")["activeTargets"]
            except httpx.HTTPError:
                targets = []
            if len(targets) == TARGETS and {target["health"] for target in targets} == {"up"}:
                return
            await asyncio.sleep(0.5)


def test_every_panel_asks_what_prometheus_understands_and_knows(prometheus: httpx.Client) -> None:
    dashboard = json.loads((DEPLOY / "grafana/dashboards/staffel.json").read_text())
    questions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    answers = {question: asked(prometheus, "query", query=question) for question in questions}

    assert questions
    silent = [q for q, answer in answers.items() if not answer["result"] and "rate(" not in q]
    assert silent == []


def test_every_alert_is_loaded_and_asks_for_metrics_that_there_are(
    prometheus: httpx.Client,
) -> None:
    rules = [rule for group in asked(prometheus, "rules")["groups"] for rule in group["rules"]]

    assert {rule["name"] for rule in rules} == set(alerts())
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    asks = " ".join(alert["expr"] for alert in alerts().values())
    names = re.findall(r"\b(?:up|staffel_\w+)\b", asks)
    levels = re.findall(r'level="(\w+)"', asks)
    assert levels
    assert set(names) <= set(asked(prometheus, "label/__name__/values"))
    assert set(levels) <= set(asked(prometheus, "label/level/values"))


async def firing(prometheus: httpx.Client, name: str, *, wanted: bool) -> None:
    """Return once an alert fires, or does not any more."""
    async with asyncio.timeout(60):
        while True:
            found = asked(prometheus, "alerts")["alerts"]
            if any(a["labels"]["alertname"] == name and a["state"] == "firing" for a in found) is (
                wanted
            ):
                return
            await asyncio.sleep(0.5)


async def test_an_alert_fires_when_auditing_finds_something_and_ends_when_it_is_settled(
    up: Stack, prometheus: httpx.Client
) -> None:
    policy = up.home.policy
    before = policy.read_text()
    await firing(prometheus, "AuditFinding", wanted=False)
    key = next(line for line in before.splitlines() if "/notify+" in line)
    stranger = new_key(f"{up.home.config.origin}/notify", Kind.NOTE).verifier
    policy.write_text(before.replace(key, f"log {stranger.text()}"))

    await firing(prometheus, "AuditFinding", wanted=True)
    policy.write_text(before)
    await until_trusted(up, len(before.splitlines()) - 1)
    found = json.loads(up.compose(*OPS, "audit", "findings", "--json", check=False).stdout)
    for one in found["open"]:
        up.staffel("audit", "settle", str(one["id"]), "--reason", "the test's own policy")

    assert {(one["log"], one["code"]) for one in found["open"]} == {("notify", "bad-checkpoint")}
    await firing(prometheus, "AuditFinding", wanted=False)


async def until_trusted(up: Stack, logs: int) -> None:
    """Return once audit trusts the policy that is in place now."""
    wanted = [line.split()[1] for line in up.home.policy.read_text().splitlines()[:logs]]
    async with asyncio.timeout(60):
        while True:
            told = up.compose(*OPS, "status", "--json", check=False).stdout
            if json.loads(told.strip().splitlines()[-1])["audit"].get("trusts") == wanted:
                return
            await asyncio.sleep(0.5)


def test_what_cannot_be_brought_up_here_is_said() -> None:
    engine()
    images = yaml.safe_load((DEPLOY / "compose.observability.yaml").read_text())["services"]
    for name, service in images.items():
        inspected = run("docker", "image", "inspect", service["image"], check=False)
        if inspected.returncode:
            MISSING.append(f"{name}: {service['image']}")

    assert not any(line.startswith("prometheus") for line in MISSING)


def alerts() -> dict[str, Any]:
    """The alerts by name."""
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


@pytest.mark.parametrize("name", sorted(alerts()))
def test_an_alert_says_what_it_means_and_names_a_runbook_that_is_there(name: str) -> None:
    told = alerts()[name]["annotations"]

    assert told["summary"].endswith(".")
    assert (DEPLOY / told["runbook"]).is_file()


def test_the_collectors_pipelines_are_made_of_parts_that_are_declared() -> None:
    config = yaml.safe_load((DEPLOY / "otel/collector.yaml").read_text())

    for pipeline in config["service"]["pipelines"].values():
        for part, names in pipeline.items():
            assert set(names) <= set(config[part])
