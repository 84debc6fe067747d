from datetime import UTC, date, datetime

import pytest

from inventory.months import Mes, abiertos_desde, anio_fiscal, mas_meses, meses_entre
from lib.errors import Rejected


def test_meses_entre_widens_to_whole_months():
    months = meses_entre(date(2025, 11, 30), date(2026, 1, 1))
    assert [str(mes) for mes in months] == ["2025-11", "2025-12", "2026-01"]
    assert months[-1].hasta == date(2026, 2, 1)


@pytest.mark.parametrize("fin", [date(2025, 1, 1), date(2099, 1, 1), date(9999, 12, 31)])
def test_meses_entre_refuses_ranges_that_make_no_sense(fin):
    with pytest.raises(Rejected) as error:
        meses_entre(date(2025, 1, 2), fin)
    assert error.value.codigo == "rango_invalido"


def test_mes_holds_its_last_day_and_not_the_next():
    mes = Mes(date(2024, 2, 1))
    assert date(2024, 2, 29) in mes
    assert date(2024, 3, 1) not in mes


@pytest.mark.parametrize(
    ("number", "expected"), [(-1, date(2025, 12, 1)), (0, date(2026, 1, 1)), (12, date(2027, 1, 1))]
)
def test_mas_meses_crosses_years(number, expected):
    assert mas_meses(date(2026, 1, 1), number) == expected


def test_abiertos_desde_follows_the_clock_of_the_server(empresa):
    night = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)  # in Bogotá it is still February
    assert abiertos_desde(empresa, night, 1) == date(2026, 1, 1)
    empresa.servidor.zona_horaria = "Europe/Madrid"
    assert abiertos_desde(empresa, night, 1) == date(2026, 2, 1)


def test_anio_fiscal_is_the_calendar_year(empresa):
    assert anio_fiscal(empresa) == (date(2026, 1, 1), date(2026, 12, 31))
