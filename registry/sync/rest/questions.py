"""What a provider is asked, and where it says that the next page is (OneRoster 1.2, REST binding: query parameters)."""

import datetime as dt
import re
from urllib.parse import quote, urlencode, urljoin, urlsplit

from registry.sync.rest.calling import Reply
from registry.sync.rest.translating import fields_of

# Asked in full; without order and choice of fields; without the filter too. Each step is taken when a provider answers
# 400: not every one knows every parameter, and what it sends too much is left unread.
PLAIN, PLAINEST = 1, 2
_IN_A_QUERY = "=&%,.:;~*-_+/@!$'()?"
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_NEXT = re.compile(r"""rel\s*=\s*"?[^"]*\bnext\b""", re.IGNORECASE)


def question(
    endpoint: str, collection: str, *, offset: int, limit: int, since: dt.datetime | None, plainness: int
) -> str:
    """The address of a page."""
    asked = {"limit": str(limit), "offset": str(offset)}
    if plainness < PLAIN:
        # In an order of its own a listing does not shift when a record changes.
        asked |= {"sort": "sourcedId", "orderBy": "asc", "fields": ",".join(fields_of(collection))}
    if since is not None and plainness < PLAINEST:
        asked["filter"] = f"dateLastModified>'{_written(since)}'"
    return f"{endpoint}/{collection}?{urlencode(asked, quote_via=quote)}"


def next_page(reply: Reply, asked: str) -> str | None:
    """The address that the reply's Link header calls next (RFC 8288).

    Only its query is taken: the token goes to the address that somebody entered, whatever a provider says of itself.
    """
    for address, parameters in _LINK.findall(reply.headers.get("link", "")):
        if _NEXT.search(parameters):
            query = urlsplit(urljoin(asked, address)).query
            return f"{asked.partition('?')[0]}?{quote(query, safe=_IN_A_QUERY)}"
    return None


def total_of(reply: Reply) -> int | None:
    """How many rows there are, as X-Total-Count says; None when it says nothing."""
    said = reply.headers.get("x-total-count", "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else None


def _written(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
