"""`manage.py check_procedures`: good editions pass; each kind of fault is named by file, line, key and cure, exit 1."""

import io
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from procedures.engine.loading import SHIPPED


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a copy of the shipped content to break."""
    folder = tmp_path / "content"
    shutil.copytree(SHIPPED, folder)
    return folder


def check(*files: Path, proof: bool = False) -> tuple[int, str]:
    """Return the exit code and everything that was printed."""
    out = io.StringIO()
    options = [] if proof else ["--no-proof"]
    try:
        call_command("check_procedures", *options, *map(str, files), stdout=out, stderr=out)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue()
    return 0, out.getvalue()


def change(path: Path, before: str, after: str) -> int:
    """Replace the first occurrence of a text in a file and return its line."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(before)) + 1


@pytest.mark.slow
def test_the_shipped_editions_pass_every_check() -> None:
    code, printed = check(proof=True)

    assert code == 0, printed
    assert "133 of 133 facts of its source are carried in every kind" in printed
    assert printed.count("proof (") == 16
    assert len(re.findall(r"the proof took \d+ s of the 60 s", printed)) == 2
    assert printed.endswith("All checks passed.\n")
    assert "FAIL" not in printed


def test_the_proof_can_be_left_out_and_it_says_so(content: Path) -> None:
    code, printed = check(content / "cumbria.yaml")

    assert code == 0, printed
    assert "proof (" not in printed
    assert "The proof was left out" in printed


RULES = "cumbria/rules.yaml"


@pytest.mark.parametrize(
    ("name", "before", "after", "fault"),
    [
        (RULES, "    title: A child is in immediate danger", "    title: x\n    title: y",
         "cumbria/rules.yaml:{next}: rules.0.title: This key is written twice. Keep one of them."),
        (RULES, "    title: A child is in immediate danger", "    tilte: x",
         "cumbria/rules.yaml:{line}: rules.M-01.tilte: This key is not known here. Check its spelling"),
        (RULES, "immediate_danger: yes", "immediate_danger: true",
         "cumbria/rules.yaml:{previous}: rules.M-01.when: `immediate_danger` cannot be `true`. Use one of: yes, no."),
        (RULES, "rules:\n", "rules: [\n", "cumbria/rules.yaml:"),
        (RULES, "sources: [C-057, C-064", "sources: [C-999, C-064",
         "cumbria/rules.yaml:{line}: rules.M-01.sources.0: C-999 is no fact and no guidance. Correct it, or add it to "
         "`guidance`."),
        (RULES, "checklist: [call_999_now]", "checklist: [call_now]",
         "cumbria/rules.yaml:{line}: rules.M-01.adds.checklist.0: There is no checklist item call_now. Correct it, or "
         "add it to `checklists`."),
        ("cumbria.yaml", "  - cumbria/rules", "  - cumbria/ruls",
         "There is no file cumbria/ruls.yaml. Correct the name, or take the line out."),
        ("cumbria.yaml", "facts: [C-001, C-002, C-003]", "facts: [C-001, C-002]",
         "C-003 is carried by no"),
        ("cumbria.yaml", "fallback_owner: cumberland_hub", "fallback_owner: Cumberland",
         "cumbria.yaml:{line}: edition.fallback_owner: String should match pattern"),
        ("national/questions/start.yaml", "value: no_child_known", "value: unknown",
         "national/questions/start.yaml:"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_named_where_it_stands(
    content: Path, name: str, before: str, after: str, fault: str
) -> None:
    line = change(content / name, before, after)

    code, printed = check(content / "cumbria.yaml")

    assert code == 1
    assert (
        fault.format(line=line, next=line + 1, previous=line - 1) in printed
        or fault.format(line=line, next=line + 1, previous=line) in printed
    ), printed
    assert "checks failed. Mend what is named above and run this again." in printed


def test_a_worked_example_that_is_no_longer_so_is_named(content: Path) -> None:
    change(content / RULES, "- {to: police, mode: call_999, urgency: emergency}", "- {to: police, mode: call_101, "
           "urgency: urgent}")  # fmt: skip

    code, printed = check(content / "cumbria.yaml")

    assert code == 1
    assert re.search(r"FAIL its \d+ worked examples are routed as they say\n +\S+ .*: ", printed), printed


@pytest.mark.slow
def test_a_rule_that_loses_somebody_fails_the_proof_in_words(content: Path) -> None:
    change(content / RULES, "fires: same", "fires: nothing")

    code, printed = check(content / "cumbria.yaml", proof=True)

    assert code == 1
    assert "FAIL proof (c) not knowing loses no Police or hub destination" in printed
    assert "A case with concerns " in printed
    assert "immediate_danger yes; no child known sends it to police as emergency, which is lost" in printed


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, printed = check(tmp_path / "nothing.yaml")

    assert code == 1
    assert f"{tmp_path / 'nothing.yaml'}:1: This file cannot be read (No such file or directory)." in printed
