"""JSON values as cells of a CSV file."""


def text_of(value: object) -> str:
    """A JSON value as a cell: lists with commas; what no cell can hold becomes none, and is found missing later."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ",".join(filter(None, map(text_of, value)))
    return ""


def reference_of(value: object) -> str:
    """The sourcedId of a GUIDRef, or of each in a list."""
    if isinstance(value, list):
        return ",".join(filter(None, map(reference_of, value)))
    return text_of(value.get("sourcedId")) if isinstance(value, dict) else ""
