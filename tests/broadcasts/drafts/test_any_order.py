"""Whatever people do, in whatever order: no notice without what it needs, none twice, and each as it was decided."""

import datetime as dt
import os
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcasts import actions, approvers
from broadcasts.approval import reasons
from broadcasts.content import Content, content_from, parsed
from broadcasts.drafts import approving, breaking_glass, departing, keeping, submitting
from broadcasts.drafts.submitting import Submission
from broadcasts.models import Broadcast, Draft
from delivery.models import Dispatch
from realtime.errors import Refusal
from registry.assurance import Assurance
from registry.models import AuditLine, GuardianLink, OrgClosure, Person, PersonLink, Role
from tests.broadcasts.writing import draft
from tests.cast import Cast

EXAMPLES = 1_500 if "PROVE" in os.environ else 25
# Who writes to whom: mostly what they may.
SCENES = (
    ("hanh", "school"), ("hanh", "class_7a"), ("lan", "class_7a"), ("phuc", "dong_sen"), ("phuc", "school"),
    ("son", "school"), ("son", "so"), ("son", "so"), ("phuc", "so"),
)  # fmt: skip
PEOPLE = ("hanh", "thu", "phuc", "son", "ha", "lan", "quang")
SEATED = ("hanh", "thu", "phuc", "son", "ha")
TARGETS = ("so", "dong_sen", "school", "class_7a")
URGENCIES = ("thuong", "thuong", "khan", "hoa_toc", "thuong_khan")
BODIES = ("Mai nghỉ học.", "Mai nghỉ học.", "Nộp tiền vào số tài khoản 123.")
REASON = "Không liên lạc được với ai khác."

