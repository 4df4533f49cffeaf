"""What an advocate says of a case for police and counsel; and what she and her counsel write to each other, for nobody else."""

from __future__ import annotations

from django.db import models

from parapet.records.models.cases import Case
from parapet.records.models.people import Person
from parapet.records.numbers import new_number, public


class Statement(models.Model):
    """Her answers about a case, as they stand: what they were before is written over. The step at `log_index` holds their digest."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True)
    log_index = models.BigIntegerField()
    sealed = models.BinaryField()  # under the case's key


class CounselChannel(models.Model):
    """A channel between an advocate and her counsel about a case. What became of it, the entries of the log about its number say.

    person       the advocate's own account; `counsel` the other
    begun        the place of the entry that invited; `joined` of the one by which counsel took it; null before
    hers, theirs the public halves of their keys, as they were compared; empty before it is open
    wrapped_key  the key of what they write, under what the two halves agree on; for herself alone once it ended
    read_by_her  up to which letter she has read, and `read_by_counsel`; `told_her`, `told_counsel`: up to which a digest told of
    code         vouches for who is in it
    """

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    case = models.ForeignKey(Case, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    counsel = models.ForeignKey(Person, models.CASCADE, related_name="+")
    begun = models.BigIntegerField()
    joined = models.BigIntegerField(null=True)
    hers = models.BinaryField(default=b"")
    theirs = models.BinaryField(default=b"")
    wrapped_key = models.BinaryField(default=b"")
    read_by_her = models.IntegerField(default=0)
    read_by_counsel = models.IntegerField(default=0)
    told_her = models.IntegerField(default=0)
    told_counsel = models.IntegerField(default=0)
    code = models.BinaryField()

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("chn", self.number)


class CounselLetter(models.Model):
    """One letter in a channel: when, the words, and the name and kind of a file with it. Emptied when its writer erased it."""

    number = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    channel = models.ForeignKey(CounselChannel, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    nth = models.IntegerField()  # from 1: one that is missing is missed
    sealed = models.BinaryField()
    sealed_file = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "nth"], name="counsel_letter_nth")]

    @property
    def id(self) -> str:
        """The public name of this row."""
        return public("ltr", self.number)
