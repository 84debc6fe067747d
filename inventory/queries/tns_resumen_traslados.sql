-- What tns_traslados.sql must give, counted by the source itself: each line counts twice, out of one warehouse and into
-- another. Sums as in tns_resumen_kardex.sql. The lines marked "ventana" are left out for all months.
SELECT
  EXTRACT(YEAR FROM K.FECHA) AS ANIO,
  EXTRACT(MONTH FROM K.FECHA) AS MES,
  'TR' AS TIPO_DOCUMENTO,
  2 * COUNT(*) AS FILAS,
  SUM(CASE WHEN D.CANTIDAD > -1e15 AND D.CANTIDAD < 1e15 THEN D.CANTIDAD * CAST(2 AS NUMERIC(18, 0)) END) AS CANTIDAD,
  SUM(2 * CAST(D.DETRASLAID AS NUMERIC(18, 0))) AS CLAVES
FROM TRASLA K
JOIN DETRASLA D ON D.TRASLAID = K.TRASLAID
WHERE K.FECASENTAD IS NOT NULL
  AND K.FECANULADO IS NULL -- opcional
  AND K.FECHA >= ? AND K.FECHA < ? -- ventana
GROUP BY 1, 2, 3
