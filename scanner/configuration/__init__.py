"""plumbrule.yaml read: found, checked, merged from the root downward, with the line that every value comes from."""
