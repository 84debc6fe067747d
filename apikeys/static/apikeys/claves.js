// The dialog of a new key copies it; the form that makes one is sent once.
"use strict";
(() => {
  function seleccionar(campo) {
    campo.focus();
    campo.setSelectionRange(0, campo.value.length);
  }

  // Where the browser gives no clipboard (no permission, plain HTTP), the old command; and failing that, the selection.
  async function copiar(campo) {
    try {
      await navigator.clipboard.writeText(campo.value);
      return true;
    } catch (error) {
      seleccionar(campo);
      return document.execCommand("copy");
    }
  }

  const dialogo = document.querySelector("[data-clave]");
  if (dialogo) {
    const campo = dialogo.querySelector("input");
    campo.addEventListener("focus", () => seleccionar(campo));
    dialogo.querySelector("[data-copiar]").addEventListener("click", async () => {
      const copiada = await copiar(campo);
      seleccionar(campo);
      dialogo.querySelector("[data-copiar-texto]").textContent = copiada ? "Copiada" : "Copiar";
      dialogo.querySelector("[data-copiada]").textContent = copiada
        ? "Copiada al portapapeles. Péguela donde se guarde y vacíe el portapapeles."
        : "El navegador no deja copiar: la clave quedó seleccionada, pulse Ctrl+C.";
    });
  }

  for (const formulario of document.querySelectorAll("form[data-una-vez]")) {
    formulario.addEventListener("submit", (evento) => {
      if (formulario.dataset.enviado) evento.preventDefault();
      formulario.dataset.enviado = "si";
    });
    window.addEventListener("pageshow", () => delete formulario.dataset.enviado);
  }
})();
