from __future__ import annotations

from django.urls import path

from parapet.web.browsers import door, views

urlpatterns = [
    path("a/<slug:advocate_id>/browsers/", views.browsers, name="browsers"),
    path("browsers/<slug:browser_id>/end/", views.end, name="browser-end"),
    path("browsers/extension.zip", views.extension, name="extension"),
    path("api/v1/browsers", door.pair_one, name="api-browsers"),
    path("api/v1/captures", door.captures, name="api-captures"),
]
