"""Which lines an ignore comment covers."""

from __future__ import annotations

import pytest

from scanner.governance.inline import comments_of, covered_lines

YAML = """\
kind: Pod
metadata: {name: a}
spec:
  # plumbrule:ignore=PSS-B02 needs the host's devices
  containers:
  - name: one
    securityContext:
      privileged: true  # plumbrule:ignore=PSS-B02 beside it
  # plumbrule:ignore=IMG-001 only this one
  - name: two
    image: nginx
  - name: three
  hostNetwork: true
---
# plumbrule:ignore=WL-001 the whole document
kind: Pod

metadata: {name: b}
---
kind: Pod
"""
HCL = """\
# plumbrule:ignore=AZ-ST-001 a public site
resource "azurerm_storage_account" "a" {
  name = "}"
  network_rules {
    default_action = "Allow"
  }
}

resource "x" "y" {}
"""


@pytest.mark.parametrize(
    ("path", "text", "covered"),
    [
        ("pod.yaml", YAML, [(5, 12), (8, 8), (10, 11), (16, 18)]),
        ("main.tf", HCL, [(2, 7)]),
        ("main.tf", "// plumbrule:ignore=X reason\n", [(1, 1)]),
        ("main.tf", 'a = "b" # plumbrule:ignore=X reason', [(1, 1)]),
    ],
)
def test_covered_lines(path: str, text: str, covered: list[tuple[int, int]]) -> None:
    assert [covered_lines(comment, text) for comment in comments_of(path, text)] == covered


def test_body_and_column() -> None:
    comment = comments_of("a.yaml", "a: 1   # plumbrule:ignore=A,B why not\n")[0]
    assert (comment.column, comment.body, comment.alone) == (8, "A,B why not", False)


def test_an_ignore_without_its_sign_names_no_rule() -> None:
    written = comments_of(
        "a.yaml", "a: 1 # plumbrule:ignore PSS-B02 why\nb: 2 # plumbrule:ignore\nc: 3 # plumbrule:ignored, plumbrule:ignore-me\n"
    )
    assert [(one.line, one.body) for one in written] == [(1, ""), (2, "")]
