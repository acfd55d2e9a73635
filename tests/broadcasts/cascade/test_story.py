"""A direction goes down the chain: received, confirmed, passed down, carried out; and nobody else moves it."""

import datetime as dt
import uuid

from django.utils import timezone

from broadcasts.drafts import departing
from broadcasts.models import Broadcast, Node
from delivery.models import Dispatch
from registry.models import AuditLine, Role
from tests.broadcasts.cascade.orders import acknowledge, direct, long_ago, node_of, pass_down
from tests.broadcasts.drafts.desk import Desk, pass_time
from tests.broadcasts.writing import draft
from tests.cast import Cast


def own(desk: Desk, broadcast: Broadcast) -> dict[str, object]:
    """What somebody has to carry out of it."""
    (node,) = desk.get(f"/{broadcast.pk}")["nodes"]
    return node


def test_every_unit_below_gets_its_part_with_its_head(cast: Cast) -> None:
    confirm_by = timezone.now() + dt.timedelta(hours=2)
    sent = direct(cast.son, cast.so, acknowledge_by=confirm_by.isoformat())
    nodes = {node.unit_id: node for node in Node.objects.filter(broadcast=sent)}
    assert set(nodes) == {cast.dong_sen.pk, cast.school.pk}
    school = nodes[cast.school.pk]
    assert (school.owner, school.deputy, school.confirm_by) == (cast.hanh, None, confirm_by)
    assert nodes[cast.dong_sen.pk].owner == cast.phuc
    assert sent.wants_acknowledgement
    assert not Node.objects.filter(broadcast=direct(cast.son, cast.so, wants_carrying_out=False)).exists()


def test_the_head_confirms_passes_it_down_and_reports_it_done(cast: Cast) -> None:
    sent = direct(cast.son, cast.so, number=1204, symbol="SGDĐT-VP")
    hanh, officer = Desk(cast, cast.hanh), Desk(cast, cast.ha)
    path = f"/{sent.pk}/nodes/{cast.school.pk}"
    name = {"client_broadcast_id": str(uuid.uuid4())}
    assert own(hanh, sent)["state"] == "waiting"
    hanh.post(f"/{sent.pk}/read")
    assert own(hanh, sent)["state"] == "seen"
    assert hanh.post(f"{path}/relay", name, status=409)["code"] == "confirm_first"
    assert hanh.post(f"{path}/complete", {}, status=409)["code"] == "confirm_first"

    (node,) = acknowledge(hanh, sent)["nodes"]
    assert (node["state"], node["confirmed_by"]["id"]) == ("confirmed", cast.hanh.pk)
    told = pass_down(hanh, sent, cast.school)
    assert (told.relays, told.quotes, told.issuer) == (sent, False, cast.school)
    assert node_of(sent, cast.school).relay == told
    node = own(hanh, sent)
    assert (node["state"], node["relay"]) == ("relayed", {"id": told.pk, "of": "classes", "done": 0, "total": 2})

    # Families read what it carries out, and not a word more of the department's letter to heads.
    relays = Desk(cast, cast.hoa).get(f"/{told.pk}")["relays"]
    assert relays == {
        "id": sent.pk,
        "issuer": {"name": cast.so.name, "is_official": True},
        "title": sent.title,
        "number": 1204,
        "symbol": "SGDĐT-VP",
        "body": None,
        "superseded": None,
    }
    # Hoa answers for Chi in 6B: all of that class; 7A still waits for Bình's.
    Desk(cast, cast.hoa).post(f"/{told.pk}/acknowledge", {"students": [cast.chi.pk]})
    Desk(cast, cast.hoa).post(f"/{told.pk}/acknowledge", {"students": [cast.an.pk]})
    (row,) = officer.get(f"/{sent.pk}/cascade/nodes?state=relayed")["nodes"]
    assert (row["relay"]["done"], row["relay"]["total"]) == (1, 2)
    acknowledged = Desk(cast, cast.dung).post(f"/{told.pk}/acknowledge", {"students": [cast.binh.pk]})
    assert acknowledged["relays"]["id"] == sent.pk
    assert own(hanh, sent)["relay"]["done"] == 2

    done = hanh.post(f"{path}/complete", {"note": "Đã báo đủ 2 lớp."})
    assert (done["state"], done["note"], done["is_overdue"]) == ("completed", "Đã báo đủ 2 lớp.", False)
    assert hanh.post(f"{path}/complete", {"note": "Đã báo đủ 2 lớp."}) == done
    assert hanh.post(f"{path}/reopen")["state"] == "relayed"
    assert hanh.post(f"{path}/reopen")["state"] == "relayed"
    acts = AuditLine.objects.filter(subject=f"node:{node_of(sent, cast.school).pk}").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["node.complete", "node.reopen"]


