"""Which services an alert may go through, and what a person's address for one looks like.

Apprise knows many more than these. Some of them do things on this machine (write to its system log, open a window, run a mail
queue), and some settings in an address name files: none of that is for a person who types into a form.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from parapet.alerting import quiet
from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _

MAX_CHARS = 2_000
#: Module of Apprise to what the screens call its kind.
SERVICES: dict[str, str] = {
    **dict.fromkeys(
        (
            "africas_talking", "bulksms", "bulkvs", "burstsms", "clickatell", "clicksend", "d7networks", "fortysixelks", "freemobile",
            "httpsms", "infobip", "kavenegar", "messagebird", "msg91", "octopush", "plivo", "seven", "sfr", "signal_api", "sinch",
            "smsmanager", "telnyx", "threema", "twilio", "voipms", "vonage", "whatsapp",
        ),
        "sms",
    ),
    "ntfy": "ntfy",
    "workflows": "teams",
    "slack": "slack",
    "matrix": "matrix",
    "custom_json": "webhook",
    "custom_form": "webhook",
    **dict.fromkeys(
        (
            "discord", "google_chat", "gotify", "mattermost", "nextcloudtalk", "opsgenie", "pagerduty", "pushover", "rocketchat",
            "telegram", "webexteams", "zoom", "zulip",
        ),
        "other",
    ),
}  # fmt: skip
#: Kinds for which a person types an address, in the order of the form.
KINDS = ("email", "sms", "ntfy", "teams", "slack", "matrix", "webhook", "other")
#: Those that anybody can run, so that their host says which one is meant.
_HOSTED = {
    "custom_json", "custom_form", "gotify", "matrix", "mattermost", "nextcloudtalk", "rocketchat", "signal_api", "zulip",
}  # fmt: skip
#: What an address may not set: each of them names a file of this machine, or what is done with one.
_FILES = ("template", "pgp", "pem", "key", "attach", "config", "include")
_MAIL = re.compile(r"[^@\s<>,;?&:/\"']+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])\Z")


def read_address(kind: str, typed: str) -> tuple[str, str]:
    """What is kept of an address that a person typed, and what may be shown of it. Raises RequestRefused."""
    address = typed.strip()
    if kind not in KINDS:
        raise RequestRefused(_("Choose how you want to be reached."))
    if len(address) > MAX_CHARS or not address.isprintable() or " " in address:
        raise RequestRefused(_("This address cannot be used. Copy it again, whole."))
    if kind == "email":
        if _MAIL.match(address) is None or len(address) > 254:
            raise RequestRefused(_("Write an e-mail address, such as name@clinic.ca."))
        return address, masked(address)
    url = _as_apprise(address)
    _name, module = told_of(url)
    if SERVICES.get(module) != kind:
        raise RequestRefused(
            _("This address belongs to another kind of service than the one chosen, or to none that Parapet uses.")
        )
    return url, _shown(url, module)


def masked(mail: str) -> str:
    """ "ada@clinic.ca" as "a…@clinic.ca"."""
    name, _at, domain = mail.rpartition("@")
    return f"{name[:1]}…@{domain}"


def told_of(url: str) -> tuple[str, str]:
    """What Apprise calls the service behind a URL, and the module that serves it. Raises RequestRefused when it knows none."""
    plugin = plugin_of(url)
    return str(plugin.service_name), _module(plugin)


def plugin_of(url: str) -> Any:
    """What sends to `url`, as Apprise has it. Raises RequestRefused for an address that it cannot read, or that names files."""
    quiet.hush()
    from apprise import Apprise  # it reads a hundred modules: only who alerts pays for it

    refused = RequestRefused(_("This address cannot be used. Copy it again, whole."))
    try:
        asked = [name.casefold() for name, _value in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    except ValueError:
        raise refused from None
    if any(name.startswith(_FILES) for name in asked):
        raise refused
    plugin = Apprise.instantiate(url, asset=quiet_asset(), suppress_exceptions=True)
    if plugin is None or _module(plugin) not in SERVICES:
        raise refused
    return plugin


def quiet_asset() -> Any:
    """Settings for Apprise: no pictures, no files, nothing kept, nothing followed."""
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="Parapet",
        app_desc="Parapet",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        image_path_mask="",
        async_mode=False,
        http_redirects=False,  # led elsewhere, a token would go along
        secure_logging=True,
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
    )


def _module(plugin: Any) -> str:
    place = type(plugin).__module__.split(".")
    return place[place.index("plugins") + 1] if "plugins" in place[:-1] else ""


def _as_apprise(address: str) -> str:
    """A web address that belongs to no service it knows is a webhook: it gets JSON."""
    scheme, separator, rest = address.partition("://")
    if not separator or scheme.casefold() not in ("http", "https"):
        return address
    try:
        told_of(address)
    except RequestRefused:
        return f"{'jsons' if scheme.casefold() == 'https' else 'json'}://{rest}"
    return address


def _shown(url: str, module: str) -> str:
    """The service, and for what anybody can run (webhook, ntfy, Matrix) its host: a path, a topic or a token is as good as a key."""
    parts = urlsplit(url)
    name = "" if SERVICES[module] == "webhook" else module.replace("_", " ").capitalize()
    hosted = module in _HOSTED or (module == "ntfy" and parts.path.strip("/"))
    return " ".join(part for part in (name, (parts.hostname or "") if hosted else "", "…") if part)
