"""Derives the facts of a view from Terraform text."""

from scanner.config import Config
from scanner.formats import terraform
from scanner.inventory import Inventory
from scanner.model.reading import Wanted
from scanner.sources.memory import MemoryTree


def facts_of(view, text, **config):
    """Return the facts that a view derives from one root module."""
    settings = Config(**config)
    tree = MemoryTree({"main.tf": text.encode()})
    parsed = terraform.read(tree, ["main.tf"], Wanted(frozenset(view.READS)), settings)
    return list(view.facts(Inventory(parsed.resources), settings))
