"""The dossier in English. `words_fr` has the same keys."""

WORDS: dict[str, str] = {
    "dossier": "Dossier",
    "document_title": "Dossier {case}",
    "confidential": "Confidential. Contains personal information.",
    "sample": "Sample data",
    "sample.long": "Sample data. The people and messages in this document are invented.",
    "page": "Page {n} of {total}",
    "case": "Case",
    "exhibit": "Exhibit",
    "contents": "Contents",
    "cover.volume": "Volume",
    "cover.volume.value": ("{n} of {total}. The numbers, the chronology and the senders in it are those of its own exhibits."),
    "cover.lead": "Messages sent to {advocate} or written about her or him, kept as evidence",
    "cover.advocate": "Concerns",
    "cover.case": "Case number",
    "cover.opened": "Case opened",
    "cover.period": "Period covered",
    "cover.period.value": "{first} to {last}",
    "cover.exhibits": "Exhibits",
    "cover.own": "The advocate’s own posts, kept for context: {count}",
    "cover.gravest": "Gravest observation",
    "cover.channels": "Channels",
    "cover.made": "Document made",
    "cover.software": "Made with",
    "cover.zone": "Local time in this document",
    "cover.head": "Log root at export (SHA-256)",
    "cover.warning": (
        "The exact words of the messages begin on page {page}, after a warning. The pages before it quote none of them."
    ),
    "none": "none",
    "unknown": "not given",
    "read.title": "How to read this dossier",
    "read.what.head": "What it is",
    "read.what": (
        "This dossier brings together messages that were sent to {advocate} or written about her or him. It is "
        "meant for those who may act on them: police, counsel, an employer, a regulatory college. The exhibits were "
        "chosen by a person for this case; they are not everything that was received. The advocate’s own posts are "
        "included where they give context, whether or not they are flattering."
    ),
    "read.shows.head": "What it shows",
    "read.shows.1": (
        "The words of each message as the platform or the mail server delivered them, with every emoji, and its "
        "time to the second, in local time and in UTC."
    ),
    "read.shows.2": (
        "The SHA-256 digest of the original file of each exhibit. Anyone can compute it again from the evidence bag "
        "that goes with this document. If one character of the original had changed, the digest would differ."
    ),
    "read.shows.3": (
        "The place of each capture in a log to which entries can only be added. The root of that log, printed on "
        "the cover, depends on every entry before it: none can be changed, removed or put in later without the root "
        "changing."
    ),
    "read.not.head": "What it does not show",
    "read.not.1": "Who is behind an account. Names and handles are printed as the platform gave them.",
    "read.not.2": (
        "That the platform’s clock was right, or that nothing happened to a message before it reached the program "
        "that kept it. The time of capture is the program’s own and is printed beside the time of sending."
    ),
    "read.not.3": (
        "A score, a diagnosis or a prediction. Labels and indicators are observations that a program made about the "
        "words. They help a reader find the way and may be wrong; a person should judge. The absence of an "
        "indicator is not safety."
    ),
    "read.not.4": "A legal opinion. Nothing in this document is legal advice.",
    "read.original.head": "This document is a reading copy",
    "read.original": (
        "The evidence is the original files in the bag, with the log. The annex tells how to check one against the other."
    ),
    "read.marks.head": "Marks in the text",
    "read.marks": (
        "{mark} stands for a character that cannot be seen, cannot be printed, or would change the order in which "
        "the text reads. The mark gives its Unicode number, and a note under the text gives its name. The original "
        "holds the character itself. A tab is printed as four spaces. Web addresses are printed as plain text and "
        "cannot be clicked."
    ),
    "glance.title": "At a glance",
    "glance.messages": "messages from others",
    "glance.messages.one": "message from another",
    "glance.senders": "senders",
    "glance.senders.one": "sender",
    "glance.days": "days with messages",
    "glance.days.one": "day with messages",
    "glance.grave": "very serious or critical",
    "glance.grave.one": "very serious or critical",
    "glance.by_day": "Messages by day",
    "glance.by_week": "Messages by week",
    "glance.by_month": "Messages by month",
    "glance.by_year": "Messages by year",
    "glance.day": "day",
    "glance.week": "week from",
    "glance.month": "month from",
    "glance.year": "year from",
    "glance.chart_alt": ("Bar chart of messages over time. The busiest period, starting {peak}, has {most} of {total} messages."),
    "glance.legend.grave": "very serious or critical",
    "glance.legend.other": "all others",
    "glance.channel": "Channel",
    "glance.harm": "Harm observed",
    "glance.harm.note": "A message can show several.",
    "glance.severity": "Severity",
    "glance.urgency": "Urgency",
    "glance.count": "Messages",
    "glance.no_harm": "none observed",
    "glance.top": "Senders with the most messages",
    "glance.top.note": "Names and handles stand after the exhibits, because they can be abusive too.",
    "glance.sender": "Sender",
    "glance.first": "First exhibit",
    "glance.last": "Last exhibit",
    "sender": "Sender {n}",
    "sender.anonymous": "Anonymous",
    "sender.own": "The advocate",
    "chronology.title": "Chronology",
    "chronology.lead": "What happened, in order, in local time ({zone}). No message is quoted here.",
    "chronology.when": "Local time",
    "chronology.what": "Event",
    "chronology.where": "Channel",
    "chronology.who": "Sender",
    "chronology.weight": "Observed",
    "chronology.exhibit": "Exhibit",
    "event.sent": "Sent",
    "event.captured_first": "Captured; the source gives no time",
    "event.edited": "Edit captured, version {n}",
    "event.gone": "Deletion seen",
    "event.own": "The advocate’s own post",
    "warning.title": "Exact words begin on the next page",
    "warning.body": (
        "The pages that follow reproduce messages in full. They may contain threats, sexual violence, slurs, and "
        "private facts about people. They are printed because they are evidence."
    ),
    "warning.advice": (
        "You do not have to read them alone, at once, or at all: the overview and the chronology before this page "
        "stand on their own. If you hand this document on, tell the next reader about this page."
    ),
    "warning.count": "Exhibits {first} to {last}",
    "warning.count.one": "Exhibit {first}",
    "exhibits.title": "Exhibits",
    "exhibit.words": "Exact words",
    "exhibit.words.version": "Exact words, version {n}",
    "exhibit.no_words": "This message has no text.",
    "exhibit.subject": "Subject",
    "exhibit.content_warning": "Content warning set by the sender",
    "exhibit.cut": (
        "Printed here: the first {printed} of {total} characters. The whole text is in the evidence bag, under the digest below."
    ),
    "exhibit.marks": "Marks stand for: {names}",
    "exhibit.marks.more": "others: {count}",
    "exhibit.more_marks": "+{count} combining marks",
    "exhibit.facts": "Facts",
    "exhibit.sent": "Sent",
    "exhibit.sent.ours": "Time of capture",
    "exhibit.sent.ours.note": "The source gives no time that can be believed. It says: {given}",
    "exhibit.sent.ours.bare": "The source gives no time.",
    "exhibit.captured": "Captured",
    "exhibit.author.name": "Author, shown name",
    "exhibit.author.handle": "Author, handle",
    "exhibit.author.id": "Author, stable identifier",
    "exhibit.author": "Author",
    "exhibit.author.none": "The source does not name the author.",
    "exhibit.number": "In this dossier",
    "exhibit.url": "Address",
    "exhibit.uri": "Platform’s identifier",
    "exhibit.place": "Left at",
    "exhibit.rating": "Rating",
    "exhibit.rating.value": "{stars} of 5",
    "exhibit.attachments": "Attachments",
    "exhibit.bytes": "{count} bytes",
    "exhibit.item": "Item in the bag",
    "exhibit.observed": "Observed",
    "exhibit.observed.note": "Observations of a program about the words ({model}). Not a score, not legal advice.",
    "exhibit.observed.none": "No harm was observed in the words.",
    "exhibit.observed.unjudged": "The program gave no judgement on this message. A person should read it.",
    "exhibit.own.note": "Written by the advocate; included for context and not counted.",
    "exhibit.own": "context",
    "exhibit.severity": "Severity",
    "exhibit.urgency": "Urgency",
    "exhibit.harms": "Harms",
    "exhibit.indicators": "Indicators",
    "exhibit.indicator": "{what}: “{words}”",
    "exhibit.indicators.more": "More in the evidence bag: {count}",
    "exhibit.flags": "How it came in",
    "exhibit.gone": "Deletion seen",
    "exhibit.gone.note": "{at}. The copy kept here was captured before.",
    "exhibit.seal": "Seal",
    "exhibit.version": "Version",
    "exhibit.sha256": "SHA-256 of the original",
    "exhibit.withheld": "withheld from this copy",
    "exhibit.log_index": "Log entry",
    "exhibit.size": "Bytes",
    "exhibit.changed": "What changed",
    "exhibit.changed.title": "From version {old} to version {new}",
    "exhibit.changed.removed": "Taken out",
    "exhibit.changed.added": "Put in",
    "exhibit.changed.large": "The two versions differ too much to list the changes; both are printed in full.",
    "exhibit.changed.same": "The words are the same; something else about the message changed.",
    "exhibit.notes": "Notes",
    "senders.title": "Senders",
    "senders.lead": (
        "Names and handles as the platforms gave them. One person may use several accounts, and several people one."
    ),
    "senders.who": "Name and handle",
    "senders.id": "Stable identifier",
    "senders.exhibits": "Exhibits",
    "notes.title": "Notes of the case",
    "annex.title": "Annex: how to verify",
    "annex.lead": (
        "Each step can be taken by anyone with the evidence bag that goes with this document. Nothing in the bag "
        "needs to be opened for it; VERIFY.txt in the bag says more."
    ),
    "annex.1": "Check with a public tool that no file of the bag was damaged. In its folder:",
    "annex.2": (
        "Check seals, log and signatures together, without the network. Ask for the log’s key by another way than "
        "the bag (by telephone, on paper):"
    ),
    "annex.3": "Compare the root of the log that was checked with the root printed on the cover of this document:",
    "annex.4": (
        "To check one exhibit by hand, compute the digest of its original and compare it with the digest under "
        "“Seal”. ITEM is the item in the bag, named in the exhibit; v1 is the first version. On Windows: {windows}. "
        "On Linux or macOS:"
    ),
    "annex.key": "The log’s key",
    "annex.key.form": "NAME+HASH+BASE64",
    "annex.key.note": "As printed here it is worth as much as the way by which this document reached you.",
    "annex.checkpoint": "Signed checkpoint of the log",
    "annex.checkpoint.none": "The log had no signed checkpoint when this document was made.",
    "annex.system": "The system that kept the record",
    "annex.system.body": (
        "{software} received each message as bytes and computed their SHA-256 digest before anything else was done "
        "with them. It stored the bytes unchanged under encryption and added an entry with the digest and the time "
        "of its own clock to the log (a Merkle tree after RFC 9162). Later versions and deletions are new entries; "
        "nothing is overwritten. At export, on {exported}, the number of entries in the log was {size}. The person "
        "who operates the system can state how it was run and whether its clock was right."
    ),
    "harm.insult": "personal insult",
    "harm.sexual": "unwanted sexual comment or sexual threat",
    "harm.threat": "threat or wish of violence",
    "harm.doxing": "private facts or whereabouts published or asked for",
    "harm.identity_hate": "attack on who a person is (origin, religion, gender, orientation, disability)",
    "harm.incitement": "call on others to join the attack",
    "harm.reputation": "false accusation, or a complaint or review used as a weapon",
    "severity.none": "not abusive",
    "severity.low": "mild",
    "severity.medium": "serious",
    "severity.high": "very serious",
    "severity.critical": "critical",
    "severity.unjudged": "not judged",
    "urgency.none": "none",
    "urgency.watch": "watch",
    "urgency.same_day": "look the same day",
    "urgency.immediate": "look at once",
    "kind.post": "post",
    "kind.reply": "reply",
    "kind.quote": "quote",
    "kind.repost": "repost",
    "kind.message": "private message",
    "kind.mail": "e-mail",
    "kind.comment": "comment",
    "kind.review": "review",
    "kind.complaint": "complaint",
    "kind.spoken": "spoken, written down by the hearer",
    "kind.capture": "web capture",
    "channel.mail": "E-mail",
    "channel.spoken": "Spoken",
    "channel.table": "Table",
    "channel.complaint": "Complaint letter",
    "channel.google_reviews": "Google reviews",
    "flag.malformed": "The file it came in was damaged; what could be read is shown.",
    "flag.implausible_time": "The source gives no time, or one that cannot be; the time of capture stands in.",
    "flag.damaged_charset": "The bytes are not in the character set that they claim.",
    "flag.unknown_charset": "The character set that it names is not known.",
    "flag.guessed_charset": "No character set was declared; it was detected from the bytes.",
    "flag.cut_for_display": "The text was cut for display; the original bytes are whole.",
    "flag.binary": "It was declared as text, but it is not.",
    "flag.lone_surrogates": "Half characters were replaced in the text; the original bytes are whole.",
    "flag.control_characters": "It contains control characters.",
    "flag.hidden_characters": "It contains characters that cannot be seen.",
    "flag.homoglyphs": "Letters of several alphabets stand within one word.",
    "flag.html_only": "The mail had no plain text; its text was taken from the HTML.",
    "flag.translated": "The platform’s machine translation was set aside; this is the original.",
    "flag.no_text_layer": "The document is a scan without text; see the original.",
    "flag.too_deep": "Messages nested too deeply were not opened.",
    "flag.oversize_image": "An image claims a size that could exhaust memory; it was not opened.",
    "flag.link_removed": "A link that was neither http nor https was made inert.",
    "flag.edited_earlier": ("The platform says that it was edited before it reached us; the earlier words are not held."),
    "flag.ambiguous_member": "The archive holds two files of this name.",
    "csv.exhibit": "Exhibit",
    "csv.event": "Event",
    "csv.local": "Local time",
    "csv.zone": "Zone",
    "csv.utc": "UTC",
    "csv.channel": "Channel",
    "csv.kind": "Kind",
    "csv.sender": "Sender number",
    "csv.handle": "Handle",
    "csv.name": "Shown name",
    "csv.native_id": "Stable identifier",
    "csv.severity": "Severity",
    "csv.urgency": "Urgency",
    "csv.harms": "Harms",
    "csv.url": "Address",
    "csv.version": "Version",
    "csv.sha256": "SHA-256 of the original",
    "csv.log_index": "Log entry",
}
