"""The data of an invented company, in the shapes that Contífico's API gives: the truth that a copy is compared with."""

import json
import random
import string
from copy import copy, deepcopy
from datetime import date, timedelta
from decimal import Decimal

LETRAS = string.ascii_letters + string.digits
HOY = date(2026, 11, 20)
DE_DOCUMENTOS = {
    "purchases": {("FAC", "PRO"), ("LQC", "PRO")},
    "sales": {("FAC", "CLI")},
}
TABLAS = {
    "categories": "categoria",
    "brands": "marca",
    "variants": "variante",
    "products": "producto",
    "warehouses": "bodega",
    "inventory_movements": "movimiento-inventario",
    "remission_guides": "inventario/guia",
    "purchases": "documento",
    "sales": "documento",
    "documents": "documento",
    "registry_transactions": "registro/transaccion",
    "persons": "persona",
    "cost_centers": "contabilidad/centro-costo",
    "chart_of_accounts": "contabilidad/cuenta-contable",
    "journal_entries": "contabilidad/asiento",
    "bank_accounts": "banco/cuenta",
    "bank_movements": "banco/movimiento",
}
CUANTOS = {
    "categoria": 12,
    "marca": 9,
    "variante": 4,
    "bodega": 3,
    "persona": 70,
    "contabilidad/centro-costo": 13,
    "contabilidad/cuenta-contable": 130,
    "banco/cuenta": 3,
    "producto": 230,
    "movimiento-inventario": 310,
    "inventario/guia": 21,
    "documento": 530,
    "registro/transaccion": 205,
    "contabilidad/asiento": 240,
    "banco/movimiento": 60,
}  # in the order in which they need one another


def dia(fecha):
    return fecha.strftime("%d/%m/%Y")


