// Keeps the bars of runs alive: asks the API every two seconds until a run has ended, then shows the whole page anew.
"use strict";
(() => {
  const CADA = 2000;
  const miles = (n) => n.toLocaleString("es-CO");
  const dos = (n) => String(n).padStart(2, "0");

  function duracion(segundos) {
    if (segundos === null) return "—";
    if (segundos < 10) return `${segundos.toFixed(1).replace(".", ",")} s`;
    const s = Math.floor(segundos), m = Math.floor(s / 60), h = Math.floor(m / 60);
    if (h) return `${h} h ${dos(m % 60)} min`;
    return m ? `${m} min ${dos(s % 60)} s` : `${s} s`;
  }

  function cifras(run) {
    if (run.total) return `${miles(run.progreso)} de ${miles(run.total)} (${run.porcentaje} %)`;
    return run.progreso ? miles(run.progreso) : "";
  }

  function poner(caja, campo, texto) {
    const nodo = caja.querySelector(`[data-campo="${campo}"]`);
    if (nodo && nodo.textContent !== texto) nodo.textContent = texto;
  }

  function mostrar(caja, run) {
    poner(caja, "mensaje", run.mensaje);
    poner(caja, "cifras", cifras(run));
    poner(caja, "duracion", duracion(run.duracion));
    const barra = caja.querySelector("progress");
    if (barra && run.porcentaje !== null) barra.value = run.porcentaje;
    for (const [nombre, numero] of Object.entries(run.conteos)) {
      const celda = document.querySelector(`[data-conteo="${nombre}"]`);
      if (celda) celda.textContent = miles(numero);
    }
    anotar(run.lineas);
  }

  function anotar(lineas) {
    const registro = document.querySelector("[data-registro]");
    if (!registro) return;
    const ultima = Number(registro.dataset.registro || 0);
    const abajo = registro.scrollHeight - registro.scrollTop - registro.clientHeight < 40;
    for (const linea of lineas.filter((linea) => linea.id > ultima)) {
      const fila = document.createElement("li");
      const hora = document.createElement("time");
      hora.textContent = new Date(linea.momento).toLocaleTimeString("es-CO", { hour12: false });
      fila.dataset.nivel = linea.nivel;
      fila.append(hora, document.createTextNode(linea.texto));
      registro.append(fila);
      registro.dataset.registro = linea.id;
    }
    if (abajo) registro.scrollTop = registro.scrollHeight;  // whoever reads further up is left there
  }

  function avisar(caja, texto) {
    poner(caja, "aviso", texto);
    caja.querySelector('[data-campo="aviso"]').hidden = !texto;
  }

  async function seguir(caja, estado) {
    let siguiente = estado;
    try {
      const respuesta = await fetch(caja.dataset.ejecucion, { credentials: "same-origin", cache: "no-store" });
      if (respuesta.status === 403 || respuesta.status === 404) return avisar(caja, "La sesión terminó: vuelva a entrar.");
      if (!respuesta.ok) throw new Error(respuesta.status);
      const run = await respuesta.json();
      mostrar(caja, run);
      avisar(caja, "");
      siguiente = run.estado;
      if (siguiente !== estado) return location.reload();
    } catch (error) {
      avisar(caja, "Sin conexión con el servidor; se vuelve a intentar.");
    }
    setTimeout(() => seguir(caja, siguiente), CADA);
  }

  for (const caja of document.querySelectorAll("[data-ejecucion][data-activa]:not([data-viva])")) {
    caja.dataset.viva = "";
    seguir(caja, caja.dataset.activa);
  }
})();
