"""The chronology as a workbook for Excel and LibreOffice: text in every cell, nothing to run, nothing to follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from parapet.evidence.tables import neutral

#: What a sheet and a cell can hold (Microsoft's "Excel specifications and limits").
MAX_ROWS, MAX_CELL = 1_048_576, 32_767
_CUT = " [...]"
#: Controls, direction marks, halves of characters and what is no character: shown, so that they can do nothing.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {"text": 80, "subject": 30, "url": 40, "uri": 40, "sha256": 66, "sent_at": 28, "captured_at": 28}


class Workbook:
    """Rows go to the disk as they come, in files beside the bag's own that are gone when it is closed."""

    def __init__(self, path: Path, header: Sequence[str], made: datetime) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(path.parent), "in_memory": False})
        # The only date inside: the same case gives the same bytes.
        self._book.set_properties({"created": made.replace(tzinfo=None, microsecond=0), "author": "Parapet"})
        self._header, self._rows, self._sheets = list(header), MAX_ROWS, 0
        self._bold = self._book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        self._plain = self._book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def row(self, cells: Sequence[str]) -> None:
        """One row, on a new sheet where the last one is full."""
        if self._rows >= MAX_ROWS:
            self._new_sheet()
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._rows, column, cell_text(cell), self._plain)
        self._rows += 1

    def close(self) -> None:
        """Finish the file. Raises OSError."""
        if not self._sheets:
            self._new_sheet()
        try:
            self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error

    def _new_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(f"Chronology {self._sheets}" if self._sheets > 1 else "Chronology")
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._header):
            self._sheet.set_column(column, column, _WIDTHS.get(name, 18))
        for column, name in enumerate(self._header):
            self._sheet.write_string(0, column, name, self._bold)
        self._rows = 1


def cell_text(cell: str) -> str:
    """`cell` as a spreadsheet may have it: neutral, without what cannot be seen, and at most `MAX_CELL` of it."""
    shown = neutral(_HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", cell))
    # Excel counts in UTF-16, where an emoji is two.
    if len(shown.encode("utf-16-le")) > 2 * MAX_CELL:
        room = 2 * (MAX_CELL - len(_CUT))
        shown = shown.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT
    return shown
