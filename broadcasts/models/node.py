"""Dây chuyền trách nhiệm: what one unit has to do about a notice that asks to be carried out."""

from django.db import models

from broadcasts.models.broadcast import Broadcast
from registry.models import Org, Person


class Node(models.Model):
    """One unit in the chain of a notice: confirmed, passed down, carried out, each with when and by whom. The unit is
    silent as long as `confirmed_at` is empty, whoever of its leaders was to answer."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="nodes")
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    # Who answers for it: at first the unit's head and the next who leads it (leaders.py), then whoever it was handed to.
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # It was put into the hands of the owner; otherwise it falls to whoever leads the unit (cascade/in_hand.py).
    is_handed = models.BooleanField(default=False, db_default=False)
    confirm_by = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The notice by which the unit passed it down: with its own instruction, in its own name.
    relay = models.OneToOneField(Broadcast, null=True, blank=True, on_delete=models.PROTECT, related_name="carries_out")
    relayed_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, default="", blank=True)
    # How often anything of it changed: only ever grows, so that watchers are told of what was taken back too.
    changes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("broadcast", "unit", name="broadcasts_node_once")]

    def __str__(self) -> str:
        return f"node {self.pk}"
