"""A real server takes a package in, works on it beside its requests, and tells those whom it concerns."""

from pathlib import Path

import pytest
from django.test.client import MULTIPART_CONTENT

from tests.registry_api.browsers import Accounts, Browser, form_of
from tests.registry_api.conftest import SECONDS, Office
from tests.wire import serving


@pytest.mark.django_db(transaction=True)
def test_from_upload_to_a_teachers_socket(transactional_db: None, tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.parcel.drop("enrollments", "c0.gv0")
    form = form_of(office.parcel, tmp_path)
    with serving() as server:
        officer, teacher = Browser(server, Accounts(), "son"), Browser(server, Accounts(), "gv0")
        path = f"sources/{office.source.pk}/packages"
        assert teacher.ask(path, form, MULTIPART_CONTENT)[0] == 404
        with server.socket(teacher.session) as socket:
            status, run = officer.ask(path, form, MULTIPART_CONTENT)
            assert status == 202, run
            assert officer.over(run["id"])["may"] == ["apply", "decline"]
            socket.expect_nothing("access.changed", seconds=0.5)
            assert officer.ask(f"runs/{run['id']}/apply", b"{}")[0] == 202
            assert officer.over(run["id"])["state"] == "applied"
            assert socket.next_event("access.changed", seconds=SECONDS)
