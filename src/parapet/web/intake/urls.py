from __future__ import annotations

from django.urls import path

from parapet.web.intake import views

urlpatterns = [
    path("add/", views.intake, name="intake"),
    path("add/said/", views.said, name="said"),
    path("add/<slug:intake_id>/", views.progress, name="progress"),
    path("add/<slug:intake_id>/again/", views.again, name="intake-again"),
    path("add/<slug:intake_id>/read-again/", views.read_again, name="intake-read-again"),
]
