-- What tns_kardex.sql must give, counted by the source itself: lines, ΣCANMAT and Σ of keys by month and kind.
-- Written apart from that statement and without its joins, so that a join that loses or doubles lines is found.
-- Parameters of the lines marked "ventana": first day, first day that no longer counts; without them, all months.
SELECT
  EXTRACT(YEAR FROM K.FECHA) AS ANIO,
  EXTRACT(MONTH FROM K.FECHA) AS MES,
  K.CODCOMP AS TIPO_DOCUMENTO,
  COUNT(*) AS FILAS,
  SUM(D.CANMAT) AS CANTIDAD,
  SUM(D.DEKARDEXID) AS CLAVES
FROM KARDEX K
JOIN DEKARDEX D ON D.KARDEXID = K.KARDEXID
WHERE K.FECASENTAD IS NOT NULL
  AND K.FECANULADO IS NULL
  AND (K.CODCOMP IS NULL OR K.CODCOMP NOT IN ('CT', 'PV', 'CO', 'NI', 'IN', 'ND', 'NE', 'RC', 'CE'))
  AND K.FECHA >= ? AND K.FECHA < ? -- ventana
GROUP BY 1, 2, 3
