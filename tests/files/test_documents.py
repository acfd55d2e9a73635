"""PDFs stay as they are, or are refused with the reason."""

import pikepdf
import pytest
from django.test import Client

from tests.files import making
from tests.files.sending import fetched, refused, send, taken


def found_in(client: Client, data: bytes) -> str:
    """For what a PDF is refused."""
    answer = send(client, data)
    assert (answer.status_code, answer.json()["code"]) == (400, "pdf_with_script"), answer.content
    return str(answer.json()["facts"]["found"])


def test_a_document_stays_as_it_came_byte_by_byte(lan: Client) -> None:
    sent = making.pdf(making.document(pages=3))
    file = taken(lan, sent, "688-SGDĐT.pdf")
    assert file == {
        "id": file["id"],
        "name": "688-SGDĐT.pdf",
        "media_type": "application/pdf",
        "size": len(sent),
        "width": None,
        "height": None,
        "pages": 3,
    }
    assert fetched(lan, file).getvalue() == sent


def test_a_signed_document_with_links_is_taken(lan: Client) -> None:
    made = making.document()
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://moet.gov.vn"))
    mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=link)
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(mark)])
    signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("0" * 64))
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Sở"), V=made.make_indirect(signature))
    fields = pikepdf.Array([made.make_indirect(field)])
    made.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=fields)
    # Opening at a page is no action that does anything.
    made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
    taken(lan, making.pdf(made))


def test_a_script_in_an_object_stream_is_found(lan: Client) -> None:
    sent = making.scripted()
    assert b"/JS" not in sent
    assert b"JavaScript" not in sent
    assert found_in(lan, sent) == "script"


def test_a_script_by_escaped_names_is_found(lan: Client) -> None:
    assert found_in(lan, making.by_hand(root=b"/OpenAction << /S /J#61vaScript /#4a#53 (app.alert(1)) >>")) == "script"


def test_a_script_to_which_nothing_refers_is_found(lan: Client) -> None:
    assert found_in(lan, making.by_hand(b"<< /S /JavaScript /JS (app.alert(1)) >>")) == "script"


def test_a_script_deep_in_lists_is_found(lan: Client) -> None:
    assert found_in(lan, making.by_hand(b"[[[<< /A [ << /JS (x) >> ] >>]]]")) == "script"


def test_a_script_in_the_trailer_and_beside_a_stream_is_found(lan: Client) -> None:
    inside = making.by_hand()
    assert found_in(lan, inside.replace(b"/Root 1 0 R ", b"/Root 1 0 R /X << /JS (x) >>")) == "script"
    assert found_in(lan, making.by_hand(b"<< /Length 0 /X << /JS (x) >> >>\nstream\n\nendstream")) == "script"


@pytest.mark.parametrize(
    ("subtype", "found"),
    [
        *((name, "action") for name in ("/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE")),
        *((name, "embedded") for name in ("/Rendition", "/Movie", "/Sound")),
    ],
)
def test_what_acts_by_itself_is_refused(lan: Client, subtype: str, found: str) -> None:
    assert found_in(lan, making.acting(subtype)) == found


def test_other_files_forms_films_and_protection_are_refused(lan: Client) -> None:
    assert found_in(lan, making.with_embedded()) == "embedded"
    assert found_in(lan, making.with_form()) == "form"
    for part in ("/FileAttachment", "/RichMedia", "/3D", "/Screen"):
        assert found_in(lan, making.with_part(part)) == "embedded"
    assert found_in(lan, making.encrypted()) == "encrypted"
    assert found_in(lan, making.encrypted(user="mat-khau")) == "encrypted"


def test_the_reason_is_said_in_vietnamese(lan: Client) -> None:
    answer = send(lan, making.scripted())
    assert answer.json()["detail"] == "Tệp PDF này có chứa mã chương trình. Hãy in ra tệp PDF mới rồi đính kèm bản mới."


def test_a_document_by_hand_is_taken(lan: Client) -> None:
    assert taken(lan, making.by_hand())["pages"] == 1


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_half_a_document_is_none(lan: Client, share: float) -> None:
    whole = making.pdf(making.document(pages=5))
    assert refused(lan, whole[: int(len(whole) * share)]) == "file_unreadable"


def test_what_readers_would_repair_each_in_their_own_way_is_refused(lan: Client) -> None:
    plain = making.by_hand()
    place = plain.rindex(b"startxref\n") + 10
    wrong = plain[:place] + b"1" + plain[place:]
    assert refused(lan, wrong) == "file_unreadable"
    assert refused(lan, making.by_hand(b"<< /A (no end")) == "file_unreadable"
    assert refused(lan, making.raw(b"<< /Type /Catalog >>")) == "file_unreadable"
    assert refused(lan, b"%PDF-1.7\n%%EOF\n") == "file_unreadable"


def test_a_page_tree_without_end_is_refused(lan: Client) -> None:
    tree = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"
    assert refused(lan, making.raw(b"<< /Type /Catalog /Pages 2 0 R >>", tree)) == "file_unreadable"


def test_a_bomb_meets_the_limits(lan: Client) -> None:
    sent = making.bomb()
    assert len(sent) < 9 << 20
    assert refused(lan, sent) == "file_unreadable"


def test_two_kinds_at_once_are_refused(lan: Client) -> None:
    plain = making.pdf()
    assert refused(lan, plain + making.archive()) == "file_not_what_it_says"
    # The archive's comment is the end of the document: both are whole.
    assert refused(lan, plain + making.archive(b"\n%%EOF\n")) == "file_not_what_it_says"
    assert refused(lan, plain + b"<script>alert(1)</script>") == "file_not_what_it_says"
    assert refused(lan, b"GIF89a" + plain) == "file_not_what_it_says"
    assert refused(lan, b"<html>" + plain) == "file_not_what_it_says"
