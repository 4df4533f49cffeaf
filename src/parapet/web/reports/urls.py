from __future__ import annotations

from django.urls import path

from parapet.web.reports import batches, views

urlpatterns = [
    path("a/<slug:advocate_id>/reports/", views.outbox, name="reports"),
    path("a/<slug:advocate_id>/reports/table/", views.table, name="reports-table"),
    path("a/<slug:advocate_id>/reports/rule/", views.rule, name="reports-rule"),
    path("a/<slug:advocate_id>/reports/many/", batches.chosen, name="reports-many"),
    path("i/<slug:item_id>/report/", views.begin, name="report-item"),
    path("i/<slug:item_id>/report/campaign/", batches.campaign, name="report-campaign"),
    path("c/<slug:case_id>/report/", batches.case, name="report-case"),
    path("rep/<slug:report_id>/", views.report, name="report"),
    path("rep/<slug:report_id>/words/", views.words, name="report-words"),
    path("rep/<slug:report_id>/file/", views.file, name="report-file"),
    path("rep/<slug:report_id>/approve/", views.approve, name="report-approve"),
    path("rep/<slug:report_id>/drop/", views.drop, name="report-drop"),
    path("rep/<slug:report_id>/sent/", views.sent, name="report-sent"),
    path("rep/<slug:report_id>/settle/", views.settle, name="report-settle"),
    path("rep/<slug:report_id>/again/", views.again, name="report-again"),
    path("rep/<slug:report_id>/outcome/", views.outcome, name="report-outcome"),
    path("batch/<slug:batch_id>/", batches.batch, name="report-batch"),
    path("batch/<slug:batch_id>/words/", batches.words, name="report-batch-words"),
    path("batch/<slug:batch_id>/approve/", batches.approve, name="report-batch-approve"),
]
