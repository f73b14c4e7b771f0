"""``plumbrule init``: looks at the repository and writes a first configuration, the hook and the CI job. It overwrites nothing."""

from __future__ import annotations

import json
import os

import click

from scanner import __version__
from scanner.config import NEWEST_KUBERNETES
from scanner.configuration.schema import json_schema
from scanner.governance.gate import CLEAN, MISUSE
from scanner.model.record import NamedTuple
from scanner.sources.files import FileTree, walk
from scanner.sources.repository import root_of
from scanner.typed import Mapping

PRE_COMMIT = ".pre-commit-config.yaml"
SCHEMA = ".plumbrule/plumbrule.schema.json"
"""Where editors find what may stand in plumbrule.yaml; `plumbrule config schema` prints the same."""
CI_FILES = {"github": ".github/workflows/plumbrule.yml", "gitlab": ".gitlab/plumbrule.yml", "azure": ".azuredevops/plumbrule.yml"}

PARTS = {"dockerfile": "Dockerfile", "grafana-dashboard": "dashboard.json", "prometheus-alerts": "alerts.yaml"}
"""What belongs to a nightly scan beside its manifests, as files of ``reports/cluster``."""


class Look(NamedTuple):
    """What a repository holds, as far as file names tell."""

    kubernetes: bool
    terraform: tuple[str, ...]
    charts: tuple[str, ...]
    kustomizations: tuple[str, ...]
    ci: str | None


