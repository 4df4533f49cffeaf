"""`parapet triage --suite` and `--cases`: measure a detector, ours or another, on the functional suite."""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

import attrs
import click

from parapet.cli.speech import wants_french
from parapet.triage.functions import Figures, answers_of, by_function, by_language, read_answers, read_cases, rows

#: Columns of the table: figure, English, French.
_OF_FUNCTIONS = (
    ("right", "right", "justes"),
    ("recall", "recall", "rappel"),
    ("false_alarms", "false alarms", "fausses alertes"),
    ("pairs_right", "pairs right", "paires justes"),
)
_OF_LANGUAGES = (
    ("right", "right", "justes"),
    ("f1", "F1", "F1"),
    ("recall", "recall", "rappel"),
    ("false_alarms", "false alarms", "fausses alertes"),
    ("pairs_right", "pairs right", "paires justes"),
    ("auc", "AUC", "AUC"),
    ("labels_f1", "harms F1", "F1 des torts"),
    ("critical_found", "critical found", "critiques trouvés"),
)
_LANGUAGES = {
    "en": ("English", "anglais"),
    "fr": ("French", "français"),
    "en-fr": ("both in one", "mêlés"),
    "all": ("all", "tout"),
    "benign_en": ("look-alikes, English", "faux amis, anglais"),
    "benign_fr": ("look-alikes, French", "faux amis, français"),
    "benign_all": ("look-alikes", "faux amis"),
}


def write_cases() -> None:
    """Every case, and the plain twin of each disguised one, a JSON object a line."""
    for row in rows(read_cases()):
        sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def tell_figures(answers: BinaryIO | None, threshold: float, *, jsonl: bool) -> None:
    """Figures of each function and language: of `answers`, or of the shipped model without."""
    cases = read_cases()
    if answers is not None:
        model, said = "", read_answers(answers, threshold=threshold)
    else:
        from parapet.triage import Triage

        judge = Triage.load()
        model, said = judge.model.name, answers_of(judge, cases)
    functions, languages = by_function(cases, said), by_language(cases, said)
    if jsonl:
        for kind, groups in (("function", functions), ("language", languages)):
            for name, found in groups.items():
                click.echo(json.dumps({kind: name, **_rounded(found), "model": model}, ensure_ascii=False))
        return
    french = wants_french()
    if model:
        click.echo((f"Modèle\u00a0: {model}" if french else f"Model: {model}") + "\n")
    _table("fonction" if french else "function", functions, _OF_FUNCTIONS)
    click.echo()
    _table("langue" if french else "language", {_LANGUAGES[k][french]: v for k, v in languages.items()}, _OF_LANGUAGES)
    _tell_spellings(functions)
    if unanswered := languages["all"].unanswered:
        click.echo(
            f"\nSans réponse, et non comptés\u00a0: {unanswered}."
            if french
            else f"\nWithout an answer, and not counted: {unanswered}."
        )


def _tell_spellings(functions: dict[str, Figures]) -> None:
    """How much of the recall on plain words each disguise leaves."""
    kept = {n: (f.recall, f.plain_recall) for n, f in functions.items() if f.plain_recall and f.recall is not None}
    if kept:
        click.echo(
            "\nRappel, et sur les mêmes mots en clair\u00a0:"
            if wants_french()
            else "\nRecall, and on the same words undisguised:"
        )
    for name, (recall, plain) in kept.items():
        click.echo(f"  {name:<34}{_share(recall):>6} {_share(plain):>6}")


def _table(first: str, groups: dict[str, Figures], columns: tuple[tuple[str, str, str], ...]) -> None:
    french = wants_french()
    heads = [c[2] if french else c[1] for c in columns]
    cases = "cas" if french else "cases"
    click.echo(f"{first:<36}{cases:>5}" + "".join(f"  {head}" for head in heads))
    for name, found in groups.items():
        cells = [str(v) if isinstance(v := getattr(found, c[0]), int) else _share(v) for c in columns]
        click.echo(f"{name:<36}{found.cases:>5}" + "".join(f"  {v:>{len(h)}}" for v, h in zip(cells, heads, strict=True)))


def _share(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.0f}\u00a0%" if wants_french() else f"{100 * value:.0f}%"


def _rounded(found: Figures) -> dict[str, object]:
    return {name: round(v, 4) if isinstance(v, float) else v for name, v in attrs.asdict(found).items()}
