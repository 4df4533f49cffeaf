"""The Django application."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Models of Parapet."""

    name = "parapet.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
