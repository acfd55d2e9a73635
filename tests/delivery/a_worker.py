"""A worker as a process of its own that knows the tests' source: `python -m tests.delivery.a_worker`."""

import asyncio
import os
from importlib import import_module

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "chatserver.settings"
django.setup()
import_module("tests.delivery.matter")
asyncio.run(import_module("delivery.management.commands.deliver").Command().deliver())
