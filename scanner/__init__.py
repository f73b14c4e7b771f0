"""plumbrule: a policy-as-code compliance scanner. The house is described in .github/CONTRIBUTING.md."""

__version__ = "0.1.0"
