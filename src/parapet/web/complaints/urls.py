from __future__ import annotations

from django.urls import path

from parapet.web.complaints import desk, opening, papers

urlpatterns = [
    path("a/<slug:advocate_id>/complaints/", opening.complaints, name="complaints"),
    path("i/<slug:item_id>/complaint/", opening.from_letter, name="complaint-item"),
    path("c/<slug:case_id>/complaint/", opening.by_hand, name="complaint-case"),
    path("complaint/<slug:complaint_id>/", desk.complaint, name="complaint"),
    path("complaint/<slug:complaint_id>/facts/", desk.facts, name="complaint-facts"),
    path("complaint/<slug:complaint_id>/allegations/", desk.allegations, name="complaint-allegations"),
    path("complaint/<slug:complaint_id>/ground/", desk.ground, name="complaint-ground"),
    path("complaint/<slug:complaint_id>/ground/keep/", desk.keep_ground, name="complaint-ground-keep"),
    path("complaint/<slug:complaint_id>/rebuttal/", papers.rebuttal, name="complaint-rebuttal"),
    path("complaint/<slug:complaint_id>/rebuttal/pdf/", papers.rebuttal_document, name="complaint-rebuttal-pdf"),
    path("complaint/<slug:complaint_id>/letter/", papers.leader, name="complaint-leader"),
    path("complaint/<slug:complaint_id>/letter/pdf/", papers.leader_document, name="complaint-leader-pdf"),
]
