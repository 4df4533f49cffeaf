from __future__ import annotations

from django.urls import path

from parapet.web.filing import statement, views

urlpatterns = [
    path("c/<slug:case_id>/statement/", statement.statement, name="case-statement"),
    path("c/<slug:case_id>/filing/", views.filing, name="case-filing"),
    path("c/<slug:case_id>/filing/pdf/", views.document, name="case-filing-pdf"),
]
