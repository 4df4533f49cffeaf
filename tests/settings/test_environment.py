"""Settings that make no sense are refused with a sentence; those that do give what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.errors import PlainHttpRefused, SettingRefused
from parapet.settings.environment import Environment, is_loopback

HOME = Path("/somewhere/home")


def read(**variables: str) -> Environment:
    return Environment.read(HOME, variables={f"PARAPET_{name}": value for name, value in variables.items()})


def test_without_any_setting_it_is_for_one_person_on_this_machine():
    found = read()
    assert found.django_database()["NAME"] == str(HOME / "parapet.sqlite3")
    assert found.key_file == HOME / "keys" / "instance.key"
    assert (found.origin, found.settings_module) == ("http://127.0.0.1:8400", "parapet.settings.embedded")


def test_the_home_given_goes_before_the_variable():
    assert read(HOME="/elsewhere").home == HOME
    assert Environment.read(variables={"PARAPET_HOME": "/elsewhere"}).home == Path("/elsewhere")


def test_a_postgresql_address_is_taken_apart():
    found = read(DATABASE_URL="postgres://dr%20a:p%40ss@db.example:5433/cover?sslmode=verify-full")
    database = found.django_database()
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "cover",
        "dr a",
        "p@ss",
        "db.example",
        "5433",
    ]
    assert database["OPTIONS"]["sslmode"] == "verify-full"
    assert found.settings_module == "parapet.settings.server"
    assert "p@ss" not in repr(found)
    assert "p%40ss" not in repr(found)


def test_another_sqlite_file_may_be_named():
    assert read(DATABASE_URL="sqlite:////data/cover.sqlite3").sqlite_file == Path("/data/cover.sqlite3")


@pytest.mark.parametrize(
    "variables",
    [
        {"PORT": "0"},
        {"PORT": "65536"},
        {"PORT": "-1"},
        {"PORT": "٨٠"},
        {"PORT": "80 "},
        {"HOST": "1.2.3"},
        {"HOST": "a b"},
        {"HOST": "http://x"},
        {"HOST": "0.0.0.0"},
        {"HOST": "::"},
        {"HOST": "0.0.0.0", "ALLOWED_HOSTS": "a.example"},
        {"HOST": "0.0.0.0", "ALLOWED_HOSTS": "a.example", "PUBLIC_URL": "http://localhost:8400"},
        {"HOST": "clinic-server", "ALLOWED_HOSTS": "clinic-server", "UNSAFE_PLAIN_HTTP": "0"},
        {"HOST": "0.0.0.0", "UNSAFE_PLAIN_HTTP": "1"},
        {"HOST": "0.0.0.0", "ALLOWED_HOSTS": "a.example", "DEBUG": "1", "UNSAFE_PLAIN_HTTP": "1"},
        {"UNSAFE_PLAIN_HTTP": "yes"},
        {"ALLOWED_HOSTS": "*"},
        {"ALLOWED_HOSTS": "a.example, b c"},
        {"DEBUG": "yes"},
        {"PUBLIC_URL": "http://cover.example"},
        {"PUBLIC_URL": "https://cover.example/path"},
        {"PUBLIC_URL": "https://user@cover.example"},
        {"PUBLIC_URL": "cover.example"},
        {"DATABASE_URL": "mysql://a/b"},
        {"DATABASE_URL": "postgresql://host/"},
        {"DATABASE_URL": "postgresql://u:secret@host:99999/name"},
        {"DATABASE_URL": "postgresql://host/name?options=-c%20x"},
        {"DATABASE_URL": "sqlite:///relative"},
        {"DATABASE_URL": "secret"},
        {"KEY_FILE": "a\0b"},
        {"TIME_AUTHORITIES": "https://tsa.example.org"},
        {"TIME_AUTHORITIES": "one https://tsa.example.org /nowhere/chain.pem"},
        {"TIME_AUTHORITIES": "one https://tsa.example.org ~nobody-here/chain.pem"},
        {"TIME_AUTHORITIES": "one ftp://tsa.example.org /etc/hostname"},
        {"TIME_AUTHORITIES": "One https://tsa.example.org /etc/hostname"},
        {"TIME_AUTHORITIES": "one https://u:secret@tsa.example.org /etc/hostname"},
        {"TIME_AUTHORITIES": "one https://tsa.example.org a\0b"},
        {"TIME_AUTHORITIES": f"one https://tsa.example.org {__file__}"},
    ],
)
def test_nonsense_is_refused_by_name(variables):
    if variables == {"PORT": "80 "}:
        assert read(**variables).port == 80
        return
    with pytest.raises(SettingRefused, match="PARAPET_") as refused:
        read(**variables)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


@given(
    st.sampled_from(
        [
            "PORT",
            "HOST",
            "ALLOWED_HOSTS",
            "PUBLIC_URL",
            "WITNESSES",
            "SMTP_URL",
            "SMTP_FROM",
            "ALERTS_TO_PRIVATE",
            "TIME_AUTHORITIES",
            "DATABASE_URL",
            "DEBUG",
            "UNSAFE_PLAIN_HTTP",
        ]
    ),
    st.text(),
)
def test_whatever_is_set_is_either_taken_or_refused(name, value):
    try:
        found = read(**{name: value})
    except SettingRefused:
        return
    assert 1 <= found.port <= 65535
    assert is_loopback(found.host)
    assert "*" not in found.allowed_hosts
    found.django_database()


def test_a_public_address_needs_no_more_to_open_the_door():
    found = read(HOST="0.0.0.0", PUBLIC_URL="https://cover.example/")
    assert (found.origin, found.settings_module) == ("https://cover.example", "parapet.settings.server")


def test_plain_http_is_for_this_machine_alone_unless_somebody_says_the_unsafe_word():
    with pytest.raises(PlainHttpRefused) as refused:
        read(HOST="0.0.0.0", ALLOWED_HOSTS="clinic-server")
    assert "PARAPET_PUBLIC_URL" in str(refused.value) and "PARAPET_UNSAFE_PLAIN_HTTP=1" in refused.value.advice
    found = read(HOST="0.0.0.0", ALLOWED_HOSTS="clinic-server", UNSAFE_PLAIN_HTTP="1")
    assert found.is_plain_on_the_network and found.settings_module == "parapet.settings.embedded"
    for fine in ({}, {"HOST": "::1"}, {"HOST": "0.0.0.0", "PUBLIC_URL": "https://cover.example"}):
        assert not read(**fine).is_plain_on_the_network


ASK = """
from pathlib import Path
from parapet.actions.make_home import make_home
make_home(Path("{home}"))
from django.test import Client
for host in ("cover.example", "else.example"):
    for path in ("/healthz", "/", "/nowhere/", "/static/x.css"):
        answer = Client(SERVER_NAME=host).get(path)
        print(answer.status_code, answer.headers.get("Strict-Transport-Security"))
