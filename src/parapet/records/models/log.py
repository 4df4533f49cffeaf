"""The Merkle log: one row a leaf, one row for the head, one a signed checkpoint."""

from __future__ import annotations

from django.db import models


class LogEntry(models.Model):
    """One leaf. What it says is sealed; its hash, kind and time are in the open, and tell nothing of a message.

    `mac` vouches for every other column but the sealed one, which its hash vouches for (`records/vouching.py`).
    """

    index = models.BigIntegerField(primary_key=True)
    leaf_hash = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    advocate_number = models.BigIntegerField(null=True)
    item_number = models.BigIntegerField(null=True, db_index=True)
    case_number = models.BigIntegerField(null=True, db_index=True)
    person_number = models.BigIntegerField(null=True)
    sealed_leaf = models.BinaryField()
    mac = models.BinaryField(max_length=16, default=b"")  # keyed; empty in a row that this home did not write

    class Meta:
        # Who looked at what, for the rows of a list: without it each row costs a page of leaves to read through.
        # Of what a person said how it is judged, likewise.
        # Which grants were taken back, which every page asks.
        # What people did, for the page that tells of it, has one made in the migration `0031_break_glass`.
        indexes = [
            models.Index(fields=["person_number", "item_number"], condition=models.Q(kind="view"), name="log_views"),
            models.Index(
                fields=["item_number"], condition=models.Q(kind="relabel", person_number__isnull=False), name="log_said"
            ),
            models.Index(
                fields=["person_number", "advocate_number", "index"], condition=models.Q(kind="revoke"), name="log_revokes"
            ),
            # What stands: read before anything is erased. The condition is repeated letter for letter in `records/orders.py`.
            models.Index(fields=["index"], condition=models.Q(kind__in=["hold", "release", "retention"]), name="log_orders"),
            # Which layer is in use, asked for every batch that is judged; the condition letter for letter in `access/layers.py`.
            models.Index(fields=["advocate_number", "index"], condition=models.Q(kind="learn"), name="log_learns"),
            # Who was let in, and when each looked last; the conditions letter for letter in `access/seers.py`.
            models.Index(
                fields=["advocate_number", "index"], condition=models.Q(kind__in=["grant", "revoke", "invite"]), name="log_access"
            ),
            models.Index(
                fields=["person_number", "advocate_number", "index"],
                condition=models.Q(kind__in=["view", "download", "search", "export", "dossier"]),
                name="log_looks",
            ),
            # Whether her shield is up, which every inbox asks; the condition letter for letter in `access/shields.py`.
            models.Index(
                fields=["advocate_number", "index"],
                condition=models.Q(kind__in=["shield_up", "shield_down", "shield_step"]),
                name="log_shields",
            ),
            # The newest about an organisation, or a person in it; the condition letter for letter in `records/memberships.py`.
            models.Index(
                fields=["case_number", "person_number", "index"],
                condition=models.Q(kind__in=["member", "organisation"]),
                name="log_members",
            ),
            # What somebody read of late; the condition letter for letter in `access/exposure.py`.
            models.Index(fields=["person_number", "at"], condition=models.Q(kind__in=["view", "download"]), name="log_reads"),
            # How somebody came in, for herself; the condition letter for letter in `access/sign_ins.py`.
            models.Index(
                fields=["person_number", "index"],
                condition=models.Q(kind__in=["sign_in", "passphrase", "factor", "sessions_end", "guesses"]),
                name="log_signing_in",
            ),
        ]


class LogHead(models.Model):
    """The one row (`number` 1) that every writer locks: size and frontier of the tree.

    ends  how many entries tell of the end of a grant, so that one that is hidden is missed
    mac   vouches for the others; empty while nothing was written
    """

    number = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")
    ends = models.BigIntegerField(default=0)
    mac = models.BinaryField(max_length=16, default=b"")


class Restoration(models.Model):
    """That this home was put back from a backup: how many entries the log had then, and when. What followed in the home that it
    was before, it does not know."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()


class Checkpoint(models.Model):
    """A signed note over the tree at `size`."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    at = models.DateTimeField()


class LogTile(models.Model):
    """Up to 256 hashes of complete subtrees of 256**level leaves, side by side: what proofs need instead of all leaves.

    Level 0 would be the leaf hashes themselves, which `LogEntry` has. Made from them and growing with them, a row may be
    dropped and is made again.
    """

    place = models.BigIntegerField(primary_key=True)  # level * 2**56 + number
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()


class Cosignature(models.Model):
    """The line by which a witness cosigned the checkpoint of `size`; checked before it was kept."""

    size = models.BigIntegerField()
    witness = models.CharField(max_length=300)  # its verifier key
    line = models.CharField(max_length=400)
    at = models.DateTimeField()  # by the witness's clock

    class Meta:
        constraints = [models.UniqueConstraint(fields=["size", "witness"], name="one_cosignature")]


class WitnessState(models.Model):
    """What we know of a witness: how much of the log it holds, and what went wrong when it was asked last.

    `trouble` is "" or a code of `actions/ask_witnesses.py`; `next_at` is when it is asked again.
    """

    witness = models.CharField(max_length=300, primary_key=True)
    held = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=16, default="")
    trouble_at = models.DateTimeField(null=True)


class WitnessRefusal(models.Model):
    """A checkpoint of ours that a witness would not cosign, because it holds another history or a longer one. Kept for good."""

    witness = models.CharField(max_length=300)
    kind = models.CharField(max_length=16)
    size = models.BigIntegerField()
    held = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["witness", "kind", "size"], name="one_refusal")]
