from __future__ import annotations

from django.urls import path

from parapet.web.referrals import given, received

urlpatterns = [
    path("c/<slug:case_id>/refer/", given.refer, name="refer"),
    path("r/<slug:referral_id>/add/", given.add, name="referral-add"),
    path("r/<slug:referral_id>/link/", given.link, name="referral-link"),
    path("r/<slug:referral_id>/end/", given.end, name="referral-end"),
    path("referred/", received.referred, name="referred"),
    path("referred/<slug:referral_id>/", received.one, name="referred-case"),
    path("referred/<slug:referral_id>/accept/", received.accept, name="referred-accept"),
    path("referred/<slug:referral_id>/decline/", received.decline, name="referred-decline"),
    path("referred/<slug:referral_id>/back/", received.hand_back, name="referred-back"),
    path("referred/<slug:referral_id>/note/", received.note, name="referred-note"),
    path("referred/<slug:referral_id>/dossier/", received.dossier, name="referred-dossier"),
    path("referred/<slug:referral_id>/<slug:item_id>/", received.item, name="referred-item"),
    path("referred/<slug:referral_id>/<slug:item_id>/text/", received.text, name="referred-text"),
]
