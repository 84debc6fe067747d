"""Records as Contífico gives them, one of each resource, and what their columns hold; all of it invented."""

from datetime import date
from decimal import Decimal
from typing import Any

LINEA = {"producto_id": "p7Kd0Zq1aWeRtYu2", "cantidad": "2.0", "precio": "10.5", "porcentaje_iva": 15}

DOCUMENTO: dict[str, Any] = {
    "id": "nRMdROzqhvDZel6Y", "pos": None, "tipo_registro": "CLI", "tipo_documento": "FAC",
    "documento": "001-001-000000123", "estado": "P", "anulado": False, "electronico": True,
    "autorizacion": "1911202601179001167400110010010000001231234567811", "fecha_emision": "19/11/2026",
    "fecha_creacion": "19/11/2026", "fecha_vencimiento": "19/12/2026", "hora_emision": "12:53",
    "persona_id": "aB3dE6gH9jK2mN5p", "cliente": {
        "ruc": "1712345675001", "cedula": "1712345675", "razon_social": "Comercial Andes S.A.", "email": "",
    },
    "vendedor": None, "vendedor_id": "", "descripcion": "VENTA 15%", "subtotal_0": "1.50", "subtotal_12": "21.0",
    "iva": "3.15", "ice": "0.0", "servicio": None, "total": "25.65", "saldo": "25.65",
    "detalles": [LINEA], "cobros": [], "documento_relacionado_id": None,
}  # fmt: skip

REGISTROS: dict[str, dict[str, Any]] = {
    "categories": {"id": "c1", "nombre": "Herramientas", "padre_id": None, "agrupar": False, "tipo_producto": "PROD"},
    "brands": {"id": "m1", "nombre": "Andina"},
    "variants": {"id": "v1", "nombre": "Talla", "valores": [{"id": "v1a", "valor": "M"}]},
    "products": {
        "id": "p7Kd0Zq1aWeRtYu2", "codigo": "TOR-3.5", "nombre": "Tornillo 3.5\"", "codigo_barra": "", "imagen": "",
        "tipo": "PRO", "tipo_producto": "SIM", "estado": "A", "porcentaje_iva": 15, "pvp1": "10.50", "pvp2": None,
        "minimo": "5.0", "cantidad_stock": "-5.0", "categoria_id": "c1", "marca_id": None, "lead_time": 3,
        "fecha_creacion": "01/02/2020",
    },
    "warehouses": {
        "id": "b1", "codigo": "BOD001", "nombre": "Principal", "venta": True, "compra": None, "produccion": False,
    },
    "inventory_movements": {
        "id": "mv1", "codigo": "EGR 202611000017", "tipo": "EGR", "fecha": "2026-11-19", "estado": "G", "total": "0.0",
        "descripcion": "Venta", "bodega_id": "b1", "bodega_destino_id": None, "detalles": [LINEA, LINEA],
    },
    "remission_guides": {
        "id": "g1", "numero_documento": "001-001-000000001", "estado": "E", "electronico": True,
        "fecha_emision": "19/11/2026", "fecha_inicio": "19/11/2026", "fecha_fin": "20/11/2026", "bodega_id": "b1",
        "transportista_id": "t1", "placa": "PBA1234", "destinatario": {
            "documento_id": "nRMdROzqhvDZel6Y", "destinatario_id": "aB3dE6gH9jK2mN5p", "motivo": "Venta",
            "detalle": [{"producto_id": "p7Kd0Zq1aWeRtYu2", "cantidad": "2.0"}],
        },
    },
    "purchases": DOCUMENTO | {
        "id": "co1", "tipo_registro": "PRO", "cliente": {}, "persona": {
            "id": "pr1", "ruc": "1790011674001", "razon_social": "Proveedora Sur",
        }, "persona_id": "",
    },
    "sales": DOCUMENTO,
    "documents": DOCUMENTO | {"id": "nc1", "tipo_documento": "NCT", "estado": "A", "documento_relacionado_id": "x1"},
    "registry_transactions": {
        "id": "tr1", "tipo": "C", "fecha_emision": "19/11/2026", "total": "25.65", "numero_comprobante": "",
        "forma": "TRANSF", "persona_id": "aB3dE6gH9jK2mN5p", "documento_id": None,
        "detalles": [{"documento_id": "nRMdROzqhvDZel6Y", "valor_pago": "25.65"}],
    },
    "persons": {
        "id": "aB3dE6gH9jK2mN5p", "tipo": "J", "ruc": "1712345675001", "cedula": "",
        "razon_social": "Comercial Andes S.A.", "nombre_comercial": "Andes",
        "telefonos": "02 2345678", "email": "a@example.com", "es_cliente": True,
        "es_proveedor": False, "id_categoria": "ca1", "fecha_modificacion": "2026-02-18T11:12:08",
    },
    "cost_centers": {"id": "cc1", "codigo": "01", "nombre": "Quito", "tipo": "G", "padre_id": None, "estado": "A"},
    "chart_of_accounts": {"id": "ct1", "codigo": "1.1.01", "nombre": "Caja", "tipo": "C"},
    "journal_entries": {
        "id": "as1", "fecha": "19/11/2026", "glosa": "Apertura", "gasto_no_deducible": 0, "prefijo": "ASI",
        "detalles": [
            {"cuenta_id": "ct1", "centro_costo_id": "", "tipo": "D", "valor": "100.0"},
            {"cuenta_id": "ct2", "centro_costo_id": None, "tipo": "H", "valor": "60.5"},
            {"cuenta_id": "ct3", "centro_costo_id": None, "tipo": "H", "valor": "39.5"},
        ],
    },
    "bank_accounts": {
        "id": "bc1", "nombre": "Pichincha", "numero": "2100000001", "tipo_cuenta": "CC", "saldo_inicial": "0.0",
        "fecha_corte": "01/01/2026", "estado": "A",
    },
    "bank_movements": {
        "id": "bm1", "tipo_registro": "I", "tipo": "D", "fecha_emision": "19/11/2026", "numero_comprobante": "123",
        "persona": "aB3dE6gH9jK2mN5p", "cuenta_bancaria_id": "bc1",
        "detalles": [{"monto": "10.0", "cuenta_id": None}, {"monto": "0.5", "cuenta_id": "ct1"}],
    },
}  # fmt: skip

