import json
import time

import pytest

from lib.doctor import Hallazgo, Paso, Resultado, examinar
from lib.errors import Fatal


def bien():
    return Hallazgo("Bien.")


def dudoso():
    return Hallazgo("Va, pero sin cifrar.", "Use la VPN.", Resultado.AVISO)


def mal():
    raise Fatal("acceso_denegado", "No entra.", "Revise la clave.")


def test_examinar_stops_at_the_first_failure():
    diagnostico = examinar([Paso("a", "A", bien), Paso("b", "B", mal), Paso("c", "C", bien)], {})
    assert [paso.resultado for paso in diagnostico.pasos] == ["ok", "fallo", "omitido"]
    assert not diagnostico.correcto
    assert diagnostico.resumen == "La conexión no funciona: falló el paso «B»."
    fallo = diagnostico.pasos[1]
    assert (fallo.mensaje, fallo.remedio, fallo.error) == ("No entra.", "Revise la clave.", "acceso_denegado")
    assert diagnostico.pasos[2].ms is None


def test_examinar_goes_on_after_a_warning():
    diagnostico = examinar([Paso("a", "A", dudoso), Paso("b", "B", bien)], {})
    assert [paso.resultado for paso in diagnostico.pasos] == ["aviso", "ok"]
    assert diagnostico.correcto
    assert diagnostico.resumen == "La conexión funciona, con avisos."


def test_examinar_times_each_step():
    (paso,) = examinar([Paso("a", "A", lambda: time.sleep(0.03) or bien())], {}).pasos
    assert 30 <= paso.ms < 3000


def test_examinar_hides_no_programming_error():
    with pytest.raises(ZeroDivisionError):
        examinar([Paso("a", "A", lambda: 1 / 0)], {})


def test_as_dict_is_json_with_what_the_steps_learnt():
    datos = {}

    def aprende():
        datos["version"] = "2.5.9"
        return bien()

    body = json.loads(json.dumps(examinar([Paso("a", "A", aprende)], datos).as_dict()))
    assert body["correcto"] is True
    assert body["version"] == "2.5.9"
    assert body["pasos"][0] | {"ms": 0} == {
        "paso": "a",
        "titulo": "A",
        "resultado": "ok",
        "ms": 0,
        "mensaje": "Bien.",
        "remedio": "",
        "error": "",
        "detalle": "",
    }
