"""Who may talk to whom: network policies of every family, entry points from outside, tenants and the stores that they share."""
