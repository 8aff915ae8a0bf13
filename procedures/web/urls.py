"""Addresses of the reading pages. `edition` is an id such as `cumbria`, or an id with a version: `cumbria@v27`."""

from django.urls import path

from procedures.web import procedure, questions, routing, rules, search, sources, tables

app_name = "procedures"

urlpatterns = [
    path("", procedure.index, name="index"),
    path("search", search.search_page, name="search"),
    path("<str:edition>/", procedure.edition_page, name="edition"),
    path("<str:edition>/print", procedure.whole, name="print"),
    path("<str:edition>/sections/<str:section>", procedure.section_page, name="section"),
    path("<str:edition>/paragraphs/<str:paragraph>", sources.paragraph, name="paragraph"),
    path("<str:edition>/facts/<str:fact>", sources.fact, name="fact"),
    path("<str:edition>/sources/<str:source>", sources.source, name="source"),
    path("<str:edition>/guidance", sources.guidance, name="guidance"),
    path("<str:edition>/questions", questions.question_list, name="questions"),
    path("<str:edition>/questions/<str:question>", questions.question_page, name="question"),
    path("<str:edition>/rules", rules.rule_list, name="rules"),
    path("<str:edition>/rules/<str:rule>", rules.rule_page, name="rule"),
    path("<str:edition>/checklists", rules.checklists, name="checklists"),
    path("<str:edition>/routing/<str:concern>", routing.routing_page, name="routing"),
    path("<str:edition>/routing/<str:concern>/picture.svg", routing.routing_picture, name="picture"),
    path("<str:edition>/legislation", tables.legislation, name="legislation"),
    path("<str:edition>/resources", tables.resources, name="resources"),
    path("<str:edition>/decisions", tables.decisions, name="decisions"),
    path("<str:edition>/clocks", tables.clocks, name="clocks"),
    path("<str:edition>/packs", tables.packs, name="packs"),
    path("<str:edition>/directory", tables.directory, name="directory"),
]
