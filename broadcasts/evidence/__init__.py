"""What proves afterwards who did what with a notice, and that nobody has changed it since."""
