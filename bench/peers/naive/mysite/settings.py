"""The tutorial's settings: Django's defaults, and one channel layer."""

import os

SECRET_KEY = "of the tutorial, and of nothing else"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["daphne", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
ASGI_APPLICATION = "mysite.asgi.application"
CHANNEL_LAYERS = {"default": {"BACKEND": os.environ["LAYER"], "CONFIG": {"hosts": [os.environ["REDIS_URL"]]}}}
