"""The places of a notice: an org above schools, a school, a class, or all classes of who teaches several. Which of them
somebody may open, which one they are shown first, and whose rows belong to it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from broadcasts.ledger import policy
from broadcasts.ledger.policy import OF_A_SCHOOL, Standing
from broadcasts.ledger.words import Part
from broadcasts.models import Acknowledgement, Broadcast
from broadcasts.sql import Sql, sql_of
from realtime.errors import NotFound
from registry.models import Enrolment, Org, OrgClosure, SchoolClass
from registry.selectors import live_enrolments

ORG, SCHOOL, CLASS, CLASSES = "org", "school", "class", "classes"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a board looks at a notice. `org` of a class is its school; `classes` are the class itself, or all of one's own."""

    broadcast: Broadcast
    org: Org | None = None
    classes: tuple[SchoolClass, ...] = ()
    is_class: bool = False

    @property
    def kind(self) -> str:
        """org, school, class or classes."""
        if self.org is None:
            return CLASSES
        if self.is_class:
            return CLASS
        return SCHOOL if self.org.type in OF_A_SCHOOL else ORG

    @property
    def school_class(self) -> SchoolClass | None:
        """The one class that it is."""
        return self.classes[0] if self.is_class else None

    def is_whole(self) -> bool:
        """Whether all of the notice is in it."""
        if self.kind != ORG or self.org is None:
            return False
        audience = self.broadcast.audience_org_id
        return self.org.pk == audience or OrgClosure.objects.filter(ancestor=self.org, descendant=audience).exists()

    def reasons(self) -> QuerySet[Acknowledgement]:
        """Why somebody here has the notice."""
        every = Acknowledgement.objects.filter(broadcast=self.broadcast)
        if self.kind in {CLASS, CLASSES}:
            return every.filter(_in_classes(self.broadcast, self.classes))
        if self.is_whole():
            return every
        return every.filter(unit__in=OrgClosure.objects.filter(ancestor=self.org).values("descendant"))

    def scope(self) -> Sql:
        """The same as a condition of rows.py."""
        if self.kind in {CLASS, CLASSES}:
            return _classes_scope(self.broadcast, self.classes)
        if self.kind == SCHOOL:
            return Sql("AND asked.unit_id = %s", (self.org.pk if self.org else 0,))
        if self.is_whole():
            return Sql("")
        return Sql(BELOW, (self.org.pk if self.org else 0,))

    def units(self) -> set[int] | None:
        """The units in it; None: all there are."""
        if self.is_whole():
            return None
        return set(OrgClosure.objects.filter(ancestor=self.org).values_list("descendant", flat=True))

    def names(self, standing: Standing) -> frozenset[Part]:
        """Of whom lists of it give names to them."""
        if self.org is None:
            return frozenset({Part.PUPIL})
        if self.school_class:
            return policy.named_in_class(standing, self.school_class)
        return policy.named_in_org(standing, self.org)


def place_named(standing: Standing, broadcast: Broadcast, *, org: int | None, school_class: int | None) -> Place:
    """The place that is asked for, or the topmost that is theirs. NotFound: it is not theirs, nobody there has the notice,
    or there is no such place: all the same to who asks."""
    if org is None and school_class is None:
        found = topmost(standing, broadcast)
    elif school_class is not None:
        found = _class_place(standing, broadcast, school_class)
    else:
        found = _org_place(standing, broadcast, org or 0)
    if found is None or not found.reasons().exists():
        raise NotFound
    return found


def topmost(standing: Standing, broadcast: Broadcast) -> Place | None:
    """The highest place of the notice that they may open."""
    found = _seat_or_own(standing, broadcast)
    if found is not None:
        return found
    theirs = _reached_classes(broadcast, standing.classes)
    if len(theirs) == 1:
        return Place(broadcast, theirs[0].school, theirs, is_class=True)
    return Place(broadcast, None, theirs) if theirs else None


def above(standing: Standing, place: Place) -> list[Place]:
    """The places over this one that they may open, topmost first."""
    first = topmost(standing, place.broadcast)
    if first is None or place.org is None:
        return []
    if first.kind == CLASSES:
        return [first]
    if first.org is None or first.is_class:
        return []
    links = OrgClosure.objects.filter(descendant=place.org, ancestor__above__ancestor=first.org).select_related(
        "ancestor"
    )
    orgs = [link.ancestor for link in links.order_by("-depth")]
    return [Place(place.broadcast, org) for org in orgs if place.is_class or org.pk != place.org.pk]


