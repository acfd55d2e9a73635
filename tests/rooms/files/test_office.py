"""Documents to be written on: kept as they came, unless something in them acts by itself."""

from typing import Any

import pytest

from rooms.files.examining.kinds import DOCX, ODS, ODT, PPTX, XLSX
from tests.files import making
from tests.rooms.files import making as more
from tests.rooms.files.making import field, listed, office, open_document, related
from tests.rooms.files.sending import fetched, refused, uploaded

ACTING = {
    "macro": office(parts={"word/vbaProject.bin": b"\x01"}),
    "macro named by its kind": office(types="application/vnd.ms-word.document.macroEnabled.main+xml"),
    "old macros of a sheet": office(XLSX, parts={"xl/macrosheets/sheet1.xml": b"<a/>"}),
    "basic": open_document(parts={"Basic/Standard/Module1.xml": b"<a/>"}),
    "a script in the text": open_document(content='<script:event-listener xlink:href="vnd.sun.star.script:x"/>'),
}
EMBEDDED = {
    "an object": office(parts={"word/embeddings/oleObject1.bin": b"x"}),
    "a sheet in a text": office(parts={"word/media/image1.png": more.office(XLSX)}),
    "a program": office(parts={"word/media/image1.png": b"MZ\x90"}),
    "a pdf": office(PPTX, parts={"ppt/media/a.jpg": making.pdf()}),
    "an object of ODF": open_document(
        parts={"META-INF/manifest.xml": listed(ODT, "application/vnd.sun.star.oleobject")}
    ),
}
OUTSIDE = {
    "a template from elsewhere": office(parts=related("http://example.org/a.dotm", "attachedTemplate")),
    "a template of the office's server": office(parts=related("file://server/a.dotm", "attachedTemplate")),
    "a picture from elsewhere": office(parts=related("https://example.org/a.png", "image")),
    "a field that starts a program": office(body=field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"')),
    "a field written in pieces": office(body=field("D", "DE", "AUTO cmd")),
    "a simple field": office(body='<w:fldSimple w:instr=" INCLUDETEXT http://example.org/a "/>'),
    "data from elsewhere": office(XLSX, parts={"xl/connections.xml": b"<connections/>"}),
    "a picture of ODF": open_document(content='<draw:image xlink:href="http://example.org/a.png"/>'),
    "a part of another text": open_document(content='<text:section-source xlink:href="../a.odt"/>'),
}
LYING = {
    "a piece left out": office()[:-200] + office()[-22:],
    "an archive": making.archive(),
    "something behind": office() + b"MZ",
    "something before": b"PK\x03\x04" + office(),
    "a sheet as a text": office(XLSX),
    "a text of ODF as one of Word": open_document(),
    "a page of the web": b"<html><script>alert(1)</script></html>",
}
DAMAGED = {
    "other bytes than were counted": office()[:70] + b"\xff\xff" + office()[72:],
    "entities": office(
        parts={"word/settings.xml": b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'},
    ),
    "no xml": office(parts={"word/settings.xml": b"<a"}),
    "a way out": office(parts={"../../etc/passwd": b"x"}),
    "one name twice": office(parts={"WORD/document.xml": b"<a/>"}),
}


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Danh sách lớp.docx", office(), DOCX),
        ("diem.xlsx", office(XLSX), XLSX),
        ("bai-giang.pptx", office(PPTX), PPTX),
        ("don.odt", open_document(), ODT),
        ("diem.ods", open_document(ODS), ODS),
    ],
)
def test_documents_stay_as_they_came(client_of: Any, name: str, data: bytes, kind: str) -> None:
    hoa = client_of("hoa")
    told = uploaded(hoa, data, name)
    assert told | {"id": 0} == {"id": 0, "kind": "document", "name": name, "type": kind, "size": len(data)}
    assert fetched(hoa, told["id"]).getvalue() == data


@pytest.mark.parametrize(
    "data",
    [
        office(parts=related("https://truong.example/link", "hyperlink")),
        office(body=field('HYPERLINK "https://truong.example/LINK"')),
        office(parts=related(r"file:///C:\Users\Lan\Mau.dotx", "attachedTemplate")),
        office(parts={"word/media/image1.png": making.saved(making.picture(), "PNG")}),
    ],
    ids=["a link", "a link as a field", "her own template", "a picture"],
)
def test_what_people_write_every_day_is_taken(client_of: Any, data: bytes) -> None:
    assert uploaded(client_of("hoa"), data, "a.docx")["kind"] == "document"


def test_a_drawing_from_the_sheets_own_numbers_is_no_stranger(client_of: Any) -> None:
    chart = listed(ODS, "application/vnd.oasis.opendocument.chart")
    assert uploaded(client_of("hoa"), open_document(ODS, parts={"META-INF/manifest.xml": chart}), "a.ods")


@pytest.mark.parametrize(
    ("found", "kinds"), [("macro", ACTING), ("embedded", EMBEDDED), ("outside", OUTSIDE)], ids=lambda one: str(one)[:8]
)
def test_what_acts_by_itself_is_refused_and_said_why(client_of: Any, found: str, kinds: dict[str, bytes]) -> None:
    hoa = client_of("hoa")
    for what, data in kinds.items():
        assert refused(hoa, data, name_of(data)) == ("document_with_program", {"found": found}), what


@pytest.mark.parametrize(
    ("code", "kinds"), [("file_not_what_it_says", LYING), ("file_unreadable", DAMAGED)], ids=["lying", "damaged"]
)
def test_what_lies_or_is_damaged_is_refused(client_of: Any, code: str, kinds: dict[str, bytes]) -> None:
    hoa = client_of("hoa")
    for what, data in kinds.items():
        assert refused(hoa, data, "a.docx")[0] == code, what


def test_a_password_is_said_to_be_one(client_of: Any) -> None:
    hoa = client_of("hoa")
    assert refused(hoa, more.protected(), "a.docx") == ("document_with_program", {"found": "encrypted"})
    manifest = listed(ODT, inside='<manifest:encryption-data manifest:checksum="x"/>')
    data = open_document(parts={"META-INF/manifest.xml": manifest})
    assert refused(hoa, data, "a.odt") == ("document_with_program", {"found": "encrypted"})


def test_a_bomb_is_damaged(client_of: Any) -> None:
    data = more.zip_bomb()
    assert len(data) < 1 << 20
    assert refused(client_of("hoa"), data, "a.docx")[0] == "file_unreadable"


def name_of(data: bytes) -> str:
    """What its sender would call it."""
    if b"opendocument.text" in data[:200]:
        return "a.odt"
    return next(
        (
            f"a.{end}"
            for part, end in ((b"xl/", "xlsx"), (b"ppt/", "pptx"))
            if part + b"workbook" in data or part + b"presentation" in data
        ),
        "a.docx",
    )
