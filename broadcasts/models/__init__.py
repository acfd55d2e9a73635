"""Notices: what is written, what was issued, who has it, and who took note."""

from broadcasts.models.attachment import Attachment
from broadcasts.models.broadcast import Broadcast
from broadcasts.models.draft import Draft
from broadcasts.models.kept import SavedAudience, Template
from broadcasts.models.receipt import Acknowledgement, Receipt
from broadcasts.models.words import Kind, Role, Urgency

__all__ = [
    "Acknowledgement",
    "Attachment",
    "Broadcast",
    "Draft",
    "Kind",
    "Receipt",
    "Role",
    "SavedAudience",
    "Template",
    "Urgency",
]
