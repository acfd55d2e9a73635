"""The settings, and an app that plants the fault named in the environment."""

from chatserver.settings import *  # noqa: F403
from chatserver.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.rights.world.faults.FaultsConfig"]
