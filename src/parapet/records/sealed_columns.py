"""Which columns are under which keys: what a change of the keys goes through. Every column of bytes is told here (tested)."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen
from django.db import models as django

from parapet.evidence.seal import EVERY_CASE_KINDS
from parapet.records import models
from parapet.records.browsers import name_context
from parapet.records.chain import leaf_context
from parapet.records.connections import cursor_context, told_context
from parapet.records.door import envelope_context
from parapet.records.lasting import LASTING
from parapet.records.memberships import membership_context, organisation_context
from parapet.records.naming import (
    check_in_context,
    digest_context,
    emergency_key_context,
    item_key_context,
    layer_context,
    on_call_context,
    reach_context,
    refusal_context,
    shield_context,
    support_call_context,
    supporter_context,
    veil_context,
)
from parapet.records.profiles import profile_context
from parapet.records.signing_in import institution_context, signing_in_context

#: The kinds of leaves that outlive the keys of what they tell of (`records/lasting.py`), and that of the clock.
_LASTING = ", ".join(f"'{kind}'" for kind in (*LASTING, *EVERY_CASE_KINDS))

_OF_ORGANISATIONS = "case_number IN (SELECT number FROM records_organisation)"


@frozen
class Sealed:
    """One column. `about` gives what a value is bound to, from the row's column `by`."""

    model: type[django.Model]
    column: str
    by: str
    about: Callable[[int], bytes]
    where: str = "1 = 1"

    @property
    def name(self) -> str:
        """As the others are called below."""
        return f"{self.model.__name__}.{self.column}"


def _named(word: str) -> Callable[[int], bytes]:
    return lambda number: f"{word}:{number}".encode()


#: Locked by `keyring().lock`.
HOME_VALUES = (
    Sealed(models.Person, "sealed_name", "number", _named("person")),
    Sealed(models.Advocate, "sealed_profile", "number", profile_context),
    Sealed(models.IntakeFile, "sealed_path", "number", _named("delivered")),
    Sealed(models.IntakeRefusal, "sealed_place", "intake_id", refusal_context),
    Sealed(models.Occurrence, "sealed_place", "version_id", _named("place")),
    Sealed(models.Reach, "sealed", "person_id", reach_context),
    Sealed(models.DigestPlan, "sealed", "person_id", digest_context),
    Sealed(models.Veil, "sealed", "person_id", veil_context),
    Sealed(models.SignIn, "sealed", "person_id", signing_in_context),
    Sealed(models.InstitutionAccount, "sealed", "number", institution_context),
    Sealed(models.Organisation, "sealed", "number", organisation_context),
    Sealed(models.Membership, "sealed", "number", membership_context),
    Sealed(models.OnCallList, "sealed", "number", on_call_context, "at_home"),
    Sealed(models.Connection, "sealed_told", "number", told_context),
    Sealed(models.Connection, "sealed_cursor", "number", cursor_context),
    Sealed(models.Browser, "sealed_name", "number", name_context),
)
#: Wrapped by `keyring().wrap`, unless it is closed (`source_keys.py`).
HOME_KEYS = (
    Sealed(models.Source, "wrapped_key", "number", _named("source")),
    Sealed(models.EmergencyPlan, "wrapped_key", "number", emergency_key_context),
    Sealed(models.Supporter, "wrapped_key", "number", supporter_context),
    Sealed(models.SupportCall, "wrapped_key", "number", support_call_context),
)
#: Wrapped by `keyring().new_advocate_key`; of a closed advocate, to whom it is closed.
ADVOCATE_KEYS = (Sealed(models.Advocate, "wrapped_key", "number", _named("advocate")),)
#: Wrapped by an advocate's key; the row says whose in `advocate_id`.
ITEM_KEYS = (
    Sealed(models.Item, "wrapped_key", "number", item_key_context),
    Sealed(models.Case, "wrapped_key", "number", _named("case")),
)
#: Locked by an advocate's key; the row says whose in `advocate_id`.
ADVOCATE_VALUES = (
    Sealed(models.Layer, "sealed", "number", layer_context),
    Sealed(models.OnCallList, "sealed", "number", on_call_context, "NOT at_home"),
    Sealed(models.CheckIn, "sealed", "number", check_in_context),
    Sealed(models.ShieldReason, "sealed", "log_index", shield_context),
    Sealed(models.DoorMail, "sealed_envelope", "number", envelope_context, "length(sealed_envelope) > 0"),
)
#: Locked by an advocate's key; the row says whose in `advocate_number`. The other leaves are under the key of their item, case or source.
ADVOCATE_LEAVES = (
    Sealed(
        models.LogEntry,
        "sealed_leaf",
        "index",
        leaf_context,
        # What is about an organisation stands where a case would, and is locked as what is about nobody's messages.
        f"item_number IS NULL AND (case_number IS NULL OR {_OF_ORGANISATIONS}) AND kind NOT IN ('source', {_LASTING})",
    ),
)
#: Locked by the key of the advocate who stands for nobody, whomever the row is about.
LASTING_LEAVES = (Sealed(models.LogEntry, "sealed_leaf", "index", leaf_context, f"kind IN ({_LASTING})"),)
#: Under the key of an item, a case or a plan for emergencies, which stays: a change of the keys does not touch them.
UNDER_ITEMS = {
    "LogEntry.sealed_leaf", "Version.sealed_face", "Assessment.sealed", "Correction.sealed", "SourceCheck.sealed", "Case.sealed_title",
    "BlockStep.sealed_words", "CaseStep.sealed_words", "Complaint.sealed_letter", "Complaint.sealed_told", "Handover.sealed_words",
    "Note.sealed_text", "PageLook.sealed_kept",
    "PageLook.sealed_words", "PrivateNote.sealed", "Referral.sealed_terms",
    "Referral.sealed_words", "ReportStep.sealed_words", "Statement.sealed", "EmergencyPlan.sealed_people", "EmergencyRequest.sealed_reason",
    "Supporter.sealed_vetting", "SupportStep.sealed_words",
}  # fmt: skip
#: Under a person's passphrase or sheet, for her own key, under the next key of a closed advocate, or under the keys of two people.
OF_PEOPLE = {
    "CounselChannel.wrapped_key",
    "CounselLetter.sealed",
    "CounselLetter.sealed_file",
    "OwnKey.by_passphrase",
    "OwnKey.by_sheet",
    "KeyShare.sealed",
    "EarlierKey.sealed",
}
#: Digests under the secret that stays, and what is in the open.
DIGESTS = {
    "Browser.digest", "CounselChannel.code", "CounselChannel.hers", "CounselChannel.theirs",
    "DoorMail.digest", "Grant.mac", "Guesses.digest", "Identity.digest", "InstitutionAccount.digest", "ItemName.digest", "KeyShare.public",
    "KeyShare.signature", "LogEntry.leaf_hash", "LogEntry.mac", "LogHead.frontier", "LogHead.mac", "LogTile.hashes",
    "LoginLink.digest", "LoginLink.mac", "OrderHead.mac", "OwnKey.public", "PassedOn.digest", "PendingReference.digest", "ShieldedAddress.digest",
    "SignIn.name_digest",
    "Source.digest",
    "TimeToken.token", "Tombstone.digest", "Version.content", "Wording.marks",
}  # fmt: skip
