"""The one fact that sockets keep in the database."""

import uuid

from django.db import models


class Epoch(models.Model):
    """Which life of this database clients have seen. A restore changes it, and every client starts again (promise P9)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.UUIDField(default=uuid.uuid4)
