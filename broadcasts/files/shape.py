"""A file as clients get it; the shape itself stands among the others (broadcasts/shapes.py)."""

from collections.abc import Iterable

from broadcasts.models import Attachment
from broadcasts.shapes import File


def file(one: Attachment) -> File:
    """What is told before it is loaded."""
    return File(
        id=one.pk,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        width=one.width,
        height=one.height,
        pages=one.pages,
    )


def files(attachments: Iterable[Attachment]) -> list[File]:
    """All of a notice or a draft, in the order in which its author put them."""
    return [file(one) for one in in_order(attachments)]


def in_order(attachments: Iterable[Attachment]) -> list[Attachment]:
    """As their author put them."""
    return sorted(attachments, key=lambda one: (one.position, one.pk))
