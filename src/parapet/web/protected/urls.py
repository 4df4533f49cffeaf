from __future__ import annotations

from django.urls import path

from parapet.web.protected import views

urlpatterns = [
    path("protected/", views.protected, name="protected"),
    path("protected/new/", views.enrol, name="enrol"),
    path("protected/<slug:advocate_id>/", views.profile, name="profile"),
]
