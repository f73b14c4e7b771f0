"""What the command line names becomes scopes to scan: trees, the files in them, and their configuration."""

from __future__ import annotations
