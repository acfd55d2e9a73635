"""Turns a request or a socket into a person: sessions, passwords, activation codes. Decides nothing else."""
