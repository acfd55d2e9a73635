"""Voices and documents as people send them and as attackers do, made here; pictures and PDFs are tests/files/making.py's."""

import array
import io
import math
import zipfile

import av

from rooms.files.examining.kinds import DOCX, ODT, PPTX, XLSX

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = {
    DOCX: ("word/document.xml", "wordprocessingml.document.main+xml"),
    XLSX: ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    PPTX: ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def voice(seconds: float = 1.0, kind: str = "webm", *, loud: int = 9_000) -> bytes:
    """A tone as a browser records it: Opus in WebM or Ogg, AAC in MP4; its second half is five times as loud."""
    file, rate = io.BytesIO(), 48_000
    with av.open(file, "w", format=kind) as made:
        stream = made.add_stream("aac" if kind == "mp4" else "libopus", rate=rate, layout="mono")
        made.metadata["comment"] = "ghi tại nhà"
        step = rate // 50
        for start in range(0, int(seconds * rate), step):
            size = loud if start > seconds * rate / 2 else loud // 5
            wave = array.array("h", (int(size * math.sin(n * 440 * math.tau / rate)) for n in range(step)))
            frame = av.AudioFrame(format="s16", layout="mono", samples=step)
            frame.planes[0].update(wave.tobytes())
            frame.rate, frame.pts = rate, start
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return file.getvalue()


def film() -> bytes:
    """Moving pictures in what a recorder would call its own."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as made:
        stream = made.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(3):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = number
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return file.getvalue()


def office(kind: str = DOCX, *, body: str = "", parts: dict[str, bytes] | None = None, types: str = "") -> bytes:
    """A small document of Microsoft's kinds, with these parts besides."""
    main, told = _MAIN[kind]
    prefix = "application/vnd.openxmlformats-officedocument."
    override = f'<Override PartName="/{main}" ContentType="{types or prefix + told}"/>'
    relation = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{main}"/>'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}">{override}</Types>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'.encode(),
            main: f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode(),
        }
        | (parts or {})
    )


def related(target: str, kind: str, mode: str = "External") -> dict[str, bytes]:
    """A part of a text document that leads there."""
    relation = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    told = f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'
    return {"word/_rels/document.xml.rels": told.encode()}


def field(*pieces: str) -> str:
    """A field of a text document, its order written in pieces."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p>'


def open_document(kind: str = ODT, *, content: str = "", parts: dict[str, bytes] | None = None) -> bytes:
    """A small document of ODF."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    return packed(
        {
            "mimetype": kind.encode(),
            "content.xml": f"<office:document-content {spaces}>{content}</office:document-content>".encode(),
            # As LibreOffice writes it: a part with nothing in it.
            "Configurations2/accelerator/current.xml": b"",
            "META-INF/manifest.xml": listed(kind),
        }
        | (parts or {})
    )


def listed(kind: str, *more: str, inside: str = "") -> bytes:
    """The list of an ODF's parts."""
    name = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    lines = [
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{told}">{inside}</manifest:file-entry>'
        for path, told in (("/", kind), *(("Object 1/", one) for one in more))
    ]
    return f"<manifest:manifest {name}>{''.join(lines)}</manifest:manifest>".encode()


def packed(parts: dict[str, bytes]) -> bytes:
    """An archive of these, in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def zip_bomb() -> bytes:
    """A text document of a few hundred kilobytes with 300 MB in it."""
    return office(parts={"word/media/image1.bmp": b"\0" * (300 << 20)})


def protected() -> bytes:
    """What Word makes of a document with a password: a container of another kind."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
