"""The house keeps its own rules: import contracts, a guide that names every setting, links that lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GUIDE = ROOT / "docs" / "developer-guide.md"


def test_every_package_at_the_root_has_its_place_in_the_import_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(contracts["root_packages"])
    assert packages == set(contracts["contracts"][0]["layers"])


def test_every_environment_variable_is_in_the_guide() -> None:
    source = "".join((ROOT / "safeguarding" / name).read_text() for name in ("settings.py", "environment.py"))
    read = set(re.findall(r'(?:text|yes_or_no|one_of|whole_number|names|folder|database)\(\s*"([A-Z_]+)"', source))
    assert len(read) > 10
    described = set(re.findall(r"`([A-Z_]+)`", GUIDE.read_text()))
    assert read <= described


def test_the_guide_stays_short() -> None:
    assert len(GUIDE.read_text().splitlines()) < 200
    assert len((ROOT / "README.md").read_text().splitlines()) < 50


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.findall(r"^[a-z0-9][^\s=]*==[^\s;\\]+", text, re.MULTILINE)
    assert len(pins) > 20
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_each_requirement_says_what_it_is_for(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-c"))]
    assert [line for line in lines if not re.search(r"\s# \S", line)] == []
