"""The tutorial's project."""