"""


@pytest.mark.parametrize(
    ("url", "said"), [("https://cover.example", "max-age=2592000"), ("", "None"), ("http://localhost:8400", "None")]
)
def test_every_answer_of_an_https_address_asks_for_https(tmp_path: Path, url: str, said: str) -> None:
    variables = {**os.environ, "PARAPET_PUBLIC_URL": url, "PARAPET_ALLOWED_HOSTS": "cover.example"}
    del variables["DJANGO_SETTINGS_MODULE"]
    asked = subprocess.run(
        [sys.executable, "-c", ASK.format(home=tmp_path / "home")], capture_output=True, text=True, check=True, env=variables
    )
    told = [line.split() for line in asked.stdout.splitlines()]
    assert [status for status, _ in told] == ["200", "302", "404", "404", "400", "400", "400", "400"]
    assert {each for _, each in told} == {said}


def test_folders_are_closed_to_others(tmp_path):
    found = Environment.read(tmp_path / "home", variables={})
    found.make_folders()
    for folder in (found.home, found.vault, found.keys, found.log, found.run):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("zone", ["America/Toronto", "America/St_Johns", "UTC"])
def test_a_time_zone_is_taken_by_name(tmp_path: Path, zone: str) -> None:
    assert Environment.read(tmp_path, variables={"PARAPET_TIME_ZONE": zone}).time_zone == zone


@pytest.mark.parametrize("zone", ["Toronto time", "../../etc/passwd", "/etc/localtime", "America", "\0"])
def test_what_is_no_time_zone_is_refused(tmp_path: Path, zone: str) -> None:
    with pytest.raises(SettingRefused, match="PARAPET_TIME_ZONE"):
        Environment.read(tmp_path, variables={"PARAPET_TIME_ZONE": zone})


def test_what_is_put_aside_on_the_disk_lies_in_the_home(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import tempfile; from pathlib import Path; from parapet.actions.make_home import make_home;"
         f"make_home(Path({str(tmp_path / 'home')!r})); print(tempfile.gettempdir())"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == str(tmp_path / "home" / "run")


def a_witness(name: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from parapet.evidence.cosignature import WitnessKey

    return str(WitnessKey.of(name, Ed25519PrivateKey.from_private_bytes(b"w" * 32)))


def test_witnesses_are_addresses_with_keys():
    one, two = a_witness("one.example.org"), a_witness("two.example.org")
    assert read().witnesses == ()
    found = read(WITNESSES=f" https://one.example.org/={one}  http://127.0.0.1:8420={two} ").witnesses
    assert [(w.url, w.key, w.name) for w in found] == [
        ("https://one.example.org", one, "one.example.org"),
        ("http://127.0.0.1:8420", two, "two.example.org"),
    ]


def test_a_witness_that_is_none_is_refused():
    one = a_witness("one.example.org")
    for listed in (
        "https://one.example.org", one, f"={one}", f"ftp://a={one}", f"https://a?q={one}", f"https://u@a={one}", f"https://={one}",
        f"https://a:x={one}", f"https://a={one[:-1]}", f"https://a={one} https://b={one}",
    ):  # fmt: skip
        with pytest.raises(SettingRefused, match="PARAPET_WITNESSES"):
            read(WITNESSES=listed)


def test_keys_of_mail_servers_are_asked_for_only_where_somebody_says_so():
    assert (read().dkim, read(DKIM="off").dkim, read(DKIM="dns").dkim) == ("off", "off", "dns")
    assert read().dns_resolver == ""
    with pytest.raises(SettingRefused):
        read(DKIM="on")


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("192.0.2.1", "192.0.2.1 53"),
        ("127.0.0.1:5353", "127.0.0.1 5353"),
        ("[2001:db8::1]:53", "2001:db8::1 53"),
        ("::1", "::1 53"),
    ],
)
def test_a_resolver_is_an_address_with_or_without_a_port(given, read_as):
    assert read(DNS_RESOLVER=given).dns_resolver == read_as


@pytest.mark.parametrize("given", ["dns.example", "1.2.3", "127.0.0.1:99999", "127.0.0.1:0", "[::1", "::1]:53", "1.2.3.4 53"])
def test_any_other_resolver_is_refused(given):
    with pytest.raises(SettingRefused):
        read(DNS_RESOLVER=given)


@pytest.mark.parametrize("name", ["SIGNING_P12", "SIGNING_PASSPHRASE_FILE"])
def test_a_key_for_documents_comes_with_its_passphrase(name: str) -> None:
    with pytest.raises(SettingRefused, match="PARAPET_SIGNING_PASSPHRASE_FILE"):
        read(**{name: "/somewhere/file"})
    assert read(SIGNING_P12="/a.p12", SIGNING_PASSPHRASE_FILE="/a.txt").signing_p12 == Path("/a.p12")


def test_a_key_for_documents_that_is_not_there_is_refused(tmp_path: Path) -> None:
    from parapet.settings.signing import organisation

    assert organisation(read()) is None
    with pytest.raises(SettingRefused, match="that can be read"):
        organisation(read(SIGNING_P12=str(tmp_path / "none.p12"), SIGNING_PASSPHRASE_FILE=str(tmp_path / "none.txt")))


def test_a_mail_server_is_taken_apart_and_its_password_is_not_shown() -> None:
    found = read(SMTP_URL="smtps://parapet%40clinic:p%40ss@mail.example", SMTP_FROM="parapet@clinic.example").alerts.mail
    assert found is not None
    assert (found.host, found.port, found.mode, found.user, found.password) == (
        "mail.example", 465, "ssl", "parapet@clinic", "p@ss",
    )  # fmt: skip
    assert "p@ss" not in repr(found)
    plain = read(SMTP_URL="smtp://[::1]:2525", SMTP_FROM="a@b.ca").alerts.mail
    assert plain is not None and (plain.host, plain.port, plain.mode, plain.user) == ("::1", 2525, "insecure", "")


@pytest.mark.parametrize(
    "given",
    [
        {"SMTP_URL": "smtps://mail.example"},
        {"SMTP_FROM": "a@b.ca"},
        {"SMTP_URL": "http://mail.example", "SMTP_FROM": "a@b.ca"},
        {"SMTP_URL": "smtps://u:s3cret@mail.example:port", "SMTP_FROM": "a@b.ca"},
        {"SMTP_URL": "smtps://u:s3cret@mail.example/x?y", "SMTP_FROM": "a@b.ca"},
        {"SMTP_URL": "smtps://mail.example", "SMTP_FROM": "a@b.ca\nBcc: c@d.ca"},
        {"ALERTS_TO_PRIVATE": "yes"},
    ],
)
def test_a_mail_server_that_makes_no_sense_is_refused_without_its_password(given: dict[str, str]) -> None:
    with pytest.raises(SettingRefused) as refused:
        read(**given)
    assert "s3cret" not in str(refused.value)
