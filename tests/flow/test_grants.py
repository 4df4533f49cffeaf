"""Only what this home's key vouches for lets anybody in: whoever writes the database's tables by hand gains nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.both_databases
many = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def hers(team: Team) -> Any:
    """The row of the advocate that the team is about."""
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of

    return Advocate.objects.get(number=number_of("adv", team.advocate_id))


def may(person: Any) -> list[str]:
    from parapet.access.people import advocates_of

    return [card.id for card in advocates_of(person)]


def give(person: Any, advocate: Any) -> None:
    from django.db import transaction

    from parapet.actions.allow import allow

    with transaction.atomic():
        allow(person, advocate, "helper")


def take(person: Any, advocate: Any) -> bool:
    from django.db import transaction

    from parapet.actions.allow import take_back

    with transaction.atomic():
        return take_back(person, advocate)


@contextmanager
def by_hand(row: Any, **changes: Any) -> Iterator[None]:
    """Change a row as an administrator of the database would, and afterwards put it back."""
    rows, before = type(row).objects, {name: getattr(row, name) for name in changes}
    rows.filter(pk=row.pk).update(**changes)
    try:
        yield
    finally:
        rows.filter(pk=row.pk).update(**before)


@given(data=st.data())
@many
def test_no_column_of_a_grant_can_be_changed_by_hand(team: Team, hers: Any, data: st.DataObject) -> None:
    from parapet.records.models import Advocate, Grant, Person

    row = Grant.objects.get(person=team.helper)
    others = Advocate.objects.exclude(number=hers.number).values_list("number", flat=True)
    column, value = data.draw(
        st.one_of(
            st.tuples(st.just("person_id"), st.sampled_from([team.stranger.number])),
            st.tuples(st.just("advocate_id"), st.sampled_from(sorted(others))),
            st.tuples(st.just("role"), st.text("abcdehlprtuv", max_size=12)),
            st.tuples(st.just("log_index"), st.integers(0, 2**62)),
            st.tuples(st.just("mac"), st.binary(max_size=32)),
        )
    )
    if value == getattr(row, column):
        return
    with by_hand(row, **{column: value}):
        assert may(team.helper) == may(team.stranger) == []
    assert may(team.helper) == [team.advocate_id], "and put back, it counts again"
    assert Person.objects.count() == 3


def test_a_grant_taken_back_is_not_revived_by_hand(team: Team, hers: Any) -> None:
    """Nor with the code that it had: an entry of the log says that it ended."""
    from parapet.records.models import Grant, LogEntry

    row = Grant.objects.get(person=team.helper)
    kept = {"revoked_at": None, "mac": bytes(row.mac), "log_index": row.log_index, "role": row.role}
    assert take(team.helper, hers)
    assert not take(team.helper, hers)
    rows = Grant.objects.filter(pk=row.pk)
    assert bytes(rows.get().mac) == b""
    assert LogEntry.objects.filter(kind="revoke").count() == 1
    rows.update(revoked_at=None)
    assert may(team.helper) == []
    rows.update(**kept)
    assert may(team.helper) == []
    Grant.objects.filter(person=team.helper).delete()
    Grant.objects.create(person=team.helper, advocate=hers, **kept)
    assert may(team.helper) == []
    give(team.helper, hers)
    assert may(team.helper) == [team.advocate_id], "given anew, it counts"
    assert take(team.helper, hers) and may(team.helper) == []


@pytest.mark.parametrize("change", [None, {"kind": "view"}, {"person_number": 7}, {"advocate_number": None}, {"index": 9_999}])
def test_a_grant_put_back_whose_end_is_hidden_gives_nothing(
    team: Team, hers: Any, tmp_path: Path, change: dict[str, Any] | None
) -> None:
    """Whether the entry of the log that ends it is taken out, or made to look as though it were about something else."""
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.domain.errors import LogBroken
    from parapet.records.models import Grant, LogEntry

    case = open_case(team.advocate, team.advocate_id, "Empty")
    row = Grant.objects.get(person=team.helper)
    take(team.helper, hers)
    export_bag(team.advocate, case, "en", tmp_path)
    row.save()
    assert may(team.helper) == []
    ends = LogEntry.objects.filter(kind="revoke")
    if change is None:
        ends.delete()
    else:
        ends.update(**change)
    with pytest.raises(LogBroken):
        may(team.helper)
    with pytest.raises(LogBroken):
        export_bag(team.advocate, case, "en", tmp_path)


def test_a_row_written_by_hand_does_not_stand_in_the_way_of_a_true_one(team: Team, hers: Any) -> None:
    from parapet.records.models import Grant

    Grant.objects.create(person=team.stranger, advocate=hers, role="advocate")
    assert may(team.stranger) == []
    give(team.stranger, hers)
    give(team.stranger, hers)
    assert may(team.stranger) == [team.advocate_id]
    assert Grant.objects.filter(person=team.stranger).count() == 2
    assert [g.role for g in Grant.objects.filter(person=team.stranger, revoked_at=None)] == ["helper"]


def test_it_is_told_once_and_without_a_name(team: Team, hers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from parapet.records import grants
    from parapet.records.models import Grant
    from parapet.settings import logs

    grants._told.clear()
    logs.configure()
    forged = Grant.objects.create(person=team.stranger, advocate=hers, role="advocate")
    capsys.readouterr()
    for _ in range(3):
        assert may(team.stranger) == []
    [line] = capsys.readouterr().err.splitlines()
    assert "level=warning" in line and f"grant={forged.pk}" in line
    assert not any(word in line for word in (team.stranger.id, team.advocate_id, str(hers.number), "Stranger", "Okwuosa"))


def test_a_row_written_by_hand_claims_nobodys_address(team: Team, hers: Any) -> None:
    """Else she could enrol the other's address as her own, and be shown what is sent to it."""
    from parapet.access.people import Details, advocate_for
    from parapet.actions.enrol_person import enrol_person
    from parapet.domain.rights import Right
    from parapet.records.keyring import keyring
    from parapet.records.models import Grant, Identity
    from parapet.records.profiles import profile_of

    address = profile_of(hers).given["emails"].splitlines()[0]
    Grant.objects.create(person=team.stranger, advocate=hers, role="helper")
    enrolled = enrol_person(team.stranger, Details("Somebody", names={"emails": address}), herself=True)
    assert f"email:{address}" in profile_of(advocate_for(team.stranger, enrolled, Right.KEEP)).waits
    digest = keyring().digest("identity", f"email:{address}")
    assert [row.advocate for row in Identity.objects.filter(digest=digest)] == [hers]


@given(data=st.data())
@many
def test_a_login_link_changed_by_hand_lets_nobody_in(team: Team, data: st.DataObject) -> None:
    """She has a link of her own, and gives it to another person, or a longer life."""
    from parapet.actions.sign_in import make_link, redeem
    from parapet.records.models import LoginLink

    token = make_link(team.stranger, now=NOON)
    other = make_link(team.helper, now=NOON)
    row, foreign = (LoginLink.objects.get(person=p) for p in (team.stranger, team.helper))
    change = data.draw(
        st.sampled_from(
            [
                {"person_id": team.advocate.number},
                {"person_id": team.helper.number, "mac": bytes(foreign.mac)},
                {"expires_at": NOON + timedelta(days=400)},
                {"mac": b""},
            ]
        )
    )
    with by_hand(row, **change):
        assert redeem(token, now=NOON + timedelta(minutes=1)) is None
    assert redeem(other, now=NOON + timedelta(minutes=1)) == team.helper
    LoginLink.objects.all().delete()
