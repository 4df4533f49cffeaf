from __future__ import annotations

from django.urls import path

from parapet.web.item import correct, views

urlpatterns = [
    path("i/<slug:item_id>/", views.item, name="item"),
    path("i/<slug:item_id>/text/", views.text, name="item-text"),
    path("i/<slug:item_id>/compare/", views.compare, name="item-compare"),
    path("i/<slug:item_id>/judge/", correct.judge, name="item-judge"),
    path("i/<slug:item_id>/original/", views.original, name="item-original"),
]
