"""Reports of before a backup that was restored: they may have gone out since, and nothing here can tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from parapet.domain import reporting as r
from parapet.records.models import Report, ReportStep
from parapet.records.numbers import number_of
from parapet.records.restored import restored_at, restored_before


def doubt_of(names: Iterable[str]) -> datetime | None:
    """When this home was put back, if one of these reports is not out by what is known here and nothing was done about it since.

    names  public names of reports that whoever asks was let see
    """
    waiting = Report.objects.filter(number__in=[number_of("rep", name) or 0 for name in names], state__in=r.NOT_OUT)
    newest = ReportStep.objects.filter(report__in=waiting).values("report").annotate(last=Max("log_index"))
    return restored_at() if newest.filter(last__lt=restored_before()).exists() else None
