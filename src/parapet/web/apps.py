"""The screens as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens keep nothing: they read through `access` and change through `actions`."""

    name = "parapet.web"
    label = "web"
