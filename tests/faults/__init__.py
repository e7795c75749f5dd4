"""The fault harness: servers of its own, seeded faults, and a ledger that must come out exact."""
