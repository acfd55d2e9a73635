"""Spreadsheets of schools that have nothing else, read into the same package that every other source sends."""
