from __future__ import annotations

from django.urls import path

from parapet.web.safety import views

urlpatterns = [
    path("c/<slug:case_id>/brief/", views.brief, name="case-brief"),
    path("c/<slug:case_id>/brief/pdf/", views.document, name="case-brief-pdf"),
    path("c/<slug:case_id>/read/", views.read, name="case-read"),
]
