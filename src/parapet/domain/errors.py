"""Every error that Parapet raises on purpose.

ParapetError
    NotFound            what was asked for does not exist, or is not for you: nobody is told which
    HomeMissing         no home here
    HomeBusy            another process holds the home
    HomeUnwritable      the disk is full, or the home read-only
    HomeUnfinished      a restore into this home did not come to its end
    DatabaseUnreachable the database server does not answer
    KeyMissing          the key that opens the vault is not where it should be
    KeyWrong            the key does not open this vault
    KeyLocked           what unlocks the key file is not at hand
    KeyClosed           only people who were let in open this, and none of them has opened it here
    SealBroken          stored bytes no longer give what was sealed
    LogBroken           the log's tree does not give its own root
    BackupBroken        a backup is not what its manifest says
    ModelDamaged        the shipped model is not the one its record names
    ReferenceUnknown    an advocate or case was named that is not in this home
    RequestRefused      what a person sent cannot be accepted as it is
        OnHold              what is on hold cannot be erased
        JudgedMeanwhile     somebody else judged it since this person looked
    SettingRefused      a setting of the surroundings makes no sense
        PlainHttpRefused    other machines would be let in without https
    PortTaken           another program listens where we were to serve
    ServerFailed        a process of ours ended again and again
    OutsideUnreachable  a witness or a time authority does not answer
        SignInRefused       a platform does not take the name and the password
            SignInOver          what was allowed there by signing in was taken back, or ran out
            MainPassword        the password of a whole account was given, and not one for programs
        PlaceMissing        a folder or a feed is not there (any more)
            AccountMissing      there is no account of this name
            RightMissing        a password for programs does not open what is to be watched
        OutsideBusy         a platform asks for patience
    OutsideRefused      it answers, and what it says does not hold
        PrivateAddress      it would lead to an address that it may not
    AlertNotTaken       a service did not take an alert, and is asked again
    ReportNotTaken      a platform did not take a report, certainly, and is asked again
    BlockNotSet         an account was not blocked, muted or let in again yet, certainly, and that is tried again
"""

from __future__ import annotations

import os
from collections.abc import Callable


def gettext_noop(text: str) -> str:
    """Mark for translation; sentences and `advice` are translated where they are shown."""
    return text


_ = gettext_noop

#: What systems say when they will not read or write; another reason is shown as the system gives it.
SYSTEM_REASONS = (
    _("Disk quota exceeded"),
    _("File name too long"),
    _("File too large"),
    _("Input/output error"),
    _("Is a directory"),
    _("No space left on device"),
    _("No such file or directory"),
    _("Not a directory"),
    _("Operation not permitted"),
    _("Permission denied"),
    _("Read-only file system"),
    _("Too many open files"),
    _("Too many open files in system"),
)


def reason_of(error: OSError) -> str:
    """Why the system would not, in its own words."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


class ParapetError(Exception):
    """The root. `str()` is English, and holds no abusive text, name or address.

    sentence     what happened, marked for translation, with "%(field)s" for each of `particulars`; "" when the code says all
    particulars  names of settings, numbers, reasons of the system: kept apart, so that every language can say them
    permanent    trying the same again later cannot help, so background work gives up at once and shows it
    """

    code = "parapet.error"
    permanent = True
    advice = _("Try again. If it happens again, run `parapet doctor`.")

    def __init__(self, sentence: str = "", **particulars: str | int) -> None:
        super().__init__(sentence % particulars if particulars else sentence)
        self.sentence, self.particulars = sentence, particulars

    def said(self, translate: Callable[[str], str]) -> str:
        """What happened, by `translate`, which gives back what it does not know; "" when the code says all."""
        if not self.sentence:
            return ""
        filled = {name: translate(each) if isinstance(each, str) else each for name, each in self.particulars.items()}
        return translate(self.sentence) % filled if filled else translate(self.sentence)


class NotFound(ParapetError):
    """What was asked for does not exist, or is not for this person: the answer never tells which."""

    code = "access.not_found"
    advice = _("Check the address, or go back to the inbox.")


class HomeMissing(ParapetError):
    """There is no Parapet home at this place."""

    code = "home.missing"
    advice = _("Run `parapet init` to make one, or name another with --home.")


class HomeBusy(ParapetError):
    """Another process holds the home's lock."""

    code = "home.busy"
    permanent = False
    advice = _("Stop the other Parapet first, or wait until it has finished.")


