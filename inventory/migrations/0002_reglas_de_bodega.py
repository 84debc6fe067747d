"""The rules for warehouse names that an installation begins with; staff edit them."""

from django.db import migrations

REGLAS = [
    (10, "IMPLANTE, IMPLANTES, IMP", "IMPLANTE"),
    (20, "EQUIPO DE PODER, EQUIPOS DE PODER, EQUIPO, EQUIPOS, EQ, PODER", "EQUIPO DE PODER"),
    (30, "INSTRUMENTAL, INSTRUMENTALES, INST", "INSTRUMENTAL"),
]


def crear(apps, schema_editor):
    ReglaBodega = apps.get_model("inventory", "ReglaBodega")
    ReglaBodega.objects.bulk_create(
        ReglaBodega(orden=orden, palabras=palabras, tipo_bodega=tipo) for orden, palabras, tipo in REGLAS
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [migrations.RunPython(crear, migrations.RunPython.noop)]
