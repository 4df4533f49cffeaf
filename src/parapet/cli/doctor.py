"""`parapet doctor`: what is configured, what is missing, what to do."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from attrs import asdict

import parapet
from parapet.cli.door import door_found
from parapet.cli.finding import Finding
from parapet.cli.finding import in_language as _w
from parapet.cli.options import home_option
from parapet.cli.speech import counted
from parapet.cli.words import error_in_words, source_in_words
from parapet.domain.errors import ParapetError
from parapet.settings.environment import Environment

#: Less than this and an import of a bad week may fill the disk.
_LEAST_FREE_BYTES = 1 << 30


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output.")
@home_option
def command(as_json: bool, home: Path | None) -> None:
    """Look at this home and say what is configured, what is missing, and what to do. Changes nothing.

    Ends with 0 when all is well, 1 when something needs you.
    """
    findings = list(_findings(home))
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=2))
    else:
        colon = _w(":", "\u00a0:")
        for f in findings:
            mark = "ok " if f.well else "-> "
            click.echo(f"{mark}{f.name}{colon} {f.said}" + (f"\n     {f.advice}" if f.advice and not f.well else ""))
    sys.exit(0 if all(f.well for f in findings) else 1)


def _findings(home: Path | None) -> Iterator[Finding]:
    yield Finding("Parapet", True, f"{parapet.__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    try:
        environment = Environment.read(home)
    except ParapetError as error:
        said, _advice = error_in_words(error)
        yield Finding(_w("settings", "réglages"), False, said, _w("Correct the variable.", "Corrigez la variable."))
        return
    if environment.is_plain_on_the_network:
        yield _in_the_clear()
    yield _dkim(environment)
    yield _browser(environment)
    for look in (
        _home,
        _key,
        _signing,
        _space,
        _database,
        _jobs,
        _reached,
        _watched,
        door_found,
        _witnesses,
        _time,
        _own_witness,
        _programs,
    ):
        try:
            yield from look(environment)
        except Exception as error:  # whatever it is, the rest of the answer still helps
            from parapet.settings.trouble import as_ours

            yield Finding(_w("home", "espace Parapet"), False, *error_in_words(as_ours(error)))
            return


def _in_the_clear() -> Finding:
    said = _w("other machines come in over plain http", "d'autres machines y accèdent en http, sans chiffrement")
    advice = _w(
        "Let a proxy end TLS, and set PARAPET_PUBLIC_URL to its https address.",
        "Placez devant Parapet un serveur mandataire qui assure le chiffrement, et donnez son adresse https dans PARAPET_PUBLIC_URL.",
    )
    return Finding(_w("network", "réseau"), False, said, advice)


def _dkim(env: Environment) -> Finding:
    if env.dkim == "off":
        said = _w("signatures of mail servers are not checked", "les signatures des serveurs de courriel ne sont pas vérifiées")
    else:
        said = _w("keys of mail servers are asked for", "les clés des serveurs de courriel sont demandées")
        said += f" ({env.dns_resolver})" if env.dns_resolver else ""
    return Finding("DKIM", True, said)


def _browser(env: Environment) -> Finding:
    """What keeps web pages. Homes that keep none need none, so its lack is no fault, unless somebody named one."""
    from parapet.channels.web.chromium import find

    name = _w("browser for web pages", "navigateur pour les pages Web")
    found = find(str(env.chromium or ""))
    if found:
        return Finding(name, True, found)
    said = _w("none: pages cannot be kept", "aucun : impossible de conserver des pages")
    if env.chromium:
        advice = _w(
            "PARAPET_CHROMIUM names no program. Correct it, or unset it.",
            "PARAPET_CHROMIUM ne désigne aucun programme. Corrigez ou retirez ce réglage.",
        )
        return Finding(name, False, said, advice)
    return Finding(
        name, True, said + _w(" (install chromium, or set PARAPET_CHROMIUM)", " (installez chromium, ou réglez PARAPET_CHROMIUM)")
    )


def _home(env: Environment) -> Iterator[Finding]:
    name = _w("home", "espace Parapet")
    if not env.home.is_dir():
        yield Finding(
            name, False, str(env.home), _w("Nothing here yet: run `parapet init`.", "Rien ici : lancez `parapet init`.")
        )
        return
    writable = os.access(env.home, os.W_OK)
    advice = _w("Mend its permissions: it cannot be written.", "Corrigez ses droits d'accès : impossible d'y écrire.")
    yield Finding(name, writable, str(env.home), advice)


def _key(env: Environment) -> Iterator[Finding]:
    from parapet.evidence import keyfile
    from parapet.settings.unlocking import instance_key

    if not env.home.is_dir():
        return
    locked = keyfile.read(env.key_file).lock.source
    key = instance_key(env)
    closed = not env.key_file.stat().st_mode & 0o077
    said = str(env.key_file)
    yield Finding(_w("key", "clé"), closed, said, _w("Others can read it: chmod 600.", "D'autres peuvent la lire : chmod 600."))
    apart = env.home not in env.key_file.parents
    kept = _w("apart from the home", "hors de l'espace Parapet") if apart else _w("in the home", "dans l'espace Parapet")
    yield Finding(_w("key kept", "emplacement de la clé"), True, f"{kept}, {source_in_words(locked)}")
    if key.unsettled:
        said = _w("a change is under way", "un changement est en cours")
        advice = _w("Run `parapet key rotate`: it goes on.", "Lancez `parapet key rotate` : le changement se poursuit.")
        yield Finding(_w("keys", "clés"), False, said, advice)


def _space(env: Environment) -> Iterator[Finding]:
    if not env.home.is_dir():
        return
    free = shutil.disk_usage(env.home).free
    advice = _w("Make room: less than 1 GB is left.", "Libérez de l'espace : il reste moins de 1 Go.")
    gigabytes = f"{free / 1e9:.1f}"
    said = _w(f"{gigabytes} GB", f"{gigabytes.replace('.', ',')} Go")
    yield Finding(_w("free space", "espace libre"), free >= _LEAST_FREE_BYTES, said, advice)


def _database(env: Environment) -> Iterator[Finding]:
    if not env.home.is_dir() or not (env.on_postgres or env.sqlite_file.exists()):
        return
    from parapet.settings.start import configure_for

    configure_for(env.home)
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from parapet.records.models import Advocate, Case, Item, LogHead, Person
    from parapet.records.profiles import profile_of

    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    advice = _w(
        "Run any command that opens the home; it brings it up to date.",
        "Toute commande qui ouvre l'espace Parapet le mettra à jour.",
    )
    yield Finding(
        _w("database", "base de données"),
        not behind,
        f"{connection.vendor}, " + counted(behind, ("step behind", "steps behind"), ("étape de retard", "étapes de retard")),
        advice,
    )
    if behind:
        return
    sums = [
        counted(Person.objects.count(), ("person", "people"), ("personne", "personnes")),
        counted(
            Advocate.objects.exclude(number=0).count(), ("advocate", "advocates"), ("personne protégée", "personnes protégées")
        ),
        counted(Item.objects.count(), ("item", "items"), ("message", "messages")),
        counted(Case.objects.count(), ("case", "cases"), ("dossier", "dossiers")),
        counted(
            LogHead.objects.values_list("size", flat=True).get(number=1),
            ("log entry", "log entries"),
            ("inscription au journal", "inscriptions au journal"),
        ),
    ]
    waiting = [a.id for a in Advocate.objects.exclude(number=0) if profile_of(a).waits or profile_of(a).yields]
    if waiting:
        yield Finding(_w("names that wait", "noms en attente"), True, ", ".join(waiting))
    yield Finding(_w("holds", "contient"), True, ", ".join(sums))


def _signing(env: Environment) -> Iterator[Finding]:
    if env.signing_p12 is None:
        return
    from parapet.settings.signing import organisation

    signer = organisation(env)
    assert signer is not None
    ends = signer.certificate.not_valid_after_utc
    advice = _w("Ask your certificate authority for a new one.", "Demandez-en un nouveau à votre autorité de certification.")
    name = signer.certificate.subject.rfc4514_string()
    said = _w(f"{name}, until {ends:%Y-%m-%d}", f"{name}, jusqu'au {ends:%Y-%m-%d}")
    yield Finding(_w("documents signed by", "documents signés par"), ends > datetime.now(UTC), said, advice)


def _jobs(env: Environment) -> Iterator[Finding]:
    if not env.home.is_dir() or not (env.on_postgres or env.sqlite_file.exists()):
        return
    from parapet.jobs.models import OutboxEntry

    waiting = OutboxEntry.objects.filter(done_at=None, failed_code="").count()
    failed = OutboxEntry.objects.filter(done_at=None).exclude(failed_code="").count()
    said = f"{waiting} " + _w("waiting", "en attente") + f", {failed} " + _w("failed", "en échec")
    advice = _w("Run `parapet serve` and look at the log.", "Lancez `parapet serve` et consultez le journal.")
    yield Finding(_w("work", "travaux"), not failed, said, advice)


def _reached(env: Environment) -> Iterator[Finding]:
    """Whether somebody would be told of immediate danger. That nobody asked to be is no fault: on a laptop one may look by oneself."""
    if not env.home.is_dir() or not (env.on_postgres or env.sqlite_file.exists()):
        return
    from parapet.records.models import Advocate, Reach
    from parapet.records.on_call import callees

    name = _w("in an emergency", "en cas d’urgence")
    if not Reach.objects.exists():
        yield Finding(name, True, _w("nobody said how to be reached", "personne n’a dit comment être joint"))
        return
    alone = [a.id for a in Advocate.objects.exclude(number=Advocate.UNMATCHED) if not callees(a)]
    said = _w("nobody is reached for ", "personne n’est joint pour ") + ", ".join(alone)
    advice = _w(
        "Somebody who may be called for her says how to be reached, under Settings.",
        "Une personne à joindre pour elle indique comment, dans les réglages.",
    )
    yield Finding(
        name, not alone, said if alone else _w("somebody is reached for everybody", "quelqu’un est joint pour tous"), advice
    )


def _watched(env: Environment) -> Iterator[Finding]:
    """Whether the accounts that are watched can be looked at."""
    if not env.home.is_dir() or not (env.on_postgres or env.sqlite_file.exists()):
        return
    from parapet.records.models import Connection

    failing = [f"{row.id} [{row.fault}]" for row in Connection.objects.filter(state="failing").order_by("made_at")]
    all_told = Connection.objects.count()
    said = f"{all_told} " + _w("watched", "surveillés") + f", {len(failing)} " + _w("failing", "en échec")
    advice = _w(
        "See what it is, and how to mend it, under Connections.", "Voyez ce que c'est, et comment y remédier, sous Connexions."
    )
    yield Finding(_w("accounts", "comptes"), not failing, ": ".join([said, *([", ".join(failing)] if failing else [])]), advice)


def _time(env: Environment) -> Iterator[Finding]:
    name = _w("time authorities", "autorités d’horodatage")
    if not env.time_authorities:
        yield Finding(name, True, _w("none are asked", "aucune n’est consultée"))
        return
    if not env.home.is_dir() or not (env.on_postgres or env.sqlite_file.exists()):
        return
    from parapet.records.models import TimeAsked, TimeToken

    asked = {row.authority: row for row in TimeAsked.objects.all()}
    for each in env.time_authorities:
        newest = TimeToken.objects.filter(authority=each.name, disagrees=False).order_by("-size").first()
        said = (
            _w(f"last token {newest.gen_time:%Y-%m-%d %H:%M} UTC", f"dernier jeton : {newest.gen_time:%Y-%m-%d %H:%M} UTC")
            if newest
            else _w("no token yet", "aucun jeton encore")
        )
        row = asked.get(each.name)
        why = row.why if row else ""
        more = f" ({row.failures} x {why})" if row and row.failures else f" ({why})" if why else ""
        yield Finding(f"{name}, {each.name}", not why, said + more, _time_advice(why))


def _time_advice(why: str) -> str:
    if why == "unreachable":
        return _w(
            "It does not answer; it is asked again by itself. Check the network and its address.",
            "Elle ne répond pas; elle sera consultée de nouveau d’elle-même. Vérifiez le réseau et son adresse.",
        )
    if why == "clock":
        return _w(
            "Its time and this computer’s lie more than five minutes apart. Set this computer’s clock right.",
            "Son heure et celle de cet ordinateur diffèrent de plus de cinq minutes. Réglez l’horloge de cet ordinateur.",
        )
    return _w(
        "What it answers does not hold, and is not used. Check its address and the file of its certificates.",
        "Sa réponse n’est pas valide et n’est pas utilisée. Vérifiez son adresse et le fichier de ses certificats.",
    )


def _witnesses(env: Environment) -> Iterator[Finding]:
    if not env.witnesses or not env.home.is_dir() or not (env.on_postgres or env.sqlite_file.exists()):
        return
    from parapet.access.witnesses import witnesses_seen
    from parapet.cli.words import WITNESS_TROUBLES

    for seen in witnesses_seen(env.witnesses):
        said, advice = _w(f"{seen.name} has cosigned nothing yet", f"{seen.name} n'a encore rien contresigné"), ""
        if seen.size and seen.at is not None:
            at = f"{seen.at:%Y-%m-%d %H:%M} UTC"
            entries = counted(seen.size, ("log entry", "log entries"), ("inscription au journal", "inscriptions au journal"))
            said = _w(f"{seen.name} cosigned {entries}, {at}", f"{seen.name} a contresigné {entries}, {at}")
        if seen.trouble:
            english, french = WITNESS_TROUBLES[seen.trouble]
            said, advice = f"{said}; {_w(english[0], french[0])}", _w(english[1], french[1])
        for each in seen.refused:
            known = _w("known why", "raison connue") if each.reason else _w("not looked into", "non élucidé")
            said += _w(
                f"; refused {each.at:%Y-%m-%d}, entry {each.index}: ",
                f"; refus du {each.at:%Y-%m-%d}, inscription {each.index} : ",
            )
            said += known
            advice = (
                advice
                if each.reason
                else f"{advice} "
                + _w(
                    f"When you know why: `parapet log acknowledge {each.index} --reason ...`.",
                    f"Quand vous saurez pourquoi : `parapet log acknowledge {each.index} --reason ...`.",
                )
            )
        yield Finding(_w("witness", "témoin"), not seen.needs_you, said, advice)


def _own_witness(env: Environment) -> Iterator[Finding]:
    """The witness of this machine, where one lies in the usual place: what it held against the logs of others is told here too."""
    from parapet.cli.witness import usual_folder

    folder = usual_folder()
    if not (folder / "name.txt").is_file():
        return
    from parapet.anchors.witness.witness import Witness

    witness = Witness(folder)
    name = _w("witness of others", "témoin pour d'autres")
    advice = _w(
        "Run `parapet witness status`, and ask whoever keeps the log.",
        "Lancez `parapet witness status`, et renseignez-vous auprès de qui tient le journal.",
    )
    for origin in witness.memory.origins():
        held, against = witness.memory.held(origin), witness.memory.contradictions(origin)
        entries = ("entry cosigned", "entries cosigned"), ("inscription contresignée", "inscriptions contresignées")
        said = origin + _w(": ", "\u00a0: ") + counted(held.size if held else 0, *entries)
        if against:
            said += _w("; it CONTRADICTED ITSELF", "; il s'est CONTREDIT")
        yield Finding(name, not against, said, advice)
    witness.close()


def _programs(env: Environment) -> Iterator[Finding]:
    from parapet.access.api_keys import listed

    name = _w("scores for programs", "cotes pour les programmes")
    if env.perspective == "off":
        yield Finding(name, True, _w("closed", "fermé"))
        return
    count = len(listed(env.home))
    said = _w(f"open, keys: {count}", f"ouvert, clés : {count}")
    said += _w("; this machine needs none", "; cette machine s'en passe") if env.perspective == "local" else ""
    well = count > 0 or env.perspective == "local"
    advice = _w("Nobody has a key: run `parapet api-key make`.", "Personne n'a de clé : lancez `parapet api-key make`.")
    yield Finding(name, well, said, advice)
