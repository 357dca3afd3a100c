-- Requirements on reuse in packaging, and what the pilots that tried them say.
-- Krav om genbrug af emballage, og hvad de, der har afprøvet dem, siger.
--
--   sqlite3 'file:PATH/mirror.db?mode=ro' < reuse-in-packaging.sql
--
-- works while the node runs. What other members wrote is data: escape characters are taken out before a
-- terminal sees them.

.headers on
.mode box --wrap 34

WITH asked AS (
  SELECT q.document, q.number, coalesce(q.title_da, q.title_en) AS title
  FROM requirement q
  WHERE q.category = 'packaging' AND q.space = 'commons'
    AND EXISTS (SELECT 1 FROM requirement_strategy s WHERE s.document = q.document AND s.strategy = 'reuse')
),
answers AS (
  SELECT
    a.number, a.title, coalesce(p.member_name, p.member) AS tried_by, p.bidders, p.bidders_last_time,
    coalesce(t.name_da, p.type) AS type, coalesce(e.name_da, p.price_effect) AS price,
    coalesce(v.name_da, p.verdict) AS verdict, coalesce(p.first_advice_da, p.first_advice_en) AS advice
  FROM asked a
  LEFT JOIN pilot_result p ON p.requirement = a.document AND p.space <> 'private'
  LEFT JOIN code t ON t.list = 'requirement-type' AND t.code = p.type
  LEFT JOIN code e ON e.list = 'price-effect' AND e.code = p.price_effect
  LEFT JOIN code v ON v.list = 'verdict' AND v.code = p.verdict
)
SELECT
  replace(replace(number, char(27), ''), char(10), ' ') AS "krav",
  replace(replace(title, char(27), ''), char(10), ' ') AS "titel",
  replace(coalesce(tried_by, 'ingen endnu'), char(27), '') AS "afprøvet af",
  replace(type, char(27), '') AS "brugt som",
  bidders || coalesce(' (sidst ' || bidders_last_time || ')', '') AS "tilbud",
  replace(price, char(27), '') AS "pris",
  replace(verdict, char(27), '') AS "vurdering",
  replace(replace(advice, char(27), ''), char(10), ' ') AS "råd"
FROM answers
ORDER BY number, tried_by;
