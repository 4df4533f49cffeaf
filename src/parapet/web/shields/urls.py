from __future__ import annotations

from django.urls import path

from parapet.web.shields import views

urlpatterns = [
    path("a/<slug:advocate_id>/shield/", views.shield, name="shield"),
    path("a/<slug:advocate_id>/shield/raise/", views.lift, name="shield-raise"),
    path("a/<slug:advocate_id>/shield/lower/", views.lower, name="shield-lower"),
    path("a/<slug:advocate_id>/shield/tick/", views.tick, name="shield-tick"),
    path("a/<slug:advocate_id>/shield/fine/", views.fine, name="shield-fine"),
    path("a/<slug:advocate_id>/shield/needed/", views.needed, name="shield-needed"),
    path("a/<slug:advocate_id>/shield/settings/", views.platform_settings, name="shield-settings"),
]
