"""What is measured of judgements, a section each: the suite, its disguises, identities, and the sets that were named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from benchmarks.judges import figures as of
from benchmarks.judges.disguises import DISGUISES
from benchmarks.judges.figures import Answers, Best
from benchmarks.judges.identities import sentences
from benchmarks.judges.panel import Heard, Panel
from benchmarks.judges.served import OURS
from benchmarks.judges.sets import Asked
from benchmarks.judges.tables import Limit, Line, Section, least, under
from parapet.triage import Request
from parapet.triage.functions import Answer, Case, by_function, figures, requests_of
from training.evaluate import Row, case_figures, scenario_figures

LANGUAGES = {"en": "English", "fr": "French"}
#: A public set with fewer rows than this on either side is not told apart.
_ENOUGH = 15
_NEWS = "covid_fake_news"
_FORUM = "toxifrench_agreement"
_HATE_LIMITS = {
    "en": {"accuracy": least(0.80), "recall": least(0.85), "benign let be": least(0.65), "AUC": least(0.87)},
    "fr": {"accuracy": least(0.73), "recall": least(0.78), "benign let be": least(0.58), "AUC": least(0.78)},
}
_CLINICIAN_LIMITS = {"benign called abusive": under(0.08), "critical called high or more": least(0.95)}
_SCENARIO_LIMITS = {
    "abusive F1": least(0.85),
    "grave called medium or more": least(0.95),
    "critical called high or more": least(0.95),
    "called high or more": Limit("at most", 0.12),
    "hard benign called abusive": under(0.10),
    "fake reviews found": least(0.7),
    "genuine reviews called fake": under(0.10),
}
_BEST = "“best” is the threshold with the highest F1 on these very texts, each judge's own: it flatters everybody alike."


@frozen
class Judged:
    """A set with every judge's answers by the case's id, and ours in full."""

    name: str
    cases: list[Case]
    answers: dict[str, dict[str, Answer]]
    abstained: dict[str, bool]

    def within(self, name: str, *, language: str = "", functions: tuple[str, ...] = ("",)) -> Judged:
        """The cases of a language, or of functions whose names begin so."""
        kept = [c for c in self.cases if language in ("", c.language) and c.function.startswith(functions)]
        return evolve(self, name=name, cases=kept)

    def best(self) -> dict[str, Best | None]:
        """Each judge's best threshold here."""
        return {judge: of.best_of(self.cases, answers) for judge, answers in self.answers.items()}


def judged(name: str, cases: list[Case], asked: Mapping[str, Request], heard: Heard) -> Judged:
    """`heard` of `asked`, which holds every case by its id."""
    return Judged(
        name,
        cases,
        {judge: dict(zip(asked, answers, strict=True)) for judge, answers in heard.answers.items()},
        {name: s.abstain for name, s in zip(asked, heard.said, strict=True)},
    )


def ask_suite(panel: Panel, cases: list[Case]) -> Judged:
    """The suite's cases and their plain twins."""
    asked = requests_of(cases)
    return judged("functional suite", cases, asked, panel.ask(list(asked.values())))


def ask_set(panel: Panel, name: str, asked: Asked) -> Judged:
    """A set that was named on the command line."""
    by_id = dict(zip((c.id for c in asked.cases), asked.requests, strict=True))
    return judged(name, asked.cases, by_id, panel.ask(asked.requests))


def suite(whole: Judged) -> Iterator[Section]:
    """The suite as a whole, by language, by group; hate and its look-alikes."""
    for part in (whole, *_by_language(whole)):
        values = {j: of.quality(part.cases, a, of.best_of(part.cases, a)) for j, a in whole.answers.items()}
        yield Section(f"Functional suite, {_scope(part, whole)}: {len(part.cases)} cases", _lines(values), (_BEST,))
    yield Section("Functional suite, by group of functions", list(_groups(whole)))
    for part in _by_language(whole.within(whole.name, functions=of.HATE)):
        values = {j: _let_be(of.quality(part.cases, a, None)) for j, a in whole.answers.items()}
        language = part.cases[0].language if part.cases else "en"
        title = f"Identity hate and what is taken for it, {_scope(part, whole)}: {len(part.cases)} cases of the suite"
        yield Section(title, _lines(values, _HATE_LIMITS[language]))
    polite = [c for c in whole.cases if c.function == "benign_polite_misinformation" and not c.abusive]
    told = {j: of.flagged([a[c.id] for c in polite]) for j, a in whole.answers.items()}
    yield Section(f"Polite misinformation: {len(polite)} cases of the suite", [Line("called abusive", told, under(0.02))])