class HomeUnwritable(ParapetError):
    """The disk is full or the home cannot be written. What was already taken in is safe."""

    code = "home.unwritable"
    permanent = False
    advice = _("Make room on the disk or mend its permissions, then run the same command again. Nothing is taken in twice.")


class HomeUnfinished(ParapetError):
    """A restore into this home did not come to its end."""

    code = "home.unfinished"
    advice = _("Run the same `parapet restore` again: it goes on, and nothing of the backup is lost.")


class DatabaseUnreachable(ParapetError):
    """The database server does not answer. What was already taken in is safe."""

    code = "home.database_unreachable"
    permanent = False
    advice = _("Check that the server runs and that PARAPET_DATABASE_URL names it, then run the same command again.")


class KeyMissing(ParapetError):
    """The key that opens the vault is not where it should be."""

    code = "vault.key_missing"
    permanent = False
    advice = _("Put the key file back where it was, or name it with PARAPET_KEY_FILE.")


class KeyWrong(ParapetError):
    """This key does not open this vault, or the stored bytes were changed."""

    code = "vault.key_wrong"
    advice = _("Use the key that was made with this home.")


class KeyLocked(ParapetError):
    """The key file is locked, and what unlocks it is not at hand."""

    code = "vault.key_locked"
    permanent = False
    advice = _(
        "Run the command on a terminal, where it can ask for the passphrase, or set PARAPET_PASSPHRASE_FILE or PARAPET_KEY_COMMAND. "
        "With the recovery sheet, `parapet key recover` makes the key file anew."
    )


class KeyClosed(ParapetError):
    """What was asked for is closed: it opens with the key of a person who was let in, and none of them has opened it here."""

    code = "vault.key_closed"
    advice = _("Open your material with your passphrase, then try again.")


class SealBroken(ParapetError):
    """The stored bytes no longer give the digest that was sealed."""

    code = "evidence.seal_broken"
    advice = _("Stop using this copy. Restore it from a backup, then run `parapet verify`.")


class LogBroken(ParapetError):
    """The log's entries do not give the root that was signed."""

    code = "evidence.log_broken"
    advice = _("Stop using this copy. Keep it aside for an expert, and restore from a backup.")


class BackupBroken(ParapetError):
    """A file of a backup is missing, or not the one that its signed manifest names. Nothing of it was used."""

    code = "backup.broken"
    advice = _("Use another copy of this backup, or an older one with --at. Keep this one for an expert.")


class ModelDamaged(ParapetError):
    """The shipped model is not the one its record names."""

    code = "triage.model_damaged"
    advice = _("Install Parapet again: a file of the installation was changed or is incomplete.")


class ReferenceUnknown(ParapetError):
    """An advocate, case or item was named that this home does not have."""

    code = "reference.unknown"
    advice = _("Check the name. `parapet doctor` lists what there is.")


class RequestRefused(ParapetError):
    """What was sent cannot be accepted as it is."""

    code = "request.refused"
    advice = _("Correct what is marked, then send it again.")


class OnHold(RequestRefused):
    """Something must be kept, so it cannot be erased: by nobody, and by no rule."""

    code = "keeping.on_hold"
    advice = _("Whoever ordered the hold can release it. Until then it stays.")


class JudgedMeanwhile(RequestRefused):
    """Somebody else, or the program, judged this message since the page was opened. Nothing of theirs was changed."""

    code = "judgement.changed"
    advice = _("Look at what it says now. If you still see it otherwise, save yours again.")


class SettingRefused(ParapetError):
    """A setting makes no sense. The sentence names the variable and what it must look like, never its value."""

    code = "setting.refused"
    advice = _("Correct the setting, then run the same command again.")


