"""What proves outside of the app that a notice was issued, and that its text is the one that was."""

from django.db import models

from broadcasts.models.broadcast import Broadcast


class SigningKey(models.Model):
    """A key that notices are signed with (Ed25519, RFC 8032). The newest signs; the others go on proving what they signed,
    and are never removed."""

    # Base64 of the 32 bytes, as it is published.
    public_key = models.CharField(max_length=44, unique=True)
    sealed_private_key = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"signing key {self.pk}"


class Proof(models.Model):
    """The signed text of one notice, byte for byte."""

    broadcast = models.OneToOneField(Broadcast, on_delete=models.CASCADE, primary_key=True, related_name="proof")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"proof of broadcast {self.broadcast_id}"
