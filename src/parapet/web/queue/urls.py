from __future__ import annotations

from django.urls import path

from parapet.web.queue import views

urlpatterns = [
    path("a/<slug:advocate_id>/queue/", views.queue, name="queue"),
    path("a/<slug:advocate_id>/queue/next/", views.take, name="queue-next"),
    path("i/<slug:item_id>/take/", views.take_this, name="queue-take"),
    path("i/<slug:item_id>/done/", views.done, name="queue-done"),
    path("i/<slug:item_id>/again/", views.again, name="queue-again"),
    path("i/<slug:item_id>/back/", views.back, name="queue-back"),
    path("i/<slug:item_id>/over/", views.over, name="queue-over"),
]