class PlainHttpRefused(SettingRefused):
    """The settings would let other machines in over plain http: cookies and evidence in the clear."""

    code = "setting.plain_http"
    advice = _(
        "Let a proxy end TLS and set PARAPET_PUBLIC_URL to its https address, or take PARAPET_HOST away to serve this machine alone. "
        "If you accept that the network can read along, set PARAPET_UNSAFE_PLAIN_HTTP=1."
    )


class PortTaken(ParapetError):
    """Another program listens on the address that Parapet was to serve."""

    code = "serve.port_taken"
    advice = _("Stop the other program, or choose another port with --port.")


class ServerFailed(ParapetError):
    """A process of ours ended again and again."""

    code = "serve.failed"
    permanent = False
    advice = _("Read the lines above: they say which part failed, and where. `parapet doctor` checks the home.")


class OutsideUnreachable(ParapetError):
    """A witness or a time authority does not answer. It is asked again later; nothing else waits for it."""

    code = "outside.unreachable"
    permanent = False
    advice = _("Check the network, and the address in the settings.")


class SignInRefused(OutsideUnreachable):
    """A platform does not take the name and the password by which it is watched. What is there waits until it does."""

    code = "outside.sign_in_refused"
    advice = _("Write the password again. Many services want one that was made for programs, called an app password.")


class PlaceMissing(OutsideUnreachable):
    """A folder or a feed that is watched is not there. What is there waits until it is."""

    code = "outside.place_missing"
    advice = _("Look whether it was renamed or deleted, and choose again what is watched.")


class OutsideBusy(OutsideUnreachable):
    """A platform asks for patience: it was asked often. It is asked again when the time is up that it named."""

    code = "outside.busy"
    advice = _("Wait: it is asked again by itself.")


class AccountMissing(PlaceMissing):
    """There is no account of this name, or its platform no longer says where it is."""

    code = "outside.account_missing"
    advice = _("Look how the name is spelt: a whole one, such as name.bsky.social.")


class RightMissing(PlaceMissing):
    """A password made for programs does not open what is to be watched, such as direct messages."""

    code = "outside.right_missing"
    advice = _("Make a new app password that opens direct messages too, or watch without them.")


class MainPassword(SignInRefused):
    """The password of a whole account was given where one made for programs is enough. It was not kept."""

    code = "outside.main_password"
    advice = _("Make an app password in the settings of the platform, and give that.")


class SignInOver(SignInRefused):
    """What was allowed at a service, by signing in there, was taken back or has run out. What is there waits."""

    code = "outside.sign_in_over"
    advice = _("Sign in there again: change the connection, and press the button of the service.")


class OutsideRefused(ParapetError):
    """A witness or a time authority answered with a refusal, or with something that does not hold. Nothing of it is used."""

    code = "outside.refused"
    permanent = False
    advice = _("Check its address and its certificates or key in the settings, and ask whoever runs it.")

    @property
    def why(self) -> str:
        """Which check it did not stand."""
        return str(self.particulars.get("why", ""))


class PrivateAddress(OutsideRefused):
    """The name leads to an address that only this machine or its network reaches, and whoever runs Parapet has not allowed that."""

    code = "outside.private_address"
    advice = _("Look whether the name of the server is right. Whoever runs this Parapet can allow servers inside of its network.")


class AlertNotTaken(ParapetError):
    """The service through which a person is reached did not take an alert. It is sent again, and later to somebody else."""

    code = "alert.not_taken"
    permanent = False
    advice = _("Try the way with its test button, under Settings, How to reach me.")


class ReportNotTaken(ParapetError):
    """A platform did not take a report, certainly. It is sent again later; what may have arrived never is."""

    code = "report.not_taken"
    permanent = False
    advice = _("Look at the report in the outbox. If it goes on, send it yourself.")


class BlockNotSet(ParapetError):
    """An account was certainly not blocked, muted or let in again yet. It is tried again later; what may have been done never is."""

    code = "block.not_set"
    permanent = False
    advice = _("Look at it on the page of blocks. If it goes on, do it yourself in the app.")
