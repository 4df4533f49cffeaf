from __future__ import annotations

from django.urls import path

from parapet.web.blocks import one, views

urlpatterns = [
    path("a/<slug:advocate_id>/blocks/", views.all_blocks, name="blocks"),
    path("a/<slug:advocate_id>/blocks/list/", views.as_list, name="blocks-list"),
    path("i/<slug:item_id>/block/", views.item, name="block-item"),
    path("i/<slug:item_id>/block/campaign/", views.campaign, name="block-campaign"),
    path("c/<slug:case_id>/block/", views.case, name="block-case"),
    path("plan/<slug:plan_id>/", views.plan, name="block-plan"),
    path("plan/<slug:plan_id>/names/", views.names, name="block-names"),
    path("plan/<slug:plan_id>/approve/", views.approve, name="block-approve"),
    path("plan/<slug:plan_id>/drop/", views.drop, name="block-plan-drop"),
    path("blk/<slug:block_id>/", one.block, name="block"),
    path("blk/<slug:block_id>/name/", one.name, name="block-name"),
    path("blk/<slug:block_id>/lift/", one.lift, name="block-lift"),
    path("blk/<slug:block_id>/tick/", one.tick, name="block-tick"),
    path("blk/<slug:block_id>/settle/", one.settle, name="block-settle"),
    path("blk/<slug:block_id>/again/", one.again, name="block-again"),
    path("blk/<slug:block_id>/drop/", one.drop, name="block-drop"),
]
