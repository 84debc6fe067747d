import pytest

from jobs.results import Celda, celda, medidas_legibles, resultado_legible, valores_legibles

VENTANAS = [
    {"valor": "2234745331.0388", "mes": "2025-01", "filas": 1320, "accion": "leida", "encontradas": 1321,
     "rechazadas": 1, "redondeadas": 0, "creadas": 0, "segundos": 0.4},
    {"mes": "2025-02", "accion": "ya_extraida"},
]  # fmt: skip


def test_table_of_windows_reads_like_a_ledger():
    _, (table,) = resultado_legible({"ventanas": VENTANAS})
    assert (table.titulo, table.total) == ("Meses", 2)
    assert table.columnas == [
        ("Mes", False), ("Qué pasó", False), ("Leídas", True), ("Guardadas", True), ("Rechazadas", True),
        ("Σ valor", True), ("Tardó", True),
    ]  # fmt: skip
    first, second = ([cell.texto for cell in row] for row in table.filas)
    assert first == ["ene 2025", "Leído", "1.321", "1.320", "1", "2.234.745.331,04", "0,4 s"]
    assert second == ["feb 2025", "Ya estaba", "", "", "", "", ""]


def test_table_of_companies_shows_actions_as_badges_and_reasons():
    rows = [
        {"accion": "creada", "anio_fiscal": 2025, "nit": "9001234568", "empresa": "Óptica"},
        {"accion": "omitida", "anio_fiscal": 2025, "nit": "1", "empresa": "Otra", "motivo": "Está en otro servidor."},
    ]
    _, (table,) = resultado_legible({"empresas": rows})
    assert [title for title, _ in table.columnas] == ["Empresa", "NIT", "Año fiscal", "Qué pasó", "Por qué"]
    assert table.filas[0] == [
        Celda("Óptica"),
        Celda("9001234568"),
        Celda("2025"),
        Celda("Creada", "success"),
        Celda(""),
    ]
    assert table.filas[1][3] == Celda("Omitida", "warning")


def test_one_table_may_call_a_column_by_another_name():
    _, (table,) = resultado_legible({"diferencias": [{"mes": "2025-01", "filas": 3, "filas_antes": 2}]})
    assert [title for title, _ in table.columnas] == ["Mes", "Filas antes", "Filas en la fuente"]


def test_values_are_told_in_words_and_ids_are_left_out():
    values, tables = resultado_legible(
        {"servidor_id": 2, "estado": "exito", "rango": {"solicitado": ["2025-01-15", "2025-12-31"], "ampliado": True},
         "catalogo": {"articulos": 1052, "omitidos": 0}, "nada": [], "recortado": None}
    )  # fmt: skip
    assert tables == []
    assert [(label, cell.texto) for label, cell in values] == [
        ("Estado", "Copiado"),
        ("Período: pedido", "15 ene 2025 a 31 dic 2025"),
        ("Período: ampliado a meses enteros", "Sí"),
        ("Catálogo: artículos", "1.052"),
        ("Catálogo: omitidos", "0"),
    ]


def test_parameters_name_their_ids():
    told = valores_legibles({"forzar": False, "empresa": 1008, "fin": "2025-12-31", "inicio": "2025-01-01"})
    assert [(label, cell.texto) for label, cell in told] == [
        ("Id de empresa", "1008"),
        ("Desde", "1 ene 2025"),
        ("Hasta", "31 dic 2025"),
        ("Leer también lo ya extraído", "No"),
    ]


@pytest.mark.parametrize("resultado", [None, [], "texto", {}])
def test_result_of_another_shape_shows_nothing(resultado):
    assert resultado_legible(resultado) == ([], [])


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("otra_cosa", 12345, "12.345"),
        ("momento", "2025-03-01T13:00:00+00:00", "1 mar 2025 08:00"),
        ("momento", "2025-02-31", "2025-02-31"),
        ("valor", "no es número", "no es número"),
        ("estado", "código nuevo", "código nuevo"),
        ("cosas", [1, {"creadas": 2000}, "x"], "1, Creadas: 2.000, x"),
        ("nada", None, ""),
    ],
)
def test_celda_tells_any_json(name, value, text):
    assert celda(name, value).texto == text


def test_long_table_is_cut_and_counted():
    _, (table,) = resultado_legible({"empresas": [{"empresa": str(n)} for n in range(700)]})
    assert (len(table.filas), table.total) == (500, 700)


def test_measures_are_told_in_words():
    medidas = {"filas_leidas": 250_000, "segundos_leyendo": 12.5, "instantanea_mas_larga": 64.2, "espera_de_cupo": 0}
    assert [(name, cell.texto) for name, cell in medidas_legibles(medidas)] == [
        ("Velocidad de lectura", "20.000 filas/s"),
        ("Instantánea más larga", "1 min 04 s"),
    ]


def test_run_that_read_nothing_has_no_measures():
    assert medidas_legibles({}) == []
