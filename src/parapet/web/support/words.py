"""What is on the menu, how supporters act, and how to help by the 5 Ds."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parapet.domain.support import Felt, Help, Helped

#: Name, and what it means for her who asks.
HELP: dict[Help, tuple[Promise, Promise]] = {
    Help.REPORT: (
        _("Report a message"),
        _("Each reports one message to its platform, once. A few honest reports count for more than many."),
    ),
    Help.REPLY: (
        _("Kind words in public"),
        _("Each writes to you, under your own post, in words of their own. They answer nobody else."),
    ),
    Help.CHECK: (_("Check on me"), _("One of them asks how you are. You confirm who.")),
    Help.ACCOUNT: (
        _("Take over my account for a while"),
        _(
            "One of them hides, mutes and blocks in your place, by the platform’s own way of letting another act. No password is given."
        ),
    ),
    Help.WALK: (_("Walk me to the car"), _("One of them comes. You confirm who, and only that person sees the place.")),
}

#: Which of the 5 Ds it is, and what to do, step by step.
GUIDE: dict[Help, tuple[Promise, tuple[Promise, ...]]] = {
    Help.REPORT: (
        pgettext_lazy("5 Ds", "Delegate"),
        (
            _("Open one message below, its worst words covered. You need not read more than its address."),
            _("Report it once, on its platform, for the reason that fits. Say only what is true."),
            _("Ask nobody else to report it: platforms take organised reports for an attack, and X forbids them."),
            _("Come back and say what came of it."),
        ),
    ),
    Help.REPLY: (
        pgettext_lazy("5 Ds", "Distract"),
        (
            _("Write to her, under her own post, about what she does well. Do not mention the attack or who attacks."),
            _("Write it here first, in your own words: it is compared with what others wrote, and not kept."),
            _("Post it once, under your own name, and do not answer those who answer you."),
            _("Come back and say that it is done."),
        ),
    ),
    Help.CHECK: (
        pgettext_lazy("5 Ds", "Delay"),
        (
            _("Write or call, the way you usually reach her."),
            _("Ask how she is, and whether company would help. Then listen: no advice, no news of what was written."),
            _("If she may be in danger, call 911. The page “Help” names others who are there at any hour."),
        ),
    ),
    Help.ACCOUNT: (
        pgettext_lazy("5 Ds", "Delegate"),
        (
            _(
                "Use only the platform’s own way of letting another act, such as a delegate or a role. She gives it, and she takes it back."
            ),
            _("Ask for no password and no code, and take none. Where there is no such way, sit with her at her own device."),
            _("Agree beforehand what you do: hide, mute, block, report. Answer nobody in her name."),
            _("Hand it back: ask her to take your access away, then say so here."),
        ),
    ),
    Help.WALK: (
        pgettext_lazy("5 Ds", "Delegate"),
        (
            _("Be there in time, and stay in a place with light and people until she comes."),
            _("If the building has security, ask them to come too: they are trained for it."),
            _("If somebody waits for her, speak to nobody. Go back inside with her, and call security or 911."),
            _("Tell nobody when and where."),
        ),
    ),
}

#: All five, as they hold here. Right To Be, "The 5Ds of bystander intervention".
FIVE_DS: tuple[tuple[Promise, Promise], ...] = (
    (pgettext_lazy("5 Ds", "Distract"), _("Fill the space with something else: kind words to her, about her work.")),
    (
        pgettext_lazy("5 Ds", "Delegate"),
        _("Let those act whose task it is: the platform, security. Police and lawyers are hers to call."),
    ),
    (pgettext_lazy("5 Ds", "Document"), _("That is done here already. Take no pictures, collect nothing, pass nothing on.")),
    (pgettext_lazy("5 Ds", "Delay"), _("Afterwards, ask her how she is. That is often what helps most.")),
    (
        pgettext_lazy("5 Ds", "Direct"),
        _("Not here. Nobody answers, names or seeks out those who attack: it would feed them, and harm her."),
    ),
)

#: What a supporter agrees to, line by line.
CODE: tuple[Promise, ...] = (
    _("I have no contact with whoever attacks: no answer, no message, no visit, and I name nobody in public."),
    _("I insult nobody, and I ask nobody else to join in."),
    _("What I see here stays here. I take no pictures of it and pass nothing on."),
    _("I do a little and take breaks. I stop when it is too much for me, and at once when she says stop."),
)

WHY_NOT: dict[str, Promise] = {
    "ended": _("This is not asked for any more."),
    "paused": _("You asked to be left alone for some days. Take your time."),
    "busy": _("You have something in hand. Say first what came of it."),
    "none_left": _("Others took all of it. Thank you for wanting to help."),
    "at_once": _("Others are at it just now. Look again a little later."),
    "enough": _("You did your part of this. More would be too much, for you and for her."),
    "wait": _("Take a break before the next one. It is part of helping."),
}

STATE: dict[str, Promise] = {
    "asking": pgettext_lazy("call for support", "Open"),
    "stopped": pgettext_lazy("call for support", "Stopped"),
    "over": pgettext_lazy("call for support", "Over"),
}

FELT: dict[Felt, Promise] = {
    Felt.WELL: pgettext_lazy("supporter", "I am well"),
    Felt.TIRED: pgettext_lazy("supporter", "I am tired"),
    Felt.SHAKEN: pgettext_lazy("supporter", "It shook me"),
}
HELPED: dict[Helped, Promise] = {
    Helped.YES: pgettext_lazy("support", "Yes, it helped"),
    Helped.PARTLY: pgettext_lazy("support", "In part"),
    Helped.NO: pgettext_lazy("support", "No, not really"),
    Helped.HARMED: pgettext_lazy("support", "It made things worse"),
}
