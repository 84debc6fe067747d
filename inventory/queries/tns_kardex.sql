-- Lines of posted, living inventory documents of TNS, one row each.
-- Parameters: first day, first day that no longer counts.
-- The kinds left out are orders, notes and cash documents, which move nothing that is copied here; a kind that is in
-- neither list comes along and is written down as rejected, so that it is seen.
-- "opcional": where the database lacks the column or table, the value is NULL and the join is left out.
SELECT
  'K:' || D.DEKARDEXID AS CLAVE_ORIGEN,
  K.CODCOMP AS TIPO_DOCUMENTO,
  K.CODPREFIJO AS PREFIJO, -- opcional
  K.NUMERO AS NUMERO,
  D.PRIORIDAD AS LINEA, -- opcional
  K.FECHA AS FECHA,
  K.HORA AS HORA, -- opcional
  SU.NOMSUC AS SUCURSAL, -- opcional
  T.NOMBRE AS PAGADOR, -- opcional
  T.NIT AS NIT_PAGADOR, -- opcional
  C.CODIGO AS CODIGO_CIUDAD, -- opcional
  C.NOMBRE AS CIUDAD, -- opcional
  B.CODIGO AS CODIGO_BODEGA, -- opcional
  B.NOMBRE AS SISTEMA_BODEGA, -- opcional
  M.CODIGO AS ARTICULO_CODIGO,
  M.DESCRIP AS ARTICULO_NOMBRE, -- opcional
  G.DESCRIP AS ARTICULO_GRUPO, -- opcional
  M.UNIDAD AS UNIDAD, -- opcional
  D.CANMAT AS CANTIDAD,
  D.PRECIOBASE AS PRECIO_UNITARIO, -- opcional
  K.MONEDA AS MONEDA, -- opcional
  D.REMTOTFAC AS REMTOTFAC -- opcional
FROM KARDEX K
JOIN DEKARDEX D ON D.KARDEXID = K.KARDEXID
LEFT JOIN MATERIAL M ON M.MATID = D.MATID
LEFT JOIN GRUPMAT G ON G.GRUPMATID = M.GRUPMATID -- opcional
LEFT JOIN BODEGA B ON B.BODID = D.BODID -- opcional
LEFT JOIN TERCEROS T ON T.TERID = K.CLIENTE -- opcional
LEFT JOIN CIUDANE C ON C.CIUDANEID = T.CIUDANEID -- opcional
LEFT JOIN SUCURSAL SU ON SU.SUCID = K.SUCID -- opcional
WHERE K.FECHA >= ? AND K.FECHA < ?
  AND K.FECASENTAD IS NOT NULL
  AND K.FECANULADO IS NULL
  AND (K.CODCOMP IS NULL OR K.CODCOMP NOT IN ('CT', 'PV', 'CO', 'NI', 'IN', 'ND', 'NE', 'RC', 'CE'))
