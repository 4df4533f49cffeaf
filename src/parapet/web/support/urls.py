from __future__ import annotations

from django.urls import path

from parapet.web.support import hers, theirs

urlpatterns = [
    path("a/<slug:advocate_id>/support/", hers.support, name="support"),
    path("a/<slug:advocate_id>/support/new/", hers.new, name="supporter-new"),
    path("a/<slug:advocate_id>/support/ask/", hers.ask, name="support-ask"),
    path("supporters/<slug:supporter_id>/link/", hers.link, name="supporter-link"),
    path("supporters/<slug:supporter_id>/end/", hers.end, name="supporter-end"),
    path("support/<slug:call_id>/", hers.call, name="support-call"),
    path("support/<slug:call_id>/stop/", hers.stop, name="support-stop"),
    path("support/<slug:call_id>/confirm/", hers.confirm, name="support-confirm"),
    path("support/<slug:call_id>/helped/", hers.helped, name="support-helped"),
    path("supporting/", theirs.supporting, name="supporting"),
    path("supporting/back/", theirs.back, name="supporting-back"),
    path("supporting/<slug:supporter_id>/agree/", theirs.agree, name="supporting-agree"),
    path("supporting/<slug:supporter_id>/leave/", theirs.leave, name="supporting-leave"),
    path("supporting/call/<slug:call_id>/", theirs.call, name="supporting-call"),
    path("supporting/call/<slug:call_id>/take/", theirs.take, name="supporting-take"),
    path("supporting/call/<slug:call_id>/write/", theirs.write, name="supporting-write"),
    path("supporting/call/<slug:call_id>/say/", theirs.say, name="supporting-say"),
    path("supporting/call/<slug:call_id>/how/", theirs.feel, name="supporting-feel"),
    path("supporting/call/<slug:call_id>/<slug:item_id>/", theirs.message, name="supporting-message"),
]
