"""All models, by the room they speak of."""

from parapet.records.models.alerts import Alert, AlertEvent, AlertItem, OnCallList, Reach
from parapet.records.models.blocks import Block, BlockStep
from parapet.records.models.browsers import Browser
from parapet.records.models.captures import Capture
from parapet.records.models.care import CheckIn
from parapet.records.models.cases import Case, CaseItem, Handover, Note, Referral
from parapet.records.models.casework import CaseStep, Due, PrivateNote, Turn
from parapet.records.models.complaints import Complaint
from parapet.records.models.connections import Connection
from parapet.records.models.counsel import CounselChannel, CounselLetter, Statement
from parapet.records.models.digests import Digest, DigestPlan
from parapet.records.models.door import DoorMail, ShieldedAddress
from parapet.records.models.emergencies import EmergencyName, EmergencyPlan, EmergencyRequest
from parapet.records.models.intake import Intake, IntakeFile, IntakeRefusal, Source
from parapet.records.models.items import (
    Assessment,
    Correction,
    Item,
    ItemName,
    Occurrence,
    PassedOn,
    PendingReference,
    Sender,
    SourceCheck,
    Tally,
    Version,
    Wording,
)
from parapet.records.models.keeping import Erased, ErasedInCase, OrderHead, Tombstone
from parapet.records.models.learning import Layer, LearningTrial
from parapet.records.models.log import (
    Checkpoint,
    Cosignature,
    LogEntry,
    LogHead,
    LogTile,
    Restoration,
    WitnessRefusal,
    WitnessState,
)
from parapet.records.models.looks import PageHost, PageLook, PageWatch
from parapet.records.models.organisations import Membership, Organisation
from parapet.records.models.own_keys import EarlierKey, KeyShare, OwnKey
from parapet.records.models.people import Advocate, Grant, Identity, LoginLink, Person
from parapet.records.models.reports import Report, ReportStep
from parapet.records.models.shields import ShieldNotice, ShieldReason
from parapet.records.models.signing_in import Guesses, InstitutionAccount, SignIn
from parapet.records.models.support import SupportAsked, SupportCall, Supporter, SupportNotice, SupportStep
from parapet.records.models.time import TimeAsked, TimeToken
from parapet.records.models.veils import Veil

__all__ = [
    "Advocate",
    "Alert",
    "AlertEvent",
    "AlertItem",
    "Assessment",
    "Block",
    "BlockStep",
    "Browser",
    "Capture",
    "Case",
    "CaseItem",
    "CaseStep",
    "CheckIn",
    "Checkpoint",
    "Complaint",
    "Connection",
    "Correction",
    "Cosignature",
    "CounselChannel",
    "CounselLetter",
    "Digest",
    "DigestPlan",
    "DoorMail",
    "Due",
    "EarlierKey",
    "EmergencyName",
    "EmergencyPlan",
    "EmergencyRequest",
    "Erased",
    "ErasedInCase",
    "Grant",
    "Guesses",
    "Handover",
    "Identity",
    "InstitutionAccount",
    "Intake",
    "IntakeFile",
    "IntakeRefusal",
    "Item",
    "ItemName",
    "KeyShare",
    "Layer",
    "LearningTrial",
    "LogEntry",
    "LogHead",
    "LogTile",
    "LoginLink",
    "Membership",
    "Note",
    "Occurrence",
    "OnCallList",
    "OrderHead",
    "Organisation",
    "OwnKey",
    "PageHost",
    "PageLook",
    "PageWatch",
    "PassedOn",
    "PendingReference",
    "Person",
    "PrivateNote",
    "Reach",
    "Referral",
    "Report",
    "ReportStep",
    "Restoration",
    "Sender",
    "ShieldNotice",
    "ShieldReason",
    "ShieldedAddress",
    "SignIn",
    "Source",
    "SourceCheck",
    "Statement",
    "SupportAsked",
    "SupportCall",
    "SupportNotice",
    "SupportStep",
    "Supporter",
    "Tally",
    "TimeAsked",
    "TimeToken",
    "Tombstone",
    "Turn",
    "Veil",
    "Version",
    "WitnessRefusal",
    "WitnessState",
    "Wording",
]
