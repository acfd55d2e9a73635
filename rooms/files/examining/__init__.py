"""Looks into a file that somebody sent, in a process of its own with limits of memory and time: whoever breaks a decoder
here breaks nothing else. Imports nothing of the server, so that it starts quickly and holds none of its secrets."""
