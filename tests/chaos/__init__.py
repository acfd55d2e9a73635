"""Kills and cuts while people write, and a checker that trusts nobody: `make chaos` (docs/reliability.md)."""
