"""Files as people send them and as attackers do, made here."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

# Không Tử Street, Bắc Ninh, as a telephone writes where it was.
GPS = {1: "N", 2: (21.0, 11.0, 6.0), 3: "E", 4: (106.0, 4.0, 33.0)}


def picture(width: int = 80, height: int = 60, *, mode: str = "RGB", colour: Any = None) -> Image.Image:
    """A plain one with its upper left corner marked."""
    image = Image.new(mode, (width, height), colour if colour is not None else colour_of(mode, 200))
    image.paste(colour_of(mode, 10), (0, 0, width // 4, height // 4))
    return image


def colour_of(mode: str, value: int) -> Any:
    """The same grey in every mode."""
    return {"L": value, "P": value, "1": 0}.get(mode, (value,) * 3 + (255,) * (mode == "RGBA"))


def noise(width: int, height: int) -> Image.Image:
    """One that no encoder makes small."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Its bytes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photograph(width: int = 80, height: int = 60, *, orientation: int = 1) -> bytes:
    """A JPEG as a telephone makes it: where, with what, and which side is up."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Nokia của thầy Quang"
    exif.get_ifd(0x8825).update(GPS)
    return saved(picture(width, height), exif=exif, comment=b"chup tai nha")


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head promises so many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def webp_that_says(width: int, height: int) -> bytes:
    """A WebP in the extended form with nothing but its canvas."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + _three(width - 1) + _three(height - 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def document(*, pages: int = 1, **root: Any) -> pikepdf.Pdf:
    """An empty document with these entries in its root."""
    made = pikepdf.new()
    for _number in range(pages):
        made.add_blank_page(page_size=(595, 842))
    for name, value in root.items():
        made.Root[f"/{name}"] = value
    return made


def pdf(made: pikepdf.Pdf | None = None, **options: Any) -> bytes:
    """Its bytes, everything that may be in object streams in them."""
    file = io.BytesIO()
    how = {"object_stream_mode": pikepdf.ObjectStreamMode.generate} | options
    (made or document()).save(file, **how)
    return file.getvalue()


def acting(subtype: str, **more: Any) -> bytes:
    """A document that does something when it is opened."""
    return pdf(document(OpenAction=Dictionary(S=Name(subtype), **more)))


def scripted() -> bytes:
    """Its script lies in an object stream: no search of the bytes finds it."""
    return acting("/JavaScript", JS=String("app.alert('Xin chào')"))


def with_embedded() -> bytes:
    """Another file in it."""
    made = document()
    made.attachments["bang-diem.xlsm"] = b"PK\x03\x04"
    return pdf(made)


def with_form() -> bytes:
    """XFA, an electronic form."""
    made = document()
    made.Root.AcroForm = Dictionary(Fields=Array(), XFA=made.make_stream(b"<xdp/>"))
    return pdf(made)


def with_part(subtype: str) -> bytes:
    """An annotation of this kind on its page."""
    made = document()
    mark = made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=Array([0, 0, 9, 9])))
    made.pages[0].Annots = Array([mark])
    return pdf(made)


def encrypted(*, user: str = "") -> bytes:
    """Protected; with no user's password everybody opens it, but not everybody may print it."""
    return pdf(encryption=pikepdf.Encryption(owner="chu", user=user))


def raw(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A document written by hand; the first object is its root."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    xref = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    ending = b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))
    return out + xref + ending


def by_hand(*more: bytes, root: bytes = b"") -> bytes:
    """A document of one page, written by hand, with more objects (from the fourth on) and more in its root."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return raw(b"<< /Type /Catalog /Pages 2 0 R %b >>" % root, tree, page, *more)


def bomb() -> bytes:
    """An object stream of a few megabytes that unpacks to gigabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = b"\x78\x9c" + block * 3_000
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
    out = b"%PDF-1.7\n"
    place = len(out)
    out += b"4 0 obj\n" + stream % (len(packed), packed) + b"\nendobj\n"
    # A cross-reference stream says that object 1, the root, lies in there.
    rows = b"".join(
        struct.pack(">BIH", *row)
        for row in ((0, 0, 0), (2, 4, 0), (0, 0, 0), (0, 0, 0), (1, place, 0), (1, len(out), 0))
    )
    head = b"<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R /Length %d >>" % len(rows)
    return out + b"5 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, rows, len(out))


def archive(comment: bytes = b"") -> bytes:
    """A zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.exe", b"MZ")
        made.comment = comment
    return file.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
