"""`case.jsonld`: the case in the words of CASE 1.x and UCO 1.x, for forensic tools; each node written as it goes by.

https://caseontology.org, https://unifiedcyberontology.org. Every id is made from ours, so that two exports of one case
name one thing by one id, and from an id nothing can be learnt.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from attrs import frozen

from parapet.evidence.seal import stamp

_CONTEXT = {
    "kb": "urn:parapet:kb:",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://parapet.example/case-uco/v1")
#: XML's own set: a triple store writes its strings as XML, which has no place for these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Node = dict[str, Any]


@frozen
class Keeper:
    """Who kept the record, and with what: the performer and the instrument of every capture."""

    origin: str
    software: str
    case: str
    title: str


@frozen
class Seen:
    """One version of an item as it stands in the bag.

    file   path of the original, or of the redacted copy
    leaf   what its leaf says; without `sha256` when it is withheld, and empty when it is erased
    digest, size  of `file`
    shown  the working copy, or what the reader may see of it
    """

    item: str
    number: int
    index: int
    hashed: bytes
    leaf: Mapping[str, Any]
    file: str
    digest: str
    size: int
    shown: Mapping[str, Any]


class CaseGraph:
    """Writes the graph of one bag into `out`, a node at a time; in memory are only the ids of items and of accounts."""

    def __init__(self, out: BinaryIO, keeper: Keeper) -> None:
        self._out, self._keeper = out, keeper
        self._named: set[str] = set()
        self._records: list[str] = []
        self._erasures: dict[int, list[str]] = {}  # what an event erased, by its place
        self._first = True
        out.write(b'{"@context":' + json.dumps(_CONTEXT).encode() + b',\n"@graph":[')
        name, _, version = keeper.software.partition(" ")
        self._tool = self._put(
            "tool:Tool", keeper.software, {"core:name": name, "tool:version": version or name, "tool:toolType": "Record keeping"}
        )
        self._home = self._put("identity:Organization", keeper.origin, {"core:name": keeper.origin})

    def version(self, seen: Seen) -> None:
        """The original as an observable object, its capture as an action, and the provenance record of both."""
        where = f"{seen.item}/v{seen.number}"
        facets = self._facets(seen, where)
        told = {"core:name": where, "core:hasFacet": facets}
        original = self._put("observable:ObservableObject", seen.file, told)
        record = self._put(
            "investigation:ProvenanceRecord",
            where,
            {
                "core:description": f"Entry {seen.index} of the log {self._keeper.origin}; leaf hash {seen.hashed.hex()}",
                "investigation:exhibitNumber": where,
                "core:object": _to(original),
            },
        )
        self._records.append(record)
        capture: Node = {"core:name": "capture", "core:description": f"Taken in as received by channel {_of(seen, 'channel')}"}
        if seen.leaf.get("at"):
            capture |= {"action:startTime": _time(str(seen.leaf["at"])), "action:endTime": _time(str(seen.leaf["at"]))}
        if seen.leaf.get("source_mark"):
            capture["action:object"] = _to(self._source(str(seen.leaf["source_mark"])))
        self._action(f"capture/{where}", capture | {"action:result": [_to(original), _to(record)]})

    def erased(self, item: str, number: int, index: int, hashed: bytes, event: tuple[int, Mapping[str, Any]] | None) -> None:
        """What is left of an erased version: that there was one, its entry in the log, and the event by which it went."""
        where = f"{item}/v{number}"
        gone = self._put("observable:ObservableObject", f"erased/{where}", {"core:name": where, "core:description": "Erased"})
        by = f"; erased at {event[1].get('at', '')} by entry {event[0]}" if event else "; erased"
        told = {
            "core:description": f"Entry {index} of the log {self._keeper.origin}; leaf hash {hashed.hex()}{by}",
            "investigation:exhibitNumber": where,
            "core:object": _to(gone),
        }
        record = self._put("investigation:ProvenanceRecord", where, told)
        self._records.append(record)
        if event:
            self._erasures.setdefault(event[0], []).append(gone)

    def event(self, index: int, leaf: Mapping[str, Any]) -> None:
        """An event of the custody as an investigative action of whoever did it."""
        said = f"Entry {index} of the log {self._keeper.origin}{judged(leaf)}"
        told: Node = {"core:name": str(leaf.get("kind")), "core:description": said}
        if leaf.get("at"):
            told |= {"action:startTime": _time(str(leaf["at"])), "action:endTime": _time(str(leaf["at"]))}
        actor = str(leaf.get("actor") or "")
        if actor:
            told["action:performer"] = _to(self._once("identity:Identity", actor, {"core:name": actor}))
        if index in self._erasures:
            told["action:object"] = [_to(gone) for gone in self._erasures[index]]
        self._action(f"event/{index}", told)

    def close(self) -> None:
        """The investigation itself, which names every provenance record; then the end of the graph."""
        keeper = self._keeper
        told: Node = {"core:name": _text(keeper.title) or keeper.case, "core:description": f"Case {keeper.case}"}
        # A compilation of nothing would not conform.
        told["core:object"] = [_to(record) for record in self._records] or _to(self._home)
        self._put("investigation:Investigation", keeper.case, told)
        self._out.write(b"\n]}\n")

    def _facets(self, seen: Seen, where: str) -> list[Node]:
        size = {"observable:sizeInBytes": seen.size}
        content: Node = {"observable:hash": [_hash(seen.file, seen.digest)], **size}
        if seen.leaf.get("media_type"):
            content["observable:mimeType"] = _text(str(seen.leaf["media_type"]))
        facets = [
            _facet("ContentDataFacet", where, content),
            _facet(
                "FileFacet",
                where,
                {"observable:fileName": seen.file.rpartition("/")[2], "observable:filePath": seen.file, **size},
            ),
        ]
        said = _of(seen, "text")
        if not seen.shown:
            return facets
        message: Node = {"observable:messageText": said, "observable:messageType": _of(seen, "kind") or "message"}
        sent = _aware(seen.shown.get("sent_at"))
        if sent:
            message["observable:sentTime"] = _time(sent)
        if _of(seen, "uri"):
            message["observable:messageID"] = _of(seen, "uri")
        account = self._account(seen.shown.get("author"))
        if account:
            message["observable:from"] = _to(account)
        facets.append(_facet("MessageFacet", where, message))
        if _of(seen, "url"):
            facets.append(_facet("URLFacet", where, {"observable:fullValue": _of(seen, "url")}))
        return facets

    def _account(self, author: object) -> str:
        """The sender's account, once for all that it sent; "" when nobody is named."""
        if not isinstance(author, dict):
            return ""
        platform, ident, handle, name = (_text(author.get(key)) for key in ("platform", "native_id", "handle", "name"))
        if not (ident or handle or name):
            return ""
        key = "\n".join((platform, ident, handle, name))
        account: Node = {"observable:accountIdentifier": ident or handle or name}
        digital: Node = {
            each: value for each, value in (("observable:displayName", name), ("observable:accountLogin", handle)) if value
        }
        facets = [_facet("AccountFacet", key, account)]
        if digital:
            facets.append(_facet("DigitalAccountFacet", key, digital))
        return self._once("observable:ObservableObject", key, {"core:hasFacet": facets})

    def _source(self, mark: str) -> str:
        """The file, without a digest: one would confirm a guess of what else was in it."""
        told = {"core:name": mark, "core:description": "The whole file as it was taken in"}
        return self._once("observable:ObservableObject", f"source/{mark}", told)

    def _action(self, name: str, told: Node) -> None:
        given = {"action:instrument": _to(self._tool), "action:performer": _to(self._home), **told}
        self._put("investigation:InvestigativeAction", name, given)

    def _once(self, kind: str, name: str, told: Node) -> str:
        ident = _id(kind, name)
        if ident not in self._named:
            self._named.add(ident)
            self._put(kind, name, told)
        return ident

    def _put(self, kind: str, name: str, told: Node) -> str:
        ident = _id(kind, name)
        self._out.write(b"\n" if self._first else b",\n")
        self._first = False
        self._out.write(json.dumps({"@id": ident, "@type": kind, **told}, separators=(",", ":")).encode())
        return ident


