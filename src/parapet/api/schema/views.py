"""What programs may ask, as an OpenAPI document. The same for everybody: it says nothing about anybody, nor about this home."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """GET api/v1/openapi.json: OpenAPI 3.1, of every call that another program makes."""
    return HttpResponse(_document(), content_type="application/json", headers={"Cache-Control": "public, max-age=3600"})


@cache
def _document() -> bytes:
    return files("parapet.api.schema").joinpath("openapi.json").read_bytes()
