-- Views: the questions that local tools ask most. What is private is left out, so that an own draft is
-- never counted beside the copy that everybody sees.

CREATE VIEW released_now ( -- gældende udgivelse | For each pack the release to use now.
  pack, -- kravpakke | The pack's document.
  owner, -- ejer | The lead.
  owner_name, -- ejers navn | The lead's name.
  code, -- kode | The pack's code as released.
  title_da, -- titel på dansk | Title as released, in Danish.
  title_en, -- titel på engelsk | Title as released, in English.
  version, -- version | The version.
  release, -- udgivelse | The release's hash.
  citation, -- henvisning | How it is cited.
  valid_from, -- gyldig fra | The day from which it is valid.
  review_by, -- gennemgås senest | The day by which it is reviewed.
  requirements, -- antal krav | How many requirements it holds.
  disputed_version, -- omstridt version | A higher version under which the lead released two contents, if there is one: to be settled by the lead.
  adopters, -- ibrugtagere | Members that follow, try or use any release of the pack.
  claimed -- angivet tid | When it was signed, by the lead's clock.
) AS
SELECT
  r.pack, p.owner, m.name, r.code, r.title_da, r.title_en, r.version, r.hash, r.citation, r.valid_from,
  r.review_by, r.requirements,
  (SELECT x.version FROM release x
    WHERE x.pack = r.pack AND x.is_equivocated AND (x.major, x.minor, x.patch) > (r.major, r.minor, r.patch)
    ORDER BY x.major DESC, x.minor DESC, x.patch DESC LIMIT 1),
  (SELECT count(DISTINCT a.owner) FROM adoption a
    WHERE a.pack = r.pack AND a.space <> 'private' AND a.stance IN ('following', 'trying', 'using')),
  r.claimed
FROM release r
JOIN document p ON p.document = r.pack AND p.space <> 'private'
LEFT JOIN member m ON m.member = p.owner
WHERE r.is_newest;

CREATE VIEW requirement_in_practice ( -- krav i praksis | For each shared requirement: where it is released, and what the pilots that tried it say together.
  document, -- dokument | The requirement's document.
  number, -- nummer | Its number.
  owner, -- ejer | The member that owns it.
  title_da, -- titel på dansk | Title in Danish.
  title_en, -- titel på engelsk | Title in English.
  category, -- kategori | What is bought.
  type, -- type | The part that it is meant to play in a tender.
  level, -- niveau | How far it goes.
  pack, -- kravpakke | The pack of the same owner whose newest release holds it.
  pack_code, -- pakkens kode | That pack's code.
  version, -- version | The newest release's version.
  release, -- udgivelse | The newest release's hash.
  pilots, -- afprøvninger | Pilots that tried it.
  members, -- deltagere | Members that ran these pilots.
  as_minimum_requirement, -- som mindstekrav | How often it was a technical specification.
  as_award_criterion, -- som tildelingskriterium | How often it was an award criterion.
  as_contract_clause, -- som kontraktvilkår | How often it was a contract performance clause.
  as_other, -- som andet | How often it was a selection criterion or an exclusion ground, or nothing was said.
  bidders_avg, -- tilbud i snit | Tenders received on average, where known.
  bidders_last_time_avg, -- tilbud sidst i snit | Tenders received last time on average, where known.
  bidders_change_avg, -- ændring i tilbud i snit | The difference on average, over the pilots that know both.
  price_lower, -- pris lavere | How often the price was lower.
  price_none, -- pris uændret | How often there was no effect on the price.
  price_under_5, -- pris under 5 % | How often the price rose by less than 5 %.
  price_5_15, -- pris 5-15 % | How often it rose by 5 to 15 %.
  price_over_15, -- pris over 15 % | How often it rose by more than 15 %.
  price_unknown, -- pris ukendt | How often the effect is unknown or was not said.
  burden_avg, -- byrde i snit | The bidders' burden on average, 1 (none) to 5 (heavy).
  keep, -- behold | Verdicts to keep it.
  adjust, -- justér | Verdicts to adjust it.
  drop_it, -- drop | Verdicts to drop it.
  latest_advice_da, -- seneste råd på dansk | The first advice of the pilot that was written last (by its author's clock), in Danish.
  latest_advice_en -- seneste råd på engelsk | The same in English.
) AS
SELECT
  q.document, q.number, q.owner, q.title_da, q.title_en, q.category, q.type, q.level,
  n.pack, n.code, n.version, n.hash,
  count(DISTINCT p.document), count(DISTINCT p.owner),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.type = 'technical-specification'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.type = 'award-criterion'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.type = 'contract-performance-clause'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND
    coalesce(t.type, '') NOT IN ('technical-specification', 'award-criterion', 'contract-performance-clause')),
  avg(t.bidders) FILTER (WHERE p.document IS NOT NULL),
  avg(t.bidders_last_time) FILTER (WHERE p.document IS NOT NULL),
  avg(CAST(t.bidders AS REAL) - t.bidders_last_time) FILTER (WHERE p.document IS NOT NULL),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.price_effect = 'lower'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.price_effect = 'none'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.price_effect = 'under-5'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.price_effect = '5-15'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.price_effect = 'over-15'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND
    coalesce(t.price_effect, '') NOT IN ('lower', 'none', 'under-5', '5-15', 'over-15')),
  avg(t.burden) FILTER (WHERE p.document IS NOT NULL AND t.burden BETWEEN 1 AND 5),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.verdict = 'keep'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.verdict = 'adjust'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.verdict = 'drop'),
  (SELECT l.first_advice_da FROM pilot_tried s JOIN pilot l ON l.document = s.document AND l.space <> 'private'
    WHERE s.requirement = q.document AND l.first_advice_da IS NOT NULL
    ORDER BY l.last_claimed_ms DESC, l.document LIMIT 1),
  (SELECT l.first_advice_en FROM pilot_tried s JOIN pilot l ON l.document = s.document AND l.space <> 'private'
    WHERE s.requirement = q.document AND l.first_advice_en IS NOT NULL
    ORDER BY l.last_claimed_ms DESC, l.document LIMIT 1)
