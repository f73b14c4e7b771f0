"""What the command line names becomes scopes to scan: trees, the files in them, and their configuration."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scanner.cli.options import Choices
from scanner.configuration.read import Settings, text_layer
from scanner.governance.inline import MARKER
from scanner.model.errors import ConfigError
from scanner.pipeline import Scope
from scanner.ruleset import Ruleset, load
from scanner.sources.remembered import RememberedTree
from scanner.tables import data_folder
