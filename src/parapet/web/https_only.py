"""Tells browsers to come by https from now on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class HttpsOnly:
    """Middleware for a home whose public address is https: every answer says so (RFC 6797), errors and files too.

    Django says it only in answer to a request that came by https. Ours never seems to: a proxy ends TLS before us, and
    no header of it is believed. On plain http, and for a bare IP address, browsers pass it over.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.said = f"max-age={settings.SECURE_HSTS_SECONDS}"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Strict-Transport-Security"] = self.said
        return response
