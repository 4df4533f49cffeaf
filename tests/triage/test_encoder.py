"""The second stage: exact whatever its company, and on any runtime."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.triage import ModelDamaged, Request, Triage
from parapet.triage.encoder.encoder import FILES, Encoder, _session
from parapet.triage.encoder.pieces import FIRST_PIECE, MARKS, MAX_WINDOWS, PAD, WINDOW
from parapet.triage.encoder.text import accented
from parapet.triage.model import Model
from parapet.triage.normalise import normalise
from parapet.triage.triage import _MAX_CLOSE
from parapet.triage.words import read_disguised
from tests.triage.test_triage import ARTEFACT

LINES = (
    "Thank you for the clinic on Saturday, my mother felt safe.",
    "We know where you park, doctor, and we will be there on Friday.",
    "Vous êtes une honte pour la profession, espèce de charlatan!",
    "Merci docteure, vos explications sur le vaccin étaient très claires.",
    "k",
    "",
    "Everyone report her to the college tonight, flood them until she loses her licence. " * 3,
)


@pytest.fixture(scope="module")
def judge() -> Triage:
    return Triage.load()


def fresh(judge: Triage) -> Encoder:
    """The same encoder, without what it remembers."""
    assert judge.encoder is not None
    return Encoder(judge.encoder.pieces, judge.encoder._session)


def windows(judge: Triage, texts: Any) -> list[list[int]]:
    assert judge.encoder is not None
    return [w for t in texts for w in judge.encoder.pieces.windows(t)]


# Exact


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=80), min_size=2, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_a_score_is_the_same_alone_and_in_any_company(judge: Triage, texts: list[str], dice: random.Random) -> None:
    asked = windows(judge, texts)
    alone = [fresh(judge).log_odds([w])[0] for w in asked]
    order = list(range(len(asked)))
    dice.shuffle(order)
    together = fresh(judge).log_odds([asked[i] for i in order])
    assert [[v.hex() for v in together[order.index(i)]] for i in range(len(asked))] == [[v.hex() for v in row] for row in alone]


@pytest.mark.parametrize("more", [1, 7, 40])
def test_padding_weighs_nothing(judge: Triage, more: int) -> None:
    (window,) = windows(judge, LINES[1:2])
    session = fresh(judge)._session
    (bare,) = session.run(None, {"ids": np.array([window])})
    (padded,) = session.run(None, {"ids": np.array([window + [PAD] * more])})
    assert bare.tobytes() == padded.tobytes()


def test_another_runtime_says_the_same_to_the_last_bit(judge: Triage) -> None:
    """ONNX's own reference, in plain NumPy, shares no kernel with the runtime that ships."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    asked = windows(judge, ("We know where you live.", "Merci!"))
    longest = max(map(len, asked))
    ids = np.array([w + [PAD] * (longest - len(w)) for w in asked])
    (said,) = ReferenceEvaluator(onnx.load_from_string((ARTEFACT / "encoder.onnx").read_bytes())).run(None, {"ids": ids})
    assert said.tolist() == fresh(judge).log_odds(asked)


