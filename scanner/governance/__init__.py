"""What the organisation decides about findings: suppressions, baseline, owners, gate. Waivers find their room here."""
