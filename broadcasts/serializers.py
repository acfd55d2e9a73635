"""The one shape of a notice, a receipt and their totals, for REST and for events."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from django.utils import timezone

from broadcasts import open_shapes, reach_shapes, selectors, shapes
from broadcasts.audiences import audience_of
from broadcasts.cascade import standing
from broadcasts.cascade.own import Own
from broadcasts.cascade.relays import Down
from broadcasts.choices import Choices
from broadcasts.correcting.rows import is_recalled
from broadcasts.counting import Units
from broadcasts.files.shape import files
from broadcasts.foreseeing import Foreseen
from broadcasts.models import Acknowledgement, Broadcast, Node
from broadcasts.policy import A_TEACHERS_URGENCY, EVERY_URGENCY
from broadcasts.reach import Reach
from broadcasts.selection import Selection
from registry.models import Org, OrgClosure, Person, SchoolClass
from registry.shapes import child, org_ref
from registry.text import fold


def published(broadcast: Broadcast) -> shapes.Published:
    """The notice without its text, as sockets are told of it."""
    corrects = broadcast.corrects_id
    return shapes.Published(
        id=broadcast.pk,
        issuer=shapes.Issuer(name=broadcast.issuer_name, is_official=broadcast.is_official),
        kind=broadcast.kind,
        urgency=broadcast.urgency,
        title=broadcast.title,
        published_at=moment(broadcast.published_at),
        wants_acknowledgement=broadcast.wants_acknowledgement,
        wants_carrying_out=broadcast.wants_carrying_out,
        is_exercise=broadcast.is_exercise,
        version=broadcast.version,
        corrects=shapes.Corrected(id=corrects, how=broadcast.correction_how) if corrects else None,
        superseded=_superseded(broadcast),
    )


def superseded(by: Broadcast, how: str, at: dt.datetime) -> shapes.Superseded:
    """That this one holds now instead of another."""
    return shapes.Superseded(by=by.pk, how=how, at=moment(at))


def _superseded(broadcast: Broadcast) -> shapes.Superseded | None:
    by, at = broadcast.superseded_by_id, broadcast.superseded_at
    return shapes.Superseded(by=by, how=broadcast.superseded_how, at=moment(at)) if by and at else None


def notice(broadcast: Broadcast) -> shapes.Notice:
    """The whole notice. Its attachments are best fetched with it, for many notices at once."""
    return shapes.Notice(
        **published(broadcast),
        author_name=broadcast.author_name,
        body=broadcast.body,
        number=broadcast.number,
        symbol=broadcast.symbol,
        issued_on=broadcast.issued_on.isoformat() if broadcast.issued_on else None,
        signer_name=broadcast.signer_name,
        signer_position=broadcast.signer_position,
        acknowledge_by=moment(broadcast.acknowledge_by) if broadcast.acknowledge_by else None,
        carry_out_by=moment(broadcast.carry_out_by) if broadcast.carry_out_by else None,
        relays=relayed(broadcast.relays, is_quoted=broadcast.quotes) if broadcast.relays else None,
        files=files(broadcast.attachments.all()),
        code=broadcast.code,
        asks_for_money=broadcast.asks_for_money,
    )


def relayed(above: Broadcast, *, is_quoted: bool) -> shapes.Relayed:
    """The notice that another one passes down."""
    return shapes.Relayed(
        id=above.pk,
        issuer=shapes.Issuer(name=above.issuer_name, is_official=above.is_official),
        title=above.title,
        number=above.number,
        symbol=above.symbol,
        body=above.body if is_quoted and not is_recalled(above) else None,
        superseded=_superseded(above),
    )


def inbox(received: selectors.Received) -> shapes.Inbox:
    """The notice as its recipient has it."""
    seen_at = received.receipt.seen_at
    # Of what was recalled its readers keep the title; the reason is in what recalled it.
    left = {"body": "", "files": []} if is_recalled(received.broadcast) else {}
    return cast(
        "shapes.Inbox",
        {
            **notice(received.broadcast),
            **left,
            "seen_at": moment(seen_at) if seen_at else None,
            "nodes": [own_node(one, is_seen=seen_at is not None) for one in received.nodes],
            "for": [_reason(reason) for reason in received.reasons],
        },
    )


def own_node(one: Own, *, is_seen: bool) -> shapes.OwnNode:
    """What its reader has to carry out."""
    node = one.node
    return shapes.OwnNode(
        **carried(node, standing.state_of(node, is_seen=is_seen), is_named=True),
        owner=colleague(one.hand.owner) if one.hand.owner else None,
        deputy=colleague(one.hand.deputy) if one.hand.deputy else None,
        relay=down(one.down, node.relay_id) if one.down and node.relay_id else None,
        draft=one.draft,
    )


def carried(node: Node, state: str, *, is_named: bool) -> shapes.Carried:
    """How far this unit has got."""
    confirmed_by, completed_by = (node.confirmed_by, node.completed_by) if is_named else (None, None)
    return shapes.Carried(
        unit=cast("shapes.OrgRef", org_ref(node.unit)),
        state=state,
        is_overdue=standing.is_overdue(node, node.broadcast, timezone.now()),
        confirm_by=_moment(node.confirm_by),
        carry_out_by=_moment(node.broadcast.carry_out_by),
        confirmed_at=_moment(node.confirmed_at),
        confirmed_by=colleague(confirmed_by) if confirmed_by else None,
        relayed_at=_moment(node.relayed_at),
        completed_at=_moment(node.completed_at),
        completed_by=colleague(completed_by) if completed_by else None,
        note=node.note,
    )


def colleague(person: Person) -> shapes.Colleague:
    """Somebody on a staff."""
    return shapes.Colleague(id=person.pk, name=person.name, position=person.position)


def down(counted: Down, notice_id: int) -> shapes.Down:
    """How far the notice has got by which something was passed down."""
    return shapes.Down(id=notice_id, of=counted.of, done=counted.done, total=counted.total)


def sent(one: selectors.Sent) -> shapes.Sent:
    """The notice as its sender sees it."""
    meant = audience_of(one.broadcast)
    narrowed = _narrowed(meant.selection, one.classes) if meant.selection.is_narrow() else None
    audience = shapes.AudienceTold(title=meant.title, roles=one.broadcast.roles, narrowed=narrowed)
    return shapes.Sent(**notice(one.broadcast), audience=audience, totals=one.totals)


def progress(found: selectors.Progress) -> shapes.Progress:
    """How far a notice got, the units by name."""
    units = [
        shapes.UnitProgress(**told, commune=_ref(found.commune_of.get(told["unit"]["id"])))
        for told in unit_totals(found.units, found.orgs)
    ]
    return shapes.Progress(
        broadcast=sent(found.sent),
        units=units,
        communes=[cast("shapes.OrgRef", org_ref(org)) for org in found.communes],
        totals=found.totals,
        at=moment(timezone.now()),
    )


def unit_totals(units: Units, orgs: dict[int, Org]) -> list[shapes.UnitTotals]:
    """Each unit with its totals, by name."""
    told = [shapes.UnitTotals(unit=cast("shapes.OrgRef", org_ref(orgs[unit])), totals=units[unit]) for unit in units]
    return sorted(told, key=lambda one: (fold(one["unit"]["name"]), one["unit"]["id"]))


def reach(counted: Reach) -> reach_shapes.Reach:
    """Whom a notice would reach, and how; units by name."""
    orgs = Org.objects.in_bulk([missed.unit for missed in counted.easily_missed])
    missed = [
        {"org": org_ref(orgs[one.unit]), "households": one.households, "without_app": one.without_app}
        for one in counted.easily_missed
    ]
    numbers = {**asdict(counted), "with_push": counted.channels.push, "easily_missed": missed}
    return cast("reach_shapes.Reach", numbers)


def preview(foreseen: Foreseen) -> reach_shapes.Preview:
    """What sending a notice now would mean."""
    found = foreseen.duplicate
    earlier = reach_shapes.Earlier(broadcast=found.broadcast, issued_on=found.issued_on.isoformat()) if found else None
    told = {
        "duplicate": earlier,
        "needs_approval": bool(foreseen.why),
        "why": [why.value for why in foreseen.why],
        "carriers": foreseen.carriers,
    }
    return cast("reach_shapes.Preview", {**reach(foreseen.reach), **told})


def audiences(
    orgs: list[OrgClosure], classes: list[SchoolClass], parents: dict[int, int], there: Choices | None = None
) -> open_shapes.Audiences:
    """What somebody may send to, as they would look for it; of several orgs that let them, the nearest speaks. A parent
    is named where it is on the list too. `there`: what the one org that was asked for can be narrowed by."""
    nearest: dict[int, OrgClosure] = {}
    for link in orgs:
        nearest.setdefault(link.descendant_id, link)
    by_level = sorted(nearest.values(), key=lambda link: (link.depth, fold(link.descendant.name), link.descendant_id))
    by_school = sorted(classes, key=lambda one: (fold(one.school.name), by_number(one.title), one.pk))
    above = {org: parent for org, parent in parents.items() if parent in nearest}
    open_orgs = [_open_org(link, above.get(link.descendant_id)) for link in by_level]
    told = _choices(there) if there else None
    return open_shapes.Audiences(orgs=open_orgs, classes=[*map(_open_class, by_school)], choices=told)


def _narrowed(selection: Selection, classes: Sequence[SchoolClass]) -> shapes.Narrowed:
    return shapes.Narrowed(
        levels=[*selection.levels],
        grades=selection.grades,
        classes=[_class_ref(one) for one in classes],
        languages=[*selection.languages],
        unacknowledged=selection.unacknowledged,
        unreached=selection.unreached,
    )


def _choices(there: Choices) -> open_shapes.Choices:
    return open_shapes.Choices(
        levels=[
            open_shapes.LevelThere(level=one.level, schools=one.schools, pupils=one.pupils) for one in there.levels
        ],
        grades=[open_shapes.GradeThere(grade=grade, pupils=pupils) for grade, pupils in there.grades],
        classes=[_class_there(one) for one in sorted(there.classes, key=lambda one: (by_number(one.title), one.pk))],
        languages=[open_shapes.LanguageThere(language=language, people=people) for language, people in there.languages],
    )


def _class_there(one: SchoolClass) -> open_shapes.ClassThere:
    pupils = int(one.pupils)  # type: ignore[attr-defined]  # annotated by choices.choices_in
    return open_shapes.ClassThere(**_class_ref(one), grade=one.grade, pupils=pupils)


def _class_ref(one: SchoolClass) -> shapes.ClassRef:
    return shapes.ClassRef(id=one.pk, title=one.title)


def _moment(at: dt.datetime | None) -> str | None:
    return moment(at) if at else None


def moment(at: dt.datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _reason(reason: Acknowledgement) -> shapes.Reason:
    student: Person | None = reason.student
    told = child(student, reason.school_class, reason.unit) if student else None
    at = reason.acknowledged_at
    return shapes.Reason(student=cast("shapes.Child | None", told), acknowledged_at=moment(at) if at else None)


def _open_org(link: OrgClosure, parent: int | None) -> open_shapes.OpenOrg:
    return cast(
        "open_shapes.OpenOrg",
        {
            "org": org_ref(link.descendant),
            "as": org_ref(link.ancestor),
            "parent": parent,
            "depth": link.depth,
            "official": True,
            "urgencies": list(EVERY_URGENCY),
        },
    )


def _open_class(school_class: SchoolClass) -> open_shapes.OpenClass:
    as_head = bool(school_class.as_head)  # type: ignore[attr-defined]  # annotated by policy.classes_open_to
    return open_shapes.OpenClass(
        id=school_class.pk,
        title=school_class.title,
        school=cast("shapes.OrgRef", org_ref(school_class.school)),
        official=as_head,
        urgencies=list(EVERY_URGENCY if as_head else A_TEACHERS_URGENCY),
    )


def by_number(title: str) -> list[tuple[int, str]]:
    """9A before 10A: numbers by their size, the rest by its letters."""
    return [(int(part or 0), fold(word)) for part, word in re.findall(r"([0-9]*)([^0-9]*)", title)]


def _ref(org: Org | None) -> shapes.OrgRef | None:
    return cast("shapes.OrgRef", org_ref(org)) if org else None
