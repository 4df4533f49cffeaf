from __future__ import annotations

from django.urls import path

from parapet.web.cases import steps, tasks, timeline, views

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
    path("c/<slug:case_id>/assign/", steps.assign, name="case-assign"),
    path("c/<slug:case_id>/task/", steps.task, name="case-task"),
    path("c/<slug:case_id>/task/end/", steps.task_end, name="case-task-end"),
    path("c/<slug:case_id>/outcome/", steps.outcome, name="case-outcome"),
    path("c/<slug:case_id>/link/", steps.link, name="case-link"),
    path("c/<slug:case_id>/unlink/", steps.unlink, name="case-unlink"),
    path("c/<slug:case_id>/merge/", steps.merge, name="case-merge"),
    path("c/<slug:case_id>/unmerge/", steps.unmerge, name="case-unmerge"),
    path("c/<slug:case_id>/private/", steps.private, name="case-private"),
    path("c/<slug:case_id>/private/erase/", steps.private_erase, name="case-private-erase"),
    path("c/<slug:case_id>/timeline/", timeline.timeline, name="case-timeline"),
    path("c/<slug:case_id>/timeline/pdf/", timeline.document, name="case-timeline-pdf"),
    path("a/<slug:advocate_id>/tasks/", tasks.tasks, name="tasks"),
    path("c/<slug:case_id>/dossier/", views.dossier, name="case-dossier"),
]
