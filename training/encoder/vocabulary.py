"""The pieces that English and French use, out of the 250,000 of the start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as _made

from parapet.triage.encoder.pieces import FIRST_PIECE, MARKS
from training.encoder.start import Start

#: A piece seen less often than this in what is learned from is left to smaller pieces.
LEAST_SEEN = 2


def choose(start: Start, texts: Iterable[str]) -> list[int]:
    """Numbers, in the start's vocabulary, of the pieces kept: those seen, and every single character of Latin, digits, signs, emoji."""
    whole = SentencePieceProcessor(model_proto=proto(start, range(4, len(start.pieces))))
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(whole.encode(text))
    kept = {n - FIRST_PIECE + 4 for n, times in seen.items() if times >= LEAST_SEEN and n >= FIRST_PIECE}
    kept |= {n for n in range(4, len(start.pieces)) if len(start.pieces[n]) == 1 and _ours(start.pieces[n])}
    return sorted(kept)


def _ours(char: str) -> bool:
    code = ord(char)
    return code < 0x180 or 0x2000 <= code < 0x2C00 or 0x1F000 <= code < 0x20000 or char == "▁"


def proto(start: Start, kept: Iterable[int]) -> bytes:
    """A SentencePiece model of the kept pieces, their numbers in order from FIRST_PIECE. Texts come normalised already."""
    form: Any = _made  # its messages are made when it is imported
    model = form.ModelProto()
    kind = form.ModelProto.SentencePiece
    for name, what in (("<pad>", kind.CONTROL), ("<s>", kind.CONTROL), ("</s>", kind.CONTROL), ("<unk>", kind.UNKNOWN)):
        model.pieces.add(piece=name, score=0.0, type=what)
    for mark in MARKS:
        model.pieces.add(piece=f"<{mark}>", score=0.0, type=kind.CONTROL)
    for n in kept:
        model.pieces.add(piece=start.pieces[n], score=float(start.scores[n]), type=kind.NORMAL)
    model.trainer_spec.model_type = form.TrainerSpec.UNIGRAM
    model.trainer_spec.vocab_size = len(model.pieces)
    model.trainer_spec.pad_id, model.trainer_spec.bos_id, model.trainer_spec.eos_id, model.trainer_spec.unk_id = 0, 1, 2, 3
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = True
    model.normalizer_spec.escape_whitespaces = True
    return bytes(model.SerializeToString(deterministic=True))
