"""POST /v1alpha1/comments:analyze answers as Perspective did: its fields, its scores' shape, its errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ALL = ("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT", "SEXUALLY_EXPLICIT")
ERROR = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
THREAT = "I will kill you tomorrow, you stupid bitch."
KIND = "Thank you for the clear explanation of the new schedule, doctor."


def body(text: str, *names: str, **more: Any) -> dict[str, Any]:
    return {"comment": {"text": text}, "requestedAttributes": {name: {} for name in names or ("TOXICITY",)}, **more}


def value(answer: dict[str, Any], name: str = "TOXICITY") -> float:
    return answer["attributeScores"][name]["summaryScore"]["value"]


@pytest.fixture(autouse=True)
def with_keys(opened):
    opened("keys")


def test_every_attribute_is_scored_and_abuse_is_told_from_thanks(ask, key):
    status, grave = ask(body(THREAT, *ALL), key)
    assert status == 200
    assert set(grave["attributeScores"]) == set(ALL)
    assert grave["languages"] == grave["detectedLanguages"] == ["en"]
    _status, kind = ask(body(KIND, *ALL), key)
    for name in ALL:
        assert 0 <= value(kind, name) < 0.35, name
        assert grave["attributeScores"][name]["summaryScore"]["type"] == "PROBABILITY"
    for name in ("TOXICITY", "SEVERE_TOXICITY", "THREAT", "PROFANITY"):
        assert value(grave, name) > 0.75, name
    assert value(grave, "SEVERE_TOXICITY") <= value(grave)


def test_the_scores_are_those_of_our_own_judgement(ask, key):
    from parapet.domain.judgement import Harm
    from parapet.triage import Triage

    judged = Triage.load().assess(THREAT)
    _status, said = ask(body(THREAT, *ALL), key)
    assert value(said) == round(judged.abusive, 6)
    assert value(said, "THREAT") == round(judged.probabilities[Harm.THREAT], 6)
    assert value(said, "INSULT") == round(judged.probabilities[Harm.INSULT], 6)


def test_french_is_answered_with_its_language(ask, key):
    _status, said = ask(body("Ferme ta gueule, ostie de folle, on sait où tu restes.", *ALL), key)
    assert said["languages"] == ["fr"]
    assert value(said) > 0.5 and value(said, "PROFANITY") > 0.9


def test_experimental_spellings_are_answered_under_the_name_that_was_asked(ask, key):
    names = [f"{name}_EXPERIMENTAL" for name in ALL[:-1]]
    _status, said = ask(body(THREAT, *names, "TOXICITY"), key)
    assert set(said["attributeScores"]) == {*names, "TOXICITY"}
    assert value(said, "TOXICITY_EXPERIMENTAL") == value(said)


def test_the_token_comes_back_and_other_fields_are_taken(ask, key):
    more = {
        "clientToken": "c-1", "sessionId": "s", "communityId": "/forum", "doNotStore": True, "spanAnnotations": False,
        "languages": ["en-US"], "context": {"entries": [{"text": "x" * 100_000, "type": "PLAIN_TEXT"}]},
    }  # fmt: skip
    status, said = ask(body(KIND, **more), key)
    assert (status, said["clientToken"], said["languages"]) == (200, "c-1", ["en-US"])


def test_without_spans_the_one_span_is_the_whole_text(ask, key):
    _status, said = ask(body("Hi 😀 there"), key)
    scored = said["attributeScores"]["TOXICITY"]
    assert scored["spanScores"] == [{"begin": 0, "end": 11, "score": scored["summaryScore"]}]


def test_spans_are_sentences_in_utf_16_units(ask, key):
    text = "What kind of 😀 name is foo?  Sorry, I like it.\nI will kill you."
    _status, said = ask(body(text, spanAnnotations=True), key)
    units = text.encode("utf-16-le")
    spans = said["attributeScores"]["TOXICITY"]["spanScores"]
    read = [units[2 * each["begin"] : 2 * each["end"]].decode("utf-16-le") for each in spans]
    assert read == ["What kind of 😀 name is foo?", "Sorry, I like it.", "I will kill you."]
    assert spans[2]["score"]["value"] > 0.9 > spans[1]["score"]["value"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("aé😀 .?!\n\u0301"), max_size=400))
def test_spans_lie_in_order_within_the_text_and_leave_out_spaces_only(text):
    from parapet.api.perspective.analyze import MAX_SPANS, sentences

    at, left_out = 0, ""
    found = sentences(text)
    for begin, end in found:
        assert at <= begin < end <= len(text)
        left_out += text[at:begin]
        at = end
    assert len(found) <= MAX_SPANS
    assert not (left_out + text[at:]).strip()


def test_html_is_read_as_a_reader_reads_it_and_spans_lie_in_what_was_sent(ask, key):
    sent = "<p>I will <b>k</b>ill&nbsp;you &#128512; now.</p><p>Thank&nbsp;you, doctor.</p>"
    asked = {**body(sent, spanAnnotations=True), "comment": {"text": sent, "type": "HTML"}}
    status, said = ask(asked, key)
    assert status == 200
    spans = said["attributeScores"]["TOXICITY"]["spanScores"]
    assert spans[0]["score"]["value"] > 0.9 > spans[1]["score"]["value"]
    assert sent[spans[0]["begin"] :].startswith("I will")
    assert sent[spans[1]["begin"] : spans[1]["end"]].startswith("Thank&nbsp;you")


def test_scores_under_their_threshold_are_left_out(ask, key):
    asked = {**body(KIND), "requestedAttributes": {"TOXICITY": {"scoreThreshold": 0.9}, "INSULT": {"scoreThreshold": 0}}}
    _status, said = ask(asked, key)
    assert set(said["attributeScores"]) == {"INSULT"}
    _status, said = ask({**asked, "requestedAttributes": {"TOXICITY": {"scoreThreshold": 0.9}}}, key)
    assert "attributeScores" not in said and said["languages"] == ["en"]


def test_javascript_and_snake_case_are_read_as_google_read_them(ask, key):
    status, _said = ask(b'{comment: {text: "what kind: of {name} is foo?"}, requested_attributes: {TOXICITY: {}}}', key)
    assert status == 200
    status, said = ask({"comment": {"text": KIND}, "requested_attributes": {"TOXICITY": {"score_threshold": "0.99"}}}, key)
    assert (status, "attributeScores" in said) == (200, False)


def test_a_pair_cut_in_two_counts_as_one_unit(ask, key):
    raw = b'{"comment": {"text": "I will kill you \\ud83d"}, "requestedAttributes": {"TOXICITY": {}}}'
    status, said = ask(raw, key)
    assert (status, said["attributeScores"]["TOXICITY"]["spanScores"][0]["end"]) == (200, 17)


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [
        (b"", "COMMENT_EMPTY", "Comment must be non-empty."),
        ({"requestedAttributes": {"TOXICITY": {}}}, "COMMENT_EMPTY", "Comment must be non-empty."),
        (body(" \n "), "COMMENT_EMPTY", "Comment must be non-empty."),
        ({**body("<p></p>"), "comment": {"text": "<p> </p>", "type": "HTML"}}, "COMMENT_EMPTY", "Comment must be non-empty."),
        (body("é" * 10_241), "COMMENT_TOO_LONG", "Comment text too long."),
        (body("a" * 1_000_000), "COMMENT_TOO_LONG", "Comment text too long."),
        ({"comment": {"text": "x"}}, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes"),
        (body("hi", "NICENESS"), "INVALID_REQUEST", "Unknown requested attribute: NICENESS"),
        (
            {**body("hi"), "requestedAttributes": {"TOXICITY": {"scoreType": "PERCENTILE"}}},
            "INVALID_REQUEST",
            "Requested score type PERCENTILE is not supported by attribute TOXICITY",
        ),
        ({**body("hi"), "comment": {"text": "hi", "type": "RTF"}}, "INVALID_REQUEST", "Unknown text type"),
        (body("Ihr seid alle dumm und ich hasse euch alle"), "LANGUAGE_DETECTION_FAILED", "Unable to detect language"),
        (body("👍👍👍"), "LANGUAGE_DETECTION_FAILED", "Unable to detect language"),
        (
            body("hallo", "INSULT", languages=["de", "en"]),
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "Attribute INSULT does not support request languages: de, en",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_refused_in_perspectives_words(ask, key, asked, kind, message):
    status, said = ask(asked, key)
    assert status == 400
    error = said["error"]
    assert (error["code"], error["status"], error["message"]) == (400, "INVALID_ARGUMENT", message)
    assert (error["details"][0]["@type"], error["details"][0]["errorType"]) == (ERROR, kind)


def test_the_longest_text_is_scored(ask, key):
    assert ask(body("a" * 20_480), key)[0] == 200
    assert ask(body("no. " * 5_120, spanAnnotations=True, languages=["en"]), key)[0] == 200


def test_an_attribute_that_we_do_not_have_is_refused_as_clients_know_it_and_dropped_when_they_say_so(ask, key):
    status, said = ask(body("hello there", "FLIRTATION", "TOXICITY"), key)
    [detail] = said["error"]["details"]
    assert status == 400
    assert detail["languageNotSupportedByAttributeError"]["attribute"] == "FLIRTATION"
    status, said = ask(body("hello there", "FLIRTATION", "TOXICITY", dropUnsupportedAttributes=True), key)
    assert (status, set(said["attributeScores"])) == (200, {"TOXICITY"})


@pytest.mark.parametrize(
    ("asked", "field", "message"),
    [
        (b"nonsense", None, "Invalid JSON payload received. Unexpected token."),
        (b'{"comment": {"text": "x"', None, "Invalid JSON payload received. Unexpected token."),
        (b"\xff\xfe{", None, "Invalid JSON payload received. Unexpected token."),
        (b"[" * 500_000, None, "Invalid JSON payload received. Unexpected token."),
        (b"[]", None, "Invalid JSON payload received. Root is not an object."),
        ({"comments": 1}, None, 'Invalid JSON payload received. Unknown name "comments": Cannot find field.'),
        (
            {"comment": {"texts": 1}},
            "comment",
            "Invalid JSON payload received. Unknown name \"texts\" at 'comment': Cannot find field.",
        ),
        ({"comment": {"text": 5}}, "comment.text", "Invalid value at 'comment.text' (TYPE_STRING)."),
        ({"comment": []}, "comment", "Invalid value at 'comment' (Message)."),
        ({"languages": "en"}, "languages", "Invalid value at 'languages' (repeated field)."),
        ({"doNotStore": "yes"}, "do_not_store", "Invalid value at 'do_not_store' (TYPE_BOOL)."),
    ],
)
def test_what_has_no_such_form_is_refused_with_the_place(ask, key, asked, field, message):
    status, said = ask(asked, key)
    assert (status, said["error"]["status"], said["error"]["message"]) == (400, "INVALID_ARGUMENT", message)
    [detail] = said["error"]["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    assert detail["fieldViolations"][0].get("field") == field


def test_more_than_two_megabytes_are_refused_unread(ask, key):
    status, said = ask(b"x" * (2 * 1024 * 1024 + 1), key)
    assert (status, said["error"]["message"]) == (400, "Request payload size exceeds the limit: 2097152 bytes.")


NAMES = st.sampled_from(
    "comment text type requestedAttributes TOXICITY scoreThreshold languages en context entries spanAnnotations".split()
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.dictionaries(NAMES, ANYTHING, max_size=6) | ANYTHING | st.binary(max_size=60))
def test_whatever_is_sent_gets_scores_or_an_error_of_googles_form(ask, key, asked):
    raw = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    for method in ("analyze", "suggestscore"):
        status, said = ask(raw, key, method=method)
        if status != 200:
            assert status == 400
            assert {"code": 400, "status": "INVALID_ARGUMENT"}.items() <= said["error"].items()
            assert all("@type" in detail for detail in said["error"]["details"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=200) | st.text(st.sampled_from("kill you\u0301\u200b\x00\ud800😀<b>&amp;."), max_size=200),
    kind=st.sampled_from(["PLAIN_TEXT", "HTML"]),
    spans=st.booleans(),
)
def test_hostile_text_is_scored_within_its_bounds_or_refused(ask, key, text, kind, spans):
    asked = body(text, *ALL, spanAnnotations=spans, languages=["en"])
    asked["comment"]["type"] = kind
    status, said = ask(json.dumps(asked).encode(), key)
    if status != 200:
        assert said["error"]["details"][0]["errorType"] == "COMMENT_EMPTY"
        return
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    for scored in said["attributeScores"].values():
        assert 0 <= scored["summaryScore"]["value"] <= 1
        for span in scored["spanScores"]:
            assert 0 <= span["begin"] <= span["end"] <= units
            assert 0 <= span["score"]["value"] <= 1


def test_a_suggestion_is_thanked_for_and_let_go(ask, key, home):
    before = sorted(path.name for path in home.home.iterdir())
    suggestion = {
        "comment": {"text": "I guess it comes down to a simple choice."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}, "spanScores": [{"begin": 0, "end": 7}]}},
        "communityId": "/forum/movies",
        "languages": ["en"],
        "clientToken": "comment-53922",
    }
    status, said = ask(suggestion, key, method="suggestscore")
    assert (status, said) == (200, {"requestedLanguages": ["en"], "clientToken": "comment-53922"})
    assert sorted(path.name for path in home.home.iterdir()) == before
    status, said = ask({"comment": {"text": "x"}}, key, method="suggestscore")
    assert (status, said["error"]["message"]) == (400, "Missing attribute_scores")
