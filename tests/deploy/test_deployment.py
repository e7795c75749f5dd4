"""The deployment files, as far as can be checked without an engine: schemas, names, ports, images."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.images.__main__ import IMAGES, Image, package_sizes
from registration.messaging.topology import QUEUES

pytest.importorskip("kubernetes_validate", reason="the checkers are in the services' environment only")

DEPLOY = Path("deploy")
BIN = Path(sys.prefix) / "bin"
COMPOSE = DEPLOY / "compose.yml"
MANIFESTS = [path for path in (DEPLOY / "kubernetes").glob("*.yml") if path.name != "kustomization.yml"]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
RASAS_OWN = {"ACTION_ENDPOINT_URL", "TRACKER_STORE_URL", "LOCK_STORE_DB", "SANIC_HOST"}
_VARIABLE = re.compile(r"\$\{([A-Z_]+)")


def run(*command: str | Path, **options: Any) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def known_settings() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", Path(".env.example").read_text(), re.MULTILINE)) | RASAS_OWN


def kubernetes_settings() -> set[str]:
    return set(re.findall(r"(?m)^([A-Z_]+)=", (DEPLOY / "kubernetes" / "settings.env").read_text()))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def manifests(kind: str | None = None) -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        for one in yaml.safe_load_all(path.read_text()):
            if kind in (None, one["kind"]):
                yield one


def pods() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, pod and container of each workload."""
    for one in (*manifests("Deployment"), *manifests("StatefulSet")):
        pod = one["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        yield one["metadata"]["name"], pod, container


def test_compose_keeps_to_its_specification() -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


def test_an_engine_reads_compose() -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker's compose plugin is not installed")
    filled = dict.fromkeys(_VARIABLE.findall(COMPOSE.read_text()), "x")
    run("docker", "compose", "-f", COMPOSE, "config", "--quiet", env={"PATH": "/usr/bin:/bin", **filled})


def test_the_dockerfiles_have_no_known_fault() -> None:
    run(BIN / "hadolint", *(image.dockerfile for image in IMAGES))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_keep_to_the_schemas_of_kubernetes(path: Path, tmp_path: Path) -> None:
    ours = [one for one in yaml.safe_load_all(path.read_text()) if "keda.sh" not in one["apiVersion"]]
    copy = tmp_path / path.name
    copy.write_text(yaml.safe_dump_all(ours))
    run(BIN / "kubernetes-validate", "--strict", "-k", "1.31", copy)


def test_kustomize_puts_the_manifests_together() -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
    built = list(yaml.safe_load_all(run("kubectl", "kustomize", DEPLOY / "kubernetes")))
    assert len(built) == len(list(manifests())) + 1  # the settings


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    for unit in (*UNITS, DEPLOY / "systemd" / "registration.target"):
        text = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("User=registration", "User=root"))
    assert run("systemd-analyze", "verify", *tmp_path.iterdir()) == ""


def test_every_variable_is_a_setting() -> None:
    named = set((DEPLOY / "kubernetes" / "settings.env").read_text().replace("\n", "=").split("=")[::2]) - {
        ""
    }
    for service in compose()["services"].values():
        if str(service.get("image", "")).startswith("registration-"):
            named |= set(service["environment"])
    for _, _, container in pods():
        named |= {variable["name"] for variable in container["env"]}
    assert named - known_settings() == set()


def test_every_secret_of_compose_is_in_its_example() -> None:
    example = (DEPLOY / "compose.env.example").read_text()
    wanted = set(_VARIABLE.findall(COMPOSE.read_text()))
    assert wanted == set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))


def test_every_secret_of_kubernetes_is_in_the_readme() -> None:
    keys = {
        variable["valueFrom"]["secretKeyRef"]["key"]
        for _, _, container in pods()
        for variable in container["env"]
        if "valueFrom" in variable
    }
    keys |= {
        target["key"]
        for one in manifests("TriggerAuthentication")
        for target in one["spec"]["secretTargetRef"]
    }
    readme = (DEPLOY / "README.md").read_text()
    assert {key for key in keys if f"--from-literal={key}=" not in readme} == set()


def test_rasa_is_given_what_its_endpoints_name() -> None:
    wanted = set(_VARIABLE.findall((DEPLOY / "endpoints-many.yml").read_text()))
    assert wanted <= set(compose()["services"]["rasa"]["environment"])
    (rasa,) = (container for name, _, container in pods() if name == "rasa")
    assert wanted <= {variable["name"] for variable in rasa["env"]} | kubernetes_settings()


def test_pods_run_as_nobody_and_keep_the_spool() -> None:
    for name, pod, container in pods():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert container["securityContext"]["readOnlyRootFilesystem"], name
    (actions,) = manifests("StatefulSet")
    (claim,) = actions["spec"]["volumeClaimTemplates"]
    mounts = actions["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    (spool,) = (mount for mount in mounts if mount["name"] == claim["metadata"]["name"])
    assert f"SPOOL_DIR={spool['mountPath']}" in IMAGES[0].dockerfile.read_text()
    assert f"spool:{spool['mountPath']}" in compose()["services"]["actions"]["volumes"]


def test_only_the_proxy_is_open_to_the_outside() -> None:
    assert [name for name, service in compose()["services"].items() if "ports" in service] == ["proxy"]


def test_probes_ask_what_the_container_answers() -> None:
    for name, _, container in pods():
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        asked = [container[f"{kind}Probe"]["httpGet"] for kind in ("liveness", "readiness")]
        port, paths = ("http", ["/", "/"]) if name == "rasa" else ("metrics", ["/live", "/ready"])
        assert [(probe["port"], probe["path"]) for probe in asked] == [(port, path) for path in paths], name
        assert ports[port] == (5005 if name == "rasa" else 9100)
    assert "METRICS_PORT=9100" in IMAGES[0].dockerfile.read_text()


def test_workers_grow_with_every_queue() -> None:
    (scaled,) = manifests("ScaledObject")
    queues = [trigger["metadata"]["queueName"] for trigger in scaled["spec"]["triggers"]]
    assert queues == list(QUEUES)
    assert scaled["spec"]["scaleTargetRef"]["name"] == "worker"


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_what_an_image_copies_is_there_and_is_sent(image: Image) -> None:
    sent = (Path(".dockerignore")).read_text().split()
    for source in (image.lock, *image.sources()):
        assert source.exists(), source
        assert any(f"!{part}" in sent for part in (source, *source.parents)), source


def test_the_services_image_has_no_tensorflow() -> None:
    assert "tensorflow" not in package_sizes(IMAGES[0])
    assert "tensorflow" in package_sizes(IMAGES[1])


def test_the_services_start_from_what_their_image_copies(tmp_path: Path) -> None:
    (services,) = (image for image in IMAGES if image.name == "services")
    for source in services.sources():
        shutil.copytree(source, tmp_path / source)
    for module in ("worker", "registration", "rasa_sdk", "web.app", "actions"):
        code = f"import sys, importlib; sys.path.insert(0, '.'); importlib.import_module({module!r})"
        run(sys.executable, "-P", "-c", code, cwd=tmp_path)
    assert "worker" in run(sys.executable, "-m", "worker", "--help", cwd=tmp_path)