FROM requirement q
LEFT JOIN release n ON (n.pack, n.hash) = (
  SELECT r.pack, r.hash FROM released_requirement x
  JOIN release r ON r.pack = x.pack AND r.hash = x.release AND r.is_newest
  JOIN document d ON d.document = r.pack AND d.owner = q.owner AND d.space <> 'private'
  WHERE x.requirement = q.document
  ORDER BY r.pack LIMIT 1)
LEFT JOIN pilot_tried t ON t.requirement = q.document
LEFT JOIN pilot p ON p.document = t.document AND p.space <> 'private'
WHERE q.space <> 'private'
GROUP BY q.document;

CREATE VIEW pilot_result ( -- resultat af afprøvning | One row for each requirement that a pilot tried, with names instead of ids.
  document, -- dokument | The pilot's document.
  position, -- plads | The place of the requirement in the pilot.
  space, -- rum | commons, group or private.
  member, -- deltager | The member that ran it.
  member_name, -- deltagers navn | Its name.
  state, -- tilstand | Where the tender has come to.
  tender_da, -- udbud på dansk | The tender's title in Danish.
  tender_en, -- udbud på engelsk | The tender's title in English.
  publication_number, -- bekendtgørelsesnummer | Publication number.
  value_band, -- værdi | Band of contract value.
  requirement, -- krav | The requirement's document.
  number, -- nummer | The requirement's number: its own where its document is here, else as the pilot wrote it.
  requirement_da, -- kravets titel på dansk | The requirement's title in Danish.
  requirement_en, -- kravets titel på engelsk | The requirement's title in English.
  pack, -- kravpakke | The pack's document.
  pack_code, -- pakkens kode | The pack's code as released.
  pack_da, -- pakkens titel på dansk | The pack's title as released, in Danish.
  pack_en, -- pakkens titel på engelsk | The pack's title as released, in English.
  version, -- version | The version that was tried: the release's own where it is here, else as the pilot wrote it.
  release, -- udgivelse | The hash of the release that was tried.
  is_newest, -- er nyeste | 1 where that is the newest release, 0 where not, NULL where the release is not here.
  type, -- type | The part it played.
  level, -- niveau | The level as used.
  weight_percent, -- vægt i procent | The weight as used.
  bidders, -- tilbud | Tenders received.
  bidders_last_time, -- tilbud sidst | Tenders received last time.
  bidders_met, -- tilbud der opfyldte | How many met the requirement.
  price_effect, -- prisvirkning | Effect on price.
  price_percent, -- prisvirkning i procent | Effect on price in percent.
  burden, -- byrde | The bidders' burden, 1 to 5.
  complaint, -- klage | What became of a complaint.
  verdict, -- vurdering | keep, adjust or drop.
  lessons_da, -- erfaringer på dansk | Lessons in Danish.
  lessons_en, -- erfaringer på engelsk | Lessons in English.
  first_advice_da, -- første råd på dansk | What another municipality should know first, in Danish.
  first_advice_en, -- første råd på engelsk | The same in English.
  last_claimed -- seneste angivne tid | When the pilot was written last, by its author's clock.
) AS
SELECT
  p.document, t.position, p.space, p.owner, m.name, p.state, p.title_da, p.title_en, p.publication_number,
  p.value_band, t.requirement, coalesce(q.number, t.number), q.title_da, q.title_en,
  t.pack, r.code, r.title_da, r.title_en, coalesce(r.version, t.version), t.release, r.is_newest,
  t.type, t.level, t.weight_percent, t.bidders, t.bidders_last_time, t.bidders_met, t.price_effect,
  t.price_percent, t.burden, t.complaint, t.verdict,
  p.lessons_da, p.lessons_en, p.first_advice_da, p.first_advice_en, p.last_claimed
