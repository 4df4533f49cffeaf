from __future__ import annotations

from django.urls import path

from parapet.web.capture import looking, views

urlpatterns = [
    path("add/page/", views.keep, name="keep-page"),
    path("add/page/<slug:intake_id>/", views.progress, name="page-progress"),
    path("i/<slug:item_id>/page/again/", looking.again, name="look-again"),
    path("i/<slug:item_id>/page/looking/", looking.keep, name="keep-looking"),
    path("i/<slug:item_id>/look/", looking.kept, name="item-look"),
    path("i/<slug:item_id>/page/", views.seen, name="item-page"),
    path("i/<slug:item_id>/page/<str:ticket>/", views.picture, name="item-picture"),
]