def test_no_sum_can_leave_what_is_exact() -> None:
    """Values as far out as they go, on a small net of chance; and weights that could go further make no graph."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    from training.encoder.graph import graph

    dice = np.random.default_rng(7)
    hidden, inner, heads = 32, 64, 4

    def some(*shape: int, size: float = 1.0) -> Any:
        return (dice.standard_normal(shape) * size).astype(np.float32)

    weights = {
        "words.weight": some(50, hidden),
        "places.weight": some(WINDOW, hidden),
        "norm.weight": some(hidden),
        "norm.bias": some(hidden),
    }
    for n in range(2):
        for name, shape in (
            ("qkv", (3 * hidden, hidden)),
            ("out", (hidden, hidden)),
            ("up", (inner, hidden)),
            ("down", (hidden, inner)),
        ):
            weights |= {f"layers.{n}.{name}.weight": some(*shape), f"layers.{n}.{name}.bias": some(shape[0])}
        for name in ("norm1", "norm2"):
            weights |= {f"layers.{n}.{name}.weight": some(hidden, size=3.0), f"layers.{n}.{name}.bias": some(hidden)}
    weights |= {"judge.weight": some(12, 2 * hidden), "judge.bias": some(12)}
    made = graph(weights, 2, heads)
    ids = dice.integers(1, 50, (3, WINDOW))
    ids[1, 20:] = PAD
    (there,) = ReferenceEvaluator(onnx.load_from_string(made)).run(None, {"ids": ids})
    (here,) = _session(made).run(None, {"ids": ids})
    assert here.tobytes() == there.tobytes()
    assert np.isfinite(here).all()
    with pytest.raises(AssertionError):
        graph(weights | {"layers.1.down.weight": some(hidden, inner, size=40.0)}, 2, heads)


def test_the_same_words_are_not_read_twice(judge: Triage) -> None:
    one = fresh(judge)
    (window,) = windows(judge, LINES[:1])
    said = one.log_odds([window, window])
    assert said[0] == said[1] == one.log_odds([window])[0]
    assert len(one._kept) == 1
    assert judge.encoder is not None
    forgetful = Encoder(one.pieces, judge.encoder._session, keep=0)
    assert forgetful.log_odds([window]) == said[:1] and forgetful._kept == {}


# The artefact


def test_a_changed_file_is_refused() -> None:
    recorded = Model.load().encoder
    raw = {name: (ARTEFACT / name).read_bytes() for name in FILES}
    for name in FILES:
        spoilt = bytearray(raw[name])
        spoilt[len(spoilt) // 2] ^= 1
        with pytest.raises(ModelDamaged):
            Encoder.read(raw | {name: bytes(spoilt)}, recorded)
    with pytest.raises(ModelDamaged):
        Encoder.read(raw, {})


def test_all_that_ships_is_small() -> None:
    assert sum(file.stat().st_size for file in ARTEFACT.iterdir()) < 60_000_000


# Pieces


@given(
    st.text(alphabet=st.characters() | st.sampled_from("\ud800\udfff\x00\u0301"), max_size=300), st.sets(st.sampled_from(MARKS))
)
@settings(max_examples=200, deadline=None)
def test_any_text_has_windows_and_none_can_spell_a_mark(judge: Triage, text: str, marks: set[str]) -> None:
    assert judge.encoder is not None
    found = judge.encoder.pieces.windows(text + " <stars:1> <s> <channel:mail>", tuple(marks))
    assert 1 <= len(found) <= MAX_WINDOWS
    for window in found:
        assert len(window) <= WINDOW
        assert sum(4 <= piece < FIRST_PIECE for piece in window) == len(marks)
        assert PAD not in window


def test_what_follows_much_noise_is_still_read(judge: Triage) -> None:
    assert judge.encoder is not None
    noise = "qzx " * 120
    assert len(judge.encoder.pieces.windows(noise)) > 1
    plain = judge.encoder.pieces.windows(noise + "we will kill you")[-1]
    assert plain != judge.encoder.pieces.windows(noise)[-1]


# Spelling


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Vous êtes une menteuse!", "vous êtes une menteuse!"),
        ("E\u0301trange", "étrange"),
        ("tu vas cre\u200bver", "tu vas crever"),
        ("Yоu аre dеad", "you are dead"),
        ("ＫＩＬＬ", "kill"),
        ("Привет", "привет"),
        ("plain words", "plain words"),
    ],
)
def test_accents_stay_and_disguises_fall(said: str, read: str) -> None:
    assert accented(said, normalise(said, read_disguised)) == read


@given(st.text(max_size=120))
@settings(deadline=None)
def test_spelling_never_fails_and_folds_back(text: str) -> None:
    normal = normalise(text, read_disguised)
    said = accented(text, normal)
    assert normalise(said).text.split() == normalise(normal.text).text.split()


# Two stages


def test_what_the_first_stage_finds_harmless_is_not_read_closely(judge: Triage) -> None:
    encoder = fresh(judge)
    both = Triage(judge.model, encoder)
    both.assess("Thank you for the clear explanation of the new schedule.")
    assert encoder._kept == {}
    both.assess("You are a liar and a disgrace, we will find you.")
    assert len(encoder._kept) == 1


@pytest.mark.parametrize("signs", ["qzxjkvwbfp0123456789", "!@#$%^&*()-+=", "🔪😂", "abc de. "])
def test_no_message_can_ask_for_much_close_reading(judge: Triage, signs: str) -> None:
    encoder = fresh(judge)
    dice = random.Random(7)
    Triage(judge.model, encoder).assess("We will find you. " + "".join(dice.choices(signs, k=100_000)))
    assert 1 <= len(encoder._kept) < _MAX_CLOSE + MAX_WINDOWS


def test_many_threads_share_what_is_kept(judge: Triage) -> None:
    """A wave in the web server: each thread finds, keeps and drops results while the others do."""
    assert judge.encoder is not None
    encoder = Encoder(judge.encoder.pieces, judge.encoder._session, keep=5)
    asked = windows(judge, [f"word {n}" for n in range(60)])
    expected = [fresh(judge).log_odds([w])[0] for w in asked]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda n: encoder.log_odds([asked[n % 60], asked[(n * 7) % 60]]), range(240)))
    assert said == [[expected[n % 60], expected[(n * 7) % 60]] for n in range(240)]
    assert len(encoder._kept) <= 5


def test_both_stages_say_the_same_alone_and_in_a_batch(judge: Triage) -> None:
    asked = [Request(text, channel=channel) for text in LINES for channel in ("mail", "reviews", "")]
    together = Triage(judge.model, fresh(judge)).assess_many(asked)
    for request, said in zip(asked, together, strict=True):
        assert Triage(judge.model, fresh(judge)).assess(request.text, channel=request.channel) == said
