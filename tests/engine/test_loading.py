"""Loading content: every fault names its file, its line, its key and the cure."""

from pathlib import Path

import pytest

from procedures.engine.loading import SHIPPED, content_data, load_edition, load_text, shipped_files
from procedures.engine.reading_yaml import ContentRefused, Document, Fault

HEAD = """\
edition:
  id: invented
  title: An invented procedure
  version: "1"
  in_force_from: "2026-01-01"
"""
RULE = """\
rules:
  - id: R-1
    title: Danger
    serves: [all]
    status: procedure
    sources: [S-1]
    when: {is: {immediate_danger: yes}}
    adds:
      destinations: [{to: police, mode: call_999, urgency: emergency}]
    because: There is danger.
"""
TWO_CASES = """\
rules:
  - id: R-1
    title: Danger
    serves: [all]
    status: procedure
    sources: [S-1]
    cases:
      - when: {is: {immediate_danger: yes}}
        adds: {flags: [danger]}
        because: There is danger.
      - when: {is: {missing_now: yes}}
        adds: {flags: [missing]}
        because: A child is missing.
"""
FORM = """\
pages:
  - {id: first, title: First, part: form, questions: [Q-A-1]}
  - {id: second, title: Second, part: form, questions: [Q-A-2]}
questions:
  - id: Q-A-1
    text: Is it so?
    short: So
    kind: choice
    options: [{value: yes, label: Yes}, {value: no, label: No}]
    error: Answer
    pack_group: all
  - id: Q-A-2
    text: And why?
    short: Why
    kind: text
    error: Answer
    pack_group: all
    shown_when: {is: {Q-A-1: yes}}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ContentRefused) as refused:
        load_text(text, file="invented.yaml")
    return [str(fault) for fault in refused.value.faults]


def test_everything_is_text_and_yes_stays_yes() -> None:
    edition = load_text(HEAD + RULE + FORM, file="invented.yaml")

    assert (edition.id, edition.version) == ("invented", "1")
    assert [option.value for option in edition.questions["Q-A-1"].options] == ["yes", "no"]
    assert edition.cases[0].rule.id == "R-1"
    assert len(edition.digest) == 64


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_written() -> None:
    flat = load_text(HEAD + RULE, file="one.yaml")
    commented = load_text("# A remark\n" + HEAD.replace('"1"', "'1'") + RULE, file="two.yaml")
    other = load_text(HEAD + RULE.replace("There is danger", "Danger"), file="one.yaml")

    assert flat.digest == commented.digest
    assert flat.digest != other.digest
    assert content_data(flat.content)["rules"][0]["id"] == "R-1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [1", "invented.yaml:2: This is not valid YAML (did not find expected ',' or ']'). "
                  "Check the indentation, quotes and colons here."),
        ("a: 1\n b: 2", "invented.yaml:2: This is not valid YAML (mapping values are not allowed in this context). "
                        "Check the indentation, quotes and colons here."),
        ("a: 1\n---\nb: 2", "invented.yaml:2: This is not valid YAML (but found another document). "
                            "Check the indentation, quotes and colons here."),
        ("a: 1\nb: \x07", "invented.yaml:2: This holds a character that cannot be read (U+0007). Take it out."),
        ("a: 1\na: 2", "invented.yaml:2: a: This key is written twice. Keep one of them."),
        ("a:\n  - b: 1\n    b: 2", "invented.yaml:3: a.0.b: This key is written twice. Keep one of them."),
        ("a: {b: 1}\n[c]: 1", "invented.yaml:2: A key must be one word. Take the brackets away."),
        ("a: &x 1", "invented.yaml:1: &x: Anchors are not used here. Take it away."),
        ("a: !!int 1", "invented.yaml:1: tag:yaml.org,2002:int: Tags are not used here. "
                       "Take it away; everything is text."),
        ("a: 1\n<<: {b: 1}", "invented.yaml:2: <<: Merged keys are not used here. Write the keys out."),
        ("a: " + "[" * 50 + "]" * 50, "invented.yaml:1: This is nested too deeply. "
                                      "Check the brackets and the indentation."),
        ("", "invented.yaml:1: edition: This key is needed and missing. Add it."),
        ("- a", "invented.yaml:1: This should be keys with values. Indent them below it."),
        (HEAD + "extra: 1", "invented.yaml:6: extra: This key is not known here. Check its spelling, or take it out."),
        (HEAD.replace("  title: An invented procedure\n", ""),
         "invented.yaml:1: edition.title: This key is needed and missing. Add it."),
        (HEAD.replace("2026-01-01", "soon"),
         'invented.yaml:5: edition.in_force_from: This should be a date. Write it as "2026-09-14".'),
        (HEAD + "rules:\n", "invented.yaml:6: rules: This should be a list. "
                            "Put each entry on a line of its own with a dash."),
        (HEAD + "extends: [nowhere]",
         "invented.yaml:6: extends.0: There is no file nowhere.yaml. Correct the name, or take the line out."),
        (HEAD + RULE.replace("    title: Danger\n", "    titel: Danger\n"),
         "invented.yaml:7: rules.R-1.title: This key is needed and missing. Add it."),
        (HEAD + RULE.replace("    because: There is danger.\n", ""),
         "invented.yaml:7: rules.R-1.because: This key is needed and missing. Add it."),
        (HEAD + RULE.replace("to: police", "to: polcie"),
         "invented.yaml:14: rules.R-1.adds.destinations.0.to: "
         "Input should be 'police', 'hub', 'prevent_spoc' or 'lado'. Correct the value."),
        (HEAD + RULE.replace("[all]", "[everything]"),
         "invented.yaml:9: rules.R-1.serves.0: Input should be 'indecent_images', 'grooming', 'extremism', "
         "'nudes_sharing', 'sextortion', 'ai_imagery' or 'other'. Correct the value."),
        (HEAD + RULE.replace("There is danger.", '""'),
         "invented.yaml:15: rules.R-1.because: This is empty. Write something, or take the key out."),
        (HEAD + RULE.replace("[S-1]", "[]"), "invented.yaml:11: rules.R-1.sources: This is empty. "
                                             "Add at least one entry."),
        (HEAD + RULE.replace("status: procedure", "status: awaiting_sign_off"),
         "invented.yaml:7: rules.R-1: Value error, `status: awaiting_sign_off` and `awaiting: DD-nn` go together; "
         "write both or neither. Correct the value."),
        (HEAD + TWO_CASES.replace("        because: A child is missing.\n", ""),
         "invented.yaml:16: rules.R-1.cases.1.because: This key is needed and missing. Add it."),
        (HEAD + TWO_CASES.replace("[missing]", "[Missing!]"),
         "invented.yaml:17: rules.R-1.cases.1.adds.flags.0: String should match pattern "
         "'^[a-z0-9][a-z0-9_]*$'. Correct the value."),
        (HEAD + TWO_CASES.replace("[S-1]", "[S-1]\n    because: Twice."),
         "invented.yaml:12: rules.R-1.because: This key is not known here. Check its spelling, or take it out."),
        (HEAD + TWO_CASES.split("    cases:")[0] + "    cases: []",
         "invented.yaml:12: rules.R-1.cases: This is empty. Add at least one entry."),
        (HEAD + FORM.replace("label: Yes}", "label: [Yes]}"),
         "invented.yaml:14: questions.Q-A-1.options.0.label: This should be text. "
         "Take the brackets, dashes or keys away."),
        (HEAD + "decisions: [{id: DD-01, on: perhaps, about: x}]",
         "invented.yaml:6: decisions.DD-01.on: This should be yes or no. Write one of them."),
        (HEAD + "decisions: [about]", "invented.yaml:6: decisions.0: This should be keys with values. "
                                      "Indent them below it."),
    ],
)  # fmt: skip
def test_bad_shape_is_named_by_file_line_key_and_cure(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_a_text_that_repeats_itself_is_refused_and_does_not_run_for_ever() -> None:
    assert faults("a: &x [*x]") == [
        "invented.yaml:1: &x: Anchors are not used here. Take it away.",
        "invented.yaml:1: *x: Repeats are not used here. Write it out.",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + RULE.replace("immediate_danger", "danger"),
         "invented.yaml:12: rules.R-1.when: `danger` is not known here. Use one of: about_staff_of,"),
        (HEAD + RULE.replace("danger: yes", "danger: true"),
         "invented.yaml:12: rules.R-1.when: `immediate_danger` cannot be `true`. Use one of: yes, no."),
        (HEAD + RULE.replace("{is: {immediate_danger: yes}}", "{decided: DD-99}"),
         "invented.yaml:12: rules.R-1.when: `decided: DD-99` is not set."),
        (HEAD + RULE + "    unless_known: {is: {x: yes}}",
         "invented.yaml:16: rules.R-1.unless_known: `x` is not known here."),
        (HEAD + RULE + "    each_child: {is: {immediate_danger: yes}}",
         "invented.yaml:16: rules.R-1.each_child: `immediate_danger` is not known here. Use one of: age, area,"),
        (HEAD + TWO_CASES.replace("missing_now", "missing"),
         "invented.yaml:16: rules.R-1.cases.1.when: `missing` is not known here."),
        (HEAD + TWO_CASES.replace("{flags: [missing]}", "\n          do_yourself:\n            - code: iwf\n"
                                  "              held_until_police_agree_when: {is: {x: yes}}"),
         "invented.yaml:20: rules.R-1.cases.1.adds.do_yourself.0.held_until_police_agree_when: `x` is not known here."),
        (HEAD + FORM.replace("shown_when: {is: {Q-A-1", "shown_when: {is: {Q-A-3"),
         "invented.yaml:23: questions.Q-A-2.shown_when: `Q-A-3` is not known here. Use one of: Q-A-1."),
        (HEAD + FORM.replace("pack_group: all\n  - id", "pack_group: all\n    shown_when: {is: {Q-A-2: yes}}\n  - id"),
         "invented.yaml:17: questions.Q-A-1.shown_when: `Q-A-2` is not known here. Use one of: none yet."),
        (HEAD + FORM.replace("shown_when: {is: {Q-A-1: yes}}", "shown_when: {children: some}"),
         "invented.yaml:23: questions.Q-A-2.shown_when: `children` cannot be used of answers."),
        (HEAD + FORM.replace("[Q-A-2]", "[Q-A-2, Q-A-9]"),
         "invented.yaml:8: pages.second.questions.1: There is no question Q-A-9. Correct the id, or add the question."),
        (HEAD + FORM.replace("[Q-A-2]", "[Q-A-2, Q-A-1]"),
         "invented.yaml:8: pages.second.questions.1: Q-A-1 is asked twice. Take it out here, or on the other page."),
        (HEAD + FORM.replace("questions: [Q-A-2]", "questions: []"),
         "invented.yaml:17: questions.Q-A-2: No page asks this question. Put it on a page, or take it out."),
        (HEAD + "checklists: [{code: wait, do: now, text: Wait, sources: [S-1], when: {is: {x: yes}}}]",
         "invented.yaml:6: checklists.wait.when: `x` is not known here."),
    ],
)  # fmt: skip
def test_a_name_that_is_not_there_is_refused_on_its_line(text: str, fault: str) -> None:
    found = faults(text)

    assert len(found) == 1
    assert found[0].startswith(fault)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "main.yaml"


def part(name: str, *extends: str, more: str = "") -> str:
    return HEAD.replace("id: invented", f"id: {name}") + f"extends: [{', '.join(extends)}]\n" + more


def refusal(path: Path, *, content: Path) -> list[str]:
    with pytest.raises(ContentRefused) as refused:
        load_edition(path, content=content)
    return [str(fault) for fault in refused.value.faults]


def test_an_edition_is_joined_with_what_it_extends_each_file_once(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main=part("main", "left", "right"),
        left=part("left", "base"),
        right=part("right", "base"),
        base=part("base", more=RULE),
    )

    edition = load_edition(main, content=tmp_path)

    assert [document.file for document in edition.documents] == ["base.yaml", "left.yaml", "right.yaml", "main.yaml"]
    assert [rule.id for rule in edition.content.rules] == ["R-1"]


def test_a_part_is_looked_for_beside_the_file_and_then_in_the_content_folder(tmp_path: Path) -> None:
    write(tmp_path, shared__base=part("base", more=RULE), own__inner=part("inner", "shared/base"))
    main = write(tmp_path / "own", main=part("main", "inner"))

    edition = load_edition(main, content=tmp_path)

    assert [document.file for document in edition.documents] == ["shared/base.yaml", "inner.yaml", "main.yaml"]


def test_a_fault_in_a_part_names_that_part_by_its_folder(tmp_path: Path) -> None:
    main = write(tmp_path, main=part("main", "here/rules"), here__rules=part("rules", more="colour: blue"))

    assert refusal(main, content=tmp_path) == [
        "here/rules.yaml:7: colour: This key is not known here. Check its spelling, or take it out."
    ]


def test_a_file_that_comes_back_to_itself_is_refused(tmp_path: Path) -> None:
    main = write(tmp_path, main=part("main", "other"), other=part("other", "main"))

    assert refusal(main, content=tmp_path) == ["other.yaml:6: extends.0: main extends itself. Take the line out."]


def test_one_id_in_two_files_is_refused_where_it_comes_second(tmp_path: Path) -> None:
    main = write(tmp_path, main=part("main", "base", more=RULE), base=part("base", more=RULE))

    assert refusal(main, content=tmp_path) == [
        "main.yaml:8: rules.0.id: R-1 is already in base.yaml. Give this one another id, or take one out."
    ]


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    nowhere, latin = tmp_path / "nowhere.yaml", tmp_path / "latin.yaml"
    latin.write_bytes(b"edition:\n  title: caf\xe9\n")

    assert refusal(nowhere, content=tmp_path) == [
        f"{nowhere}:1: This file cannot be read (No such file or directory). Name a file that is there and may be read."
    ]
    assert refusal(latin, content=tmp_path) == ["latin.yaml:2: This file is not UTF-8 text. Save it as UTF-8."]


def test_a_file_reached_by_another_way_keeps_a_short_name(tmp_path: Path) -> None:
    write(tmp_path, real__base=part("base", more="colour: blue"))
    main = write(tmp_path / "real", main=part("main", "base"))
    (tmp_path / "away").symlink_to(tmp_path / "real")

    assert refusal(tmp_path / "away" / "main.yaml", content=tmp_path)[0].startswith("base.yaml:7: colour: ")
    assert main.is_file()


def test_a_part_outside_every_folder_keeps_its_whole_name(tmp_path: Path) -> None:
    write(tmp_path, outside__base=part("base", more="colour: blue"))
    (tmp_path / "inside").mkdir()
    main = write(tmp_path / "inside", main=part("main", "../outside/base"))

    [fault] = refusal(main, content=tmp_path / "inside")

    assert fault.startswith(f"{tmp_path.resolve()}/outside/base.yaml:7: colour: ")


def test_the_shipped_editions_load() -> None:
    assert [path.name for path in shipped_files()] == ["cumbria.yaml", "north-east-lincolnshire.yaml"]
    assert all(path.is_relative_to(SHIPPED) for path in shipped_files())
    assert load_edition(shipped_files()[0]).id == "cumbria"


def test_a_fault_without_a_key_stands_on_the_nearest_line() -> None:
    document = Document("x.yaml", {}, {})

    assert document.fault(("a", "b"), "No.") == Fault("x.yaml", 1, "a.b", "No.")
