"""Looking after the registry's sources over REST: packages, dry runs, decisions, rollbacks and reports."""
