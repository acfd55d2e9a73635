"""From upload to apply, hold, confirm and roll back, as an officer's browser does it."""

import time

import pytest
from django.conf import settings

from registry.models import Org, Person, SyncRun
from rooms.models import Member
from tests.registry_api.conftest import SECONDS, Office


def test_an_upload_is_shown_first_and_applied_when_told(office: Office) -> None:
    client = office.browser("son")
    office.parcel.row("users", "gv0")["givenName"] = "Khác"
    answer = office.send(client, office.parcel)
    assert answer.status_code == 202
    assert answer.json()["state"] == "received"
    shown = office.over(client, answer.json()["id"])
    assert (shown["state"], shown["changes"], shown["may"]) == ("dry_run", 1, ["apply", "decline"])
    assert shown["tables"]["users"]["changed"] == 1
    assert shown["started_by"]["name"] == Person.objects.get(sourced_id="son").name
    assert Person.objects.get(sourced_id="gv0").given_name == "Gv0"
    assert office.order(client, shown["id"], "apply").status_code == 202
    assert office.over(client, shown["id"])["state"] == "applied"
    assert Person.objects.get(sourced_id="gv0").given_name == "Khác"


def test_a_dry_run_counts_the_seats_that_would_change_and_changes_none(office: Office) -> None:
    client = office.browser("son")
    before = set(Member.objects.values_list("room", "person"))
    office.parcel.drop("enrollments", "c0.hs0-0")
    shown = office.over(client, office.send(client, office.parcel, "?members=1").json()["id"])
    school = Org.objects.get(sourced_id="t0")
    assert [unit["org"] for unit in shown["members"]] == [school.pk]
    [unit] = shown["members"]
    assert unit["revoked"] > 0
    assert unit["granted"] == 0
    assert shown["stored"]["enrollments"] == len(office.parcel.rows["enrollments"]) + 1
    assert shown["people"]["students"]["stored"] == 4
    assert set(Member.objects.values_list("room", "person")) == before
    assert office.over(client, office.send(client, office.parcel).json()["id"])["members"] is None


def test_an_unusual_package_is_held_for_two_of_the_province(office: Office) -> None:
    one, other = office.browser("son"), office.browser("ha")
    office.parcel.drop("orgs", "xa2")
    run = office.over(one, office.send(one, office.parcel).json()["id"])
    assert (run["state"], run["may"]) == ("dry_run", ["confirm", "decline"])
    assert office.order(one, run["id"], "apply").json()["state"] == "held"
    assert office.order(one, run["id"], "confirm").status_code == 400
    waiting = office.order(one, run["id"], "confirm", reason="sáp nhập xã").json()
    assert (waiting["state"], waiting["confirmation"], waiting["seconded_by"]) == ("held", "sáp nhập xã", None)
    again = office.order(one, run["id"], "confirm", reason="lần nữa")
    assert (again.status_code, again.json()["code"]) == (409, "second_person_wanted")
    assert office.order(other, run["id"], "confirm", reason="đúng").json()["state"] == "received"
    done = office.over(other, run["id"])
    assert (done["state"], done["seconded_by"]["name"]) == ("applied", Person.objects.get(sourced_id="ha").name)
    assert Org.objects.get(sourced_id="xa2").status == "tobedeleted"
    late = office.order(other, run["id"], "confirm", reason="nữa")
    assert (late.status_code, late.json()["code"]) == (409, "not_waiting")


def test_a_school_needs_one(office: Office) -> None:
    office.of_school()
    client = office.browser("head0")
    assert not client.get("/api/registry/sources").json()["sources"][0]["needs_two"]
    office.parcel.drop("orgs", "xa2")
    run = office.over(client, office.send(client, office.parcel).json()["id"])
    assert office.order(client, run["id"], "confirm", reason="sáp nhập").json()["state"] == "received"
    assert office.over(client, run["id"])["state"] == "applied"