def _seat_or_own(standing: Standing, broadcast: Broadcast) -> Place | None:
    of_class = broadcast.audience_class
    if of_class is not None:
        is_theirs = policy.may_open_class(standing, broadcast, of_class)
        return Place(broadcast, of_class.school, (of_class,), is_class=True) if is_theirs else None
    above_it = OrgClosure.objects.filter(descendant=broadcast.audience_org_id).values_list("ancestor", flat=True)
    over = set(above_it) if standing.seats else set()
    for seat in standing.seats:
        place = Place(broadcast, broadcast.audience_org if seat.pk in over else seat)
        if place.reasons().exists():
            return place
    return Place(broadcast, broadcast.audience_org) if broadcast.author_id == standing.person.pk else None


def _reached_classes(broadcast: Broadcast, classes: Collection[SchoolClass]) -> tuple[SchoolClass, ...]:
    """Those of them with somebody who has the notice: one statement, and one for each class that is no homeroom."""
    counting, others = _split(broadcast, classes)
    rows = Acknowledgement.objects.filter(broadcast=broadcast, unit__in={one.school_id for one in classes})
    found = set(rows.filter(school_class__in=counting).order_by().values_list("school_class", flat=True).distinct())
    met = {one.pk for one in classes if one.pk in others and rows.filter(_in_classes(broadcast, [one])).exists()}
    return tuple(one for one in classes if one.pk in found | met)


def _org_place(standing: Standing, broadcast: Broadcast, org: int) -> Place | None:
    found = Org.objects.filter(pk=org).first()
    if found is None or not policy.may_open_org(standing, broadcast, found):
        return None
    return Place(broadcast, found)


def _class_place(standing: Standing, broadcast: Broadcast, school_class: int) -> Place | None:
    found = SchoolClass.objects.select_related("school").filter(pk=school_class).first()
    if found is None or not policy.may_open_class(standing, broadcast, found):
        return None
    return Place(broadcast, found.school, (found,), is_class=True)


def counts_under(broadcast: Broadcast, school_class: SchoolClass) -> bool:
    """Whether the notice counts pupils under this class: a homeroom, or the class that it went to. Of another class (a
    subject's) those are meant who are its pupils today, wherever they are counted."""
    is_homeroom = school_class.class_type == SchoolClass.Type.HOMEROOM
    return is_homeroom or broadcast.audience_class_id == school_class.pk


def enrolled_in(classes: Collection[int]) -> QuerySet[Enrolment]:
    """The pupils of these classes today."""
    return live_enrolments().filter(role="student", school_class__in=classes)


def _split(broadcast: Broadcast, classes: Collection[SchoolClass]) -> tuple[list[int], list[int]]:
    counting = [one.pk for one in classes if counts_under(broadcast, one)]
    return counting, [one.pk for one in classes if one.pk not in counting]


def _in_classes(broadcast: Broadcast, classes: Collection[SchoolClass]) -> Q:
    counting, others = _split(broadcast, classes)
    pupils = enrolled_in(others).values("person")
    in_others = Q(student__in=pupils) | Q(student__isnull=True, person__in=pupils)
    here = Q(unit__in=sorted({one.school_id for one in classes}))
    return here & (Q(school_class__in=counting) | in_others if others else Q(school_class__in=counting))


def _classes_scope(broadcast: Broadcast, classes: Collection[SchoolClass]) -> Sql:
    counting, others = _split(broadcast, classes)
    schools = sorted({one.school_id for one in classes})
    parts = [(f"asked.school_class_id IN ({_marks(counting)})", tuple(counting))] if counting else []
    if others:
        pupils = sql_of(enrolled_in(others).values("person"))
        parts.append((f"COALESCE(asked.student_id, asked.person_id) IN ({pupils.text})", pupils.params))
    anywhere = " OR ".join(text for text, _params in parts)
    params = tuple(param for _text, params in parts for param in params)
    return Sql(f"AND asked.unit_id IN ({_marks(schools)}) AND ({anywhere})", (*schools, *params))


def _marks(values: Collection[int]) -> str:
    return ", ".join(["%s"] * len(values))


BELOW = "AND asked.unit_id IN (SELECT descendant_id FROM registry_orgclosure WHERE ancestor_id = %s)"
