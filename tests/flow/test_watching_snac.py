"""A watched account on a real server of the fediverse, which is snac: it speaks a part of Mastodon's language, and is not Mastodon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flow.conftest import Team
from flow.test_watching_mastodon import Watch, held
from support.fediverse import Fediverse, Person, fediverse
from support.receivers import wait_for


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fediverse]:
    with fediverse(tmp_path_factory.mktemp("fediverse")) as running:
        yield running


def told(person: Person) -> dict[str, Any]:
    where = person.server
    return {
        "host": f"localhost:{where.port}",
        "url": where.url,
        "token": person.token,
        "messages": True,
        "reports": False,
        "since": "",
    }


def let_in(person: Person) -> dict[str, Any]:
    """She says yes on snac's own page, and carries the code over."""
    from parapet.channels.mastodon import oauth

    where = told(person)
    app = oauth.register(where, reports=False, inside=True)
    page = httpx.get(oauth.page_of(where, app, reports=False, inside=True), timeout=30).text
    hidden = {name: page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("redir", "cid", "state")}
    shown = httpx.post(
        f"{person.server.url}/oauth/x-snac-login",
        data={"login": person.name, "passwd": person.password, **hidden},
        timeout=30,
    )
    code = shown.text.strip()
    token = oauth.exchange(where, app, code, reports=False, inside=True)
    return {**where, "token": token, "client": app.client, "secret": app.secret}


@pytest.mark.slow
def test_a_mention_a_reply_and_a_private_word_are_here_once_through_a_stop_and_a_fall_of_the_server(
    server: Fediverse, home: Any, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.access.connections import connections
    from parapet.actions.connect import change_connection, disconnect
    from parapet.channels.mastodon import oauth
    from parapet.domain.errors import OutsideUnreachable, SignInRefused
    from parapet.network import door

    monkeypatch.setattr(door, "SHORTEST_REST_S", 0.05)
    amara, bob = server.join("amara"), server.join("bob")
    root = amara.note("Vaccines work.")
    hers = let_in(amara)
    watch = Watch(team, hers)
    bob.note("You are a disgrace.", in_reply_to_id=root["id"])
    bob.note("@amara shame on you", spoiler_text="about her")
    bob.note("You are a fool in secret.", in_reply_to_id=root["id"], visibility="direct")
    wanted = ("You are a disgrace.", "shame on you", "You are a fool in secret.")

    def there(*words: str) -> bool:
        return all(any(word in text for text in held()) for word in words)

    watch.patiently(lambda: there(*wanted))
    watch.reopen()
    watch.look(3)
    assert all(len(versions) == 1 for versions in held().values()) and held()["Vaccines work."] == [("post", "own")]
    [card] = connections(team.advocate, team.advocate_id)
    assert {"requests", "quotes", "stream"} <= set(card.lacks) and card.account == f"amara@localhost:{server.port}"

    server.stop()
    with pytest.raises(OutsideUnreachable):
        watch.look()
    server.start()
    bob.note("@amara after the fall")
    watch.patiently(lambda: there("after the fall"))
    bob.note("@amara while it was locked")
    oauth.revoke(hers, inside=True)
    with pytest.raises(SignInRefused):
        watch.look()
    hers = let_in(amara)
    change_connection(team.advocate, watch.name, hers)
    watch.begin_again()
    watch.patiently(lambda: there("while it was locked"))
    assert disconnect(team.advocate, watch.name) is True
    with pytest.raises(SignInRefused):
        Watch(team, hers)
    watch.line.close()


def test_an_account_is_blocked_there_and_let_in_again_and_what_it_does_not_offer_is_said(
    server: Fediverse, home: Any, team: Team
) -> None:
    from flow.test_blocks import approved, prepared, row_of, states
    from flow.test_reports import hers

    from parapet.access.block_steps import standing_of
    from parapet.access.blocks import key_of
    from parapet.access.connections import connections
    from parapet.actions.approve_blocks import lift_block
    from parapet.actions.set_block import set_block
    from parapet.actions.watch import let_go
    from parapet.domain import blocking as b

    carol, dave = server.join("carol"), server.join("dave")
    watch = Watch(team, {**told(carol), "blocks": True})
    note = dave.note("@carol you will be killed on Monday")
    watch.patiently(lambda: any("killed on Monday" in text for text in held()))
    [item] = (name for end, name in hers(team).items() if end == note["uri"].rstrip("/").rpartition("/")[2])
    watch.line.close()
    let_go("seat-0", watch.due)

    def blocking() -> bool:
        [said] = carol.ask("GET", "/api/v1/accounts/relationships", params={"id[]": note["account"]["id"]})
        return bool(said["blocking"])

    through = connections(team.advocate, team.advocate_id)[0].id
    [block] = prepared(team.helper, [item], b.BLOCK, through)
    approved(team.helper, [block])
    dave.note("@carol and one more before the block")
    wait_for(lambda: "one more before" in str(carol.ask("GET", "/api/v1/notifications")))
    assert not blocking()
    set_block(block.number)
    assert states([block]) == [b.STANDS] and blocking()
    assert any("one more before" in text for text in held()), "fetched first"
    lift_block(team.helper, block.id, way=b.BY_PROGRAM)
    set_block(block.number)
    assert states([block]) == [b.LIFTED] and not blocking()
    [mute] = prepared(team.helper, [item], b.MUTE, through)
    approved(team.helper, [mute], without=True)
    set_block(mute.number)
    row = row_of(mute.id)
    assert row.state == b.FAILED and standing_of(row, row.item, key_of(row)).code == "not_offered"
