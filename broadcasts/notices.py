"""What delivery tells of a notice, and to whom (decision 26)."""

from collections.abc import Collection

# Found with this file: what is told of notices on their way, and of what comes after one has left.
import broadcasts.drafts.notices
import broadcasts.ladder.notices
import broadcasts.questions.notices  # noqa: F401
from broadcasts.ladder import first
from broadcasts.models import Broadcast
from broadcasts.told import notices_of
from delivery.sources import Notice, NoticeSource, source


@source("broadcast")
class BroadcastNotices(NoticeSource):
    """Tells those who have a receipt and have not opened the notice, as long as it holds."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next people who have not opened it, by rising id."""
        broadcast = Broadcast.objects.filter(pk=subject, superseded_by=None).first()
        return first.recipients(broadcast, after=after, limit=limit) if broadcast else []

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """Title and whole text, which name no one; of a notice among staff only that there is one."""
        broadcast = Broadcast.objects.filter(pk=subject, superseded_by=None).first()
        return notices_of(broadcast, first.still_waiting(broadcast, person_ids)) if broadcast else {}