@click.command()
@click.argument("path", default=".")
@click.option("--hook", is_flag=True, help="Print the pre-commit entry, or write it where there is no such file.")
@click.option("--ci", type=click.Choice(tuple(CI_FILES)), help="Write the CI job too.")
@click.option("--cluster-role", is_flag=True, help="Print the least ClusterRole that a scan of a cluster needs, and write nothing.")
@click.option("--in-cluster", "inside", is_flag=True, help="Print the manifests of a nightly scan inside the cluster, and write nothing.")
@click.option(
    "--print", "part", type=click.Choice(tuple(PARTS)), help="Print a part of it (image recipe, dashboard, alerts), and write nothing."
)
@click.option("--azure-role", is_flag=True, help="Print the least Azure role that a scan of subscriptions needs, and write nothing.")
@click.option("--managed-clusters", "clusters", is_flag=True, help="Let the printed Azure role open AKS clusters too.")
@click.option("--include-secret-metadata", "secrets", is_flag=True, help="Let the printed role list Secrets too, and say what that allows.")
def init(path: str, hook: bool, ci: str | None, part: str | None, **printed: bool) -> int:
    """Write a first plumbrule.yaml for the repository that holds PATH."""
    if part:
        click.echo(_part(PARTS[part]), nl=False)
        return CLEAN
    if printed["cluster_role"] or printed["inside"] or printed["azure_role"]:
        click.echo(_printed(printed), nl=False)
        return CLEAN
    root = root_of(path)
    look = look_at(root)
    written = [_write(root, "plumbrule.yaml", configuration(look))]
    if written[0]:
        _write(root, SCHEMA, json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n")
    if ci:
        written.append(_write(root, CI_FILES[ci], job(ci)))
    if hook:
        written.append(_write(root, PRE_COMMIT, f"repos:\n{hook_entry()}"))
        if not written[-1]:
            click.echo(f"\nadd this to {PRE_COMMIT}, under repos:\n\n{hook_entry()}")
    click.echo("\nnext: plumbrule scan" + ("" if ci else f", then plumbrule init --hook --ci {look.ci or 'github'}"))
    return CLEAN if all(written) or hook else MISUSE


def _printed(asked: Mapping[str, bool]) -> str:
    """Return the role or the manifests that are asked for, made of the built-in rules."""
    from scanner.cli.azure_role import azure_role
    from scanner.cli.cluster_role import cluster_role
    from scanner.cli.in_cluster import in_cluster
    from scanner.ruleset import load
    from scanner.tables import data_folder

    rules = load([data_folder("rules")])
    if asked["azure_role"]:
        return azure_role(rules, clusters=asked["clusters"])
    return in_cluster(rules, secrets=asked["secrets"]) if asked["inside"] else cluster_role(rules, secrets=asked["secrets"])


def _part(name: str) -> str:
    from scanner.tables import data_folder

    with open(os.path.join(data_folder("reports"), "cluster", name), encoding="utf-8") as handle:
        return handle.read().replace("@VERSION@", __version__)


def _write(root: str, name: str, text: str) -> bool:
    path = os.path.join(root, name)
    if os.path.exists(path):
        click.echo(f"kept     {name} (it is there already)")
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
    click.echo(f"written  {name}")
    return True


def look_at(root: str) -> Look:
    """Look at the names of all files below a root."""
    paths = walk(FileTree(root), "", ()).paths
    folders = {os.path.dirname(path) for path in paths if path.endswith((".tf", ".tofu"))}
    return Look(
        any(path.endswith((".yaml", ".yml")) for path in paths),
        tuple(sorted(folder for folder in folders if "/modules/" not in f"/{folder}/")),
        tuple(sorted(os.path.dirname(path) for path in paths if os.path.basename(path) == "Chart.yaml")),
        tuple(sorted(os.path.dirname(path) for path in paths if os.path.basename(path) in ("kustomization.yaml", "kustomization.yml"))),
        _ci_of(root),
    )


def _ci_of(root: str) -> str | None:
    signs = (("github", ".github"), ("gitlab", ".gitlab-ci.yml"), ("azure", "azure-pipelines.yml"))
    return next((name for name, sign in signs if os.path.exists(os.path.join(root, sign))), None)


_HEAD = """\
# plumbrule.yaml: what this organisation decided. `plumbrule config show` names the line each value comes from.
# yaml-language-server: $schema=SCHEMA
profile: starter        # starter: what matters most; platform: every rule that is on; audit: passes too
fail_on: high           # lowest severity that ends a scan with 1; lower it as the repository gets better
# exclude: [third_party/**]
"""


def configuration(look: Look) -> str:
    """Write a commented plumbrule.yaml for what was seen."""
    parts = [_HEAD.replace("SCHEMA", SCHEMA)]
    if look.kubernetes:
        parts.append(
            "# kubernetes:\n"
            f'#   version: "{NEWEST_KUBERNETES}"   # what your clusters run; Pod Security and removed APIs are judged at it\n'
            "#   complete_namespaces: [shop]   # of these, this repository holds everything: absence can be judged\n"
        )
    if look.terraform:
        roots = "".join(f"#     {folder or '.'}: {{var_files: [prod.tfvars]}}\n" for folder in look.terraform[:5])
        parts.append(f"# terraform:\n#   roots:              # found by themselves; name one to choose its variables\n{roots}")
    unrendered = [*look.charts, *look.kustomizations]
    if unrendered:
        paths = ", ".join(f'"{folder}/**"' if folder else '"**"' for folder in unrendered[:8])
        parts.append(
            "incomplete:\n  accept:               # shown in every report, but no longer ending a scan with 3\n"
            f"    - {{kinds: [unrenderable], paths: [{paths}], reason: judged as rendered manifests in another job}}\n"
        )
    parts.append(
        "residency:\n  profile: eu-only      # de-only, eu-only, eea, eea-adequate\n"
        "# suppressions:\n#   - {rules: [WL-001], paths: [legacy/**], reason: replaced in March}\n"
        "# owners:\n#   - {owner: team-shop, paths: [shop/**], namespaces: [shop]}\n"
    )
    return "\n".join(parts)


def hook_entry() -> str:
    """Return the pre-commit entry."""
    return f"  - repo: https://github.com/plumbrule/plumbrule\n    rev: v{__version__}\n    hooks:\n      - id: plumbrule\n"


def job(ci: str) -> str:
    """Return the CI job for GitHub, GitLab or Azure DevOps."""
    return {"github": _GITHUB, "gitlab": _GITLAB, "azure": _AZURE}[ci].replace("VERSION", __version__)


_GITHUB = """\
name: plumbrule
on:
  pull_request:
  push: {branches: [main]}
permissions:
  contents: read
jobs:
  scan:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
      security-events: write   # to upload SARIF
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: {fetch-depth: 0, persist-credentials: false}
      - uses: plumbrule/plumbrule@vVERSION
        with:
          sarif-file: plumbrule.sarif
          # changed-since: origin/${{ github.base_ref || 'main' }}   # gate on what a pull request changes alone
      - uses: github/codeql-action/upload-sarif@ff0a06e83cb2de871e5a09832bc6a81e7276941f # v3.28.18
        if: always()
        with: {sarif_file: plumbrule.sarif}
"""
_GITLAB = """\
# In .gitlab-ci.yml: include: {local: .gitlab/plumbrule.yml}
plumbrule:
  stage: test
  image: python:3.13-slim
  variables:
    GIT_DEPTH: "0"   # what a merge request changes is told from its merge base
    PIP_CACHE_DIR: $CI_PROJECT_DIR/.cache/pip
  cache: {key: plumbrule, paths: [.cache/pip]}
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH   # the widget compares with this one
  before_script:
    - apt-get update -qq && apt-get install -y -qq --no-install-recommends git
    - pip install --quiet plumbrule==VERSION
  script:
    # to gate on what a merge request changes alone, add: --changed-since "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-HEAD}"
    - >-
      plumbrule scan --format text --format gitlab=gl-code-quality-report.json
      --format gitlab-sast=gl-sast-report.json --format junit=plumbrule.xml --format html=plumbrule.html
  artifacts:
    when: always
    expose_as: plumbrule
    paths: [plumbrule.html]
    reports:
      codequality: gl-code-quality-report.json
      sast: gl-sast-report.json
      junit: plumbrule.xml
"""
_AZURE = """\
# In azure-pipelines.yml, under steps, after a checkout with fetchDepth 0: - template: .azuredevops/plumbrule.yml
parameters:
  - {name: paths, type: string, default: .}
  - {name: changedSince, type: string, default: ""}   # gate on what is new since this revision, such as origin/main
steps:
  - task: UsePythonVersion@0
    inputs: {versionSpec: "3.13"}
  - script: python -m pip install --quiet --disable-pip-version-check plumbrule==VERSION
    displayName: Install plumbrule
  - bash: |
      set -uo pipefail
      mkdir -p "$LOGS"
      options=()
      [ -n "$CHANGED_SINCE" ] && options+=(--changed-since "$CHANGED_SINCE")
      plumbrule scan --format azure --format sarif="$LOGS/plumbrule.sarif" --format junit=plumbrule.xml \\
        --format markdown=plumbrule.md ${options[@]+"${options[@]}"} -- $SCANNED
      code=$?
      if [ -f plumbrule.md ]; then echo "##vso[task.uploadsummary]$PWD/plumbrule.md"; fi
      exit "$code"
    displayName: plumbrule
    env:
      LOGS: $(Build.ArtifactStagingDirectory)/CodeAnalysisLogs
      SCANNED: ${{ parameters.paths }}
      CHANGED_SINCE: ${{ parameters.changedSince }}
  - task: PublishBuildArtifacts@1   # the SARIF SAST Scans tab shows what is in an artifact of exactly this name
    displayName: Publish SARIF
    condition: succeededOrFailed()
    inputs: {PathtoPublish: $(Build.ArtifactStagingDirectory)/CodeAnalysisLogs, ArtifactName: CodeAnalysisLogs}
  - task: PublishTestResults@2
    displayName: Publish test results
    condition: succeededOrFailed()
    inputs: {testResultsFormat: JUnit, testResultsFiles: plumbrule.xml, testRunTitle: plumbrule}
"""
