"""``plumbrule scan``: its options."""

from __future__ import annotations

import click

from scanner.cli.options import THRESHOLDS, reading_options, selection_options
from scanner.cli.scanning import run
from scanner.typed import Any


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "formats",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help="text (default), json, sarif, html …; repeatable, one to standard output.",
)
@selection_options
@click.option("--fail-on", type=click.Choice(THRESHOLDS), help="Lowest severity that ends with 1 [default: low].")
@click.option("--fail-on-unknown", is_flag=True, help="Unknown outcomes end with 1 too.")
@click.option("--include-passing", is_flag=True, help="Report what was judged and is right.")
@click.option("--no-suppressions", is_flag=True, help="Show everything as open.")
@click.option("--baseline", "baseline_file", metavar="FILE", help="Findings of this baseline are not open.")
@click.option("--changed-since", metavar="REF", help="Only what is new since this git revision is open.")
@click.option(
    "--cluster", "clusters", metavar="CONTEXT", multiple=True, help="Also judge this running cluster; `current`, `in-cluster` (repeatable)."
)
@click.option(
    "--cluster-dump", "dumps", metavar="PATH", multiple=True,
    help="Judge a saved cluster (`kubectl get … -o json`), a file or a folder of them (repeatable).",
)  # fmt: skip
@click.option(
    "--azure-subscription",
    "subscriptions",
    metavar="ID",
    multiple=True,
    help="Also judge what runs in this subscription (repeatable).",
)
@click.option(
    "--azure-management-group", "groups", metavar="ID", multiple=True, help="Also judge every subscription below this group (repeatable)."
)
@click.option("--digitalocean", is_flag=True, help="Also judge what runs in the account of DIGITALOCEAN_TOKEN.")
@click.option("--managed-clusters", is_flag=True, help="Also look into the Kubernetes clusters that are found there (AKS, DOKS).")
@click.option("--include-secret-metadata", is_flag=True, help="List Secrets of clusters too: names and labels, never values.")
@click.option("--engine", "engines", metavar="NAME", multiple=True, help="Merge in what this engine says: checkov, zizmor (repeatable).")
@click.option("--fix", is_flag=True, help="Show what machine fixes would change.")
@click.option("--yes", is_flag=True, help="With --fix: change the files.")
@click.option("--html-logo", metavar="FILE", help="A PNG, JPEG or SVG image for the HTML report.")
@click.option("--html-templates", metavar="DIR", help="A folder whose report.html.j2 takes the place of ours.")
@click.option("--allow-incomplete", is_flag=True, help="Problems do not end with 3.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Let N processes judge rules at once [default: as many as pay].")
@click.option("--no-cache", is_flag=True, help="Neither read nor write remembered rules.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but what --format asks for.")
@reading_options
def scan(paths: tuple[str, ...], **given: Any) -> int:
    """Judge files and folders (default: the current folder) by the rules.

    \b
    plumbrule scan                                  what matters most, here
    plumbrule scan --profile platform k8s/          all rules, one folder
    plumbrule scan --format sarif=out.sarif --format html=report.html
    plumbrule scan --select PSS-B02,CKV_K8S_16      two rules
    plumbrule scan infra/ --azure-subscription 0000-…    what runs, beside what is declared
    """  # noqa: D301 - click reads a backspace as "as it is"
    return run(paths, given)
