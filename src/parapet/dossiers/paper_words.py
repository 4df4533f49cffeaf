"""What the forms say. "{...}" is filled from the log, "____" is left to whoever swears, certifies or fills in.

The law was read in the Canada Evidence Act (R.S.C. 1985, c. C-5) and the US Federal Rules of Evidence as of 2024. None of
this is legal advice, and each form says so.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from parapet.dossiers import paper_words_fr

Blocks = list[tuple[Any, ...]]


@frozen
class Paper:
    """One form. `mark` stands on every page."""

    title: str
    subtitle: str
    mark: str
    warning: str
    foot: str
    blocks: Blocks


_RECORD_TABLE = ("Message and version", "Taken in (UTC)", "Log entry", "SHA-256 of the original")
_MORE = "Here are the first {most} of {versions}. The whole list is in the bag: data/chronology.csv, and manifest-sha256.txt for every file."

_AFFIDAVIT: Blocks = [
    ("fields", [("Court, and place", ""), ("Court file number", ""), ("Between (parties)", "")]),
    (
        "oath",
        "I, ____, of the ____ of ____, in the Province of ____, ____, make oath and say (or: solemnly affirm and declare):",
    ),
    ("h", "Who I am"),
    (
        "n",
        "I am ____ at ____. I have kept, or looked after, the system described below since ____. I know of my own knowledge what I "
        "say here, except where I say that somebody told me; I then name that person, and believe it to be true.",
    ),
    (
        "n",
        "This affidavit concerns electronic documents: messages that were sent to {advocate} or written about her or him, kept as case "
        "{case}, “{title}”: {items} message(s) in {versions} version(s).",
    ),
    ("h", "The electronic documents system (s. 31.8)"),
    (
        "n",
        "The messages are recorded and stored by means of {software} (“the system”), which reports that it runs on {runs_on}. It was "
        "kept on ____ (the computer, and where it stands). The computer’s clock was kept right by ____.",
    ),
    (
        "n",
        "When the system takes in a message it keeps the bytes exactly as they were received, encrypted. It computes their SHA-256 "
        "digest, and adds an entry with the digest, the size, the channel and the time to a log. Entries can only be added to the log: "
        "each is a leaf of a Merkle tree (RFC 9162), and the log’s root, which depends on every entry, is signed. Later versions, "
        "looks, changes of the case and exports are further entries. No entry or original is overwritten.",
    ),
    (
        "n",
        "The messages came in by these channels. They came from ____ (whose account, mailbox or export, obtained when and how).",
    ),
    ("channels", ("Channel", "Messages", "First taken in", "Last taken in")),
    ("n", "These persons could use the system at the time: ____. No other person could, to my knowledge."),
    ("h", "Integrity (ss. 31.2(1)(a) and 31.3(a))"),
    (
        "n",
        "[Strike out one.] From {first} until {exported}, at all material times, the computer system was operating properly. / It was "
        "not, in this respect: ____; that did not affect the integrity of the electronic documents, because ____.",
    ),
    ("n", "I know of no other reasonable ground to doubt the integrity of the electronic documents system. [Or state it: ____]"),
    (
        "n",
        "On {exported} the system exported the case. It read each original again, computed its digest, compared it with the log, and "
        "would have made no export had one differed. The export is itself an entry of the log. This was the log then:",
    ),
    (
        "fields",
        [
            ("Log", "{origin}"),
            ("Entries", "{size}"),
            ("Root (SHA-256)", "{root}"),
            ("Key of the log", "{key}"),
            ("Documents signed by (SHA-256 of the certificate)", "{signer}"),
        ],
    ),
    ("n", "{attested}"),
    (
        "n",
        "On ____ I checked the export (or: ____ did, and told me) with the program parapet-verify, naming the log’s key given above. It said: "
        "____.",
    ),
    ("h", "Authenticity (s. 31.1)"),
    (
        "n",
        "The electronic documents listed in Schedule A are what they purport to be: the messages as the system received them. I do not "
        "say by this that what a message states is true, nor who is behind an account.",
    ),
    ("h", "Where they apply: printouts (s. 31.2(2)) and business records (s. 30)"),
    (
        "n",
        "[Strike out if not so.] The dossier, a printout of these documents, has been manifestly or consistently acted on, relied on or "
        "used as a record of the information in it, by ____, for ____.",
    ),
    (
        "n",
        "[Strike out if not so.] The records were made in the usual and ordinary course of business of ____. They were not made in the "
        "course of an investigation or inquiry, nor in contemplation of a legal proceeding.",
    ),
    ("n", "I make this affidavit in support of ____, and for no improper purpose.", "with the signatures"),
    (
        "sign",
        [
            [
                "Sworn or affirmed before me at (city, province)",
                "on (date)",
                "Commissioner for taking affidavits: signature",
                "Name and office",
            ],
            ["Signature of the deponent", "Name, in capitals", "Title"],
        ],
    ),
    (
        "small",
        "For counsel: s. 31.6 lets the matters of ss. 31.2(2), 31.3 and 31.5 be established by affidavit, on which the deponent may be "
        "cross-examined. Standards of recording and storing may be shown (s. 31.5). Section 30 asks for notice of at least seven days "
        "(s. 30(7)) and shuts out records made in an investigation or in contemplation of a legal proceeding (s. 30(10)): a case kept "
        "for the police may be one. Sections 31.1 to 31.4 affect no rule of admissibility but those on authentication and best evidence (s. 31.7). "
        "Provincial proceedings have their own evidence acts.",
    ),
    ("break",),
    ("h", "Schedule A: the electronic documents"),
    (
        "p",
        "Each original lies in the export (the evidence bag) under data/items, in the folder named here. Anyone can compute its digest "
        "again.",
    ),
    ("digests", _RECORD_TABLE, _MORE, "Withheld from this copy; the log holds it"),
]

_CERTIFICATE: Blocks = [
    (
        "small",
        "En français : modèle d’attestation pour les tribunaux fédéraux des États-Unis. La règle 902(13) admet sans témoin un document "
        "produit par un procédé électronique qui donne un résultat exact; la règle 902(14), une copie dont l’exactitude est établie par une "
        "identification numérique, ici l’empreinte SHA-256. Une personne compétente atteste par écrit comment le procédé fonctionne et ce "
        "qu’elle a vérifié; les parties adverses doivent en être avisées par écrit. L’attestation se remplit en anglais.",
    ),
    ("fields", [("Court", ""), ("Case number", ""), ("Parties", "")]),
    ("oath", "I, ____, certify as follows under Rules 902(11), 902(13) and 902(14) of the Federal Rules of Evidence:"),
    ("h", "My qualification"),
    (
        "n",
        "I am ____ at ____. I am qualified to make this certification by my work with the system described below since ____, and by ____.",
    ),
    ("h", "The process and its result: Rule 902(13)"),
    (
        "n",
        "The records are messages kept as case {case}, “{title}”: {items} message(s) in {versions} version(s). They were recorded by {software}, "
        "which reports that it runs on {runs_on}, on ____ (the computer), whose clock was kept right by ____.",
    ),
    (
        "n",
        "For each message the process is this. The bytes are stored exactly as received, encrypted. Their SHA-256 digest is computed. An "
        "entry with the digest, the size, the channel and the time of capture is appended to a log, which is a Merkle tree (RFC 9162). "
        "The tree’s root depends on every entry and is signed (Ed25519), so that an entry changed, removed or put in later gives another root. "
        "The process is automatic; nobody types in digests, sizes or times of capture.",
    ),
    ("n", "The messages came in by these channels, from ____ (whose account, mailbox or export, obtained when and how)."),
    ("channels", ("Channel", "Messages", "First taken in", "Last taken in")),
    (
        "n",
        "The process produces an accurate result. I know this because ____ (for example: I imported a message whose bytes I knew, exported it, "
        "and compared the digests; parapet check read all records against the log on ____ and found no fault).",
    ),
    (
        "n",
        "[Strike out if not so.] The records were made at or near the time of capture; they were kept in the course of a regularly "
        "conducted activity of ____; and making them was a regular practice of that activity (Rule 803(6)(A) to (C)).",
    ),
    ("h", "The copy and its identification: Rule 902(14)"),
    (
        "n",
        "On {exported} the records were copied from the system into a folder, the evidence bag. While it was written, the program computed "
        "the SHA-256 digest of each original again and compared it with the digest in the log; a difference would have stopped it. "
        "The copy holds a list of the digests of all its files (manifest-sha256.txt). The log then:",
    ),
    (
        "fields",
        [
            ("Log", "{origin}"),
            ("Entries", "{size}"),
            ("Root (SHA-256)", "{root}"),
            ("Key of the log", "{key}"),
            ("Documents signed by (SHA-256 of the certificate)", "{signer}"),
        ],
    ),
    (
        "n",
        "On ____ I computed the digests of the files in the copy that I produce, with ____ (for example: sha256sum, from ____). They are the "
        "digests of the schedule. A file with the same SHA-256 digest has, for all practical purposes, the same bytes.",
    ),
    (
        "n",
        "I certify the process and the identity of the copy. I do not certify that what a message says is true, nor who wrote it.",
    ),
    (
        "oath",
        "I declare under penalty of perjury under the laws of the United States of America that the foregoing is true and correct "
        "(28 U.S.C. § 1746).",
    ),
    ("sign", [["Executed on (date)", "at (city, state or country)"], ["Signature", "Name and title"]]),
    (
        "small",
        "For counsel: Rules 902(13) and (14) ask for the certification of Rule 902(11) or, for records from abroad in a civil case, 902(12), which "
        "wants a signature that would expose the signer to a criminal penalty where it is signed. Before trial or hearing, the other side "
        "must have reasonable written notice, and the record and certification to inspect. The rules settle authenticity alone: hearsay, "
        "relevance and the right to confront witnesses are left. Check the rules in force.",
    ),
    ("break",),
    ("h", "Schedule: digests by item"),
    ("digests", _RECORD_TABLE, _MORE, "Withheld from this copy; the log holds it"),
]

_RECEIVER: Blocks = [
    (
        "p",
        "You were given a folder or a zip with case {case}. It holds messages exactly as they were received, and what proves that nobody "
        "has changed them since. You need neither Parapet nor its makers to check that.",
    ),
    ("h", "Before you open anything"),
    (
        "list",
        [
            "Messages can be abusive, and originals can be mail with files attached. Checking opens none of them. Open originals only on "
            "a computer without a network; the dossier (PDF) shows the same words safely, behind a page of warning.",
            "Keep the folder as it is. Work on a copy. A program that writes into it breaks the seal, and the check will say so.",
        ],
    ),
    ("h", "Check it: five minutes"),
    (
        "list",
        [
            "Ask whoever gave it to you for the key of their log, by telephone or on paper. It must be the one in the file data/log-key.txt.",
            "With Python 3.9 or newer, in the folder, without a network:",
        ],
    ),
    ("code", 'python3 verify.py --key "NAME+HASH+BASE64"'),
    (
        "p",
        "It answers SOUND, or BROKEN with each fault and its file. A forger could replace verify.py too: if that matters, get "
        "parapet-verify from a place that you trust. VERIFY.txt has the commands for tools that know nothing of Parapet: sha256sum, "
        "openssl, BagIt, pdfsig, case_validate.",
    ),
    ("h", "What that proves, and what it does not"),
    (
        "list",
        [
            "Proven: the originals are what was taken in; nothing of the case was left out when it was exported; the events are in order.",
            "Not proven: that a message says the truth; who is behind an account; the hour by another clock than the keeper’s, unless the bag holds time "
            "stamps; what happened before a message was taken in.",
            "Where something was withheld from this copy, data/redactions.json says so, and the log holds that it was.",
        ],
    ),
    ("h", "What is where"),
    (
        "list",
        [
            "data/documents: the dossier to read; an affidavit and certificates to fill in, as templates.",
            "data/items: the originals, each with its entry of the log. data/custody: who did what, and when.",
            "data/chronology.xlsx and .csv: a row for each version. data/case.jsonld: the same for forensic tools (CASE/UCO).",
        ],
    ),
    (
        "fields",
        [
            ("Case", "{case}"),
            ("Exported (UTC)", "{exported_utc}"),
            ("Log, entries", "{origin}, {size}"),
            ("Root of the log", "{root}"),
        ],
    ),
]

AFFIDAVIT: dict[str, Paper] = {
    "en": Paper(
        "Affidavit on electronic documents",
        "Canada Evidence Act, R.S.C. 1985, c. C-5, sections 31.1 to 31.8",
        "Template",
        "For review by counsel before anybody swears or affirms it. It is not legal advice. What the log tells is filled in; what only a "
        "person can say is left blank. Strike out and change whatever is not so: whoever swears it answers for every word.",
        "Confidential. Template, not sworn.",
        _AFFIDAVIT,
    ),
    "fr": Paper(*paper_words_fr.AFFIDAVIT),
}
CERTIFICATE = Paper(
    "Certification of a qualified person",
    "US Federal Rules of Evidence 902(13) and 902(14)",
    "Template",
    "For review by counsel before anybody signs it. It is not legal advice. What the log tells is filled in; what only a person can say is "
    "left blank. Strike out and change whatever is not so.",
    "Confidential. Template, not signed.",
    _CERTIFICATE,
)
RECEIVER: dict[str, Paper] = {
    "en": Paper("For the officer or lawyer who received this bag", "", "Read me first", "", "Parapet", _RECEIVER),
    "fr": Paper(*paper_words_fr.RECEIVER),
}
