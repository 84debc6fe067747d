"use strict";
// Swagger UI over our own description; what writes goes with the session's CSRF token.
const raiz = document.getElementById("swagger-ui");

SwaggerUIBundle({
    url: raiz.dataset.esquema,
    domNode: raiz,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor: (pedido) => {
        if (!["GET", undefined].includes(pedido.method) && pedido.credentials === "same-origin") {
            pedido.headers["X-CSRFToken"] = raiz.dataset.csrf;
        }
        return pedido;
    },
});
