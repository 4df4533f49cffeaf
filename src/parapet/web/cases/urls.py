from __future__ import annotations

from django.urls import path

from parapet.web.cases import views

urlpatterns = [
    path("a/<slug:advocate_id>/cases/", views.cases, name="cases"),
    path("a/<slug:advocate_id>/cases/choose/", views.choose, name="case-choose"),
    path("a/<slug:advocate_id>/cases/open/", views.open_one, name="case-open"),
    path("c/add/", views.add, name="case-add"),
    path("c/<slug:case_id>/", views.case, name="case"),
    path("c/<slug:case_id>/remove/", views.remove, name="case-remove"),
    path("c/<slug:case_id>/note/", views.note, name="case-note"),
    path("c/<slug:case_id>/handover/", views.handover, name="case-handover"),
    path("c/<slug:case_id>/close/", views.close, name="case-close"),
    path("c/<slug:case_id>/reopen/", views.reopen, name="case-reopen"),
    path("c/<slug:case_id>/bag/", views.bag, name="case-bag"),
    path("c/<slug:case_id>/dossier/", views.dossier, name="case-dossier"),
]