FROM pilot_tried t
JOIN pilot p ON p.document = t.document
LEFT JOIN member m ON m.member = p.owner
LEFT JOIN requirement q ON q.document = t.requirement
LEFT JOIN release r ON r.pack = t.pack AND r.hash = t.release;

CREATE VIEW adoption_now ( -- gældende ibrugtagning | For each member and pack the adoption that was written last.
  document, -- dokument | The adoption's document.
  member, -- deltager | The member.
  member_name, -- deltagers navn | Its name.
  pack, -- kravpakke | The pack's document.
  pack_code, -- pakkens kode | The pack's code as released.
  pack_da, -- pakkens titel på dansk | The pack's title as released, in Danish.
  pack_en, -- pakkens titel på engelsk | The pack's title as released, in English.
  version, -- version | The adopted version: the release's own where it is here, else as the adopter wrote it.
  release, -- udgivelse | The hash that it pins.
  is_newest, -- er nyeste | 1 where that is the newest release, 0 where not, NULL where the release is not here.
  stance, -- stilling | following, trying, using or declined.
  planned_quarter, -- planlagt kvartal | The planned tender's quarter.
  last_claimed -- seneste angivne tid | When it was written last, by the adopter's clock.
) AS
SELECT
  a.document, a.owner, m.name, a.pack, r.code, r.title_da, r.title_en, coalesce(r.version, a.version),
  a.release, r.is_newest, a.stance, a.planned_quarter, a.last_claimed
FROM adoption a
LEFT JOIN member m ON m.member = a.owner
LEFT JOIN release r ON r.pack = a.pack AND r.hash = a.release
WHERE a.space <> 'private' AND NOT EXISTS (
  SELECT 1 FROM adoption b
  WHERE b.owner = a.owner AND b.pack IS a.pack AND b.space <> 'private'
    AND (coalesce(b.last_claimed_ms, -1), b.document) > (coalesce(a.last_claimed_ms, -1), a.document));

CREATE VIEW cpv_branch_requirement ( -- krav på cpv-gren | Shared requirements on each branch of the CPV: a code and everything below it.
  branch, -- gren | The code of the branch, eight digits.
  name_da, -- navn på dansk | The branch's name in Danish.
  name_en, -- navn på engelsk | The branch's name in English.
  document, -- dokument | The requirement's document.
  number -- nummer | The requirement's number.
) AS
SELECT DISTINCT b.code, b.name_da, b.name_en, q.document, q.number
FROM cpv b
JOIN requirement_cpv c ON c.cpv >= b.branch AND c.cpv < b.branch || ':'
JOIN requirement q ON q.document = c.document AND q.space <> 'private';
