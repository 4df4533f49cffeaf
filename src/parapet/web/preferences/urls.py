from __future__ import annotations

from django.urls import path

from parapet.web.preferences import veils, views

urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/veil/", veils.veil, name="veil"),
    path("settings/witness/<int:index>/", views.acknowledge, name="acknowledge"),
]
