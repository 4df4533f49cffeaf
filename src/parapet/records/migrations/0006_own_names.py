"""The advocate's own messages: judged, marked, and known by names that are hers on one platform only.

What was kept as her own had never been judged: it is promised to be. Screen names were shared by all platforms; each is
bound to its own now (`IdentifierKind.SCREEN_NAME`), as far as the sealed profile tells which that is.

The column is added in plain SQL: Django would rebuild SQLite's table, and lose the partial indexes of 0002.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from attrs import evolve
from django.db import migrations, models

from parapet.domain.items import Identifier, IdentifierKind, screen_name
from parapet.records.keyring import keyring
from parapet.records.profiles import Profile, profile_of, seal_profile

_AT_ONCE = 500
_UNMATCHED = 0
#: Of a profile's `given`: the name on the screen, and its platform.
_SHOWN = {"x_name": "x", "instagram": "instagram", "facebook": "facebook"}
_OLD = "screen_name:"


def bind_screen_names(apps: Any, _schema: Any) -> None:
    """Each advocate's screen names: on their platform where her profile tells it, and as texts call her."""
    identity = apps.get_model("records", "Identity")
    for advocate in apps.get_model("records", "Advocate").objects.exclude(number=_UNMATCHED):
        profile = profile_of(advocate)
        bound = evolve(profile, identifiers=_bound(profile))
        if bound == profile:
            continue
        advocate.sealed_profile = seal_profile(bound, advocate.number)
        advocate.save(update_fields=["sealed_profile"])
        identity.objects.filter(advocate=advocate).delete()
        identity.objects.bulk_create(
            identity(advocate=advocate, digest=keyring().digest("identity", name)) for name in bound.identifiers
        )


def _bound(profile: Profile) -> tuple[str, ...]:
    told = [(screen_name("", profile.given[key]).normalised(), key) for key in _SHOWN if profile.given.get(key)]
    made: dict[str, None] = {}
    for identifier in profile.identifiers:
        name = identifier.removeprefix(_OLD)
        alone = Identifier(IdentifierKind.MENTION, name.partition(":")[2]).normalised()
        if name == identifier or alone in profile.identifiers:  # of another kind, or bound already
            made[identifier] = None
            continue
        for said, key in told:
            if said == f"{_OLD}:{name}":
                made[screen_name(_SHOWN[key], name).normalised()] = None
        made[Identifier(IdentifierKind.MENTION, name).normalised()] = None
    return tuple(made)


def judge_own(apps: Any, _schema: Any) -> None:
    """Promise the judgement of what was kept as somebody's own, unread."""
    items, entry = apps.get_model("records", "Item"), apps.get_model("jobs", "OutboxEntry")
    items.objects.filter(own=True).update(in_own_name=True)
    waiting = apps.get_model("records", "Version").objects.filter(item__own=True).order_by("number")
    now = datetime.now(UTC)
    numbers: Iterator[int] = waiting.values_list("number", flat=True).iterator(_AT_ONCE)
    while some := list(islice(numbers, _AT_ONCE)):
        made = entry(kind="assess_batch", payload={"versions": some}, created_at=now, next_try_at=now)
        made.root_id = made.id
        made.save()


class Migration(migrations.Migration):
    dependencies = [("records", "0005_bound_notes"), ("jobs", "0001_outbox")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE records_item ADD COLUMN in_own_name boolean NOT NULL DEFAULT FALSE",
                    "ALTER TABLE records_item DROP COLUMN in_own_name",
                )
            ],
            state_operations=[migrations.AddField("item", "in_own_name", models.BooleanField(default=False))],
        ),
        migrations.RunPython(bind_screen_names, migrations.RunPython.noop),
        migrations.RunPython(judge_own, migrations.RunPython.noop),
    ]
