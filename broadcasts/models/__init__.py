"""Notices: what is written, what was issued, who has it, and who took note."""

from broadcasts.models.attachment import Attachment
from broadcasts.models.broadcast import Broadcast
from broadcasts.models.contact import Contact
from broadcasts.models.draft import Draft
from broadcasts.models.kept import SavedAudience, Template
from broadcasts.models.ladder import HomePush, Ladder, Rung
from broadcasts.models.node import Node
from broadcasts.models.proof import Proof, SigningKey
from broadcasts.models.question import PublicAnswer, Question
from broadcasts.models.receipt import Acknowledgement, Receipt
from broadcasts.models.tally import Tallied, Tally
from broadcasts.models.words import BY_HAND, Channel, How, Kind, Role, Urgency

__all__ = [
    "BY_HAND",
    "Acknowledgement",
    "Attachment",
    "Broadcast",
    "Channel",
    "Contact",
    "Draft",
    "HomePush",
    "How",
    "Kind",
    "Ladder",
    "Node",
    "Proof",
    "PublicAnswer",
    "Question",
    "Receipt",
    "Role",
    "Rung",
    "SavedAudience",
    "SigningKey",
    "Tallied",
    "Tally",
    "Template",
    "Urgency",
]
