"""`manage.py route`: one answer for each case, in the shape of the contract; bad input named, exit 2; no database."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

CHILD = {"area": "cumberland", "age": "13_to_15", "part": ["may_have_been_harmed"]}
CASE = {"concerns": ["grooming"], "children": [CHILD], "setting_area": "cumberland", "meeting": "later"}
EAST = {**CASE, "children": [{**CHILD, "area": "north_east_lincolnshire"}]}

Run = Callable[..., str]


class Part(BaseModel):
    """Everything in the answer: these keys and no other."""

    model_config = ConfigDict(extra="forbid", strict=True)


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Urgency = Literal["emergency", "urgent", "standard"]
DestinationCode = Literal["police", "hub", "prevent_spoc", "lado"]


class ReasonPart(Part):
    rule: str
    because: str = Field(min_length=20)
    sources: list[str] = Field(min_length=1)
    status: str
    edition: Code | Literal["north-east-lincolnshire"]


Reasons = Annotated[list[ReasonPart], Field(min_length=1)]


class DestinationPart(Part):
    code: DestinationCode
    unit: Code | None
    mode: Literal["call_999", "call_101", "call_hub", "pack", "advice"]
    urgency: Urgency
    marking: Literal["CHANNEL"] | None
    children: list[int]
    reasons: Reasons


class EditionPart(Part):
    id: str
    version: str
    digest: Sha256


class OwnReportPart(Part):
    code: Code
    when: Literal["now", "after_police_agree"]
    reasons: Reasons


class FlagPart(Part):
    code: Code
    reasons: Reasons


class FindOutPart(Part):
    code: Literal["find_out"]
    fact: str
    reasons: Reasons


class StepPart(Part):
    code: Code
    text: str = Field(min_length=5)
    sources: list[str] = Field(min_length=1)


class ClockPart(Part):
    kind: Annotated[str, StringConstraints(pattern=r"^K-[0-9]{2}$")]
    for_: DestinationCode = Field(alias="for")
    limit: int
    counted_in: str
    source: str


class AnswerPart(Part):
    editions: list[EditionPart] = Field(min_length=1)
    owner: Code
    urgency: Urgency
    destinations: list[DestinationPart] = Field(min_length=1)
    do_yourself: list[OwnReportPart]
    flags: list[FindOutPart | FlagPart]
    checklist: list[StepPart]
    clocks: list[ClockPart]


CONTRACT = TypeAdapter(AnswerPart)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def running(*arguments: str, given: str | bytes = "") -> str:
        raw = given.encode() if isinstance(given, str) else given
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        out = io.StringIO()
        call_command("route", *arguments, stdout=out)
        return out.getvalue()

    return running


def refused(run: Run, capsys: pytest.CaptureFixture[str], *arguments: str, given: str | bytes = "") -> str:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments, given=given)
    assert stopped.value.code == 2
    return capsys.readouterr().err.strip()


def test_a_case_from_a_file_gives_one_object_in_the_shape_of_the_contract(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")

    answer = json.loads(run("--facts", str(path)))

    CONTRACT.validate_python(answer)
    assert answer["owner"] == "cumberland_hub"
    assert [each["id"] for each in answer["editions"]] == ["cumbria"]


@pytest.mark.parametrize(
    "case",
    [
        {"concerns": ["other"]},
        {"concerns": ["extremism", "indecent_images"], "children": [{}, {"area": "north_east_lincolnshire"}]},
        {"concerns": ["sextortion"], "children": [CHILD], "about_staff_of": ["police"], "immediate_danger": "yes"},
    ],
)
def test_a_case_from_standard_input_has_the_same_shape(run: Run, case: dict[str, Any]) -> None:
    answer = json.loads(run("--facts", "-", given=json.dumps(case)))

    CONTRACT.validate_python(answer)
    codes = [(each["code"], each["unit"]) for each in answer["destinations"]]
    assert len(codes) == len(set(codes))


def test_a_byte_order_mark_is_no_fault(run: Run) -> None:
    assert json.loads(run("--facts", "-", given=b"\xef\xbb\xbf" + json.dumps(CASE).encode()))["owner"]


def test_each_child_is_decided_under_the_edition_of_its_area(run: Run) -> None:
    both = {**CASE, "children": [*CASE["children"], *EAST["children"]]}

    answer = json.loads(run("--facts", "-", given=json.dumps(both)))

    assert [each["id"] for each in answer["editions"]] == ["cumbria", "north-east-lincolnshire"]
    assert {each["unit"]: each["children"] for each in answer["destinations"] if each["code"] == "hub"} == {
        "cumberland_hub": [0], "north_east_lincolnshire_hub": [1]}  # fmt: skip


@pytest.mark.parametrize("name", ["cumbria", "cumbria@v27"])
def test_with_an_edition_everything_is_decided_under_it(run: Run, name: str) -> None:
    answer = json.loads(run("--facts", "-", "--edition", name, given=json.dumps(EAST)))

    assert [(each["id"], each["version"]) for each in answer["editions"]] == [("cumbria", "v27")]
    assert {reason["edition"] for each in answer["destinations"] for reason in each["reasons"]} == {"cumbria"}


def test_many_cases_give_one_line_each_in_their_order(run: Run) -> None:
    lines = [json.dumps(case) for case in (EAST, CASE, EAST)]

    answers = run("--facts", "-", "--lines", given="\n".join([lines[0], "", *lines[1:], ""])).splitlines()

    assert [json.loads(line)["owner"] for line in answers] == [
        "north_east_lincolnshire_hub", "cumberland_hub", "north_east_lincolnshire_hub"]  # fmt: skip
    for line in answers:
        CONTRACT.validate_python(json.loads(line))


def test_an_error_in_a_line_names_it_and_the_answers_before_it_stand(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    given = "\n".join([json.dumps(CASE), "", '{"concerns": ["groming"]}', json.dumps(CASE)])

    assert refused(run, capsys, "--facts", "-", "--lines", given=given).startswith(
        "line 3: \"concerns\" cannot hold 'groming'. Use any of: indecent_images,"
    )


def test_a_line_ends_where_json_says_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    given = json.dumps(CASE) + "\n" + '{"concerns": ["a\u2028b"]}'

    assert refused(run, capsys, "--facts", "-", "--lines", given=given).startswith('line 2: "concerns" cannot hold')


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "This is not JSON (Expecting value, line 1, column 1). Check quotes and commas."),
        ('{"concerns": ["grooming",]}', "This is not JSON ("),
        ("[]", "The facts must be one JSON object"),
        ('{"concerns": ["grooming"], "colour": "red"}', '"colour" is not a fact.'),
        ('{"concerns": ["grooming"], "meeting": "soon"}', "\"meeting\" cannot be 'soon'."),
        ('{"concerns": ["grooming"], "children": [{"area": "wales"}]}', "\"children[0].area\" cannot be 'wales'."),
        ('{"concerns": ["grooming"], "meeting": "no", "meeting": "later"}', '"meeting" is written twice.'),
        ("[" * 100_000, "This JSON is nested too deeply or holds a number too long to read."),
        ('{"concerns": ' + "1" * 5000 + "}", "This JSON is nested too deeply or holds a number too long to read."),
        (b'{"concerns": ["caf\xe9"]}', "- cannot be read ("),
    ],
)
def test_facts_that_cannot_be_used_are_refused_by_name(
    run: Run, capsys: pytest.CaptureFixture[str], given: str | bytes, words: str
) -> None:
    assert refused(run, capsys, "--facts", "-", given=given).startswith(words)


def test_a_file_that_is_not_there_is_named(run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    message = refused(run, capsys, "--facts", str(tmp_path / "no.json"))

    assert message.startswith(f"{tmp_path / 'no.json'} cannot be read (")
    assert message.endswith("Name a JSON file in UTF-8, or - for standard input.")


@pytest.mark.parametrize("name", ["yorkshire", "cumbria@v1"])
def test_an_edition_that_is_not_there_is_refused_with_those_that_are(
    run: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    message = refused(run, capsys, "--facts", "-", "--edition", name, given=json.dumps(CASE))

    assert message.startswith("There is no edition ")
    assert "At hand: cumbria@v27, north-east-lincolnshire@2025." in message


def test_without_an_edition_in_force_it_says_so(run: Run, settings: Any, tmp_path: Path) -> None:
    settings.EDITIONS_DIR = tmp_path

    with pytest.raises(CommandError, match=r"No edition is in force today\. Bring one into use, or name one\."):
        run("--facts", "-", given=json.dumps(CASE))


def test_content_that_cannot_be_read_is_named_by_file_and_line(run: Run, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("edition:\n  colour: red\n", encoding="utf-8")
    settings.EDITIONS_DIR = tmp_path

    with pytest.raises(CommandError, match=r"broken\.yaml:2: edition\.colour: This key is not known here"):
        run("--facts", "-", given=json.dumps(CASE))


def test_it_touches_no_database(tmp_path: Path) -> None:
    nowhere = {**os.environ, "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
               "PORTAL_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "safeguarding.settings"}  # fmt: skip

    done = subprocess.run(
        [sys.executable, "manage.py", "route", "--facts", "-"],
        cwd=settings.BASE_DIR, env=nowhere, input=json.dumps(CASE), capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    CONTRACT.validate_python(json.loads(done.stdout))
