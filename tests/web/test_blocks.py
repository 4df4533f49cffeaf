"""The pages of blocks: no name before it is asked for, what it brings about before a word, and nothing for who may not."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from web.test_reports import said

#: The name of whoever wrote; it is on no page before somebody asked for it.
NAMES = ("grave@example.net", "Xander Quill")


def test_an_account_is_shut_out_through_the_pages_without_its_name(cast: Any, browser_of: Any) -> None:
    from parapet.actions.change_preferences import change_preferences
    from parapet.actions.open_case import open_case
    from parapet.records.models import Block, LogEntry

    client, item = browser_of(cast.owner), cast.items["grave"]
    begin = reverse("block-item", args=[item])

    def veiled(answer: Any) -> str:
        page = said(answer)
        assert not [name for name in NAMES if name in page]
        return page

    assert begin in veiled(client.get(reverse("item", args=[item])))
    page = veiled(client.get(begin))
    assert "by yourself, in Your mail program" in page and "1 message of it is kept here" in page and "fetched once more" in page
    assert "Choose what is to be done" in veiled(client.post(begin, {"do": "praise:"})) and not Block.objects.exists()
    page = veiled(client.post(begin, {"do": "block:"}, follow=True))
    row = Block.objects.get()
    plan = reverse("block-plan", args=[row.plan_id])
    assert "What is lost" in page and "Approve, and do it yourself" in page and "have it done" not in page
    looks = LogEntry.objects.filter(kind="account_block").count()
    shown = said(client.post(reverse("block-names", args=[row.plan_id])))
    assert NAMES[0] in shown and LogEntry.objects.filter(kind="account_block").count() == looks + 1
    digest = shown.split('name="shown" value="')[1].split('"')[0]
    approve = reverse("block-approve", args=[row.plan_id])
    assert "Something changed" in veiled(client.post(approve, {"way": "person", "shown": "x"}))
    assert "No program can do this" in veiled(client.post(approve, {"way": "program", "shown": digest}))
    assert "say here that you did" in veiled(client.post(approve, {"way": "person", "shown": digest}, follow=True))
    here = reverse("block", args=[row.id])
    assert "Block sender" in veiled(client.get(here)) and NAMES[0] in said(client.post(reverse("block-name", args=[row.id])))
    tasks = reverse("tasks", args=[cast.advocate_id])
    assert here in veiled(client.get(tasks)) and here not in said(client.get(tasks, {"whose": "-"}))
    assert "1 task is due within seven days" in veiled(client.get(reverse("inbox", args=[cast.advocate_id]), follow=True))
    assert "In force" in veiled(client.post(reverse("block-tick", args=[row.id]), follow=True))
    assert here not in veiled(client.get(tasks))
    for place, of in (("keep-item", item), ("keep-advocate", cast.advocate_id)):
        page = veiled(client.get(reverse(place, args=[of])))
        assert "1 block or mute that was set because of it: forgotten here, and still in force" in page and here in page
    assert "still in force" not in veiled(client.get(reverse("keep-item", args=[cast.items["plain"]])))
    assert "That cannot be done" in veiled(client.post(reverse("block-again", args=[row.id])))
    box = veiled(client.get(reverse("blocks", args=[cast.advocate_id]), {"state": "stands"}))
    assert here in box and here not in veiled(client.get(reverse("blocks", args=[cast.advocate_id]), {"state": "lifted"}))
    assert reverse("blocks", args=[cast.advocate_id]) in said(client.get(reverse("reports", args=[cast.advocate_id])))
    assert client.post(reverse("blocks-list", args=[cast.advocate_id]), {"list": "all"}).status_code == 404
    page = veiled(client.post(reverse("blocks-list", args=[cast.advocate_id]), {"list": "mastodon_blocks"}, follow=True))
    assert "nobody to put on that list" in page
    assert "It stands already" in veiled(client.get(begin))
    case = open_case(cast.owner, cast.advocate_id, "A case", list(cast.items.values()))
    change_preferences(cast.owner, language="fr-ca", theme="system")
    assert "Bloquer ou masquer" in veiled(client.get(reverse("block-case", args=[case]), follow=True))
    assert "À lever par une personne" in veiled(client.post(reverse("block-lift", args=[row.id]), {"way": "person"}, follow=True))
    for address in (plan, here, reverse("blocks", args=[cast.advocate_id])):
        page = veiled(client.get(address))
        assert not [word for word in ("Block", "What ", "Prepared", "Lift", "Your word") if f">{word}" in page], address
    stranger = browser_of(cast.stranger)
    for name, args in (
        ("block", [row.id]),
        ("block-plan", [row.plan_id]),
        ("block-item", [item]),
        ("blocks", [cast.advocate_id]),
    ):
        absent = stranger.get(reverse(name, args=[args[0][:4] + "0000000000000"]))
        there = stranger.get(reverse(name, args=args))
        assert (there.status_code, there.content) == (404, absent.content), name


def test_a_connection_says_whether_it_may_block_and_mastodon_is_asked_for_that(cast: Any, browser_of: Any) -> None:
    from flow.test_blocks import connected

    from parapet.channels.mastodon import oauth
    from parapet.web.connections.forms import MastodonAccount

    client = browser_of(cast.owner)
    told = {"host": "medsky.example", "url": "", "token": "t", "user": "dr@medsky.example"}
    connected(cast, told)
    page = said(client.get(reverse("connections", args=[cast.advocate_id])))
    assert "Nobody can be blocked or muted from here yet" in page and "may block and mute" not in page
    connected(cast, {**told, "blocks": True})
    assert "may block and mute" in said(client.get(reverse("connections", args=[cast.advocate_id])))
    assert oauth.scopes(reports=False) == "read"
    assert oauth.scopes(reports=True, blocks=True) == "read write:reports write:blocks write:mutes"
    form = MastodonAccount({"blocks": "1"}, known=True)
    assert form.is_valid() and form.goes_there(reported_before=False, blocked_before=False), "the server is asked for more"
    assert not form.goes_there(reported_before=False, blocked_before=True) and form.told()["blocks"]
