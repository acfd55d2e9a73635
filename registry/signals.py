"""The only signal in the system: the registry says whose access may have changed."""

from django.dispatch import Signal

# Sent inside the transaction that changed the registry, once per import, with
# `change`: registry.changes.AccessChange. Receivers revise what they derive, in the same transaction.
access_changed = Signal()
