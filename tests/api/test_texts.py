"""Every text for people is there in Vietnamese too, and the compiled files say what the sources say."""

import ast
import gettext
import re
import unicodedata
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from chatserver.texts import BadTextsError, compile_texts, mo_of, read_po

ROOT = Path(__file__).resolve().parent.parent.parent
PO = ROOT / "chatserver/locale/vi/LC_MESSAGES/django.po"
PACKAGES = ("chatserver", "broadcasts", "rooms", "delivery", "registry", "realtime")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURALS = {"ngettext", "ngettext_lazy"}
CALLED = re.compile(r"""gettext\((u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*')\s*\)""")
FIELD = re.compile(r"\{\w*\}|%\(\w+\)[sd]")


def texts_of_the_code() -> dict[str, str]:
    """Every source text with the place where it stands."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                wanted = node.args[:1] if name in CALLS else node.args[:2] if name in PLURALS else []
                assert name not in {"pgettext", "npgettext"}, "this test does not know contexts yet"
                if not wanted:
                    continue
                texts = [argument.value for argument in wanted if isinstance(argument, ast.Constant)]
                if texts and all(isinstance(text, str) for text in texts):
                    found["\x00".join(texts)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found | texts_of_the_templates()


def texts_of_the_templates() -> dict[str, str]:
    """The same of the pages that the server itself draws, read as makemessages reads them."""
    found = {}
    for path in sorted(ROOT.glob("*/templates/**/*.html")):
        for literal in CALLED.findall(templatize(path.read_text())):
            found[ast.literal_eval(literal)] = str(path.relative_to(ROOT))
    return found


def test_every_text_of_the_code_has_vietnamese() -> None:
    sources = texts_of_the_code()
    assert len(sources) > 50

    translated = read_po(PO)

    missing = [f"{place}: {text!r}" for text, place in sources.items() if text not in translated]
    assert not missing, "\n".join(missing)


def test_no_vietnamese_is_left_without_its_source() -> None:
    orphans = sorted(set(read_po(PO)) - set(texts_of_the_code()) - {""})

    assert not orphans, orphans


def test_the_vietnamese_keeps_the_fields_and_is_nfc() -> None:
    for source, text in read_po(PO).items():
        assert unicodedata.is_normalized("NFC", text), text
        if "\x00" not in source and source:
            assert sorted(FIELD.findall(source)) == sorted(FIELD.findall(text)), source


def test_gettext_reads_what_we_compile(tmp_path: Path) -> None:
    source = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"}
    source |= {"One": "Một", "Two\nlines": "Hai\ndòng", 'A "word"': "Một “từ”", "%d pupil\x00%d pupils": "%d học sinh"}
    (tmp_path / "a.mo").write_bytes(mo_of(source))

    with (tmp_path / "a.mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)

    told = [read.gettext(text) for text in ("One", "Two\nlines", 'A "word"', "Other")]
    assert told == ["Một", "Hai\ndòng", "Một “từ”", "Other"]
    assert read.ngettext("%d pupil", "%d pupils", 5) == "%d học sinh"


def test_all_of_ours_is_read_back() -> None:
    compile_texts(ROOT / "chatserver/locale")
    with PO.with_suffix(".mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)

    for source, text in read_po(PO).items():
        if source and "\x00" not in source:
            assert read.gettext(source) == text


def test_only_what_is_older_is_compiled_again(tmp_path: Path) -> None:
    (tmp_path / "django.po").write_text('msgid "One"\nmsgstr "Một"\n')

    assert compile_texts(tmp_path) == [tmp_path / "django.po"]
    assert compile_texts(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n', "twice"),
        ('msgid "a"\nmsgstr b\n', "not a quoted text"),
        ('msgid "a"\nmgstr "b"\n', "not understood"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "django.po").write_text(text)

    with pytest.raises(BadTextsError, match=rf"django.po:\d: .*{says}"):
        read_po(tmp_path / "django.po")
