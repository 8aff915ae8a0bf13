"""The reading pages: every id has its page, every link leads somewhere, and what is out of date is said."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from django.test import Client
from django.urls import reverse

from procedures.editions import get_edition
from procedures.engine.edition import Edition
from procedures.reading import Reading, is_fact
from procedures.value_words import CONCERNS

pytestmark = pytest.mark.django_db
EDITIONS = ["cumbria", "north-east-lincolnshire"]


class Links(HTMLParser):
    """Gathers what a page links to, loads, and can be jumped to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.targets += [value for name in ("href", "src") if (value := given.get(name))]


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Edition:
    return get_edition(request.param)


def page(client: Client, name: str, *args: str) -> str:
    answer = client.get(reverse(f"procedures:{name}", args=args), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_link_of_every_page_leads_somewhere(client: Client) -> None:
    start = reverse("procedures:index")
    waiting, seen, ids, jumps = [start], set(), {}, []
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code == 302:
            links = Links("")
            links.targets = [answer["Location"]]
        else:
            assert answer.status_code == 200, address
            links = Links(answer.content.decode()) if "html" in answer["Content-Type"] else Links("")
            ids[unquote(address)] = set(links.ids)
            assert len(links.ids) == len(set(links.ids)), f"{address} uses an id twice"
        for target in links.targets:
            whole, jump = urldefrag(urljoin(address, target))
            if whole.startswith("/procedures/"):
                jumps += [(address, unquote(whole), jump)] if jump else []
                waiting.append(whole)
    assert len(seen) > 500
    assert [(where, to, jump) for where, to, jump in jumps if to in ids and jump not in ids[to]] == []


def test_every_id_has_its_page(client: Client, edition: Edition) -> None:
    content = edition.content
    assert content.questions
    for number, each in Reading(edition).paragraphs.items():
        section = reverse("procedures:section", args=[edition.id, each.section.id])
        assert (
            client.get(reverse("procedures:paragraph", args=[edition.id, number]))["Location"]
            == f"{section}#p-{number}"
        )
    for question in content.questions:
        assert question.id in page(client, "question", edition.id, question.id)
    for rule in content.rules:
        assert rule.id in page(client, "rule", edition.id, rule.id)
        for also in rule.also:
            assert also.id in page(client, "rule", edition.id, also.id)
    for source in Reading(edition).sources:
        assert client.get(reverse("procedures:source", args=[edition.id, source])).status_code == 302


def test_every_fact_of_the_source_leads_to_what_carries_it(client: Client, edition: Edition) -> None:
    letter = edition.id[0].upper()
    for number in range(1, 134):
        fact = f"{letter}-{number:03}"
        answer = client.get(reverse("procedures:fact", args=[edition.id, fact]))
        assert answer.status_code == 302, fact
        assert "#p-" in answer["Location"], fact


def test_a_fact_of_the_other_procedure_is_not_shown(client: Client, edition: Edition) -> None:
    other = "N-060" if edition.id == "cumbria" else "C-054"
    assert client.get(reverse("procedures:fact", args=[edition.id, other])).status_code == 404
    own = {source for source in Reading(edition).sources if is_fact(source)}
    assert len({source[0] for source in own}) == 1


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("edition", []),
        ("section", ["x"]),
        ("paragraph", ["99"]),
        ("fact", ["C-999"]),
        ("question", ["Q-X-1"]),
        ("rule", ["ZZ-1"]),
        ("routing", ["x"]),
        ("picture", ["x"]),
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, name: str, rest: list[str]) -> None:
    assert client.get(reverse(f"procedures:{name}", args=["cumbria" if rest else "rutland", *rest])).status_code == 404


def test_a_version_can_be_named_and_links_keep_to_it(client: Client) -> None:
    html = page(client, "edition", "cumbria@v27")
    assert "/procedures/cumbria@v27/rules" in html
    assert client.get(reverse("procedures:edition", args=["cumbria@v1"])).status_code == 404


def test_links_lead_both_ways(client: Client) -> None:
    paragraph = page(client, "paragraph", "cumbria", "4.6")
    assert reverse("procedures:rule", args=["cumbria", "II-1"]) in paragraph
    rule = page(client, "rule", "cumbria", "II-1")
    assert f"{reverse('procedures:section', args=['cumbria', 'action'])}#p-4.6" in rule
    assert "C-054" in rule
    assert "N-060" not in rule


def test_corrections_stand_beside_their_paragraphs(client: Client, edition: Edition) -> None:
    corrected = [each for each in Reading(edition).paragraphs.values() if each.paragraph.corrections]
    assert len(corrected) >= 10
    for each in corrected:
        html = page(client, "section", edition.id, each.section.id)
        beside = html.split(f'id="p-{each.paragraph.id}"')[1].split("</article>")[0]
        assert "Out of date" in beside
        for correction in each.paragraph.corrections:
            assert correction.id in beside


def test_law_and_resources_show_their_status(client: Client) -> None:
    assert "Superseded" in page(client, "legislation", "cumbria")
    resources = page(client, "resources", "north-east-lincolnshire")
    assert "Withdrawn" in resources
    assert 'href="http' not in resources.split("<main")[1].split("</main>")[0]


def test_pages_need_no_session_and_set_none(client: Client) -> None:
    for address in ("/procedures/", "/procedures/cumbria/", "/procedures/search?q=nudes"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "portal_session" not in answer.cookies


def _concerns() -> Iterator[tuple[str, str]]:
    for edition in EDITIONS:
        for concern in CONCERNS:
            yield edition, concern


@pytest.mark.parametrize(("name", "concern"), list(_concerns()))
def test_titles_and_headings_are_plain(client: Client, name: str, concern: str) -> None:
    html = page(client, "routing", name, concern)
    assert f"Where {CONCERNS[concern]} goes" in re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)
    assert html.count("<h1") == 1
