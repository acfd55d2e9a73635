"""The reach ledger (sổ phủ tin): who a notice has reached, how, and who has to be called; rolled up from class to Sở."""