def judged(leaf: Mapping[str, Any]) -> str:
    """What an entry says of how a version is judged, by whom, and what was said before; "" for any other entry."""
    details = leaf.get("details")
    if leaf.get("kind") not in ("assess", "relabel") or not isinstance(details, dict):
        return ""
    by = f"by the {_text(details.get('by')) or 'program'}"
    now, before = _verdict(details, ""), _verdict(details, "before_")
    stands = _text(details.get("stands"))
    return (
        f". Version {details.get('version')} judged {by}: {now}"
        + (f". Before: {before}" if before else "")
        + (f". What stands is what the {stands} says" if stands else "")
    )


def _verdict(details: Mapping[str, Any], prefix: str) -> str:
    severity, urgency, harms = (details.get(f"{prefix}{name}") for name in ("severity", "urgency", "harms"))
    if not _text(severity):
        return ""
    listed = ", ".join(map(_text, harms)) if isinstance(harms, list) else ""
    return f"severity {_text(severity)}, urgency {_text(urgency)}, harms {listed or 'none'}"


def _id(kind: str, name: str) -> str:
    word = re.sub("(?<!^)(?=[A-Z][a-z])", "-", kind.partition(":")[2]).lower()
    return f"kb:{word}-{uuid.uuid5(_NAMESPACE, f'{kind} {name}')}"


def _facet(kind: str, name: str, told: Node) -> Node:
    return {"@id": _id(f"observable:{kind}", name), "@type": f"observable:{kind}", **told}


def _hash(name: str, sha256: str) -> Node:
    return {
        "@id": _id("types:Hash", name),
        "@type": "types:Hash",
        "types:hashMethod": "SHA256",
        "types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256.upper()},
    }


def _to(ident: str) -> Node:
    return {"@id": ident}


def _time(at: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": at}


def _aware(value: object) -> str:
    try:
        return stamp(datetime.fromisoformat(value)) if isinstance(value, str) else ""
    except (ValueError, OverflowError):
        return ""


def _of(seen: Seen, name: str) -> str:
    return _text(seen.shown.get(name)) or _text(seen.leaf.get(name))


def _text(value: object) -> str:
    """`value` when it is a text, with U+FFFD for what no triple store can hold."""
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else ""
