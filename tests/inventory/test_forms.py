from datetime import date

from inventory.forms import ExtraerForm


def test_form_without_anything_means_the_fiscal_year():
    form = ExtraerForm({})
    assert form.is_valid()
    assert form.cleaned_data == {"inicio": None, "fin": None, "forzar": False}


def test_form_takes_days_and_force():
    form = ExtraerForm({"inicio": "2025-03-01", "fin": "31/03/2025", "forzar": "on"})
    assert form.is_valid()
    assert form.cleaned_data == {"inicio": date(2025, 3, 1), "fin": date(2025, 3, 31), "forzar": True}


def test_form_refuses_an_end_before_its_beginning():
    form = ExtraerForm({"inicio": "2025-03-01", "fin": "2025-02-01"})
    assert "anterior" in form.errors["fin"][0]
