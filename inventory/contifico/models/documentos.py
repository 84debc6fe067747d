"""Invoices and their like, and what was paid on them."""

from django.db import models

from inventory.contifico.models.registro import Registro, corto, cuantas, dia, importe, largo, si_o_no


class DocumentoBase(Registro):
    """A document of the register; lines, collections and retentions are in the data."""

    documento = corto("número", "Establecimiento, punto de emisión y número: 001-001-000000001.")
    tipo_documento = corto("tipo", "FAC factura, LQC liquidación de compra, NCT nota de crédito, …")
    tipo_registro = corto("registro", "CLI de clientes o PRO de proveedores.")
    fecha_emision = dia("fecha de emisión")
    fecha_creacion = dia("fecha de creación")
    fecha_vencimiento = dia("fecha de vencimiento")
    persona_id = corto("id de la persona")
    persona_identificacion = corto("RUC o cédula de la persona")
    persona_nombre = largo("persona")
    estado = corto("estado", "P pendiente, C cobrado, G pagado, A anulado, E generado o F facturado.")
    anulado = models.BooleanField("anulado", default=False)
    electronico = si_o_no("es electrónico")
    autorizacion = corto("autorización", "Clave de acceso del SRI.")
    subtotal_0 = importe("subtotal sin IVA")
    subtotal_12 = importe("subtotal con IVA", "La base gravada, sea cual sea la tarifa.")
    subtotal = importe("subtotal", "Suma de los dos anteriores.")
    iva = importe("IVA")
    ice = importe("ICE")
    servicio = importe("servicio")
    total = importe("total")
    saldo = importe("saldo")
    vendedor_id = corto("id del vendedor")
    documento_relacionado_id = corto("id del documento relacionado", "De una nota de crédito, su factura.")
    lineas = cuantas()

    class Meta(Registro.Meta):
        abstract = True
        indexes = [
            models.Index(fields=["cuenta", "fecha_emision", "fila"], name="contifico_%(class)s_fecha"),
            models.Index(fields=["cuenta", "documento"], name="contifico_%(class)s_numero"),
            models.Index(fields=["cuenta", "persona_id"], name="contifico_%(class)s_persona"),
        ]


class Compra(DocumentoBase):
    """A purchase: the documents of the account's pairs of purchases."""

    class Meta(DocumentoBase.Meta):
        db_table = "purchases"
        verbose_name = "compra"
        verbose_name_plural = "compras"


class Venta(DocumentoBase):
    """A sale: the documents of the account's pairs of sales."""

    class Meta(DocumentoBase.Meta):
        db_table = "sales"
        verbose_name = "venta"
        verbose_name_plural = "ventas"


class Documento(DocumentoBase):
    """Any document of any kind; purchases and sales are among them."""

    class Meta(DocumentoBase.Meta):
        db_table = "documents"
        verbose_name = "documento"
        verbose_name_plural = "documentos"


class Transaccion(Registro):
    """A collection or payment, with the documents that it settles in its data."""

    tipo = corto("tipo", "C cobro o P pago.")
    fecha_emision = dia("fecha")
    total = importe("total")
    numero_comprobante = corto("comprobante")
    forma = corto("forma", "Vacía en un cruce de documentos.")
    persona_id = corto("id de la persona")
    documento_id = corto("id del documento")
    lineas = cuantas()

    class Meta(Registro.Meta):
        db_table = "registry_transactions"
        verbose_name = "transacción"
        verbose_name_plural = "transacciones"
        indexes = [models.Index(fields=["cuenta", "fecha_emision", "fila"], name="contifico_transaccion_fecha")]


class Persona(Registro):
    """A customer, a supplier, an employee, or several of these."""

    tipo = corto("tipo", "N natural, J jurídica, I sin identificación o P placa.")
    ruc = corto("RUC")
    cedula = corto("cédula")
    razon_social = largo("razón social")
    nombre_comercial = largo("nombre comercial")
    email = largo("correo")
    telefonos = largo("teléfonos")
    es_cliente = si_o_no("es cliente")
    es_proveedor = si_o_no("es proveedor")
    categoria_id = corto("id de la categoría")

    class Meta(Registro.Meta):
        db_table = "persons"
        verbose_name = "persona"
        verbose_name_plural = "personas"
        indexes = [
            models.Index(fields=["cuenta", "ruc"], name="contifico_persona_ruc"),
            models.Index(fields=["cuenta", "cedula"], name="contifico_persona_cedula"),
        ]
