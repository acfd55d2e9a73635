"""Every role at every level, to every org and class: allowed where the rule names the pair, refused everywhere else."""

import itertools

import pytest

from broadcasts import policy
from broadcasts.audiences import audience_named
from broadcasts.errors import NotYourAudience
from broadcasts.models import Urgency
from registry.models import Enrolment, GuardianLink, Org, OrgClosure, Person, Role, SchoolClass
from tests.broadcasts.writing import publish
from tests.cast import Cast

ROLES = [*Role.Name.values, "ext:somethingNew"]
LEVELS = ["so", "dong_sen", "school", "tan_son", "other_school"]
BELOW = {
    "so": {"so", "dong_sen", "school", "tan_son", "other_school"},
    "dong_sen": {"dong_sen", "school"},
    "school": {"school"},
    "tan_son": {"tan_son", "other_school"},
    "other_school": {"other_school"},
}
CLASSES = {"class_7a": "school", "class_6b": "school", "class_7c": "other_school"}
SPEAKS_FOR_AN_ORG = {"principal", "siteAdministrator", "districtAdministrator"}


@pytest.fixture
def newcomer(cast: Cast) -> Person:
    """Somebody without any role yet."""
    return Person.objects.create(
        source=cast.source, sourced_id="new", given_name="Mới", family_name="Lê", name="Lê Mới"
    )


def test_every_role_at_every_level_to_every_org_and_class(cast: Cast, newcomer: Person) -> None:
    for name, level in itertools.product(ROLES, LEVELS):
        role = Role.objects.create(
            source=cast.source, sourced_id=f"{name}-{level}", person=newcomer, org=getattr(cast, level), role=name
        )
        expected = {to for to in LEVELS if name in SPEAKS_FOR_AN_ORG and to in BELOW[level]}
        expected |= {to for to, school in CLASSES.items() if name == "principal" and school == level}
        assert allowed(cast, newcomer) == expected, f"{name} at {level}"
        assert listed(cast, newcomer) == expected, f"the list of {name} at {level}"
        role.delete()


def test_every_role_with_a_class_of_ones_own(cast: Cast, newcomer: Person) -> None:
    """Who is enrolled as what in 7A, with which role in its school: only a teacher who teaches it, and the head."""
    for name, enrolled_as in itertools.product(ROLES, ["teacher", "student", "proctor", "administrator", "aide"]):
        role = Role.objects.create(
            source=cast.source, sourced_id=f"own-{name}", person=newcomer, org=cast.school, role=name
        )
        enrolment = Enrolment.objects.create(
            source=cast.source,
            sourced_id=f"own-{name}",
            person=newcomer,
            school_class=cast.class_7a,
            school=cast.school,
            role=enrolled_as,
        )
        expected = {"school"} if name in SPEAKS_FOR_AN_ORG else set()
        if name == "principal":
            expected |= {"class_7a", "class_6b"}
        elif name == "teacher" and enrolled_as == "teacher":
            expected |= {"class_7a"}
        assert allowed(cast, newcomer) == expected, f"{name}, in the class as {enrolled_as}"
        assert listed(cast, newcomer) == expected
        enrolment.delete()
        role.delete()


def test_a_guardian_of_the_class_sends_nothing(cast: Cast) -> None:
    assert GuardianLink.objects.filter(guardian=cast.hoa).exists()
    assert allowed(cast, cast.hoa) == set()


def test_nobody_of_the_cast_may_send_more_than_the_rule_names(cast: Cast) -> None:
    everything = set(LEVELS)
    assert {name: found for name, person in cast.people().items() if (found := allowed(cast, person))} == {
        "son": everything,
        "ha": everything,
        "phuc": {"dong_sen", "school"},
        "hanh": {"school", "class_7a", "class_6b"},
        "thu": {"school"},
        "lan": {"class_7a"},
        "minh": {"class_7a"},
        "mai": {"class_6b"},
        "quang": {"class_7c"},
    }


@pytest.mark.parametrize(
    "ended",
    [
        {"status": "tobedeleted"},
        {"ends_on": "2020-01-01"},
        {"begins_on": "2099-01-01"},
    ],
)
def test_a_role_that_is_not_in_force_grants_nothing(cast: Cast, ended: dict[str, str]) -> None:
    for person in (cast.son, cast.hanh, cast.lan):
        Role.objects.filter(person=person).update(**ended)
        assert allowed(cast, person) == set()


def test_a_disabled_person_sends_nothing(cast: Cast) -> None:
    Person.objects.filter(pk__in=[cast.son.pk, cast.lan.pk]).update(enabled=False)
    assert allowed(cast, cast.son) == set()
    assert allowed(cast, cast.lan) == set()


def test_a_class_that_ended_has_no_senders(cast: Cast) -> None:
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(ends_on="2021-06-01")
    assert allowed(cast, cast.lan) == set()
    assert "class_7a" not in allowed(cast, cast.hanh)


def test_what_is_not_there_and_what_is_not_yours_look_the_same(cast: Cast) -> None:
    Org.objects.filter(pk=cast.tan_son.pk).update(valid_to="2021-01-01")
    for to in (cast.tan_son, cast.other_school, Org(pk=987654), SchoolClass(pk=987654)):
        with pytest.raises(NotYourAudience):
            publish(cast.phuc, to)
    with pytest.raises(NotYourAudience):
        publish(cast.son, cast.tan_son)


def test_a_school_that_moved_away_is_no_longer_below(cast: Cast) -> None:
    OrgClosure.objects.filter(ancestor=cast.dong_sen, descendant=cast.school).delete()
    assert allowed(cast, cast.phuc) == {"dong_sen"}
    assert "school" in allowed(cast, cast.son)


def test_progress_is_for_the_author_and_those_who_may_send_there(cast: Cast) -> None:
    to_school, to_class = publish(cast.son, cast.school), publish(cast.lan, cast.class_7a)
    everybody = {person.pk for person in cast.people().values()}

    def named(people: set[int]) -> set[str]:
        return {name for name, person in cast.people().items() if person.pk in people}

    assert named(policy.overseers(to_school, among=everybody)) == {"son", "ha", "phuc", "hanh", "thu"}
    assert named(policy.overseers(to_class, among=everybody)) == {"lan", "minh", "hanh"}
    assert policy.overseers(to_class, among=[cast.quang.pk]) == set()
    for broadcast in (to_school, to_class):
        one_by_one = {person.pk for person in cast.people().values() if policy.may_see_progress(person, broadcast)}
        assert policy.overseers(broadcast, among=everybody) == one_by_one


def allowed(cast: Cast, person: Person) -> set[str]:
    """The orgs and classes of the cast that this person may send to, asked one by one."""
    found = set()
    for to in (*LEVELS, *CLASSES):
        subject = getattr(cast, to)
        audience = audience_named("org" if to in LEVELS else "class", subject.pk)
        granted = policy.grant(person, audience) if audience else None
        if granted is not None:
            found.add(to)
            as_a_teacher = to in CLASSES and not granted.is_official
            assert granted.urgencies == (("thuong",) if as_a_teacher else tuple(Urgency.values))
    return found


def listed(cast: Cast, person: Person) -> set[str]:
    """The same, as the list of audiences says it."""
    orgs = {link.descendant_id for link in policy.orgs_open_to(person)}
    classes = {one.pk for one in policy.classes_open_to(person)}
    return {to for to in LEVELS if getattr(cast, to).pk in orgs} | {
        to for to in CLASSES if getattr(cast, to).pk in classes
    }