def disguises(panel: Panel, whole: Judged) -> Section:
    """How much of the recall on plain abuse is left when it is disguised: by us here, and in the suite."""
    plain = [c for c in whole.cases if c.abusive and not c.plain]
    best = whole.best()
    lines = [Line("recall on plain words", {j: of.flagged([a[c.id] for c in plain]) for j, a in whole.answers.items()})]
    lines.append(Line("best: recall on plain words", {j: _recall(plain, a, best[j]) for j, a in whole.answers.items()}))
    for name, hide in DISGUISES.items():
        asked = {c.id: Request(hide(c.text), channel=c.channel) for c in plain}
        hidden = judged(name, plain, asked, panel.ask(list(asked.values())))
        for prefix, limit in (("", least(0.90)), ("best: ", None)):
            kept = {
                j: of.ratio(
                    _recall(plain, a, best[j] if prefix else None), _recall(plain, whole.answers[j], best[j] if prefix else None)
                )
                for j, a in hidden.answers.items()
            }
            lines.append(Line(f"{prefix}{name}", kept, limit))
    told: dict[str, dict[str, float | None]] = defaultdict(dict)
    spelled = [c for c in whole.cases if c.plain]
    for judge, answers in whole.answers.items():
        for function, found in by_function(spelled, answers).items():
            told[function][judge] = of.ratio(found.recall, found.plain_recall)
    lines += [Line(f"suite: {function}", values) for function, values in told.items()]
    notes = (
        f"Below the recall: its share that is left on {len(plain)} abusive cases of the suite, every word of three letters or more disguised.",
        "A judge that hears little of the plain words can gain by a disguise: read its recall beside what is left.",
        "“best” is the threshold with the highest F1 on the suite. “suite” lines are the suite's own disguised cases, about eight abusive ones each.",
    )
    return Section("Disguised spellings", lines, notes)


def identities(panel: Panel) -> Section:
    """Neutral sentences with an identity, against their twins without."""
    lines = []
    for language, name in LANGUAGES.items():
        shares = []
        for identity in (True, False):
            heard = panel.ask([Request(t) for t in sentences(language, identity=identity)])
            shares.append({j: of.flagged(a) for j, a in heard.answers.items()})
        lines += [
            Line(f"{name}: with an identity, called abusive", shares[0]),
            Line(f"{name}: twins without, called abusive", shares[1]),
            Line(
                f"{name}: with, over without",
                {j: _even(shares[0][j], shares[1].get(j)) for j in shares[0]},
                Limit("at most", 1.5),
            ),
        ]
    return Section("Neutral words for identities", lines, ("1 where none of either was called abusive.",))


def clinician(asked: Asked, here: Judged) -> Iterator[Section]:
    """Clinician-directed cases, by language."""
    for language, name in LANGUAGES.items():
        limits = {"abusive F1": least(0.88 if language == "en" else 0.84), **_CLINICIAN_LIMITS}
        part = here.within(name, language=language)
        yield Section(f"Clinician cases, {name}", [*_from_rows(asked.rows, part, case_figures, limits), *_ranks(part)], (_BEST,))


def scenario(asked: Asked, here: Judged) -> Section:
    """The scenario's messages."""
    lines = _from_rows(asked.rows, here, scenario_figures, _SCENARIO_LIMITS)
    notes = ("“best” and AUC are over all messages, also those that need context.", _BEST)
    return Section("Scenario", [*lines, *_ranks(here)], notes)


def public(here: Judged) -> Iterator[Section]:
    """Public rows that nothing learned from."""
    for part in _by_language(here):
        values = {j: of.quality(part.cases, a, of.best_of(part.cases, a)) for j, a in here.answers.items()}
        yield Section(f"Public rows held out, {part.name}: {len(part.cases)}", _lines(values), (_BEST,))
    lines = []
    for source in sorted({c.function for c in here.cases}):
        for part in _by_language(here.within(source, functions=(source,))):
            bad = sum(c.abusive for c in part.cases)
            if min(bad, len(part.cases) - bad) < _ENOUGH:
                continue
            found = {j: figures(part.cases, a).auc for j, a in here.answers.items()}
            lines.append(Line(f"{source}, {part.name}: {len(part.cases)}", found, least(0.82) if source == _FORUM else None))
    yield Section("Public rows held out, by set: AUC", lines)
    news = [c for c in here.cases if c.function == _NEWS]
    if news:
        told = {j: of.flagged([a[c.id] for c in news]) for j, a in here.answers.items()}
        title = f"News of Covid, true and false, courteous: {len(news)} public rows held out"
        yield Section(title, [Line("called abusive", told, under(0.02))])


