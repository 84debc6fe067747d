-- The article master of TNS, one row per article and branch (MATERIALSUC), articles together, lowest branch first.
-- "opcional": where the database lacks the column or table, the value is NULL and the join is left out.
SELECT
  M.MATID AS MATID,
  M.CODIGO AS CODIGO,
  M.DESCRIP AS NOMBRE, -- opcional
  M.CODBARRA AS CODIGO_BARRAS, -- opcional
  G.CODIGO AS GRUPO_CODIGO, -- opcional
  G.DESCRIP AS GRUPO, -- opcional
  M.UNIDAD AS UNIDAD, -- opcional
  S.COSTO AS COSTO, -- opcional
  S.PRECIO1 AS PRECIO, -- opcional
  S.INACTIVO AS INACTIVO -- opcional
FROM MATERIAL M
LEFT JOIN GRUPMAT G ON G.GRUPMATID = M.GRUPMATID -- opcional
LEFT JOIN MATERIALSUC S ON S.MATID = M.MATID -- opcional
WHERE M.CODIGO IS NOT NULL
ORDER BY M.MATID
  , S.SUCID -- opcional
