"""File and Upload: what goes with a message, and how much of it is here."""

import uuid

from django.db import models
from django.db.models import Q

from registry.models import Person
from rooms.models.message import Message


class File(models.Model):
    """A file that was examined and is kept under its digest; part of one message, or of none yet. A copy of a message has
    rows of its own, so that each goes with its own message."""

    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    # Of pictures.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # Of what was said aloud.
    seconds = models.FloatField(null=True, blank=True)
    peaks = models.CharField(max_length=48, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="rooms_file_message"),
            # The few that no message has yet.
            models.Index(fields=["created_at"], condition=Q(message__isnull=True), name="rooms_file_unused"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"


class Upload(models.Model):
    """A file on its way in, by pieces. Its row stays for a day, also when the file is whole: who lost the answer asks again,
    and the day's measure is counted from these."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    is_voice = models.BooleanField(default=False)
    length = models.PositiveIntegerField()
    offset = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    # When somebody last began to examine it: of two who bring the last piece, one does.
    examined_at = models.DateTimeField(null=True, blank=True)
    file = models.OneToOneField(File, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["owner", "created_at"]), models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"upload {self.pk}"
