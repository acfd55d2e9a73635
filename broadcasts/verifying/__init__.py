"""Notices that can be checked outside of the app: signed text, code, public page (/kt)."""
