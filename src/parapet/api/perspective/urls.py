"""Perspective's addresses, letter by letter."""

from __future__ import annotations

from django.urls import path

from parapet.api.perspective import views

urlpatterns = [
    path("v1alpha1/comments:analyze", views.analyze, name="perspective_analyze"),
    path("v1alpha1/comments:suggestscore", views.suggestscore, name="perspective_suggestscore"),
    path("$discovery/rest", views.discovery, name="perspective_discovery"),
]
