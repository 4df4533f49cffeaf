from __future__ import annotations

from django.urls import path

from parapet.web.alerts import views

urlpatterns = [
    path("settings/reach/", views.reach, name="reach"),
    path("protected/<slug:advocate_id>/on-call/", views.on_call, name="on-call"),
    path("alerts/<slug:alert_id>/", views.alert, name="alert"),
]
