"""What AWS policies say: every statement of every policy document, whichever of the four ways it is written in Terraform."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.tables import table
from scanner.typed import Sequence

FACTS = ("statement",)
DOCUMENT = "data.aws_iam_policy_document"
READS = (DOCUMENT, *table("aws_policies")["holders"])


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:  # noqa: ARG001 - every view has the same shape
    """Return one fact per statement, in inventory order.

    Its data: ``kind`` (what its policy is for: identity, trust, bucket, key, …; ``unused`` for a document that nobody carries),
    ``holder`` (the address of the resource that carries it), ``effect``, ``actions``, ``not_actions``, ``resources``, ``not_resources``,
    ``principals``, ``services``, ``federated``, ``conditions`` (``{test, variable, values}``), and ``escalates``: the ways to more power
    that it opens (`rules/_tables/aws_policies.yaml`).
    """
    from scanner.views.statements.holders import policies
    from scanner.views.statements.statement_facts import facts_of

    return [fact for policy in policies(inventory) for fact in facts_of(policy)]
