"""Hỏi riêng, đáp chung: what guardians asked about a notice, and what was answered to all."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from registry.models import Org, Person, SchoolClass
from rooms.models import Message, Room


class PublicAnswer(models.Model):
    """Trả lời chung: one question and its answer under a notice, in whose words nobody is named. Read by the notice's
    recipients: of one class (`school_class`), of one school or office (`unit`), or all of them (neither)."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="public_answers")
    school_class = models.ForeignKey(SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Org, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=500)
    answer = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    # The client's name for it, and what it said: sent again, it is the same answer.
    client_answer_id = models.UUIDField()
    content_digest = models.BinaryField(max_length=32)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("by", "client_answer_id", name="broadcasts_answer_named_once")]

    def __str__(self) -> str:
        return f"public answer {self.pk}"


class Question(models.Model):
    """Hỏi riêng: a message in the conversation about a child that asks about a notice. The text stays in the message; when
    the message is taken back, so is the question. It waits until the school's side has written in that conversation since,
    or has answered to all."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="questions")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    student = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Where the notice counts the child, as in Acknowledgement.
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+", db_index=False)
    school_class = models.ForeignKey(
        SchoolClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    # With which question somebody put it, by hand: another one, or itself to stand alone. Empty: with those alike.
    placed_with = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.ForeignKey(PublicAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")

    def __str__(self) -> str:
        return f"question {self.pk}"
