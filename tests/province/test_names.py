"""Names read as a Vietnamese reader expects, and families hang together."""

import unicodedata
from collections import Counter
from datetime import date
from random import Random

import pytest

from chatserver.province.generate import Province
from chatserver.province.names import FEMALE, MALE, FullName, Namer
from chatserver.province.names.peoples import PEOPLES
from chatserver.province.profiles import SMALL
from tests.province.reading import Package, name_of


@pytest.fixture(scope="module")
def households():
    province = Province(SMALL, 7, date(2026, 10, 6))
    province.province_staff()
    return [household for catchment in province.catchments() for household in catchment.households]


def guardians(household):
    """Relation and person, the same for every child of a household."""
    return [(held.relation, held.guardian) for held in household.pupils[0].guardians]


def test_text_is_composed_and_vietnamese(small: Package):
    letters = set("aăâbcdđeêghiklmnoôơpqrstuưvxyf")  # f for no name; w, j and z are for none either
    for user in small.rows["users"]:
        name = name_of(user)
        assert unicodedata.is_normalized("NFC", name)
        assert all(word[0].isupper() for word in name.split())
        plain = {c for c in unicodedata.normalize("NFD", name.lower()) if c.isalpha()}
        assert plain <= {unicodedata.normalize("NFD", c)[0] for c in letters}


def test_two_kinh_in_five_are_nguyen():
    namer = Namer(Random(1), {"kinh": 1})
    drawn = Counter(namer.surname("kinh") for _ in range(20_000))
    assert 0.34 < drawn["Nguyễn"] / 20_000 < 0.42
    assert [name for name, _ in drawn.most_common(5)] == ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"]


@pytest.mark.parametrize("people", PEOPLES)
@pytest.mark.parametrize("born", [1955, 1985, 2015])
def test_only_women_are_called_thi_and_only_men_van(people, born):
    namer = Namer(Random(2), {people: 1})
    women = [namer.name(people, FEMALE, born=born) for _ in range(300)]
    men = [namer.name(people, MALE, born=born) for _ in range(300)]
    assert not any("Văn" in name.middle.split() or name.middle == "A" for name in women)
    assert not any("Thị" in name.middle.split() for name in men)
    assert all(name.given not in name.middle.split() for name in women + men)


def test_a_name_is_read_family_first():
    assert FullName.read("Lê Thị Thu Hà") == FullName("Lê", "Thị Thu", "Hà")


def test_children_have_their_fathers_surname(households):
    for household in households:
        surnames = {pupil.name.family for pupil in household.pupils}
        assert len(surnames) == 1
        for relation, person in guardians(household):
            if relation in ("father", "sibling"):
                assert person.name.family in surnames


def test_nobody_is_called_like_an_elder_or_a_sibling(households):
    invented = households[5:]
    for household in invented:
        given = [pupil.name.given for pupil in household.pupils]
        given += [person.name.given for _, person in guardians(household)]
        assert len(given) - len(set(given)) <= 1
    repeated = sum(len(h.pupils) > len({pupil.name.given for pupil in h.pupils}) for h in invented)
    assert repeated <= len(invented) // 100


def test_ages_fit(households):
    for household in households:
        eldest, youngest = (edge(pupil.born for pupil in household.pupils) for edge in (min, max))
        assert youngest - eldest <= 12
        for relation, person in guardians(household):
            age_at_eldest = eldest - person.born
            match relation:
                case "mother":
                    assert 17 <= age_at_eldest <= 45
                    assert youngest - person.born <= 46
                case "father":
                    assert 15 <= age_at_eldest <= 50
                case "grandmother" | "grandfather":
                    assert age_at_eldest >= 34
                case "sibling":
                    assert 2026 - person.born >= 18


def test_parents_are_a_woman_and_a_man(households):
    expected = {"mother": FEMALE, "grandmother": FEMALE, "aunt": FEMALE}
    expected |= {"father": MALE, "grandfather": MALE, "uncle": MALE}
    for household in households:
        for relation, person in guardians(household):
            assert expected.get(relation, person.gender) == person.gender


def test_pupils_are_as_old_as_their_class(households):
    for household in households:
        for pupil in household.pupils:
            if pupil.guardians:
                assert 2026 - pupil.born == pupil.school_class.grade.age
            else:
                assert 19 <= 2026 - pupil.born <= 38


def test_parents_who_live_apart_do_not_share_a_telephone(households):
    apart = [household for household in households if household.pupils[0].separate]
    assert apart
    for household in apart:
        numbers = [person.phone for _, person in guardians(household) if person.phone]
        assert len(numbers) == len(set(numbers))
