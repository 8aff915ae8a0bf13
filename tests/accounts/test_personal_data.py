"""Every stored field of ours declares what personal data it holds; an undeclared one fails here (house rule 11)."""

import pytest
from django.apps import apps
from django.db.models import Model

from audit.personal_data import PersonalData

OURS = ("audit", "accounts", "procedures", "referrals", "casework", "safeguarding")
MODELS = [model for label in OURS if apps.is_installed(label) for model in apps.get_app_config(label).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_declared(model: type[Model]) -> None:
    declared = model.__dict__.get("PERSONAL_DATA", {})
    fields = {field.name for field in model._meta.concrete_fields} | {field.name for field in model._meta.many_to_many}
    cure = "declare each in the model's PERSONAL_DATA with one of audit.personal_data.PersonalData"
    assert not fields - set(declared), f"{model._meta.label} has undeclared fields: {cure}"
    assert not set(declared) - fields, f"{model._meta.label} declares fields that it does not have"
    assert all(isinstance(kind, PersonalData) for kind in declared.values())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_is_about_people_in_a_case_is_encrypted(model: type[Model]) -> None:
    in_clear = {PersonalData.CASE, PersonalData.NARRATIVE, PersonalData.SPECIAL}
    for field in model._meta.concrete_fields:
        if model.__dict__.get("PERSONAL_DATA", {}).get(field.name) in in_clear and not field.is_relation:
            assert type(field).__name__.startswith("Encrypted"), f"{model._meta.label}.{field.name} is stored in clear"