def test_the_clerk_confirms_for_the_school_and_a_colleague_does_not(cast: Cast) -> None:
    Role.objects.filter(person=cast.minh).update(role="counselor")
    sent = direct(cast.son, cast.so)
    assert acknowledge(Desk(cast, cast.minh), sent)["nodes"] == []
    assert node_of(sent, cast.school).confirmed_at is None
    acknowledge(Desk(cast, cast.thu), sent)
    node = node_of(sent, cast.school)
    assert node.confirmed_by == cast.thu
    acknowledge(Desk(cast, cast.hanh), sent)
    assert node_of(sent, cast.school).confirmed_by == cast.thu


def test_staff_are_quoted_the_whole_text_unless_the_head_says_otherwise(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    told = pass_down(hanh, sent, cast.school, roles=["teachers"])
    assert told.quotes
    assert Desk(cast, cast.lan).get(f"/{told.pk}")["relays"]["body"] == sent.body
    other = direct(cast.son, cast.so)
    acknowledge(hanh, other)
    name = {"client_broadcast_id": str(uuid.uuid4())}
    begun = hanh.post(f"/{other.pk}/nodes/{cast.school.pk}/relay", name, status=201)
    content = begun["content"] | {"roles": ["teachers"], "body": "Như trên.", "quotes": False}
    hanh.put(f"/drafts/{begun['id']}", {"version": begun["version"], "content": content})
    pass_time(hanh.submit(hanh.now(begun)))
    assert Desk(cast, cast.lan).get(f"/{Broadcast.objects.get(relays=other).pk}")["relays"]["body"] is None


def test_one_unit_passes_it_down_once(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh, thu = Desk(cast, cast.hanh), Desk(cast, cast.thu)
    acknowledge(hanh, sent)
    path = f"/{sent.pk}/nodes/{cast.school.pk}/relay"
    mine, theirs = {"client_broadcast_id": str(uuid.uuid4())}, {"client_broadcast_id": str(uuid.uuid4())}
    drafts = []
    for desk, name in ((hanh, mine), (thu, theirs)):
        begun = desk.post(path, name, status=201)
        assert desk.post(path, name)["id"] == begun["id"]
        content = begun["content"] | {"body": "Trường cho nghỉ."}
        desk.put(f"/drafts/{begun['id']}", {"version": begun["version"], "content": content})
        drafts.append(desk.submit(desk.now(begun)))
    assert own(hanh, sent)["draft"] == drafts[0]["id"]
    pass_time(drafts[0])
    pass_time(drafts[1])
    assert (thu.now(drafts[1])["state"], thu.now(drafts[1])["problem"]) == ("returned", "already_relayed")
    again = thu.post(path, {"client_broadcast_id": str(uuid.uuid4())}, status=409)
    assert (again["code"], again["facts"]) == ("already_relayed", {"relay": node_of(sent, cast.school).relay_id})
    assert Broadcast.objects.filter(relays=sent).count() == 1


def test_a_drill_is_passed_down_as_a_drill_and_within_the_unit(cast: Cast) -> None:
    sent = direct(cast.son, cast.so, is_exercise=True)
    Role.objects.create(
        source=cast.source, sourced_id="two-seats", person=cast.hanh, org=cast.other_school, role="principal"
    )
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    name = {"client_broadcast_id": str(uuid.uuid4())}
    begun = hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/relay", name, status=201)
    for different, code in (
        ({"is_exercise": False}, "drill_stays_drill"),
        ({"audience": {"org": cast.other_school.pk}}, "relay_elsewhere"),
    ):
        now = hanh.now(begun)
        content = begun["content"] | {"body": "Trường cho nghỉ."} | different
        written = hanh.put(f"/drafts/{begun['id']}", {"version": now["version"], "content": content})
        assert hanh.submit(written, status=403 if code == "relay_elsewhere" else 400)["code"] == code
    pass_time(
        hanh.submit(
            hanh.put(
                f"/drafts/{begun['id']}",
                {
                    "version": hanh.now(begun)["version"],
                    "content": begun["content"] | {"body": "Trường cho nghỉ."},
                },
            )
        )
    )
    assert Broadcast.objects.get(relays=sent).is_exercise


def test_whoever_has_lost_the_unit_meanwhile_passes_nothing_down(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    name = {"client_broadcast_id": str(uuid.uuid4())}
    begun = hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/relay", name, status=201)
    content = begun["content"] | {"body": "Trường cho nghỉ.", "audience": {"class": cast.class_7a.pk}}
    content["roles"] = ["guardians"]
    written = hanh.put(f"/drafts/{begun['id']}", {"version": begun["version"], "content": content})
    told = hanh.submit(written)
    Role.objects.filter(person=cast.hanh, org=cast.school).update(role="teacher")
    pass_time(told)
    assert hanh.now(told)["state"] == "returned"
    assert node_of(sent, cast.school).relay is None


def test_levels_chain(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    phuc, hanh = Desk(cast, cast.phuc), Desk(cast, cast.hanh)
    acknowledge(phuc, sent)
    told = pass_down(phuc, sent, cast.dong_sen, kind="dieu_hanh", wants_carrying_out=True)
    assert told.relays == sent
    below = node_of(told, cast.school)
    assert (below.owner, Node.objects.filter(broadcast=told).count()) == (cast.hanh, 1)
    assert own(phuc, sent)["relay"] == {"id": told.pk, "of": "units", "done": 0, "total": 1}
    acknowledge(hanh, told)
    assert own(phuc, sent)["relay"]["done"] == 1
    third = pass_down(hanh, told, cast.school)
    assert (third.relays, third.relays.relays) == (told, sent)


def test_a_head_hands_it_to_a_colleague_who_has_it(cast: Cast) -> None:
    Role.objects.filter(person=cast.minh).update(role="counselor")
    sent = direct(cast.son, cast.so)
    hanh, minh = Desk(cast, cast.hanh), Desk(cast, cast.minh)
    path = f"/{sent.pk}/nodes/{cast.school.pk}"
    assert [one["id"] for one in hanh.get(f"{path}/hand-over")["colleagues"]] == [cast.thu.pk, cast.minh.pk]
    for stranger in (cast.lan, cast.phuc, cast.quang):
        assert hanh.post(f"{path}/hand-over", {"person": stranger.pk}, status=400)["code"] == "not_of_the_unit"
    node = hanh.post(f"{path}/hand-over", {"person": cast.minh.pk})
    assert (node["owner"]["id"], node["deputy"]["id"]) == (cast.minh.pk, cast.hanh.pk)
    (confirmed,) = acknowledge(minh, sent)["nodes"]
    assert confirmed["confirmed_by"]["id"] == cast.minh.pk
    # Who may send nothing still reports it done.
    name = {"client_broadcast_id": str(uuid.uuid4())}
    assert minh.post(f"{path}/relay", name, status=403)["code"] == "not_allowed"
    assert minh.post(f"{path}/complete", {"note": "Xong"})["state"] == "completed"
    Role.objects.filter(person=cast.minh).update(org=cast.other_school)
    minh.post(f"{path}/reopen", status=404)


def test_nobody_else_moves_it(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    acknowledge(Desk(cast, cast.hanh), sent)
    path = f"/{sent.pk}/nodes/{cast.school.pk}"
    for person in (cast.quang, cast.lan, cast.phuc, cast.son, cast.hoa):
        desk = Desk(cast, person)
        desk.post(f"{path}/relay", {"client_broadcast_id": str(uuid.uuid4())}, status=404)
        desk.post(f"{path}/complete", {}, status=404)
        desk.post(f"{path}/reopen", status=404)
        desk.get(f"{path}/hand-over", status=404)
        desk.post(f"{path}/hand-over", {"person": cast.thu.pk}, status=404)


def test_only_a_direction_to_the_staff_of_units_below_is_carried_out(cast: Cast) -> None:
    hanh, son = Desk(cast, cast.hanh), Desk(cast, cast.son)
    asked = {"wants_carrying_out": True, "roles": ["staff"], "kind": "dieu_hanh"}
    for different in ({"kind": "thong_tin"}, {"roles": ["guardians"]}):
        refused = son.post("/preview", draft(cast.so, **(asked | different)), status=400)
        assert refused["code"] == "not_to_be_carried_out"
    assert son.post("/preview", draft(cast.so, **asked))["carriers"] == 2
    assert hanh.post("/preview", draft(cast.school, **asked))["carriers"] == 0
    refused = hanh.submit(hanh.keep(cast.school, **asked), status=400)
    assert refused["code"] == "no_units"
    late = (timezone.now() + dt.timedelta(hours=1)).isoformat()
    early = {"acknowledge_by": (timezone.now() + dt.timedelta(hours=2)).isoformat(), "carry_out_by": late}
    refused = son.submit(son.keep(cast.so, **asked, **early), status=400)
    assert (refused["code"], refused["facts"]["field"]) == ("time_not_possible", "carry_out_by")


def test_who_has_confirmed_is_not_written_to_again(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    acknowledge(Desk(cast, cast.hanh), sent)
    son = Desk(cast, cast.son)
    told = son.get(f"/{sent.pk}/cascade")
    assert told["audience"] == {"org": cast.so.pk, "unacknowledged": sent.pk}
    reach = son.post("/preview", draft(cast.so, audience=told["audience"], roles=told["roles"]))
    # Thu has not answered herself, but her school has; Hà sits in the department, whose own part is nobody's.
    assert (reach["people"], reach["units"]) == (3, 2)
    named = {cast.phuc.pk, cast.ha.pk, cast.tu.pk}
    again = direct(cast.son, cast.so, audience=told["audience"], wants_carrying_out=False)
    assert set(again.receipts.values_list("person", flat=True)) == named
    assert Dispatch.objects.filter(subject=again.pk).count() >= 1
    long_ago(sent, minutes=1)
    departing.look()
