"""Text to the numbers of its pieces, by a unigram model pruned to what English and French use."""

from __future__ import annotations

from collections.abc import Sequence

from sentencepiece import SentencePieceProcessor

PAD, START, END, UNKNOWN = range(4)
#: What the encoder is told besides the words; each is one piece that no text can spell.
MARKS = ("channel:review", "channel:complaint", "channel:mail", "stars:1", "stars:2", "stars:3", "stars:4", "stars:5")
FIRST_PIECE = 4 + len(MARKS)
_MARK = {name: 4 + i for i, name in enumerate(MARKS)}
#: The longest run of pieces read at once; longer texts are read in windows.
WINDOW = 160
#: At most this many windows of one part are read.
MAX_WINDOWS = 8


class Pieces:
    """The vocabulary. Safe to use from many threads."""

    def __init__(self, proto: bytes) -> None:
        """proto  a SentencePiece model, as bytes"""
        self._processor = SentencePieceProcessor(model_proto=proto)

    @property
    def size(self) -> int:
        """How many pieces there are."""
        return self._processor.vocab_size()

    def windows(self, text: str, marks: Sequence[str] = ()) -> list[list[int]]:
        """Numbers of `text`, START and the marks before each window and END after it; at least one window."""
        head = [START, *sorted(_MARK[m] for m in marks if m in _MARK)]
        room = WINDOW - len(head) - 1
        clean = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")
        found: list[int] = self._processor.encode(clean)
        starts = range(0, max(1, len(found)), room)
        return [[*head, *found[i : i + room], END] for i in list(starts)[:MAX_WINDOWS]]
