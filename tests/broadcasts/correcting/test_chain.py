"""A direction is corrected: its units begin anew, and whoever passed the old one down has one tap to put that right."""

from broadcasts.models import Broadcast, Node
from tests.broadcasts.cascade.orders import acknowledge, direct, node_of, pass_down
from tests.broadcasts.correcting.desk import begin, correct
from tests.broadcasts.drafts.desk import Desk, pass_time
from tests.cast import Cast


def approved(cast: Cast, sent: Broadcast, how: str = "dinh_chinh") -> Broadcast:
    """Sơn corrects what went to more than one school."""
    son = Desk(cast, cast.son)
    draft = begin(son, sent, how)
    body = draft["content"] | {"body": "Sửa: nghỉ hai ngày."}
    told = son.submit(son.put(f"/drafts/{draft['id']}", {"version": draft["version"], "content": body}))
    if told["state"] == "submitted":
        Desk(cast, cast.ha).approve(told)
    pass_time(told)
    return Broadcast.objects.get(draft=draft["id"])


def test_the_units_begin_anew_in_the_same_hands(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/hand-over", {"person": cast.thu.pk})
    told = approved(cast, sent)
    assert set(Node.objects.filter(broadcast=told).values_list("unit", flat=True)) == {cast.dong_sen.pk, cast.school.pk}
    node = node_of(told, cast.school)
    assert (node.owner, node.is_handed, node.confirmed_at) == (cast.thu, True, None)
    refused = hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/complete", {}, status=409)
    assert (refused["code"], refused["facts"]["by"]) == ("already_corrected", told.pk)
    assert hanh.get(f"/{sent.pk}")["nodes"] == []
    assert [one["state"] for one in hanh.get(f"/{told.pk}")["nodes"]] == ["waiting"]


def test_what_was_passed_down_is_marked_and_corrected_in_one_tap(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    relay = pass_down(hanh, sent, cast.school, roles=["guardians"])
    told = approved(cast, sent)
    assert hanh.get(f"/{told.pk}")["to_correct"] == [{"id": relay.pk, "title": relay.title, "how": "dinh_chinh"}]
    for other in (cast.phuc, cast.thu):
        theirs = Desk(cast, other).get(f"/{told.pk}")["to_correct"]
        assert theirs == ([] if other == cast.phuc else hanh.get(f"/{told.pk}")["to_correct"])
    assert hanh.get(f"/{relay.pk}")["relays"]["superseded"]["by"] == told.pk
    again = correct(hanh, relay)
    assert again.relays == told
    assert node_of(told, cast.school).relay == again
    assert node_of(sent, cast.school).relay == relay
    assert hanh.get(f"/{told.pk}")["to_correct"] == []
    # Recalled, it is a recall that is owed.
    recall = approved(cast, told, "thu_hoi")
    assert not Node.objects.filter(broadcast=recall).exists()
    assert [one["how"] for one in hanh.get(f"/{recall.pk}")["to_correct"]] == ["thu_hoi"]
    assert correct(hanh, again, "thu_hoi").relays == told


def test_a_unit_that_recalls_what_it_passed_down_has_it_to_do_again(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    relay = pass_down(hanh, sent, cast.school, roles=["guardians"])
    second = correct(hanh, relay)
    assert (node_of(sent, cast.school).relay, second.relays) == (second, sent)
    correct(hanh, second, "thu_hoi")
    assert node_of(sent, cast.school).relay is None
    (node,) = hanh.get(f"/{sent.pk}")["nodes"]
    assert node["state"] == "confirmed"
