"""Accounts, entries and banks."""

from django.db import models

from inventory.contifico.models.registro import Registro, corto, cuantas, dia, importe, largo


class CentroCosto(Registro):
    """A cost centre."""

    codigo = corto("código")
    nombre = largo("nombre")
    tipo = corto("tipo", "T o G.")
    padre_id = corto("id del centro superior")
    estado = corto("estado", "A activo o I inactivo.")

    class Meta(Registro.Meta):
        db_table = "cost_centers"
        verbose_name = "centro de costo"
        verbose_name_plural = "centros de costo"


class CuentaContable(Registro):
    """An account of the chart; a code may stand on two of them."""

    codigo = corto("código")
    nombre = largo("nombre")
    tipo = corto("tipo", "G o C.")

    class Meta(Registro.Meta):
        db_table = "chart_of_accounts"
        verbose_name = "cuenta contable"
        verbose_name_plural = "cuentas contables"
        indexes = [models.Index(fields=["cuenta", "codigo"], name="contifico_plan_codigo")]


class Asiento(Registro):
    """A journal entry; its lines are in the data. One that does not balance is kept as it came."""

    fecha = dia("fecha")
    glosa = largo("glosa")
    prefijo = corto("prefijo", "ASI o NOM.")
    debe = importe("debe", "Suma de las líneas D.")
    haber = importe("haber", "Suma de las líneas H.")
    lineas = cuantas()

    class Meta(Registro.Meta):
        db_table = "journal_entries"
        verbose_name = "asiento"
        verbose_name_plural = "asientos"
        indexes = [models.Index(fields=["cuenta", "fecha", "fila"], name="contifico_asiento_fecha")]


class CuentaBancaria(Registro):
    """A bank account of the company."""

    nombre = largo("nombre")
    numero = corto("número")
    tipo_cuenta = corto("tipo", "CC corriente o CA de ahorros.")
    saldo_inicial = importe("saldo inicial")
    fecha_corte = dia("fecha de corte")
    estado = corto("estado", "A activa o I inactiva.")

    class Meta(Registro.Meta):
        db_table = "bank_accounts"
        verbose_name = "cuenta bancaria"
        verbose_name_plural = "cuentas bancarias"


class MovimientoBancario(Registro):
    """Money that came into a bank account or left it."""

    tipo_registro = corto("registro", "I ingreso o E egreso.")
    tipo = corto("tipo", "D depósito, N o T transferencia, X tarjeta o C cheque.")
    fecha_emision = dia("fecha")
    numero_comprobante = corto("comprobante")
    persona_id = corto("id de la persona")
    cuenta_bancaria_id = corto("id de la cuenta bancaria")
    monto = importe("monto", "Suma de sus líneas.")
    lineas = cuantas()

    class Meta(Registro.Meta):
        db_table = "bank_movements"
        verbose_name = "movimiento bancario"
        verbose_name_plural = "movimientos bancarios"
        indexes = [models.Index(fields=["cuenta", "fecha_emision", "fila"], name="contifico_banco_fecha")]
