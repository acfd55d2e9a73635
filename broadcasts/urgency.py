"""What the sender's word for urgency means to delivery."""

from broadcasts.models import Urgency
from delivery.sources import Priority

PRIORITY: dict[str, Priority] = {
    Urgency.ORDINARY: Priority.NOTICE,
    Urgency.URGENT: Priority.URGENT,
    Urgency.VERY_URGENT: Priority.URGENT,
    Urgency.FLASH: Priority.FLASH,
}
