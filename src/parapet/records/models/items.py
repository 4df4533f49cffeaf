"""Items, their versions and where each lay, their judgement, and the counts that screens show."""

from __future__ import annotations

from django.db import models

from parapet.records.models.intake import Source
from parapet.records.models.people import Advocate
from parapet.records.numbers import new_number, public


class Item(models.Model):
    """One message aimed at one advocate, as a row of her queue.

    The columns of judgement are the gravest of what stands for its versions (`actions/standings.py`), so that a page of the queue is one index scan.
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    advocate = models.ForeignKey(Advocate, models.CASCADE, db_index=False)
    channel = models.CharField(max_length=24)
    kind = models.CharField(max_length=12)
    wrapped_key = models.BinaryField()
    sender = models.BigIntegerField(null=True)  # 63 bits of a keyed digest of the account
    thread = models.BigIntegerField(null=True)  # likewise of the thread
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField()  # the time of capture where the source gave none that can be believed
    time_is_ours = models.BooleanField(default=False)
    own = models.BooleanField(default=False)  # written by the advocate: context, and no part of the queue
    in_own_name = models.BooleanField(default=False)  # likewise; stays true when a grave judgement brings it into the queue
    gone_at = models.DateTimeField(null=True)
    versions = models.SmallIntegerField(default=1)
    lang = models.CharField(max_length=8, default="")
    assessed = models.BooleanField(default=False)
    abstain = models.BooleanField(default=False)
    severity = models.SmallIntegerField(default=0)
    urgency = models.SmallIntegerField(default=0)
    harms = models.SmallIntegerField(default=0)  # `mask_of`
    sorted_at = models.DateTimeField(null=True)  # a person said that it is done; empty again once it is judged graver
    as_copies = models.BooleanField(
        default=False
    )  # its own words are not abusive: these are the harms of its copies, or of its campaign

    class Meta:
        # Queue order is newest first within an advocate; each index serves one filter of the inbox. Rare values
        # (grave, urgent, one harm, unsure) have partial indexes, made in the migration `0002_rare_values`; what waits to
        # be sorted has one, made in `0025_casework`.
        indexes = [
            models.Index(fields=["advocate", "own", "-sent_at", "-number"], name="item_queue"),
            models.Index(fields=["advocate", "own", "channel", "-sent_at", "-number"], name="item_channel"),
            models.Index(fields=["advocate", "own", "lang", "-sent_at", "-number"], name="item_lang"),
            models.Index(fields=["advocate", "sender", "-sent_at", "-number"], name="item_sender"),
            models.Index(fields=["advocate", "thread", "sent_at"], name="item_thread"),
        ]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("itm", self.number)


class ItemName(models.Model):
    """A keyed digest of the URI or an alias of an item: any of them finds it again."""

    advocate = models.ForeignKey(Advocate, models.CASCADE, db_index=False)
    digest = models.BinaryField(max_length=32)
    item = models.ForeignKey(Item, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "advocate"], name="item_name_once")]


class PendingReference(models.Model):
    """What an unmatched item replies to or quotes. When that turns out to be aimed at somebody, the item is too."""

    digest = models.BinaryField(max_length=32, db_index=True)
    item = models.ForeignKey(Item, models.CASCADE)


class PassedOn(models.Model):
    """What an item reposts or quotes, as the keyed digest under which `ItemName` has it."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    digest = models.BinaryField(max_length=32, db_index=True)


class Version(models.Model):
    """One content of an item: its original bytes in the vault and its working copy (`sealed_face`), both under the item's key."""

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, db_index=False)
    ordinal = models.SmallIntegerField(default=1)
    content = models.BinaryField(max_length=32)  # keyed digest of `Item.content_digest`
    pack = models.CharField(max_length=40)
    offset = models.BigIntegerField()
    length = models.BigIntegerField()
    media_type = models.CharField(max_length=48)
    captured_at = models.DateTimeField()
    log_index = models.BigIntegerField()
    sealed_face = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "content"], name="version_content_once"),
            models.UniqueConstraint(fields=["item", "ordinal"], name="version_ordinal_once"),
        ]


class Occurrence(models.Model):
    """One place where a version lay. `spot` is 63 bits of a keyed digest of member, offset and URI."""

    version = models.ForeignKey(Version, models.CASCADE)
    source = models.ForeignKey(Source, models.CASCADE, db_index=False)
    spot = models.BigIntegerField()
    offset = models.BigIntegerField()
    length = models.BigIntegerField()
    sealed_place = models.BinaryField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "spot", "version"], name="occurrence_once")]


class Assessment(models.Model):
    """The judgement of one version by one model. Older ones stay."""

    version = models.ForeignKey(Version, models.CASCADE)
    model = models.CharField(max_length=48)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "model"], name="assessment_once")]


class Wording(models.Model):
    """By what near copies of a version's words are found: numbers that only who holds the key can make of words (`patterns/copies.py`);
    `marks` are masked besides.

    Of texts of few words there is none, nor of what an advocate wrote herself.
    """

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True)
    item_number = models.BigIntegerField()  # the version's item
    advocate = models.ForeignKey(Advocate, models.CASCADE, db_index=False)
    sent_at = models.DateTimeField()  # the item's
    band_0 = models.BigIntegerField()
    band_1 = models.BigIntegerField()
    band_2 = models.BigIntegerField()
    band_3 = models.BigIntegerField()
    band_4 = models.BigIntegerField()
    band_5 = models.BigIntegerField()
    marks = models.BinaryField(max_length=64)
    words = models.SmallIntegerField()
    friendly = models.BooleanField(default=False)  # its words speak for her, or against what she gets (`patterns/kindness.py`)
    close = models.BooleanField(default=False)  # by the program's estimate of its words alone it is close to abuse, or over it

    class Meta:
        indexes = [models.Index(fields=["advocate", f"band_{n}", "sent_at"], name=f"wording_{n}") for n in range(6)]


class Correction(models.Model):
    """What a person said of a version in the program's place, or that she took it back; the newest stands.

    Its leaf, at `log_index`, says who and when, and holds the digest of what is sealed here.
    """

    version = models.ForeignKey(Version, models.CASCADE, db_index=False)
    log_index = models.BigIntegerField(unique=True)
    sealed = models.BinaryField()  # the verdict and her reason

    class Meta:
        indexes = [models.Index(fields=["version", "log_index"], name="correction_of")]


class SourceCheck(models.Model):
    """One look at whether a version is signed by its source. Older ones stay; the newest is shown."""

    version = models.ForeignKey(Version, models.CASCADE)
    method = models.CharField(max_length=16)
    result = models.CharField(max_length=16)
    at = models.DateTimeField()
    log_index = models.BigIntegerField()
    sealed = models.BinaryField()  # what was learned, with the names in it; its digest is in the leaf
    waits = models.BooleanField(default=False)  # a key, or the signature itself, must be asked for
    next_try_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["next_try_at", "id"], condition=models.Q(waits=True), name="source_waits")]


class Sender(models.Model):
    """How many items one account sent to one advocate."""

    advocate = models.ForeignKey(Advocate, models.CASCADE, db_index=False)
    sender = models.BigIntegerField()
    items = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advocate", "sender"], name="sender_once")]


class Tally(models.Model):
    """How many items of an advocate have one value of one facet, so that no screen counts rows."""

    advocate = models.ForeignKey(Advocate, models.CASCADE, db_index=False)
    facet = models.CharField(max_length=10)  # all, assessed, unsure, channel, severity, urgency, harm, lang
    value = models.CharField(max_length=24)
    items = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advocate", "facet", "value"], name="tally_once")]
