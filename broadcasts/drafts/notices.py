"""What delivery tells of notices on their way: that one waits, that one came back, that the glass was broken. Issuer and
matter only; the text is read in the app, by whoever may."""

from abc import abstractmethod
from collections.abc import Collection

from django.utils.translation import gettext as _

from broadcasts import approvers
from broadcasts.drafts import telling
from broadcasts.models import Draft, Urgency
from delivery.sources import Notice, NoticeSource, Priority, source
from registry.selectors import live_people

State = Draft.State


class DraftSource(NoticeSource):
    """Tells about one version of a draft, as long as it is in that version."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """Nobody once it has gone on."""
        draft = telling.draft_behind(subject)
        people = self.concerned(draft) if draft else set()
        return sorted(person for person in people if person > after)[:limit]

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """One text for all of them."""
        draft = telling.draft_behind(subject)
        if draft is None:
            return {}
        told = Notice(
            type="draft",
            id=draft.pk,
            tag=f"draft-{draft.pk}",
            title=self.title(),
            body=draft.issuer.name if draft.issuer else "",
            url=self.path.format(draft=draft.pk),
            urgency=Urgency.URGENT,
            at=draft.updated_at,
            priority=Priority.URGENT,
        )
        return dict.fromkeys(self.concerned(draft) & set(person_ids), told)

    path = "/them/duyet/{draft}"

    @abstractmethod
    def concerned(self, draft: Draft) -> set[int]:
        """Whom it concerns, as the draft is now."""

    @abstractmethod
    def title(self) -> str:
        """What has happened, in the active language."""


@source(telling.WAITS)
class WaitingNotices(DraftSource):
    """Tells those who may decide."""

    def concerned(self, draft: Draft) -> set[int]:
        """All of them: whoever looks first."""
        return approvers.approvers_of(draft) if draft.state == State.SUBMITTED else set()

    def title(self) -> str:
        """That something is to be decided."""
        return _("A notice waits for your decision")


@source(telling.BACK)
class ReturnedNotices(DraftSource):
    """Tells the author that it was declined, or could not be sent."""

    path = "/soan/nhap/{draft}"

    def concerned(self, draft: Draft) -> set[int]:
        """The author, until they send it off again."""
        if draft.state != State.RETURNED:
            return set()
        return set(live_people().filter(pk=draft.author_id).values_list("pk", flat=True))

    def title(self) -> str:
        """That it has not gone out, whatever the author believes."""
        return _("Your notice was not sent")


@source(telling.REPORT)
class BrokenGlassNotices(DraftSource):
    """Tells all who could have been the second person that the author went without; not where it was taken back in time."""

    def concerned(self, draft: Draft) -> set[int]:
        """All of them, also after it has left, which it does at once."""
        return approvers.approvers_of(draft) if draft.broke_glass_reason else set()

    def title(self) -> str:
        """That nobody else has seen it."""
        return _("A notice was sent without a second person")
