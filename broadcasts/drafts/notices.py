"""What delivery tells of notices on their way: that one waits, that one came back, that the glass was broken. Issuer and
matter only; the text is read in the app, by whoever may."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from broadcasts import approvers
from broadcasts.drafts import telling
from broadcasts.models import Draft, Urgency
from delivery.sources import Notice, NoticeSource, Priority, source
from registry.selectors import live_people

State = Draft.State


@source(telling.WAITS)
class DraftNotices(NoticeSource):
    """Tells those for whom a notice waits, and the author of one that came back."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """Nobody once it has gone on."""
        draft = telling.draft_behind(subject)
        return _page(_concerned(draft) if draft else set(), after, limit)

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """One text for all of them."""
        draft = telling.draft_behind(subject)
        if draft is None:
            return {}
        if draft.state == State.SUBMITTED:
            told = _notice(draft, title=_("A notice waits for your decision"), url=f"/duyet/{draft.pk}")
        else:
            told = _notice(draft, title=_("Your notice was not sent"), url=f"/soan/nhap/{draft.pk}")
        return dict.fromkeys(_concerned(draft) & set(person_ids), told)


@source(telling.REPORT)
class BrokenGlassNotices(NoticeSource):
    """Tells all who could have been the second person that the author went without."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """Also after it has left, which it does at once; nobody when it was taken back in time."""
        draft = telling.draft_behind(subject)
        return _page(_could_have_decided(draft) if draft else set(), after, limit)

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """One text for all of them."""
        draft = telling.draft_behind(subject)
        if draft is None:
            return {}
        told = _notice(draft, title=_("A notice was sent without a second person"), url=f"/duyet/{draft.pk}")
        return dict.fromkeys(_could_have_decided(draft) & set(person_ids), told)


def _concerned(draft: Draft) -> set[int]:
    if draft.state == State.SUBMITTED:
        return approvers.approvers_of(draft)
    if draft.state == State.RETURNED:
        return set(live_people().filter(pk=draft.author_id).values_list("pk", flat=True))
    return set()


def _could_have_decided(draft: Draft) -> set[int]:
    return approvers.approvers_of(draft) if draft.broke_glass_reason else set()


def _page(people: set[int], after: int, limit: int) -> list[int]:
    return sorted(person for person in people if person > after)[:limit]


def _notice(draft: Draft, *, title: str, url: str) -> Notice:
    return Notice(
        type="draft",
        id=draft.pk,
        tag=f"draft-{draft.pk}",
        title=title,
        body=draft.issuer.name if draft.issuer else "",
        url=url,
        urgency=Urgency.URGENT,
        at=draft.updated_at,
        priority=Priority.URGENT,
    )
