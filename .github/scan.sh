#!/usr/bin/env bash
# The scan step of action.yml: inputs come by environment, never by text inside a script.
set -uo pipefail
folder=${RUNNER_TEMP:-$(mktemp -d)}
json="$folder/plumbrule.json"
summary="$folder/plumbrule.md"
options=(--format "github" --format "json=$json" --format "markdown=$summary")
[ -n "${SARIF_FILE:-}" ] && options+=(--format "sarif=$SARIF_FILE")
[ -n "${PROFILE:-}" ] && options+=(--profile "$PROFILE")
[ -n "${FAIL_ON:-}" ] && options+=(--fail-on "$FAIL_ON")
[ -n "${CHANGED_SINCE:-}" ] && options+=(--changed-since "$CHANGED_SINCE")
read -r -a paths <<<"${PATHS:-.}"
plumbrule scan "${options[@]}" -- "${paths[@]}"
code=$?
[ -f "$summary" ] && cat "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
{
  echo "exit-code=$code"
  echo "json-file=$json"
  echo "sarif-file=${SARIF_FILE:-}"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
