"""A case goes out with what two authorities attested, from each capture to the export, and as well when nobody answers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from support import many
from support.authority import Authority, serve
from support.sample import ADVOCATES

from parapet.evidence.verify import verify


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authorities")
    return Authority(folder / "one", "one", "rsa", between=True), Authority(folder / "two", "two", "ec")


def named(home, *served):
    from django.test.utils import override_settings

    from parapet.settings.authorities import read_authorities

    listed = "; ".join(f"{each.authority.name} {each.url} {each.authority.chain}" for each in served)
    return override_settings(ENVIRONMENT=evolve(home, time_authorities=read_authorities(listed)))


def seen_by(report, kind="p"):
    return {filled["name"]: filled for key, filled in [*report.proven, *report.not_proven] if key == f"{kind}.time_by"}


@pytest.mark.both_databases
def test_each_item_is_attested_from_its_capture_on(home, database, made, team, take_in, tmp_path):
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.actions.stamp_checkpoints import stamp_newest

    with serve(made[0]) as one, serve(made[1]) as two, named(home, one, two):
        for number, batch in enumerate((many.mails(0, 2), many.mails(2, 4))):
            path = tmp_path / f"{number}.mbox"
            path.write_bytes(batch)
            take_in(path, advocates=ADVOCATES, person=team.advocate)
            sign_checkpoint()
            assert stamp_newest(now=datetime.now(UTC) + timedelta(seconds=61 * number)) == 2
        ids = [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]
        case = open_case(team.advocate, team.advocate_id, "Letters", ids)
        bag = export_bag(team.advocate, case, "en", tmp_path / "bags")
        folders = sorted(path.name for path in (bag / "data/checkpoints").iterdir())
        assert len(folders) == 3, "after each import, and at the export"
        report = verify(bag, authorities=[made[0].chain.read_bytes()])
        assert report.sound, report.as_text()
        one_said, two_said = seen_by(report)["one"], seen_by(report, "n")["two"]
        assert one_said["n"] == one_said["m"] == len(ids) > 1 and one_said["wait"].endswith(" min") and two_said["mark"]


def test_an_export_does_not_wait_for_whoever_does_not_answer(home, made, team, take_in, tmp_path):
    from parapet.actions.export_bag import export_bag
    from parapet.actions.gather_all import gather_all

    path = tmp_path / "ours.mbox"
    path.write_bytes(many.mails(0, 2))
    take_in(path, advocates=ADVOCATES, person=team.advocate)

    done = threading.Event()

    def slow(_query):
        done.wait(1_000)
        return 500, "text/plain", b""

    with serve(made[1]) as gone:
        pass
    with serve(made[0]) as silent, named(home, silent, gone):
        silent.bend = slow
        bags = [export_bag(team.advocate, case, "fr", tmp_path / "bags") for case in gather_all(team.advocate)]
        assert bags and not done.is_set()
        done.set()
    for bag in bags:
        report = verify(bag)
        assert report.sound and not seen_by(report) and not (bag / "data/checkpoints").exists()


def test_a_file_of_certificates_that_is_gone_stops_no_export(home, made, team, take_in, tmp_path):
    import shutil

    from parapet.actions.export_bag import export_bag
    from parapet.actions.gather_all import gather_all

    path = tmp_path / "ours.mbox"
    path.write_bytes(many.mails(0, 1))
    take_in(path, advocates=ADVOCATES, person=team.advocate)
    kept = shutil.copytree(made[1].folder, tmp_path / "kept")
    with serve(made[1]) as two:
        setting = named(home, two)
        two.authority.chain.unlink()
        with setting:
            bags = [export_bag(team.advocate, case, "en", tmp_path / "bags") for case in gather_all(team.advocate)]
        shutil.copy(kept / "chain.pem", two.authority.chain)
    assert bags and all(verify(bag).sound for bag in bags)
