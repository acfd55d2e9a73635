#!/usr/bin/env python3
"""Django's door: every command of the server starts here."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # A thousand modules are read and nothing of them is garbage: looking for some took a sixth of every start. The
    # collector is back when Django is set up (chatserver/apps.py).
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    execute_from_command_line(sys.argv)
