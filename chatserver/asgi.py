"""HTTP to Django, /ws to realtime, sign-in around both."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
application = get_asgi_application()
