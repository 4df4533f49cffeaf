"""Pages that are looked at again by themselves: when, how far apart, and what was found."""

from __future__ import annotations

from django.db import models

from parapet.records.models.items import Item


class PageHost(models.Model):
    """A server that pages lie on, as a keyed number of its name: until when it is left alone.

    failures  in a row, by which the time grows
    """

    number = models.BigIntegerField(primary_key=True)
    free_at = models.DateTimeField()
    failures = models.SmallIntegerField(default=0)


class PageWatch(models.Model):
    """That the page of an item is looked at again. Its address is in the item, sealed; here are numbers and codes only.

    why      "report": until what was reported is settled; "asked": until somebody says otherwise; "once": one look
    state    "waiting", "browser" while only a browser can tell, "closed" while nobody is present who opens it, "over"
    pressed  a person asked just now: the rules that a site has for programs do not count
    looks    how many were made; `gone`: how many of the newest in a row found nothing there
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True)
    host = models.ForeignKey(PageHost, models.CASCADE, db_index=False)
    why = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default="waiting")
    pressed = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    next_at = models.DateTimeField()
    looks = models.SmallIntegerField(default=0)
    gone = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["host", "next_at"], condition=models.Q(state__in=("waiting", "closed")), name="page_due"),
            models.Index(fields=["next_at"], condition=models.Q(state="browser"), name="page_browser"),
        ]


class PageLook(models.Model):
    """One look at the page of an item. What was found, the leaf at `log_index` says; what was kept of it, it digests.

    is_capture    what is kept is the file of a capture, not an answer as it came
    sealed_words  the site's own notice, where one decided
    """

    item = models.ForeignKey(Item, models.CASCADE)
    at = models.DateTimeField()
    log_index = models.BigIntegerField(unique=True)
    is_capture = models.BooleanField(default=False)
    sealed_kept = models.BinaryField()
    sealed_words = models.BinaryField()
