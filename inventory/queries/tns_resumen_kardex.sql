-- What tns_kardex.sql must give, counted by the source itself: lines, ΣCANMAT and Σ of keys by month and kind.
-- Written apart from that statement and without its joins, so that a join that loses or doubles lines is found.
-- NUMERIC(18, 0): in dialect 1 a sum of integers overflows at 2^31. 1e15: NaN, infinity and the like are no quantities.
-- Parameters of the lines marked "ventana": first day, first day that no longer counts; without them, all months.
SELECT
  EXTRACT(YEAR FROM K.FECHA) AS ANIO,
  EXTRACT(MONTH FROM K.FECHA) AS MES,
  K.CODCOMP AS TIPO_DOCUMENTO,
  COUNT(*) AS FILAS,
  SUM(CASE WHEN D.CANMAT > -1e15 AND D.CANMAT < 1e15 THEN D.CANMAT * CAST(1 AS NUMERIC(18, 0)) END) AS CANTIDAD,
  SUM(CAST(D.DEKARDEXID AS NUMERIC(18, 0))) AS CLAVES
FROM KARDEX K
JOIN DEKARDEX D ON D.KARDEXID = K.KARDEXID
WHERE K.FECASENTAD IS NOT NULL
  AND K.FECANULADO IS NULL
  AND (K.CODCOMP IS NULL OR K.CODCOMP NOT IN ('CT', 'PV', 'CO', 'NI', 'IN', 'ND', 'NE', 'RC', 'CE'))
  AND K.FECHA >= ? AND K.FECHA < ? -- ventana
GROUP BY 1, 2, 3
