"""Browsers in which people write, send off and decide."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from broadcasts.drafts import departing
from broadcasts.models import Broadcast, Draft
from registry.models import Org, Person, SchoolClass
from tests.assured import assure
from tests.broadcasts.test_rest import Browser
from tests.broadcasts.writing import draft
from tests.cast import Cast


class Desk(Browser):
    """A person signed in with two factors, the second given just now, in a browser of their own."""

    def __init__(self, cast: Cast, person: Person, *, browser: str = "", language: str = "vi", **assured: Any) -> None:
        super().__init__(cast, person, language)
        assure(self.client, browser=browser or f"browser-of-{person.pk}", **assured)

    def put(self, path: str, body: Any, *, status: int = 200) -> Any:
        """The JSON of a PUT."""
        answer = self.client.put(f"/api/broadcasts{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def delete(self, path: str, *, status: int = 204) -> Any:
        """The JSON of a DELETE, if there is any."""
        answer = self.client.delete(f"/api/broadcasts{path}")
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def keep(self, to: Org | SchoolClass, **different: Any) -> Any:
        """A draft, kept."""
        return self.keep_raw(draft(to, **different))

    def keep_raw(self, content: Any, *, status: int = 201, name: uuid.UUID | None = None) -> Any:
        """The same of anything at all."""
        return self.post(
            "/drafts", {"client_broadcast_id": str(name or uuid.uuid4()), "content": content}, status=status
        )

    def people(self, told: Any) -> int:
        """How many the preview says that a draft reaches."""
        return int(self.post("/preview", told["content"])["people"])

    def submit(self, told: Any, *, people: int | None = None, status: int = 200, **more: Any) -> Any:
        """Send a draft off, having looked how many it reaches."""
        seen = self.people(told) if people is None else people
        return self.post(f"/drafts/{told['id']}/submit", seen_in(told, seen) | more, status=status)

    def send(self, to: Org | SchoolClass, **different: Any) -> Any:
        """A draft, kept and sent off."""
        return self.submit(self.keep(to, **different))

    def break_glass(self, told: Any, *, people: int | None = None, status: int = 200, reason: str = "") -> Any:
        """Send a draft alone."""
        seen = self.people(told) if people is None else people
        body = seen_in(told, seen) | {"reason": reason or "Lũ về nhanh, không liên lạc được với ai khác."}
        return self.post(f"/drafts/{told['id']}/break-glass", body, status=status)

    def undo(self, told: Any, *, status: int = 200) -> Any:
        """Take it back."""
        return self.post(f"/drafts/{told['id']}/undo", {}, status=status)

    def approve(self, told: Any, *, people: int | None = None, status: int = 200) -> Any:
        """Let it go."""
        body = seen_in(told, told["people"] if people is None else people)
        return self.post(f"/approvals/{told['id']}/approve", body, status=status)

    def decline(self, told: Any, reason: str = "Chưa rõ địa điểm", *, status: int = 200) -> Any:
        """Send it back."""
        return self.post(f"/approvals/{told['id']}/decline", {"reason": reason}, status=status)

    def now(self, told: Any) -> Any:
        """The author's draft as it is now."""
        return self.get(f"/drafts/{told['id']}")


def seen_in(told: Any, people: int) -> dict[str, Any]:
    """What somebody saw of a draft."""
    return {"version": told["version"], "people": people}


def in_the_past(told: Any, *, seconds: int = 1) -> None:
    """The moment for which this draft waits has just passed."""
    at = timezone.now() - dt.timedelta(seconds=seconds)
    waiting = Draft.objects.filter(pk=told["id"])
    waiting.filter(state="leaving").update(leaves_at=at)
    waiting.filter(state="submitted").update(decide_by=at)


def pass_time(told: Any) -> None:
    """The moment comes, and the server looks."""
    in_the_past(told)
    departing.look()


def only_notice() -> Broadcast:
    """The one notice that there is."""
    return Broadcast.objects.get()
