"""Every Pod Security control says what Kubernetes' own check says, at every version, for every kind of workload."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from pss_pods import CHECKS, KINDS, defaulted, failing, generated, wrapped

ORACLE = Path(__file__).parents[1] / "oracles" / "pss"
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MINORS = range(38)
PER_VERSION = 70
AT_ALL_VERSIONS = 30
OVERRIDDEN = {"PSS-B04": 0, "PSS-B10": 19, "PSS-B03": 22, "PSS-B09": 35}
"""Baseline control → the version from which the restricted level asks a control of its own in its place."""


def go(*words: str) -> str:
    done = subprocess.run(["go", *words], cwd=ORACLE, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the oracle does not build here: {done.stderr[-200:]}")
    return done.stdout.strip()


@pytest.fixture(scope="session")
def ask(tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("Go is not installed: Kubernetes' Pod Security checks cannot be asked")
    program = tmp_path_factory.mktemp("oracle") / "pss"
    go("build", "-o", str(program), ".")

    def answers(pods: list[dict]) -> list[dict[str, list[int]]]:
        done = subprocess.run([program], input=json.dumps(pods), capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return answers


@pytest.fixture(scope="session")
def judged(ask):
    """Pods of each version, with what the oracle and what our rules say of them."""
    pick = random.Random(20261122)
    everywhere = [generated(pick) for _ in range(AT_ALL_VERSIONS)]
    pods = {minor: [*everywhere, *(generated(pick) for _ in range(PER_VERSION))] for minor in MINORS}
    asked = ask([defaulted(pod) for minor in MINORS for pod in pods[minor]])
    size = AT_ALL_VERSIONS + PER_VERSION
    found = {}
    for minor in MINORS:
        names = {f"p{number}": pod for number, pod in enumerate(pods[minor])}
        ours = failing([wrapped(pod, pick.choice(sorted(KINDS)), name) for name, pod in names.items()], f"1.{minor}")
        theirs = dict(zip(names, asked[minor * size : (minor + 1) * size], strict=True))
        found[minor] = (names, ours, theirs)
    return found


@pytest.mark.parametrize("minor", MINORS)
def test_each_control_equals_the_check(judged, minor):
    pods, ours, theirs = judged[minor]
    expected = {(rule, name) for name, checks in theirs.items() for rule, check in CHECKS.items() if minor in checks.get(check, ())}
    wrong = sorted(ours ^ expected)
    assert not wrong, json.dumps({"rule": wrong[0][0], "ours": wrong[0] in ours, "pod": pods[wrong[0][1]]}, indent=1)


@pytest.mark.parametrize("minor", MINORS)
def test_levels_are_the_union_of_their_controls(judged, minor):
    pods, ours, theirs = judged[minor]
    baseline = {name for rule, name in ours if rule.startswith("PSS-B")}
    assert baseline == {name for name in pods if minor in theirs[name].get("baseline", ())}
    restricted = {name for rule, name in ours if minor < OVERRIDDEN.get(rule, 99)}
    assert restricted == {name for name in pods if minor in theirs[name].get("restricted", ())}


def test_generated_pods_reach_every_control_in_both_directions(judged):
    for rule, check in CHECKS.items():
        verdicts = {37 in theirs[name].get(check, ()) for names, _, theirs in judged.values() for name in names}
        assert verdicts == {True, False}, rule


@pytest.mark.parametrize("minor", MINORS)
def test_upstream_fixtures(ask, minor):
    """The fixture pods that Kubernetes ships: named after the check they break, or passing their level."""
    folder = Path(go("list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission")) / "test" / "testdata"
    files = [*folder.glob(f"baseline/v1.{minor}/*/*.yaml"), *folder.glob(f"restricted/v1.{minor}/*/*.yaml")]
    if not files:
        pytest.skip(f"no fixtures of version 1.{minor}")
    pods = {f"{file.parts[-4]}-{file.parent.name}-{file.stem}": yaml.load(file.read_text(), Loader=FAST) for file in files}
    ours = failing([wrapped({"metadata": {}, **pod}, "Pod", name) for name, pod in pods.items()], f"1.{minor}")
    answers = ask([defaulted(pod) for pod in pods.values()])
    expected = {
        (rule, name) for name, checks in zip(pods, answers, strict=True) for rule, check in CHECKS.items() if minor in checks.get(check, ())
    }
    assert ours == expected
    restricted_failures = {name for name in pods if name.startswith("restricted-fail")}
    assert restricted_failures <= {name for _, name in ours}
