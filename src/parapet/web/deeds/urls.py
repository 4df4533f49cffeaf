from __future__ import annotations

from django.urls import path

from parapet.web.deeds import views

urlpatterns = [
    path("a/<slug:advocate_id>/custody/", views.custody, name="custody"),
    path("a/<slug:advocate_id>/custody/table/", views.table, name="custody-table"),
]
