"""docs/models.md says what the models say."""

from desk.management.commands import documentar_modelos


def test_models_page_is_up_to_date():
    written = documentar_modelos.DESTINO.read_text()
    assert written == documentar_modelos.documento(), "run manage.py documentar_modelos"
