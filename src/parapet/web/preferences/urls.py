from __future__ import annotations

from django.urls import path

from parapet.web.preferences import digests, veils, views

urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/digest/", digests.digest, name="digest"),
    path("settings/veil/", veils.veil, name="veil"),
    path("settings/witness/<int:index>/", views.acknowledge, name="acknowledge"),
]
