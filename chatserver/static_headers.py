"""How long browsers may keep the app's files."""

from wsgiref.headers import Headers


def keep(headers: Headers, path: str, url: str) -> None:
    """Files whose name carries their digest: for ever (whitenoise has said so already). Pictures: a day. All others
    (service worker, manifest, the page): asked for each time, so that an update reaches every device at once."""
    if "immutable" in (headers.get("Cache-Control") or ""):
        return
    headers["Cache-Control"] = "public, max-age=86400" if url.startswith("/icons/") else "no-cache"
