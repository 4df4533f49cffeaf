"""Tables for spreadsheets, in which nothing that a stranger wrote is run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: A cell that begins with one of these is a formula to some spreadsheet (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel reads accents as Windows-1252


def neutral(cell: str) -> str:
    """`cell` as text: with ' in front where a spreadsheet would calculate, and without NUL."""
    cell = cell.replace("\0", "\N{SYMBOL FOR NULL}")
    return "'" + cell if cell.lstrip(" ").startswith(_FORMULA_STARTS) or cell.startswith(_FORMULA_STARTS) else cell


def csv_row(cells: Sequence[str]) -> bytes:
    """One row of CSV (RFC 4180), every cell quoted and neutral."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([neutral(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def csv_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A whole table, for Excel and LibreOffice alike."""
    return BYTE_ORDER_MARK + csv_row(header) + b"".join(map(csv_row, rows))
