"""Known languages that are not read: recognised by name or content, one problem for each folder."""

import pytest

from scanner.config import Config
from scanner.formats import unsupported
from scanner.model.reading import Wanted
from scanner.sources.memory import MemoryTree

ARM = '{\n  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",\n  "resources": []\n}'
POLICY = (
    '{"properties": {"then": {"template": {"$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#"}}}}'
)
STACK = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
NESTED = "kind: ConfigMap\ndata:\n  stack: |\n    AWSTemplateFormatVersion: 2010-09-09\n    Resources:\n      B: {Type: AWS::S3::Bucket}\n"
PLAY = "---\n# c\n- name: x\n  hosts: all\n  tasks: []\n"


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("a/main.bicep", "", "Bicep"),
        ("main.bicepparam", "", "Bicep"),
        ("Dockerfile", "", "Dockerfile"),
        ("a/Dockerfile.prod", "", "Dockerfile"),
        ("web.dockerfile", "", "Dockerfile"),
        ("Dockerfile.md", "", None),
        (".github/workflows/ci.yml", "", "GitHub workflows"),
        ("x/.github/workflows/ci.yaml", "", "GitHub workflows"),
        (".github/dependabot.yml", "version: 2", None),
        ("action.yml", "name: x\nruns:\n  using: node20\n", "GitHub actions"),
        ("action.yml", "kind: Pod", None),
        ("t.json", ARM, "ARM templates"),
        ("t.json", POLICY, None),
        ("t.json", '{"$schema": "…/deploymentParameters.json#"}', None),
        ("s.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n", "CloudFormation"),
        ("s.template", STACK, "CloudFormation"),
        ("s.json", '{"Description": "x", "Resources": {"B": {"Type": "AWS::S3::Bucket"}}}', "CloudFormation"),
        ("s.yaml", NESTED, None),
        ("s.yaml", "Resources:\n- a\n", None),
        ("play.yml", PLAY, "Ansible"),
        ("roles/web/tasks/main.yml", "- debug:\n", "Ansible"),
        ("hosts.yml", "all:\n  hosts:\n    a:\n", None),
        ("docker-compose.yml", "services: {}\n", None),
        ("main.tf", "", None),
        ("package.json", "{}", None),
    ],
)
def test_languages(path, text, language):
    assert unsupported.claims(path, lambda: text) is (language is not None)
    parsed = unsupported.read(MemoryTree({path: text.encode()}), [path], Wanted(frozenset()), Config())
    assert [problem.detail.partition(":")[0] for problem in parsed.problems] == ([language] if language else [])


def test_one_problem_for_each_folder_and_language():
    files = {"a/x.bicep": b"", "a/y.bicep": b"", "a/b/z.bicep": b"", "a/Dockerfile": b""}
    parsed = unsupported.read(MemoryTree(files), sorted(files), Wanted(frozenset()), Config())
    told = [(problem.kind, problem.location.path, problem.detail.split(" of ")[0]) for problem in parsed.problems]
    assert told == [
        ("unsupported", "a/x.bicep", "Bicep: 2 files"),
        ("unsupported", "a/Dockerfile", "Dockerfile: 1 file"),
        ("unsupported", "a/b/z.bicep", "Bicep: 1 file"),
    ]
    assert parsed.files == set(files)