class Inquilino:
    """The tables of one company: `tablas[path][id]` is a record. `cuantos` changes how many rows a table gets."""

    def __init__(self, semilla=1, **cuantos):
        self._azar = random.Random(semilla)
        self.tablas = {tabla: {} for tabla in CUANTOS}
        self.modificado = {}  # id → day of the last change, which no payload tells
        self.ocultos = set()  # ids that exist and that no list shows yet
        self.version = 0  # of the data; grows with each change
        self._json = {}
        self._ids = {}
        for tabla, number in CUANTOS.items():
            name = tabla.rpartition("/")[2].replace("-", "_")
            for place in range(cuantos.get(name, number)):
                self._poner(tabla, getattr(self, f"_{name}")(place))

    def clonar(self):
        """Another company with the same data; records are never changed in place, so they are shared."""
        other = copy(self)
        other.tablas = {tabla: dict(rows) for tabla, rows in self.tablas.items()}
        other.modificado, other.ocultos = dict(self.modificado), set(self.ocultos)
        other._azar, other._ids = deepcopy(self._azar), {}
        return other

    def verdad(self, recurso):
        """What a perfect copy of a resource holds: id → record, its numbers exact."""
        pairs = DE_DOCUMENTOS.get(recurso)
        return {
            row["id"]: json.loads(self.json(row), parse_float=Decimal)
            for row in self.tablas[TABLAS[recurso]].values()
            if not pairs or (row["tipo_documento"], row["tipo_registro"]) in pairs
        }

    def cambiar(self, tabla, clave, **campos):
        """Change a record; unless `fecha_emision` is among the fields, nothing that a list is filtered by changes."""
        self.tablas[tabla][clave] = self.tablas[tabla][clave] | campos
        self._tocado(clave)

    def borrar(self, tabla, clave):
        del self.tablas[tabla][clave]
        self._tocado(clave)

    def agregar(self, tabla, *, primero=False, visible=True, **campos):
        """A new record like the others, at the end of its list or at its beginning."""
        name = tabla.rpartition("/")[2].replace("-", "_")
        row = getattr(self, f"_{name}")(len(self.tablas[tabla])) | campos
        self._poner(tabla, row)
        if primero:
            self.tablas[tabla] = {row["id"]: row} | self.tablas[tabla]
        if not visible:
            self.ocultos.add(row["id"])
        self.version += 1
        return row["id"]

    def mostrar(self):
        """What was issued a moment ago becomes visible."""
        self.ocultos.clear()
        self.version += 1

    def json(self, row):
        """The record as it goes over the wire."""
        made = self._json.get(id(row))
        if made is None or made[0] is not row:
            made = self._json[id(row)] = (row, json.dumps(row).encode())
        return made[1]

    def existencias(self, producto_id):
        """By warehouse; one of them belongs to no point of sale and is not listed."""
        azar = random.Random(producto_id)
        return [
            {"bodega_nombre": row["nombre"], "bodega_id": row["id"], "cantidad": azar.randrange(0, 900) / 4}
            for row in list(self.tablas["bodega"].values())[:-1]
        ]

    def _poner(self, tabla, row):
        self.tablas[tabla][row["id"]] = row
        self.modificado[row["id"]] = HOY - timedelta(days=self._azar.randrange(400))

    def _tocado(self, clave):
        self.modificado[clave] = HOY
        self.version += 1

    def _id(self):
        return "".join(self._azar.choices(LETRAS, k=16))

    def _uno(self, tabla):
        rows = self.tablas[tabla]
        if len(self._ids.get(tabla, ())) != len(rows):
            self._ids[tabla] = list(rows)
        return self._azar.choice(self._ids[tabla]) if rows else ""

    def _dia(self, dias=400):
        return HOY - timedelta(days=self._azar.randrange(dias))

    def _importe(self):
        return f"{self._azar.randrange(1, 900_000) / 100}"

    # --- one record of each table; `n` is its place ---

    def _categoria(self, n):
        return {
            "id": self._id(), "nombre": f"Categoría {n}", "padre_id": None, "agrupar": n % 2 == 0,
            "tipo_producto": ("PROD", "SERV", None)[n % 3], "cuenta_venta": None, "cuenta_compra": self._id(),
            "cuenta_inventario": "", "para_supereasy": False, "para_comisariato": False,
        }  # fmt: skip

    def _marca(self, n):
        return {"id": self._id(), "nombre": f"Marca {n}"}

    def _variante(self, n):
        return {"id": self._id(), "nombre": f"Talla {n}", "valores": [{"id": self._id(), "valor": v} for v in "SML"]}

    def _bodega(self, n):
        row = {"id": self._id(), "codigo": f"BOD{n:03}", "nombre": f"Bodega {n}", "venta": True, "compra": n > 0}
        return row | {"produccion": False}

    def _producto(self, n):
        return {
            "id": self._id(), "codigo": f"P{n:05}", "nombre": f"Artículo «{n}» ñandú", "descripcion": None,
            "codigo_barra": "" if n % 3 else f"786{n:010}", "imagen": "", "tipo": "PRO" if n % 9 else "SER",
            "tipo_producto": "SIM", "estado": "A" if n % 20 else "I", "porcentaje_iva": (15, 0, 5, None)[n % 4],
            "pvp1": self._importe(), "pvp2": "12.00", "pvp3": "0.0", "pvp4": "10.0", "pvp_manual": False,
            "minimo": "5.0",
            "costo_maximo": None, "cantidad_stock": f"{self._azar.randrange(-20, 5000) / 10}",
            "categoria_id": self._uno("categoria"), "marca_id": self._uno("marca"), "lead_time": n % 15,
            "fecha_creacion": dia(self._dia(2000)), "para_pos": True, "variantes": None, "detalle_variantes": [],
        }  # fmt: skip

    def _movimiento_inventario(self, n):
        fecha, tipo = self._dia(), ("ING", "EGR", "TRA", "AJU")[n % 4]
        lines = [
            {"producto_id": self._uno("producto"), "cantidad": f"{self._azar.randrange(1, 90)}.0",
             "precio": self._importe(), "serie": None, "edicion": ""} for _ in range(1 + n % 3)
        ]  # fmt: skip
        return {
            "id": self._id(), "codigo": f"{tipo} {fecha:%Y%m}{n:06}", "codigo_interno": None, "tipo": tipo,
            "fecha": dia(fecha), "estado": "G", "total": "0.0", "descripcion": f"Movimiento {n}",
            "bodega_id": self._uno("bodega"), "bodega_destino_id": self._uno("bodega") if tipo == "TRA" else None,
            "generar_asiento": True, "pos": None, "maneja_venta": None, "detalles": lines,
        }  # fmt: skip

    def _guia(self, n):
        line = {"producto_id": self._uno("producto"), "cantidad": "3.0", "serie": "", "lote": None}
        return {
            "id": self._id(), "numero_documento": f"001-001-{n:09}", "estado": "A" if n % 7 == 6 else "E",
            "electronico": True, "autorizacion": None, "fecha_emision": dia(self._dia()),
            "bodega_id": self._uno("bodega"), "placa": "GBA1234", "destinatario": {
                "documento_id": None, "destinatario_id": self._uno("persona"), "motivo": "Venta", "detalle": [line]},
        }  # fmt: skip

    def _documento(self, n):
        tipo, registro = (("FAC", "CLI"), ("FAC", "PRO"), ("LQC", "PRO"), ("NCT", "CLI"), ("FAC", "CLI"))[n % 5]
        fecha, persona = self._dia(), self._uno("persona")
        base = self._azar.randrange(100, 500_000)
        total = (base * 115 + 50) // 100
        line = {
            "producto_id": self._uno("producto"), "cantidad": self._azar.randrange(1, 40) / 4, "precio": base / 100,
            "porcentaje_iva": 15, "porcentaje_descuento": 0.0, "base_cero": 0.0, "base_gravable": base / 100,
        }  # fmt: skip
        return {
            "id": self._id(), "pos": None, "tipo_registro": registro, "tipo_documento": tipo,
            "documento": f"001-002-{n:09}", "estado": ("P", "C", "A")[n % 3], "anulado": n % 3 == 2,
            "electronico": True, "autorizacion": f"{n:049}", "fecha_emision": dia(fecha), "fecha_creacion": dia(fecha),
            "fecha_vencimiento": dia(fecha + timedelta(days=30)), "hora_emision": "12:53", "persona_id": persona,
            "cliente": {"ruc": None, "cedula": "1712345675", "razon_social": f"Cliente {n % 70}", "email": None},
            "vendedor": None, "descripcion": f"Venta {n}", "subtotal_0": "0.0", "subtotal_12": f"{base / 100:.2f}",
            "iva": f"{(total - base) / 100:.2f}", "ice": "0.00", "servicio": "0.0", "total": f"{total / 100:.2f}",
            "saldo": f"{total / 100 if n % 3 == 0 else 0:.2f}", "saldo_anticipo": None, "detalles": [line],
            "cobros": [], "url_ride": f"https://example.com/ride/{n}", "documento_relacionado_id": None,
        }  # fmt: skip

    def _transaccion(self, n):
        line = {"documento_id": self._uno("documento"), "valor_pago": self._importe()}
        return {
            "id": self._id(), "tipo": "CP"[n % 2], "fecha_emision": dia(self._dia()), "total": line["valor_pago"],
            "numero_comprobante": f"{n:015}" if n % 5 else "Cruce de documento", "forma": "TRANSF" if n % 5 else "",
            "persona_id": self._uno("persona"), "documento_id": line["documento_id"], "detalles": [line],
        }  # fmt: skip

    def _persona(self, n):
        return {
            "id": self._id(), "tipo": "NJ"[n % 2], "ruc": "1790012345001" if n % 2 else "", "cedula": None,
            "razon_social": f"Persona {n}", "nombre_comercial": "", "email": f"p{n}@example.com", "es_cliente": True,
            "es_proveedor": n % 4 == 0, "porcentaje_descuento": "0.0", "id_categoria": None, "placa": None,
        }  # fmt: skip

    def _centro_costo(self, n):
        return {
            "id": self._id(),
            "codigo": f"{n:02}",
            "nombre": f"Centro {n}",
            "tipo": "TG"[n % 2],
            "padre_id": None,
        } | {"estado": "A"}

    def _cuenta_contable(self, n):
        return {"id": self._id(), "codigo": f"1.1.{n // 2:02}", "nombre": f"Cuenta {n}", "tipo": "GC"[n % 2]}

    def _asiento(self, n):
        valor = self._importe()
        lines = [
            {"cuenta_id": self._uno("contabilidad/cuenta-contable"), "centro_costo_id": None, "tipo": t, "valor": valor}
            for t in "DH"
        ]
        row = {"id": self._id(), "fecha": dia(self._dia()), "glosa": f"Asiento {n}", "gasto_no_deducible": 0}
        return row | {"prefijo": "ASI", "detalles": lines}

    def _cuenta(self, n):
        row = {"id": self._id(), "nombre": f"Banco {n}", "numero": f"{n:010}", "tipo_cuenta": "CC", "estado": "A"}
        return row | {"saldo_inicial": "100.0", "fecha_corte": dia(self._dia())}

    def _movimiento(self, n):
        line = {"monto": self._importe(), "cuenta_id": None, "centro_costo_id": None}
        return {
            "id": self._id(), "tipo_registro": "IE"[n % 2], "tipo": "DNXCT"[n % 5], "fecha_emision": dia(self._dia()),
            "numero_comprobante": f"{n}", "persona": self._uno("persona"),
            "cuenta_bancaria_id": self._uno("banco/cuenta"), "detalles": [line],
        }  # fmt: skip