DIA = date(2026, 11, 19)
ESPERADO: dict[str, dict[str, Any]] = {
    "categories": {"nombre": "Herramientas", "padre_id": "", "tipo_producto": "PROD"},
    "brands": {"nombre": "Andina"},
    "variants": {"nombre": "Talla"},
    "products": {
        "codigo": "TOR-3.5", "nombre": 'Tornillo 3.5"', "codigo_barra": "", "tipo": "PRO", "tipo_producto": "SIM",
        "estado": "A", "categoria_id": "c1", "marca_id": "", "porcentaje_iva": 15, "pvp1": Decimal("10.5"),
        "minimo": Decimal(5), "cantidad_stock": Decimal(-5), "lead_time": 3,
    },
    "warehouses": {"codigo": "BOD001", "nombre": "Principal", "venta": True, "compra": None, "produccion": False},
    "inventory_movements": {
        "codigo": "EGR 202611000017", "tipo": "EGR", "fecha": DIA, "estado": "G", "total": Decimal(0),
        "descripcion": "Venta", "bodega_id": "b1", "bodega_destino_id": "", "lineas": 2,
    },
    "remission_guides": {
        "numero_documento": "001-001-000000001", "estado": "E", "electronico": True, "fecha_emision": DIA,
        "fecha_inicio": DIA, "fecha_fin": date(2026, 11, 20), "bodega_id": "b1", "transportista_id": "t1",
        "placa": "PBA1234", "destinatario_id": "aB3dE6gH9jK2mN5p", "documento_id": "nRMdROzqhvDZel6Y",
        "motivo": "Venta", "lineas": 1,
    },
    "purchases": {
        "tipo_registro": "PRO", "persona_id": "pr1", "persona_nombre": "Proveedora Sur",
        "persona_identificacion": "1790011674001",
    },
    "sales": {
        "documento": "001-001-000000123", "tipo_documento": "FAC", "tipo_registro": "CLI", "fecha_emision": DIA,
        "fecha_creacion": DIA, "fecha_vencimiento": date(2026, 12, 19), "persona_id": "aB3dE6gH9jK2mN5p",
        "persona_identificacion": "1712345675001", "persona_nombre": "Comercial Andes S.A.", "estado": "P",
        "anulado": False, "electronico": True, "autorizacion": DOCUMENTO["autorizacion"],
        "subtotal_0": Decimal("1.5"), "subtotal_12": Decimal(21), "subtotal": Decimal("22.5"), "iva": Decimal("3.15"),
        "ice": Decimal(0), "servicio": None, "total": Decimal("25.65"), "saldo": Decimal("25.65"), "vendedor_id": "",
        "documento_relacionado_id": "", "lineas": 1,
    },
    "documents": {"tipo_documento": "NCT", "anulado": True, "documento_relacionado_id": "x1"},
    "registry_transactions": {
        "tipo": "C", "fecha_emision": DIA, "total": Decimal("25.65"), "numero_comprobante": "", "forma": "TRANSF",
        "persona_id": "aB3dE6gH9jK2mN5p", "documento_id": "", "lineas": 1,
    },
    "persons": {
        "tipo": "J", "ruc": "1712345675001", "cedula": "", "razon_social": "Comercial Andes S.A.",
        "nombre_comercial": "Andes", "email": "a@example.com", "telefonos": "02 2345678", "es_cliente": True,
        "es_proveedor": False, "categoria_id": "ca1",
    },
    "cost_centers": {"codigo": "01", "nombre": "Quito", "tipo": "G", "padre_id": "", "estado": "A"},
    "chart_of_accounts": {"codigo": "1.1.01", "nombre": "Caja", "tipo": "C"},
    "journal_entries": {
        "fecha": DIA, "glosa": "Apertura", "prefijo": "ASI", "debe": Decimal(100), "haber": Decimal(100), "lineas": 3,
    },
    "bank_accounts": {
        "nombre": "Pichincha", "numero": "2100000001", "tipo_cuenta": "CC", "saldo_inicial": Decimal(0),
        "fecha_corte": date(2026, 1, 1), "estado": "A",
    },
    "bank_movements": {
        "tipo_registro": "I", "tipo": "D", "fecha_emision": DIA, "numero_comprobante": "123",
        "persona_id": "aB3dE6gH9jK2mN5p", "cuenta_bancaria_id": "bc1", "monto": Decimal("10.5"), "lineas": 2,
    },
}  # fmt: skip
