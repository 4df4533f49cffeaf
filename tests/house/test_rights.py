"""Whatever serves a person says which right it takes, so that a new function cannot forget to ask."""

from __future__ import annotations

import inspect

from support.doors import BY_BELONGING, BY_CHANNEL, BY_EMERGENCY, BY_REFERRAL, BY_SUPPORT, HERSELF, doors, name_of, rights_named

from parapet.domain.rights import GIVEABLE, Right, mask_of, rights_of, suffices


def test_every_function_that_serves_a_person_names_the_right_that_it_takes():
    silent = {name_of(door) for door in doors() if not rights_named(door) and "right" not in inspect.signature(door).parameters}
    assert silent == HERSELF | BY_REFERRAL | BY_BELONGING | BY_EMERGENCY | BY_SUPPORT | BY_CHANNEL, (
        "name a right at the gate (access/people.py), or say in support/doors.py why there is none"
    )


def test_what_names_a_right_is_found_and_what_names_none_too():
    from parapet.access.people import advocate_for

    def reads(person):
        return advocate_for(person, "adv_1", Right.READ)

    def forgets(person):
        return person.name

    assert rights_named(reads) == {Right.READ}
    assert rights_named(forgets) == frozenset()
    assert {rights_named(door) for door in doors()} >= {frozenset({right}) for right in Right if right is not Right.ALERT}


def test_a_right_counts_only_beside_reading():
    for right in Right:
        assert suffices(frozenset({right, Right.READ}), right)
        assert suffices(frozenset({right}), right) is (right in {Right.READ, Right.ALERT})
        assert not suffices(frozenset(Right) - {right}, right)


def test_the_bits_of_rights_stay_where_they_are():
    """Grants that are there hold them."""
    assert [right.bit for right in Right] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    assert list(Right) == ["read", "sort", "annotate", "report", "export", "alert", "keep", "grant", "refer", "shield", "support"]
    assert rights_of(mask_of(GIVEABLE)) == set(GIVEABLE)
