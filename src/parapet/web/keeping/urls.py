from __future__ import annotations

from django.urls import path

from parapet.web.keeping import views

urlpatterns = [
    path("i/<slug:item_id>/keep/", views.item, name="keep-item"),
    path("i/<slug:item_id>/erase/", views.erase_one, name="erase-item"),
    path("c/<slug:case_id>/keep/", views.case, name="keep-case"),
    path("protected/<slug:advocate_id>/keep/", views.advocate, name="keep-advocate"),
    path("protected/<slug:advocate_id>/keep/rule/", views.rule, name="keep-rule"),
    path("protected/<slug:advocate_id>/erase/", views.erase_advocate, name="erase-advocate"),
    path("hold/<slug:subject_id>/", views.hold, name="hold"),
    path("release/<slug:subject_id>/", views.release, name="release"),
]
