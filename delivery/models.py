"""An address, a cause to be expanded, one cause to one address, and the key that we sign with."""

from django.db import models

from registry.models import Device, Person


class PushSubscription(models.Model):
    """A browser's push address (RFC 8030). The endpoint is unique: a shared phone's belongs to its last user."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_subscriptions")
    device = models.ForeignKey(
        Device, null=True, blank=True, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    language = models.CharField(max_length=8, default="vi")
    created_at = models.DateTimeField(auto_now_add=True)
    last_accepted_at = models.DateTimeField(null=True, blank=True)
    # Since when its service calls our key wrong. Such an address is forgotten after three days of it.
    refused_since = models.DateTimeField(null=True, blank=True)


class Dispatch(models.Model):
    """Somebody has to be told: written in the transaction that causes it, claimed by a worker under a lease, expanded
    in batches to Deliveries. Scheduled work is a row with a later `due_at`."""

    # Which registered source speaks: "message", "broadcast".
    source = models.CharField(max_length=24)
    subject = models.BigIntegerField()
    due_at = models.DateTimeField()
    # Over this channel alone; empty: over all that are not only used when they are named (channels/base.py).
    channel = models.CharField(max_length=16, default="", db_default="", blank=True)
    # Higher goes first: a flash notice before yesterday's chat.
    priority = models.SmallIntegerField(default=0)
    # The last person id already expanded.
    cursor = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Failed tries since the last batch that went well.
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("source", "subject", name="delivery_dispatch_once")]
        indexes = [
            models.Index(
                fields=["-priority", "due_at"], name="delivery_dispatch_open", condition=models.Q(done_at__isnull=True)
            )
        ]


class Delivery(models.Model):
    """One cause to one address over one channel, with what became of it. `waits_until` honours Retry-After."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        GONE = "gone", "address gone"
        FAILED = "failed", "failed for good"
        DROPPED = "dropped", "no longer wanted"

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=16)
    # The channel's own number for the address: here the push subscription.
    address = models.BigIntegerField()
    # The dispatch's, kept here too: a flash notice overtakes without a join over everything that waits.
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Sends that the service answered with a failure, or not at all.
    attempts = models.PositiveSmallIntegerField(default=0)
    waits_until = models.DateTimeField()
    # While a worker sends it. Its value is also the worker's token: who lost the lease records nothing.
    lease_until = models.DateTimeField(null=True, blank=True)
    # The notice's tag, hashed, once sent: one lively room rings a phone at most every half minute.
    tag_digest = models.CharField(max_length=32, default="", blank=True)
    # A code, never the service's text: it may quote what we sent.
    outcome = models.CharField(max_length=40, default="", blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("dispatch", "channel", "address", name="delivery_delivery_once")]
        indexes = [
            models.Index(
                fields=["-priority", "waits_until"], name="delivery_delivery_open", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["address", "tag_digest", "finished_at"],
                name="delivery_delivery_sent",
                condition=models.Q(state="sent"),
            ),
            # For what keeping to ninety days deletes.
            models.Index(fields=["finished_at"], name="delivery_delivery_finished"),
        ]


class PushKey(models.Model):
    """This installation's push key (VAPID, RFC 8292): one row, so that all processes agree. The private half is sealed
    with SECRET_KEY: a copy of the database alone cannot ring a phone."""

    application_server_key = models.CharField(max_length=100)
    sealed_private_key = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
