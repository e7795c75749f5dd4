"""The dashboard and the alerts name metrics and labels that exist."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from registration.metrics.names import process, publishing, web, worker

FOLDER = Path("deploy/monitoring")
_METRIC = re.compile(r"\b(registration_[a-z_]+)\b(?:\{([^}]*)\})?")
_BY = re.compile(r"\bby \(([^)]*)\)")
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
_OF_PROMETHEUS = {"le", "job", "instance"}


def known() -> dict[str, set[str]]:
    """The labels of every series that our processes can have, by its name."""
    found: dict[str, set[str]] = {}
    for module in (process, publishing, web, worker):
        for metric in vars(module).values():
            if isinstance(metric, MetricWrapperBase):
                (family,) = metric.describe()
                labels = set(metric._labelnames) | ({"part"} if family.type == "info" else set())
                for suffix in _SUFFIXES.get(family.type, ("",)):
                    found[family.name + suffix] = labels
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Title and PromQL of every panel and every alert."""
    for panel in json.loads((FOLDER / "dashboard.json").read_text())["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


EXPRESSIONS = list(expressions())


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS, ids=[title for title, _ in EXPRESSIONS])
def test_every_metric_and_label_exists(title: str, expression: str) -> None:
    series = known()
    named = _METRIC.findall(expression)
    assert named or "up{" in expression, f"{title} looks at nothing of ours"
    labels = _OF_PROMETHEUS.union(*(series.get(name, set()) for name, _ in named))
    for name, selector in named:
        assert name in series, f"{title}: {name} does not exist"
        assert set(re.findall(r"(\w+)\s*(?:=|!=|=~)", selector)) <= series[name] | _OF_PROMETHEUS
    for grouped in _BY.findall(expression):
        assert set(filter(None, re.split(r",\s*", grouped))) <= labels, title


def test_every_metric_is_looked_at() -> None:
    looked_at = {name for _, expression in EXPRESSIONS for name, _ in _METRIC.findall(expression)}
    roots = {re.sub(r"_(bucket|sum|count)$", "", name) for name in looked_at}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in known()} == roots


def test_every_alert_says_what_to_do() -> None:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    assert all(rule["annotations"].keys() == {"summary", "action"} for rule in rules)
    assert {rule["labels"]["severity"] for rule in rules} <= {"page", "ticket"}


def test_names_follow_the_rules_of_prometheus() -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in known())
    assert list(REGISTRY.collect()), "and can be written down"


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed; the parser above looks")
def test_promtool_finds_no_fault() -> None:
    for command in (["check", "rules", "alerts.yml"], ["check", "config", "--syntax-only", "prometheus.yml"]):
        done = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
