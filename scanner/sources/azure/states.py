"""Azure Policy's own verdicts: the latest compliance states of a subscription, through Microsoft's client library.

Source: https://learn.microsoft.com/en-us/rest/api/policy/policy-states (api-version 2019-10-01), azure-mgmt-policyinsights 1.0.
"""

from __future__ import annotations

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError, IncompleteReadError
from azure.core.pipeline.policies import ContentDecodePolicy
from azure.mgmt.policyinsights import PolicyInsightsClient
from azure.mgmt.policyinsights.models import QueryOptions

from scanner.model.platform import FailedError, Said
from scanner.model.problem import Problem
from scanner.sources.azure.cloud import Azure
from scanner.sources.rest import first_line, policies, refused, transport
from scanner.typed import Any, Iterable, Iterator, Sequence

_UNDECIDED = {"Conflict": "assignments contradict each other", "Error": "the evaluation failed", "Unknown": "Azure has not decided"}
_MANUAL = "manual"
"""Effect of policies that a person attests: nothing was evaluated."""
_NAMES_AT_ONCE = 15
"""Definitions in one filter: the service bounds its length."""


def states(azure: Azure, subscription: str, same: Iterable[str], title: str) -> tuple[list[Said], list[Problem]]:
    """Return what is not compliant or not decided, and what is compliant with policies that ask the ``same`` as a rule of ours."""
    filters = ["complianceState ne 'Compliant' and complianceState ne 'Exempt'", *_compliant(sorted(same))]
    rows: list[Any] = []
    problems: list[Problem] = []
    client = _client(azure, subscription)
    for one in filters:
        try:
            rows.extend(client.policy_states.list_query_results_for_subscription("latest", subscription, QueryOptions(filter=one)))
        except (AzureError, ValueError, TypeError, AttributeError) as error:  # the library trusts what it is sent
            problems.append(_failed(error, subscription, len(rows)).problem(title))
            break
    client.close()
    return _merged(rows, _Definitions(azure)), problems


def _client(azure: Azure, subscription: str) -> PolicyInsightsClient:
    pipeline = [ContentDecodePolicy(), *policies(azure.signing(), azure.posts)]
    return PolicyInsightsClient(azure.credential, subscription, azure.rest.base, policies=pipeline, transport=transport(azure.sleep))


def _compliant(same: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(same), _NAMES_AT_ONCE):
        names = " or ".join(f"policyDefinitionName eq '{name}'" for name in same[start : start + _NAMES_AT_ONCE])
        yield f"complianceState eq 'Compliant' and ({names})"


def _failed(error: Exception, subscription: str, seen: int) -> FailedError:
    said = f", {seen} of them were seen" if seen else ""
    if isinstance(error, ClientAuthenticationError) and error.response is None:
        return FailedError("forbidden", f"cannot sign in: {first_line(error)}")
    if isinstance(error, HttpResponseError) and error.response is not None and error.response.status_code >= 400:
        answer = refused(error.response.status_code, error.response.body(), f"Azure Policy states{said}")
        needs = f"; it needs the role Reader on /subscriptions/{subscription}" if answer.kind == "forbidden" else ""
        return FailedError(answer.kind, f"{answer.detail}{needs}", answer.status, answer.code)
    if isinstance(error, IncompleteReadError) or (isinstance(error, AzureError) and not isinstance(error, HttpResponseError)):
        return FailedError("unreachable", f"Azure Policy states{said}: no answer ({type(error).__name__})")
    return FailedError("unparsable", f"Azure Policy states{said}: the answer is not understood ({type(error).__name__})")


def _merged(rows: Sequence[Any], definitions: _Definitions) -> list[Said]:
    """Make one row per policy and resource: several assignments of one policy say the same thing once."""
    groups: dict[tuple[str, str, str], list[Any]] = {}
    for row in rows:
        if row.policy_definition_name and row.resource_id and str(row.policy_definition_action or "").lower() != _MANUAL:
            outcome = "pass" if row.compliance_state == "Compliant" else "unknown" if row.compliance_state in _UNDECIDED else "fail"
            groups.setdefault((row.policy_definition_name.lower(), row.resource_id.lower(), outcome), []).append(row)
    return [_said(outcome, group, definitions) for (_, _, outcome), group in sorted(groups.items())]


def _said(outcome: Any, group: Sequence[Any], definitions: _Definitions) -> Said:
    first = group[0]
    name = str(first.policy_definition_name)
    by = ", ".join(sorted({str(one.policy_set_definition_name or one.policy_assignment_name) for one in group}))
    title = (
        definitions.title(str(first.policy_definition_id or ""), str(first.policy_definition_reference_id or name))
        if outcome != "pass"
        else name
    )
    link = (
        f"https://portal.azure.com/#view/Microsoft_Azure_Policy/PolicyDetailBlade/definitionId/{_quoted(str(first.policy_definition_id))}"
    )
    cause = _UNDECIDED.get(str(first.compliance_state)) if outcome == "unknown" else None
    message = f"{title} (assigned by {by})"
    return Said(name, title, str(first.resource_id), str(first.resource_type or ""), outcome, message, link, cause)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


class _Definitions:
    """Titles of policies, each asked once; one that may not be read is known by its name."""

    def __init__(self, azure: Azure) -> None:
        self._azure = azure
        self._known: dict[str, str] = {}

    def title(self, definition: str, name: str) -> str:
        """Return a policy's title."""
        if definition.lower() not in self._known:
            self._known[definition.lower()] = self._asked(definition) or name
        return self._known[definition.lower()]

    def _asked(self, definition: str) -> str | None:
        try:
            answer = self._azure.rest.get(definition, {"api-version": "2021-06-01"}) if definition.startswith("/") else {}
        except FailedError:
            return None
        properties = answer.get("properties")
        return str(properties["displayName"]) if isinstance(properties, dict) and properties.get("displayName") else None
