"""The pages' forms: an edition's questions as fields, and what was typed as answers. The form library stays in here."""

from referrals.web.forms.page_form import PageForm
from referrals.web.forms.rendering import FormErrors, layout_of

__all__ = ["FormErrors", "PageForm", "layout_of"]