# What people mostly do, most often; and all else that they might.
ORDERS = st.one_of(
    *[st.tuples(st.just("submit"), st.just(0), st.just(0))] * 4,
    st.tuples(st.just("submit"), st.integers(-1, 1), st.integers(0, 1)),
    *[st.tuples(st.just("approve"), st.sampled_from(SEATED), st.just(0), st.just("own"))] * 4,
    st.tuples(
        st.just("approve"), st.sampled_from(PEOPLE), st.integers(-1, 0), st.sampled_from(["own", "author's", ""])
    ),
    *[st.tuples(st.just("leave"))] * 3,
    st.tuples(st.just("too_late")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("decline"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("break_glass"), st.sampled_from([REASON, REASON, "Gấp"])),
    st.tuples(st.just("revise"), st.sampled_from(TARGETS), st.sampled_from(URGENCIES), st.sampled_from(BODIES)),
    *[st.tuples(st.just("gain"))] * 2,
    *[st.tuples(st.just("lose"))] * 2,
    st.tuples(st.just("grow")),
)


class Story:
    """One draft, and what its author and the others do about it."""

    def __init__(self, cast: Cast, author: str, factor: bool, first: tuple[str, str, str]) -> None:
        self.cast, self.author, self.factor = cast, cast.people()[author], factor
        made, _new = keeping.save(self.author, self.content(*first), client_broadcast_id=uuid.uuid4())
        self.pk = made.pk
        # What the last person who let it go saw: the text, and how many (None: set for an hour).
        self.agreed: tuple[dict[str, Any], int] | None = None

    def content(self, to: str, urgency: str, body: str) -> dict[str, Any]:
        return draft(getattr(self.cast, to), urgency=urgency, body=body)

    def now(self) -> Draft:
        return Draft.objects.get(pk=self.pk)

    def seen(self) -> int:
        """What the preview says."""
        return actions.preview(self.author, content_from(self.now().content)).people

    def sure(self, person: Person, browser: str = "own") -> Assurance:
        marks = {"own": f"browser-of-{person.pk}", "author's": f"browser-of-{self.author.pk}", "": ""}
        return Assurance(has_second_factor=self.factor, confirmed_at=timezone.now(), browser=marks[browser])

    def submit(self, version: int, people: int) -> None:
        now = self.now()
        said = Submission(version=now.version + version, people=self.seen() + people)
        submitting.submit(self.author, self.pk, said, assurance=self.sure(self.author))
        if now.state in {"writing", "returned"} and not self.now().why:
            self.agreed = (self.now().content, said.people or 0)

    def undo(self) -> None:
        submitting.undo(self.author, self.pk)

    def revise(self, to: str, urgency: str, body: str) -> None:
        keeping.revise(self.author, self.pk, self.content(to, urgency, body), version=self.now().version)

    def approve(self, name: str, version: int, browser: str) -> None:
        person, now, people = self.cast.people()[name], self.now(), self.seen()
        assurance = self.sure(person, browser)
        approving.approve(person, self.pk, version=now.version + version, people=people, assurance=assurance)
        if now.state == "submitted":
            assert (browser, version, self.factor) == ("own", 0, True)
            self.agreed = (self.now().content, people)

    def decline(self, name: str) -> None:
        approving.decline(self.cast.people()[name], self.pk, reason="Sai ngày")

    def break_glass(self, reason: str) -> None:
        now, said = self.now(), Submission(version=self.now().version, people=self.seen())
        breaking_glass.break_glass(self.author, self.pk, said, reason=reason, assurance=self.sure(self.author))
        if now.state not in {"leaving", "left"}:
            assert (reason, self.factor) == (REASON, True)
            self.agreed = (self.now().content, said.people or 0)

    def leave(self) -> None:
        """The moment comes for which it waits, and a server looks."""
        past = timezone.now() - dt.timedelta(seconds=1)
        Draft.objects.filter(pk=self.pk, state="leaving").update(leaves_at=past)
        departing.look()

    def too_late(self) -> None:
        """Nobody decided in time."""
        past = timezone.now() - dt.timedelta(seconds=1)
        Draft.objects.filter(pk=self.pk, state="submitted").update(decide_by=past)
        departing.look()

    def gain(self) -> None:
        """The school has a guardian more."""
        _made, is_new = GuardianLink.objects.get_or_create(
            source=self.cast.source, guardian=self.cast.van, student=self.cast.an, defaults={"state": "active"}
        )
        if is_new:
            Role.objects.create(
                source=self.cast.source, sourced_id="g", person=self.cast.van, org=self.cast.school, role="guardian"
            )

    def grow(self) -> None:
        """The commune has another school."""
        OrgClosure.objects.get_or_create(ancestor=self.cast.dong_sen, descendant=self.cast.other_school, depth=1)

    def lose(self) -> None:
        """Or one less."""
        GuardianLink.objects.filter(guardian=self.cast.dung).update(state="blocked")


@pytest.mark.prove
@pytest.mark.django_db
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scene=st.sampled_from(SCENES),
    factor=st.sampled_from([True] * 7 + [False]),
    linked=st.booleans(),
    urgency=st.sampled_from(URGENCIES),
    body=st.sampled_from(BODIES),
    orders=st.lists(ORDERS, min_size=2, max_size=12),
)
def test_no_order_of_things_sends_what_was_not_decided(
    cast: Cast,
    scene: tuple[str, str],
    factor: bool,
    linked: bool,
    urgency: str,
    body: str,
    orders: list[tuple[Any, ...]],
) -> None:
    with transaction.atomic():
        if linked:
            PersonLink.objects.create(one=cast.ha, other=cast.son, how="confirmed")
        story = Story(cast, scene[0], factor, (scene[1], urgency, body))
        for name, *details in orders:
            before, is_refused = Broadcast.objects.count(), False
            try:
                getattr(story, name)(*details)
            except Refusal:
                is_refused = True
            # A refusal may send a draft back, but never a notice out.
            assert not is_refused or Broadcast.objects.count() == before
            hold(story)
        transaction.set_rollback(True)


def hold(story: Story) -> None:
    """What is true at any moment."""
    now, sent = story.now(), list(Broadcast.objects.all())
    assert len(sent) == (1 if now.state == "left" else 0)
    assert Dispatch.objects.filter(source="broadcast").count() == len(sent)
    assert AuditLine.objects.filter(act="broadcast.publish").count() == len(sent)
    if now.state in {"writing", "returned"}:
        assert now.leaves_at is None
        assert now.decided_by is None or now.decision_reason
    if sent:
        as_decided(story, now, sent[0])


def as_decided(story: Story, draft: Draft, notice: Broadcast) -> None:
    """The text and the number are those that were agreed to last, and whoever had to agree did."""
    assert story.agreed is not None
    content = parsed(Content, story.agreed[0])
    assert (notice.title, notice.body, notice.urgency) == (content.title, content.body, content.urgency)
    assert notice.receipts.count() == notice.receipts.values("person").distinct().count() == story.agreed[1]
    units = notice.acknowledgements.filter(unit__type="school").values("unit").distinct().count()
    if reasons(content, schools=units):
        assert (notice.approved_by is None) == bool(notice.broke_glass_reason)
    if notice.approved_by:
        assert notice.approved_by.pk in approvers.approvers_of(draft)
    assert story.factor or not notice.is_official
