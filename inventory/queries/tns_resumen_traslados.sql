-- What tns_traslados.sql must give, counted by the source itself: each line counts twice, out of one warehouse and into
-- another. The lines marked "ventana" are left out for all months.
SELECT
  EXTRACT(YEAR FROM K.FECHA) AS ANIO,
  EXTRACT(MONTH FROM K.FECHA) AS MES,
  'TR' AS TIPO_DOCUMENTO,
  2 * COUNT(*) AS FILAS,
  2 * SUM(D.CANTIDAD) AS CANTIDAD,
  2 * SUM(D.DETRASLAID) AS CLAVES
FROM TRASLA K
JOIN DETRASLA D ON D.TRASLAID = K.TRASLAID
WHERE K.FECASENTAD IS NOT NULL
  AND K.FECANULADO IS NULL -- opcional
  AND K.FECHA >= ? AND K.FECHA < ? -- ventana
GROUP BY 1, 2, 3
