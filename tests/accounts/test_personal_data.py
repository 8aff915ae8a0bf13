"""Every stored field declares what personal data it holds and what becomes of it; an undeclared one fails (rule 11)."""

from collections.abc import Mapping

import pytest
from django.apps import apps
from django.db.models import Model

from audit.personal_data import AtEnd, PersonalData
from safeguarding.library_data import LIBRARY_DATA

OURS = ("audit", "accounts", "procedures", "referrals", "casework", "safeguarding")
OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
ALL_MODELS = list(apps.get_models())


def declared(model: type[Model]) -> Mapping[str, PersonalData]:
    if model._meta.app_label in OURS:
        return model.__dict__.get("PERSONAL_DATA", {})
    return LIBRARY_DATA.get(model._meta.label, {})


def fields(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields} | {field.name for field in model._meta.many_to_many}


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_declared(model: type[Model]) -> None:
    where = "the model's PERSONAL_DATA" if model._meta.app_label in OURS else "safeguarding/library_data.py"
    cure = f"declare each in {where} with one of audit.personal_data.PersonalData"
    missing, unknown = fields(model) - set(declared(model)), set(declared(model)) - fields(model)
    assert not missing, f"{model._meta.label} has undeclared fields {sorted(missing)}: {cure}"
    assert not unknown, f"{model._meta.label} declares fields that it does not have: {sorted(unknown)}"
    assert all(isinstance(kind, PersonalData) for kind in declared(model).values())


def test_no_library_is_declared_that_is_not_installed() -> None:
    assert set(LIBRARY_DATA) <= {model._meta.label for model in ALL_MODELS}


@pytest.mark.parametrize("kind", PersonalData, ids=lambda kind: kind.code)
def test_every_class_says_what_happens_at_the_end(kind: PersonalData) -> None:
    assert isinstance(kind.at_end, AtEnd)
    assert kind.in_words


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_an_exception_from_the_end_of_its_class_is_of_a_field_and_of_a_kind(model: type[Model]) -> None:
    exceptions = model.__dict__.get("AT_END", {})
    assert set(exceptions) <= fields(model)
    assert all(isinstance(end, AtEnd) for end in exceptions.values())


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_what_is_about_people_in_a_case_is_encrypted(model: type[Model]) -> None:
    in_clear = {PersonalData.CASE, PersonalData.NARRATIVE, PersonalData.SPECIAL}
    for field in model._meta.concrete_fields:
        if declared(model).get(field.name) in in_clear and not field.is_relation:
            assert type(field).__name__.startswith("Encrypted"), f"{model._meta.label}.{field.name} is stored in clear"