def calibration(sets: Sequence[Judged], probability: Mapping[str, bool]) -> Section:
    """How far probabilities are from what is so, in each language of each set."""
    lines = []
    for one in sets:
        for part in _by_language(one):
            values = {j: of.calibration(part.cases, a) for j, a in one.answers.items() if probability.get(j)}
            lines.append(Line(f"{one.name}, {part.name}", values, under(0.05)))
    notes = (
        "Expected calibration error of the probability of abuse, ten equal bins. Judges whose score is a count are left out.",
    )
    return Section("Calibration", lines, notes)


def abstention(sets: Sequence[Judged]) -> Section:
    """How often ours leaves it to a person, and whether it errs there."""
    lines = []
    for one in sets:
        for part in (one, *_by_language(one)):
            ids = [c.id for c in part.cases]
            said = [one.answers[OURS][i].abusive for i in ids]
            found = of.abstention([one.abstained[i] for i in ids], said, [c.abusive for c in part.cases])
            name = f"{one.name}, {_scope(part, one)}"
            lines += [
                Line(f"{name}: abstains", {OURS: found.share}, under(0.05)),
                Line(f"{name}: wrong there", {OURS: found.wrong}),
                Line(f"{name}: wrong elsewhere", {OURS: found.wrong_elsewhere}),
                Line(f"{name}: there over elsewhere", {OURS: of.ratio(found.wrong, found.wrong_elsewhere)}, least(2.0)),
            ]
    return Section("Abstention", lines)


def _by_language(whole: Judged) -> list[Judged]:
    parts = [whole.within(name, language=code) for code, name in LANGUAGES.items()]
    return [p for p in parts if p.cases]


def _scope(part: Judged, whole: Judged) -> str:
    return part.name if part is not whole and part.name != whole.name else "all"


def _groups(whole: Judged) -> Iterator[Line]:
    for name, cases in of.grouped(whole.cases).items():
        found = {j: figures(cases, a) for j, a in whole.answers.items()}
        yield Line(f"{name}: F1", {j: f.f1 for j, f in found.items()})
        yield Line(f"{name}: false alarms", {j: f.false_alarms for j, f in found.items()})
        yield Line(f"{name}: pairs right", {j: f.pairs_right for j, f in found.items()})


def _let_be(found: dict[str, float | None]) -> dict[str, float | None]:
    alarms = found["false alarms"]
    return {
        "accuracy": found["accuracy"],
        "recall": found["recall"],
        "benign let be": None if alarms is None else 1 - alarms,
        "AUC": found["AUC"],
    }


def _ranks(here: Judged) -> list[Line]:
    return [
        line
        for line in _lines({j: of.quality(here.cases, a, of.best_of(here.cases, a)) for j, a in here.answers.items()})
        if line.what.startswith(("AUC", "pairs", "best"))
    ]


def _from_rows(
    rows: Sequence[Row],
    here: Judged,
    figures_of: Callable[[Sequence[Row], Sequence[Answer]], dict[str, float]],
    limits: Mapping[str, Limit],
) -> list[Line]:
    """The figures of `training.evaluate`, of every judge; `rows` has one with the id of each case of `here`."""
    by_id = {r["id"]: r for r in rows}
    kept = [by_id[c.id] for c in here.cases]
    values = {j: figures_of(kept, [a[c.id] for c in here.cases]) for j, a in here.answers.items()}
    return _lines(values, limits)


def _lines(
    values: Mapping[str, Mapping[str, float | None]] | Mapping[str, Mapping[str, float]],
    limits: Mapping[str, Limit] | None = None,
) -> list[Line]:
    names = list(dict.fromkeys(name for found in values.values() for name in found))
    return [Line(n, {j: f.get(n) for j, f in values.items()}, (limits or {}).get(n)) for n in names]


def _recall(cases: Sequence[Case], answers: Answers, best: Best | None) -> float | None:
    told = of.at(answers, best.threshold) if best else answers
    return of.flagged([told[c.id] for c in cases])


def _even(part: float | None, whole: float | None) -> float | None:
    """One where neither is ever called abusive."""
    return 1.0 if part == whole == 0 else of.ratio(part, whole)
