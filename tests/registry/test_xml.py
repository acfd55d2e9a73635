"""XML where a registry's file should be, with entities that point elsewhere: refused, nothing read, nobody called."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.models import Person
from registry.sync.run import Outcome, Request, sync_package
from tests.registry.parcel import a_school
from tests.registry_sheets.reading import read

pytestmark = pytest.mark.django_db

ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE alert [<!ENTITY here SYSTEM "file:///etc/passwd"><!ENTITY there SYSTEM "http://127.0.0.1:{port}/x">
<!ENTITY % more SYSTEM "http://127.0.0.1:{port}/more.dtd"> %more;]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&here;</identifier><sender>&there;</sender></alert>
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Whoever follows the entities comes here."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        line.settimeout(0.3)
        yield line


def offered(xml: bytes, folder: Path) -> Iterator[tuple[str, Outcome]]:
    """As a package, and as one of the files of a package."""
    alone = folder / "alert.zip"
    alone.write_bytes(xml)
    yield "package", sync_package(Request(alone, apply=True, source="test"))
    for file in ("users", "orgs", "enrollments", "cell"):
        parcel = a_school()
        if file == "cell":
            parcel.rows["users"].append({"sourcedId": "la", "givenName": xml.decode()})
        else:
            parcel.raw[file] = xml
        yield file, sync_package(Request(parcel.write(folder / f"{file}.zip"), apply=True, source="test"))


@pytest.mark.parametrize("called", ["alert.xml", "alert.csv", "alert.xlsx"])
def test_as_a_list_it_is_refused(tmp_path: Path, listener: socket.socket, called: str) -> None:
    path = tmp_path / called
    path.write_text(ALERT.format(port=listener.getsockname()[1]))
    outcome, _faults = read(path)
    assert isinstance(outcome, Exception), called
    with pytest.raises(TimeoutError):
        listener.accept()


def test_as_a_package_or_in_one_it_is_refused(tmp_path: Path, listener: socket.socket) -> None:
    xml = ALERT.format(port=listener.getsockname()[1]).encode()
    for where, outcome in offered(xml, tmp_path):
        if where == "cell":
            # In a cell it is a name too long and with line breaks: its row is set aside, nobody is called so.
            assert not Person.objects.filter(sourced_id="la").exists()
        else:
            assert outcome.is_refused, where
    assert not Person.objects.filter(given_name__contains="alert").exists()
    with pytest.raises(TimeoutError):
        listener.accept()


def test_real_alerts_are_no_packages_either(samples: Path, tmp_path: Path) -> None:
    alerts = sorted((samples / "cap").iterdir())
    for path in alerts:
        for where, outcome in offered(path.read_bytes(), tmp_path):
            assert where == "cell" or outcome.is_refused, (path.name, where)
    assert len(alerts) >= 5