def test_what_was_applied_can_be_taken_back_and_is_held_when_it_comes_again(office: Office) -> None:
    client = office.browser("tu")
    office.parcel.row("users", "gv0")["givenName"] = "Khác"
    run = office.over(client, office.send(client, office.parcel).json()["id"])
    office.order(client, run["id"], "apply")
    assert office.over(client, run["id"])["may"] == ["roll_back"]
    assert office.order(client, run["id"], "rollback", reason="gói sai").status_code == 202
    deadline = time.monotonic() + SECONDS
    while (done := office.over(client, run["id"]))["state"] == "applied" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (done["state"], done["rollback_reason"], done["may"]) == ("rolled_back", "gói sai", [])
    assert Person.objects.get(sourced_id="gv0").given_name == "Gv0"
    first = office.order(client, office.first.pk, "rollback", reason="cả lần đầu")
    assert (first.status_code, first.json()["facts"]["reason"]) == (409, "the_first_run")


def test_a_package_that_cannot_be_used_is_refused_with_its_cause(office: Office) -> None:
    client = office.browser("son")
    office.parcel.raw["users"] = b"sourcedId;status\r\nan;x\r\n"
    run = office.over(client, office.send(client, office.parcel).json()["id"])
    assert (run["state"], run["code"]) == ("refused", "semicolon_separated")
    assert run["detail"].startswith("Các ô")


def test_a_declined_package_is_refused(office: Office) -> None:
    client = office.browser("son")
    office.parcel.row("users", "gv0")["givenName"] = "Khác"
    run = office.over(client, office.send(client, office.parcel).json()["id"])
    answer = office.order(client, run["id"], "decline", reason="gửi nhầm")
    assert (answer.status_code, answer.json()["state"], answer.json()["code"]) == (200, "refused", "declined")
    assert office.order(client, run["id"], "apply").status_code == 409


def test_a_package_is_kept_on_disk_and_not_in_memory(office: Office) -> None:
    client = office.browser("son")
    run = office.over(client, office.send(client, office.parcel).json()["id"])
    kept = SyncRun.objects.get(pk=run["id"]).kept_as
    assert (settings.DATA_DIR / "packages" / kept).read_bytes() == (office.folder / "up.zip").read_bytes()


def test_what_is_too_large_is_refused_before_it_is_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    client = office.browser("son")
    largest = client.get("/api/registry/sources").json()["largest_package"]
    assert largest >= 100 << 20
    monkeypatch.setattr("chatserver.registry_api.sending.LARGEST_PACKAGE", -(64 << 10))
    answer = office.send(client, office.parcel)
    assert (answer.status_code, answer.json()["code"]) == (413, "package_too_large")
    assert SyncRun.objects.count() == 1


def test_a_form_without_a_package_is_said_so(office: Office) -> None:
    answer = office.browser("son").post(f"/api/registry/sources/{office.source.pk}/packages", {"rollover": "1"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


def test_a_new_year_is_shown_with_its_own_limits(office: Office) -> None:
    client = office.browser("son")
    for row in office.parcel.rows["enrollments"]:
        row["sourcedId"] += "-2027"
    run = office.over(client, office.send(client, office.parcel, rollover="true").json()["id"])
    assert run["is_rollover"]
    [removed] = [each for each in run["valves"] if (each["valve"], each["table"]) == ("removed", "enrollments")]
    assert (removed["found"], removed["is_open"]) == (len(office.parcel.rows["enrollments"]), False)


def test_a_source_shows_its_newest_runs(office: Office) -> None:
    client = office.browser("son")
    run = office.over(client, office.send(client, office.parcel).json()["id"])
    [source] = client.get("/api/registry/sources").json()["sources"]
    assert (source["name"], source["scope"]["type"], source["needs_two"]) == ("test", "state", True)
    assert source["heard_at"]
    one = client.get(f"/api/registry/sources/{source['id']}").json()
    assert [each["id"] for each in one["runs"]] == [run["id"], office.first.pk]
