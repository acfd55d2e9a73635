"""The two ways in which a package is wrong: as a whole, or in one cell."""


class PackageRefused(Exception):
    """The package cannot be used; nothing was changed. `code` is one of registry.sync.codes."""

    def __init__(
        self, code: str, *, file: str = "", line: int | None = None, column: str = "", sourced_id: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.sourced_id = sourced_id


class BadCell(Exception):
    """One cell makes its row unusable; the row is quarantined, the others are read on."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
