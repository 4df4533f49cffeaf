from __future__ import annotations

from django.urls import path

from parapet.web.inbox import views

urlpatterns = [
    path("a/<slug:advocate_id>/", views.inbox, name="inbox"),
    path("assign/", views.assign, name="assign"),
]
