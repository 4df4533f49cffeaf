"""All models, by the room they speak of."""

from parapet.records.models.cases import Case, CaseItem, Note
from parapet.records.models.intake import Intake, IntakeFile, IntakeRefusal, Source
from parapet.records.models.items import (
    Assessment,
    Item,
    ItemName,
    Occurrence,
    PendingReference,
    Sender,
    SourceCheck,
    Tally,
    Version,
)
from parapet.records.models.log import Checkpoint, LogEntry, LogHead
from parapet.records.models.people import Advocate, Grant, Identity, LoginLink, Person

__all__ = [
    "Advocate",
    "Assessment",
    "Case",
    "CaseItem",
    "Checkpoint",
    "Grant",
    "Identity",
    "Intake",
    "IntakeFile",
    "IntakeRefusal",
    "Item",
    "ItemName",
    "LogEntry",
    "LogHead",
    "LoginLink",
    "Note",
    "Occurrence",
    "PendingReference",
    "Person",
    "Sender",
    "Source",
    "SourceCheck",
    "Tally",
    "Version",
]
