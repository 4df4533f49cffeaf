from __future__ import annotations

from django.urls import path

from parapet.web.preferences import views

urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/witness/<int:index>/", views.acknowledge, name="acknowledge"),
]
