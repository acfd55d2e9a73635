"""The reach ledger: who is reached, by whom, and who may know it."""
