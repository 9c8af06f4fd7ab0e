"""Small servers that behave as providers' published documents say, with faults to order and a ledger."""
