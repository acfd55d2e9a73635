"""Vietnamese text as ASCII, for identifiers and user names."""

from __future__ import annotations

import re
import unicodedata


def slug(text: str) -> str:
    """``Trường Đông Ngàn`` becomes ``truongdongngan``: letters and digits only, no marks."""
    # đ has no decomposition, so NFD alone would drop it.
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]", "", plain)
