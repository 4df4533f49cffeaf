"""A process that does real work on the home of PARAPET_HOME until it is killed; and one that then looks whether all agrees.

`python busy.py FOLDER` loads the program once and opens nothing. Each line of its input then forks a process of its own:

    work SEED    do one thing after another, chosen by chance; note in FOLDER/notes what is done. Answers with the pid
    check        look at the home with fresh eyes (`support.agree`). Answers with what is wrong, as JSON; [] is well
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import random
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from parapet.settings.start import configure_for
from support import agree, many


class Work:
    """Everything that somebody may do, at random. `done` is called with what must never be lost again."""

    def __init__(self, folder: Path, seed: int, done: Callable[[dict[str, Any]], None]) -> None:
        self.folder, self.dice, self.done = folder, random.Random(seed), done
        from parapet.access.people import advocates_of
        from parapet.actions.welcome import owner

        self.person = owner()
        self.advocate = next(card.id for card in advocates_of(self.person) if card.id != "adv_unmatched")

    def one(self) -> None:
        """One thing, whole; then its note."""
        names = ["take_in", "take_in", "judge", "judge", "view", "view", "open_case", "add", "remove", "note", "sign", "export"]
        name = self.dice.choice([*names, "back_up", "hold", "release", "erase", "rotate"])
        told = getattr(self, name)()
        if told is not None:
            size, root = agree.head()
            self.done({"did": name, "size": size, "root": root, **told})

    def _items(self) -> list[str]:
        from parapet.access.inbox import page
        from parapet.access.views import Filters

        return [row.id for row in page(self.person, self.advocate, Filters()).rows]

    def _case(self) -> str | None:
        from parapet.records.models import Case

        cases = list(Case.objects.all())
        return self.dice.choice(cases).id if cases else None

    def take_in(self) -> dict[str, Any]:
        from parapet.actions.import_paths import import_paths

        first = self.dice.randrange(10_000)
        box = self.folder / f"box-{os.getpid()}-{self.dice.randrange(10**9)}.mbox"
        box.write_bytes(many.mails(first, first + self.dice.randrange(1, 12), edited=self.dice.random() < 0.3))
        import_paths([box])
        return {}

    def judge(self) -> dict[str, Any]:
        from django.utils import timezone

        from parapet.actions.assess import assess
        from parapet.jobs.models import OutboxEntry

        for entry in OutboxEntry.objects.filter(done_at=None, kind="assess_batch").order_by("id")[:3]:
            assess(entry.payload["versions"])
            entry.done_at = timezone.now()
            entry.save()
        return {}

    def view(self) -> dict[str, Any] | None:
        from parapet.access.items import opened

        items = self._items()
        if not items:
            return None
        opened(self.person, self.dice.choice(items), why="case")
        return {}

    def open_case(self) -> dict[str, Any]:
        from parapet.actions.open_case import open_case

        items = self._items()
        chosen = self.dice.sample(items, min(len(items), 3))
        return {"case": open_case(self.person, self.advocate, f"Case {self.dice.random()}", chosen)}

    def add(self) -> dict[str, Any] | None:
        from parapet.actions.add_to_case import add_to_case

        case, items = self._case(), self._items()
        if case is None or not items:
            return None
        add_to_case(self.person, case, [self.dice.choice(items)])
        return {"case": case}

    def remove(self) -> dict[str, Any] | None:
        from parapet.actions.remove_from_case import remove_from_case
        from parapet.records.models import CaseItem

        held = CaseItem.objects.filter(removed_at=None).select_related("case", "item").first()
        if held is None:
            return None
        remove_from_case(self.person, held.case.id, held.item.id)
        return {"case": held.case.id}

    def note(self) -> dict[str, Any] | None:
        from parapet.actions.write_note import write_note

        case = self._case()
        if case is None:
            return None
        write_note(self.person, case, f"A note, {self.dice.random()}.")
        return {"case": case}

    def sign(self) -> dict[str, Any] | None:
        from parapet.actions.sign_checkpoint import sign_checkpoint

        signed = sign_checkpoint()
        return {"checkpoint": signed.note} if signed is not None else None

    def export(self) -> dict[str, Any] | None:
        from parapet.actions.export_bag import export_bag
        from parapet.records.models import CaseItem

        held = CaseItem.objects.filter(removed_at=None).select_related("case").first()
        if held is None:
            return None
        return {"bag": str(export_bag(self.person, held.case.id, "en", self.folder / "bags"))}

    def back_up(self) -> dict[str, Any]:
        from parapet.actions.back_up import back_up

        return {"backup": back_up(self.folder / "backups").manifest.id}

    def hold(self) -> dict[str, Any] | None:
        from parapet.actions.hold import hold

        items = self._items()
        if not items:
            return None
        hold(self.person, self.dice.choice(items), reason="police")
        return {}

    def release(self) -> dict[str, Any] | None:
        from parapet.actions.hold import release
        from parapet.records.orders import orders

        held = [each for each in orders().holds if each.startswith("itm_")]
        if not held:
            return None
        release(self.person, self.dice.choice(held))
        return {}

    def erase(self) -> dict[str, Any] | None:
        from parapet.actions.erase import erase_item
        from parapet.domain.errors import OnHold

        items = self._items()
        if len(items) < 20:
            return None
        chosen = self.dice.choice(items)
        try:
            erase_item(self.person, chosen, reason="asked")
        except OnHold:
            return None
        return {"erased": chosen}

    def rotate(self) -> dict[str, Any]:
        from parapet.actions.rotate_keys import rotate_keys
        from parapet.domain.errors import RequestRefused
        from parapet.evidence.keys import MAX_GENERATIONS
        from parapet.records.keyring import keyring

        if keyring().instance.generation >= MAX_GENERATIONS:
            return {}
        try:
            return {"generation": rotate_keys().generation}
        except RequestRefused:
            return {}


def work(folder: Path, seed: int) -> None:
    """Until killed."""
    notes = os.open(folder / "notes", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def done(told: dict[str, Any]) -> None:
        os.write(notes, json.dumps(told).encode() + b"\n")

    done({"did": "begin"})
    busy = Work(folder, seed, done)
    while True:
        busy.one()


def main() -> None:
    folder = Path(sys.argv[1])
    configure_for()
    for room in ("access", "actions", "channels", "dossiers"):
        for module in pkgutil.walk_packages(importlib.import_module(f"parapet.{room}").__path__, f"parapet.{room}."):
            importlib.import_module(module.name)
    from parapet.access.judging import judge as triage

    triage()
    for line in sys.stdin:
        word, *rest = line.split()
        pid = os.fork()
        if not pid:
            try:
                if word == "work":
                    work(folder, int(rest[0]))
                else:
                    print(json.dumps(agree.faults(folder)), flush=True)
            except BaseException:
                (folder / "trouble").write_text(traceback.format_exc())
                if word != "work":
                    print(json.dumps(["the check itself failed"]), flush=True)
            os._exit(0)
        if word == "work":
            print(pid, flush=True)
        os.waitpid(pid, 0)
        if word == "work":
            print("ended", flush=True)


if __name__ == "__main__":
    main()
