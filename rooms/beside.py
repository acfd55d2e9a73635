"""What messages point to, read for all of them at once: the messages that they answer or are copies of, and who is named
in them. Ordinary messages point to nothing, and cost nothing."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from rooms.models import Mention, Message
from rooms.people import Shown, shown, with_labels


@dataclass(frozen=True, slots=True)
class Beside:
    """Messages by their key, and who is named in which message."""

    quoted: dict[int, Any] = field(default_factory=dict)
    mentioned: dict[int, list[Shown]] = field(default_factory=dict)


NOTHING = Beside()


def beside(messages: Collection[Message]) -> Beside:
    """What these point to: at most two queries, and none for messages that point to nothing."""
    live = [message for message in messages if message.removed_at is None]
    named = {pk for message in live for pk in (message.reply_to_id, message.forwarded_from_id) if pk}
    naming = [message.pk for message in live if message.mention_count]
    if not named and not naming:
        return NOTHING
    return Beside(_quoted(named), _mentioned(naming))


def _quoted(named: set[int]) -> dict[int, Any]:
    if not named:
        return {}
    rows = with_labels(Message.objects.filter(pk__in=named), person="author")
    return {row.pk: row for row in rows.select_related("room__school_class", "room__student")}


def _mentioned(naming: list[int]) -> dict[int, list[Shown]]:
    found: dict[int, list[Shown]] = defaultdict(list)
    if naming:
        rows = with_labels(Mention.objects.filter(message__in=naming), person="person")
        for row in rows.order_by("pk"):
            found[row.message_id].append(shown(row, person=row.person, seat=row.seat))
    return found
