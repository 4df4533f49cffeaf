"""What is written while the bag's items go by, one at a time in memory: the chronology twice, and the graph of the case."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from parapet.evidence.case_graph import CaseGraph, Keeper, Seen
from parapet.evidence.chronology import ERASED, HEADER, Known, chronology_row, read_face
from parapet.evidence.reader import layout
from parapet.evidence.tables import BYTE_ORDER_MARK, csv_row
from parapet.evidence.workbook import Workbook

_NOTHING_MORE = Known()


class Forms:
    """The forms of one bag, under `root`. `written` are their places once they are closed."""

    written = (layout.CHRONOLOGY, layout.WORKBOOK, layout.GRAPH)

    def __init__(self, root: Path, keeper: Keeper, made: datetime, stack: contextlib.ExitStack) -> None:
        (root / layout.CHRONOLOGY).parent.mkdir(parents=True, exist_ok=True)
        self._table = stack.enter_context((root / layout.CHRONOLOGY).open("xb"))
        self._graph_file = stack.enter_context((root / layout.GRAPH).open("xb"))
        self._table.write(BYTE_ORDER_MARK + csv_row(HEADER))
        self._graph = CaseGraph(self._graph_file, keeper)
        self._book = Workbook(root / layout.WORKBOOK, HEADER, made)

    def version(
        self,
        item: str,
        number: int,
        index: int,
        hashed: bytes,
        *,
        leaf: Mapping[str, Any],
        face: bytes,
        file: tuple[str, str, int],
        known: Known = _NOTHING_MORE,
    ) -> None:
        """A version that lies in the bag as `file`: its path, SHA-256 and size. `leaf` and `face` as far as they are shown."""
        self._row(chronology_row(item, number, index, leaf, face, known))
        path, digest, size = file
        self._graph.version(Seen(item, number, index, hashed, leaf, path, digest, size, read_face(face)))

    def erased(self, item: str, number: int, index: int, hashed: bytes, known: Known) -> None:
        """A version of which only its place in the log is left: that it was here, and by which event it went."""
        self._row(chronology_row(item, number, index, {}, b"", evolve(known, state=ERASED)))
        self._graph.erased(item, number, index, hashed, known.event)

    def _row(self, row: list[str]) -> None:
        self._table.write(csv_row(row))
        self._book.row(row)

    def event(self, index: int, leaf: Mapping[str, Any]) -> None:
        """An event of the custody."""
        self._graph.event(index, leaf)

    def close(self) -> None:
        """Finish all three."""
        self._graph.close()
        self._book.close()
        self._table.close()
        self._graph_file.close()
