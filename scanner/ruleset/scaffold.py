"""The first draft of a rule: complete, loadable, with examples that hold, to be written over."""

from __future__ import annotations

import re

from scanner.model.errors import ConfigError
from scanner.ruleset.vocabulary import ID, WORD

SCHEMA = "rule.schema.json"
"""The JSON Schema of rules, beside the areas of a folder of rules; editors read it."""

_DRAFT = """\
# yaml-language-server: $schema=../{schema}
# How a rule reads: the descriptions of the schema in your editor; plumbrule rules test {path} (runs the examples below).
id: {id}
slug: {slug}
title: A container takes its image from a registry that is not ours
area: {area}
severity: medium            # critical | high | medium | low | info (info never gates)
confidence: high            # high | medium | low
default: on                 # on | off | opt-in (the last two run when they are selected)
rationale: Why it matters, for somebody who has to decide whether to fix it.
fix: What to write instead.
references: []

params:
  registry: {{type: string, default: registry.example.com/, description: The beginning of every image that is ours}}

match: {{kind: workload}}     # every resource with a pod template; or {{type: Service}}, {{fact: permission}}, …
each: pod.containers        # paths below start at each container; resource. reaches the whole
require:
  image: {{starts_with: {{param: registry}}}}
message: "container {{name}} of {{address}} runs {{image}}"

examples:
  fail:
    - title: somebody else's registry
      kubernetes: |
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec:
          containers:
            - name: web
              image: docker.io/library/nginx:1.29  # FINDING
  pass:
    - title: ours
      kubernetes: |
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec:
          containers:
            - name: web
              image: registry.example.com/shop/web:1.4
"""


def draft(rule: str, slug: str, area: str, path: str) -> str:
    """Return the text of a new rule file. Raises ConfigError for an id, slug or area that cannot be one."""
    for what, word, pattern, like in (("id", rule, ID, "ACME-001"), ("slug", slug, WORD, "foreign-registry"), ("area", area, WORD, "acme")):
        if not re.fullmatch(pattern, word):
            raise ConfigError(f"{word!r} is no {what}", hint=f"one looks like {like}")
    return _DRAFT.format(id=rule, slug=slug, area=area, path=path, schema=SCHEMA)
