"""Packages of a OneRoster source: read, checked, compared with what stands, and applied whole or not at all."""
