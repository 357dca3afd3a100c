-- Views: the questions that local tools ask most. What is private is left out, so that an own draft is
-- never counted beside the copy that everybody sees.

CREATE VIEW release_standing ( -- udgivelses status | What has become of each release: whether it counts, and which one is to be used now.
  pack, -- kravpakke | The pack's document.
  release, -- udgivelse | The release's hash.
  owner, -- ejer | The lead.
  space, -- rum | The pack's: commons, group or private.
  version, -- version | The version.
  major, -- hovedversion | First number of the version.
  minor, -- underversion | Second number.
  patch, -- rettelse | Third number.
  cosigners_needed, -- nødvendige medunderskrifter | Other members that must co-sign before it counts.
  cosigned, -- medunderskrevet | Other members that did, in the commons.
  is_readable, -- kan læses | 1 where this version of the software could read the content.
  is_equivocated, -- dobbelt udgivet | 1 where the lead released something else under the same version.
  is_withdrawn, -- er trukket tilbage | 1 where the lead withdrew it.
  withdrawn_on, -- trukket tilbage den | The day of that.
  withdrawn_reason_da, -- tilbagetrukket fordi på dansk | Why, in Danish.
  withdrawn_reason_en, -- tilbagetrukket fordi på engelsk | Why, in English.
  replaced_by, -- erstattet af | The version that replaces it, where one does.
  counts, -- tæller | 1 where it can be read and adopted: co-signed as it should be, not equivocated and not withdrawn.
  is_newest, -- er nyeste | 1 on the highest version of the pack that ever counted, unless it was withdrawn.
  review_by -- gennemgås senest | The day by which it is reviewed: whether that has passed, the reader compares.
) AS
WITH standing AS (
  SELECT r.*, d.owner, d.space,
    (SELECT count(DISTINCT c.owner) FROM cosignature c
      WHERE c.pack = r.pack AND c.release = r.hash AND c.space = 'commons' AND c.owner <> d.owner) AS cosigned,
    w.version IS NOT NULL AS is_withdrawn, w.date AS withdrawn_on,
    w.reason_da AS withdrawn_reason_da, w.reason_en AS withdrawn_reason_en, w.replaced_by
  FROM release r
  JOIN document d ON d.document = r.pack
  LEFT JOIN pack_withdrawal w ON w.document = r.pack AND w.position = (
    SELECT min(x.position) FROM pack_withdrawal x WHERE x.document = r.pack AND x.version = r.version)
), counted AS (
  SELECT *, is_readable AND NOT is_equivocated AND cosigned >= cosigners_needed AS counted,
    is_readable AND NOT is_equivocated AND NOT is_withdrawn AND cosigned >= cosigners_needed AS counts
  FROM standing
)
SELECT
  pack, hash, owner, space, version, major, minor, patch, cosigners_needed, cosigned, is_readable, is_equivocated,
  is_withdrawn, withdrawn_on, withdrawn_reason_da, withdrawn_reason_en, replaced_by, counts,
  -- A lower version never takes the place of a higher one that counted and was withdrawn.
  counts AND row_number() OVER (PARTITION BY pack ORDER BY counted DESC, major DESC, minor DESC, patch DESC) = 1,
  review_by
FROM counted;

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
  review_by, -- gennemgås senest | The day by which it is reviewed: whether that has passed, the reader compares.
  cosigned, -- medunderskrevet | Other members that co-signed it.
  requirements, -- antal krav | How many requirements it holds.
  disputed_version, -- omstridt version | A higher version under which the lead released two contents, if there is one: to be settled by the lead.
  adopters, -- ibrugtagere | Members that follow, try or use any release of the pack.
  claimed -- angivet tid | When it was signed, by the lead's clock.
) AS
SELECT
  r.pack, s.owner, m.name, r.code, r.title_da, r.title_en, r.version, r.hash, r.citation, r.valid_from,
  r.review_by, s.cosigned, r.requirements,
  (SELECT x.version FROM release x
    WHERE x.pack = r.pack AND x.is_equivocated AND (x.major, x.minor, x.patch) > (r.major, r.minor, r.patch)
    ORDER BY x.major DESC, x.minor DESC, x.patch DESC LIMIT 1),
  (SELECT count(DISTINCT a.owner) FROM adoption a
    WHERE a.pack = r.pack AND a.space <> 'private' AND a.stance IN ('following', 'trying', 'using')),
  r.claimed
FROM release_standing s
JOIN release r ON r.pack = s.pack AND r.hash = s.release
LEFT JOIN member m ON m.member = s.owner
WHERE s.is_newest AND s.space <> 'private';

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
  small_firms, -- små virksomheder | Small and medium-sized firms among the tenderers, all told.
  questions, -- spørgsmål | Questions that tenderers asked, all told.
  evidence_accepted, -- dokumentation godtaget | How often the evidence was accepted.
  evidence_partly, -- dokumentation delvist godtaget | How often it was accepted in part.
  evidence_rejected, -- dokumentation afvist | How often it was rejected.
  clarifications, -- afklaringer | How often there was a complaint that a clarification settled.
  complaints, -- klager | How often there was a complaint to the Complaints Board for Public Procurement.
  reasons, -- grunde | Reasons that suppliers gave for not bidding; they stand in supplier_reason.
  buyer_hours_avg, -- indkøbers timer i snit | The buyer's extra hours on average, where known.
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
  coalesce(sum(t.small_firms) FILTER (WHERE p.document IS NOT NULL), 0),
  coalesce(sum(t.questions) FILTER (WHERE p.document IS NOT NULL), 0),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.evidence_outcome = 'accepted'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.evidence_outcome = 'partly'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.evidence_outcome = 'rejected'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.complaint = 'clarification'),
  count(*) FILTER (WHERE p.document IS NOT NULL AND t.complaint = 'klagenaevnet'),
  (SELECT count(*) FROM pilot_tried s JOIN pilot l ON l.document = s.document AND l.space <> 'private'
    JOIN pilot_reason e ON e.document = s.document AND e.tried = s.position WHERE s.requirement = q.document),
  avg(t.buyer_hours) FILTER (WHERE p.document IS NOT NULL),
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
  JOIN release_standing s ON s.pack = x.pack AND s.release = x.release AND s.is_newest
    AND s.owner = q.owner AND s.space <> 'private'
  JOIN release r ON r.pack = x.pack AND r.hash = x.release
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
  is_newest, -- er nyeste | 1 where that is the newest release that counts, 0 where not, NULL where the release is not here.
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
  evidence_outcome, -- dokumentationens udfald | Whether the evidence was accepted.
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
  t.pack, r.code, r.title_da, r.title_en, coalesce(r.version, t.version), t.release, s.is_newest,
  t.type, t.level, t.weight_percent, t.bidders, t.bidders_last_time, t.bidders_met, t.price_effect,
  t.price_percent, t.burden, t.complaint, t.evidence_outcome, t.verdict,
  p.lessons_da, p.lessons_en, p.first_advice_da, p.first_advice_en, p.last_claimed
FROM pilot_tried t
JOIN pilot p ON p.document = t.document
LEFT JOIN member m ON m.member = p.owner
LEFT JOIN requirement q ON q.document = t.requirement
LEFT JOIN release r ON r.pack = t.pack AND r.hash = t.release
LEFT JOIN release_standing s ON s.pack = r.pack AND s.release = r.hash;

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
  is_newest, -- er nyeste | 1 where that is the newest release that counts, 0 where not, NULL where the release is not here.
  stance, -- stilling | following, trying, using or declined.
  planned_quarter, -- planlagt kvartal | The planned tender's quarter.
  last_claimed -- seneste angivne tid | When it was written last, by the adopter's clock.
) AS
SELECT
  a.document, a.owner, m.name, a.pack, r.code, r.title_da, r.title_en, coalesce(r.version, a.version),
  a.release, s.is_newest, a.stance, a.planned_quarter, a.last_claimed
FROM adoption a
LEFT JOIN member m ON m.member = a.owner
LEFT JOIN release r ON r.pack = a.pack AND r.hash = a.release
LEFT JOIN release_standing s ON s.pack = r.pack AND s.release = r.hash
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

CREATE VIEW supplier_reason ( -- leverandørers grunde | What suppliers said why they did not bid, by requirement.
  requirement, -- krav | The requirement's document.
  number, -- nummer | The requirement's number.
  pilot, -- afprøvning | The pilot's document.
  tried, -- afprøvet krav | The place of the requirement in the pilot.
  position, -- plads | Order, from 0.
  member, -- deltager | The member that ran the pilot.
  member_name, -- deltagers navn | Its name.
  reason_da, -- grund på dansk | The reason in Danish.
  reason_en, -- grund på engelsk | The reason in English.
  last_claimed -- seneste angivne tid | When the pilot was written last, by its author's clock.
) AS
SELECT
  t.requirement, coalesce(q.number, t.number), t.document, t.position, e.position, p.owner, m.name,
  e.reason_da, e.reason_en, p.last_claimed
FROM pilot_reason e
JOIN pilot_tried t ON t.document = e.document AND t.position = e.tried
JOIN pilot p ON p.document = e.document AND p.space <> 'private'
LEFT JOIN member m ON m.member = p.owner
LEFT JOIN requirement q ON q.document = t.requirement;

CREATE VIEW change_proposal ( -- ændringsforslag | What pilots propose to change in a pack, and what the lead answered.
  pack, -- kravpakke | The pack's document.
  pack_owner, -- pakkens ejer | The lead.
  pack_code, -- pakkens kode | The pack's code, as it is now.
  requirement, -- krav | The requirement's document.
  number, -- nummer | The requirement's number.
  requirement_da, -- kravets titel på dansk | The requirement's title in Danish.
  requirement_en, -- kravets titel på engelsk | The requirement's title in English.
  pilot, -- afprøvning | The pilot's document.
  position, -- plads | The place of the requirement in the pilot.
  member, -- deltager | The member that ran it.
  member_name, -- deltagers navn | Its name.
  state, -- tilstand | Where the tender has come to.
  version, -- version | The version that was tried: the release's own where it is here, else as the pilot wrote it.
  release, -- udgivelse | The hash of the release that was tried.
  verdict, -- vurdering | adjust or drop; keep where there is a better wording only.
  proposed_wording_da, -- foreslået ordlyd på dansk | A better wording, in Danish.
  proposed_wording_en, -- foreslået ordlyd på engelsk | A better wording, in English.
  dropped_da, -- droppet på dansk | Why it was dropped on the way, in Danish.
  dropped_en, -- droppet på engelsk | The same in English.
  is_answered, -- er besvaret | 1 where the lead has dealt with it.
  answered_version, -- besvaret i version | The version that takes it up; NULL where none does.
  answer_da, -- svar på dansk | What came of it and why, in Danish.
  answer_en, -- svar på engelsk | The same in English.
  last_claimed -- seneste angivne tid | When the pilot was written last, by its author's clock.
) AS
SELECT
  t.pack, k.owner, k.code, t.requirement, coalesce(t.number, q.number), q.title_da, q.title_en,
  p.document, t.position, p.owner, m.name, p.state, coalesce(r.version, t.version), t.release, t.verdict,
  t.proposed_wording_da, t.proposed_wording_en, t.dropped_da, t.dropped_en,
  a.document IS NOT NULL, a.version, a.answer_da, a.answer_en, p.last_claimed
FROM pilot_tried t
JOIN pilot p ON p.document = t.document AND p.space <> 'private'
LEFT JOIN member m ON m.member = p.owner
LEFT JOIN pack k ON k.document = t.pack
LEFT JOIN requirement q ON q.document = t.requirement
LEFT JOIN release r ON r.pack = t.pack AND r.hash = t.release
LEFT JOIN pack_answered a ON a.document = t.pack AND a.position = (
  SELECT min(x.position) FROM pack_answered x
  WHERE x.document = t.pack AND x.pilot = t.document AND x.number = coalesce(t.number, q.number))
WHERE t.verdict IN ('adjust', 'drop') OR coalesce(t.proposed_wording_da, t.proposed_wording_en) IS NOT NULL;

CREATE VIEW adoption_outdated ( -- forældet ibrugtagning | Adoptions in force whose release is no longer the one to use.
  document, -- dokument | The adoption's document.
  member, -- deltager | The member.
  member_name, -- deltagers navn | Its name.
  pack, -- kravpakke | The pack's document.
  pack_code, -- pakkens kode | The pack's code as released.
  pack_da, -- pakkens titel på dansk | The pack's title as released, in Danish.
  pack_en, -- pakkens titel på engelsk | The pack's title as released, in English.
  stance, -- stilling | following, trying or using.
  version, -- version | The adopted version.
  release, -- udgivelse | The hash that it pins.
  why, -- hvorfor | withdrawn, equivocated, uncounted (it cannot be read here or lacks co-signatures) or newer (a higher version counts).
  behind, -- bagud | How many higher versions of the pack count.
  newest_version, -- nyeste version | The version to use now, where one counts.
  newest_release, -- nyeste udgivelse | Its hash.
  withdrawn_on, -- trukket tilbage den | The day on which the adopted one was withdrawn.
  withdrawn_reason_da, -- tilbagetrukket fordi på dansk | Why, in Danish.
  withdrawn_reason_en, -- tilbagetrukket fordi på engelsk | Why, in English.
  replaced_by -- erstattet af | The version that the lead says replaces it.
) AS
SELECT
  a.document, a.member, a.member_name, a.pack, a.pack_code, a.pack_da, a.pack_en, a.stance, s.version, s.release,
  CASE WHEN s.is_withdrawn THEN 'withdrawn' WHEN s.is_equivocated THEN 'equivocated'
    WHEN NOT s.counts THEN 'uncounted' ELSE 'newer' END,
  (SELECT count(*) FROM release_standing x WHERE x.pack = s.pack AND x.counts
    AND (x.major, x.minor, x.patch) > (s.major, s.minor, s.patch)),
  n.version, n.release, s.withdrawn_on, s.withdrawn_reason_da, s.withdrawn_reason_en, s.replaced_by
FROM adoption_now a
JOIN release_standing s ON s.pack = a.pack AND s.release = a.release
LEFT JOIN release_standing n ON n.pack = a.pack AND n.is_newest
WHERE a.stance IN ('following', 'trying', 'using') AND NOT s.is_newest;

CREATE VIEW adaptation_outdated ( -- forældet tilpasning | Adapted requirements whose source has moved on; own drafts are among them.
  document, -- dokument | The adapted requirement's document.
  number, -- nummer | Its number.
  owner, -- ejer | The member that adapted it.
  space, -- rum | commons, group or private.
  title_da, -- titel på dansk | Its title in Danish.
  title_en, -- titel på engelsk | Its title in English.
  source, -- kilde | The source's document.
  source_number, -- kildens nummer | The source's number.
  source_owner, -- kildens ejer | The member that owns the source.
  pack, -- kravpakke | The pack from whose release it was taken.
  pack_code, -- pakkens kode | That pack's code as released.
  version, -- version | The version from which it was taken.
  release, -- udgivelse | That release's hash.
  newest_version, -- nyeste version | The version to use now, where one counts.
  newest_release, -- nyeste udgivelse | Its hash.
  is_withdrawn, -- er trukket tilbage | 1 where the release from which it was taken was withdrawn.
  is_gone, -- er udgået | 1 where the newest release no longer holds the source.
  is_changed -- er ændret | 1 where the newest release holds the source with another content, 0 where with the same, NULL where it is gone.
) AS
SELECT
  q.document, q.number, q.owner, q.space, q.title_da, q.title_en, q.adapted_from, q.adapted_from_number,
  q.adapted_from_owner, s.pack, r.code, s.version, s.release, n.version, n.release, s.is_withdrawn,
  n.release IS NOT NULL AND x.content IS NULL,
  json_remove(x.content, '$.state', '$.history') <> json_remove(o.content, '$.state', '$.history')
FROM requirement q
JOIN release_standing s ON s.pack = q.adapted_from_pack AND s.release = q.adapted_from_release
JOIN release r ON r.pack = s.pack AND r.hash = s.release
LEFT JOIN release_standing n ON n.pack = s.pack AND n.is_newest
LEFT JOIN released_requirement o ON o.pack = s.pack AND o.release = s.release AND o.position = (
  SELECT min(y.position) FROM released_requirement y
  WHERE y.pack = s.pack AND y.release = s.release AND y.requirement = q.adapted_from)
LEFT JOIN released_requirement x ON x.pack = n.pack AND x.release = n.release AND x.position = (
  SELECT min(y.position) FROM released_requirement y
  WHERE y.pack = n.pack AND y.release = n.release AND y.requirement = q.adapted_from)
WHERE NOT s.is_newest;

CREATE VIEW participation_matrix ( -- deltagelsesmatrix | Members by projects: how each takes part in each, with the participation written last.
  member, -- deltager | The member.
  member_name, -- deltagers navn | Its name.
  project, -- indsats | The project's code.
  project_document, -- indsatsens dokument | The project's document.
  project_da, -- indsatsens titel på dansk | The project's title in Danish.
  project_en, -- indsatsens titel på engelsk | The project's title in English.
  project_owner, -- indsatsens ejer | The project's lead.
  document, -- dokument | The participation's document; NULL, as all that follows, where the member takes no part.
  part, -- rolle | As a participant or as a partner.
  speed, -- fart | following, trying, implementing or leading.
  priority, -- prioritet | high, medium or low.
  state, -- tilstand | Where it is.
  status_date, -- statusdato | The day of that status.
  backing, -- opbakning | Who stands behind it politically.
  next_step_da, -- næste skridt på dansk | The next step, in Danish.
  next_step_en, -- næste skridt på engelsk | The next step, in English.
  next_step_date -- næste skridts dato | When that is.
) AS
SELECT
  m.member, m.name, j.code, j.document, j.title_da, j.title_en, j.owner, t.document, t.part, t.speed, t.priority,
  t.state, t.status_date, t.backing, t.next_step_da, t.next_step_en, t.next_step_date
FROM project j
CROSS JOIN member m
LEFT JOIN participation t ON t.document = (
  SELECT p.document FROM participation p
  WHERE p.owner = m.member AND p.space <> 'private'
    AND (p.project_document = j.document OR p.project_document IS NULL AND p.project = j.code)
  ORDER BY p.last_claimed_ms DESC, p.document LIMIT 1)
WHERE j.space <> 'private';

CREATE VIEW discussion ( -- drøftelse | Shared questions and comments, with what they are about and how many answers there are.
  document, -- dokument | The question's or comment's document.
  kind, -- art | question or comment.
  owner, -- ejer | The member that wrote it.
  owner_name, -- ejers navn | Its name.
  space, -- rum | commons or group.
  title_da, -- titel på dansk | A question's title in Danish.
  title_en, -- titel på engelsk | A question's title in English.
  body_da, -- tekst på dansk | What is said, in Danish.
  body_en, -- tekst på engelsk | What is said, in English.
  state, -- tilstand | open, answered or settled, as its author says.
  escalated_to_da, -- forelagt for på dansk | The committee to which it was taken, in Danish.
  escalated_to_en, -- forelagt for på engelsk | The same in English.
  escalated_on, -- forelagt den | The day of that.
  target, -- emne | The document that it is about.
  target_field, -- felt | The field in it.
  target_kind, -- emnets art | The kind of that document, where it is here.
  target_owner, -- emnets ejer | The member that owns it.
  target_number, -- emnets nummer | Its number or code.
  target_da, -- emnets titel på dansk | Its title in Danish.
  target_en, -- emnets titel på engelsk | Its title in English.
  answers, -- svar | Shared answers.
  last_answered, -- sidst besvaret | When the last of them was written, by its author's clock.
  first_claimed, -- første angivne tid | When it was written first, by its author's clock.
  last_claimed -- seneste angivne tid | When it was written last.
) AS
SELECT
  s.document, s.kind, s.owner, m.name, s.space, s.title_da, s.title_en, s.body_da, s.body_en, s.state,
  s.escalated_to_da, s.escalated_to_en, s.escalated_on, s.target, s.target_field, d.kind, d.owner, d.number,
  d.title_da, d.title_en,
  (SELECT count(*) FROM answer a WHERE a.question = s.document AND a.space <> 'private'),
  (SELECT max(a.last_claimed) FROM answer a WHERE a.question = s.document AND a.space <> 'private'),
  s.first_claimed, s.last_claimed
FROM (
  SELECT document, 'question' AS kind, owner, space, title_da, title_en, body_da, body_en, state, escalated_to_da,
    escalated_to_en, escalated_on, target, target_field, first_claimed, last_claimed
  FROM question WHERE space <> 'private'
  UNION ALL
  SELECT document, 'comment', owner, space, NULL, NULL, body_da, body_en, state, NULL, NULL, NULL, target,
    target_field, first_claimed, last_claimed
  FROM comment WHERE space <> 'private') s
LEFT JOIN member m ON m.member = s.owner
LEFT JOIN document d ON d.document = s.target;

CREATE VIEW concern ( -- berører | What each document is about, named as in follow: whoever follows the target wants to hear of the document.
  document, -- dokument | The document.
  target -- emne | Such as pack:<document>, requirement:<document>, project:<code>, category:<code> or cpv:<code>.
) AS
SELECT document, 'pack:' || document FROM pack
UNION ALL SELECT document, 'project:' || project FROM pack WHERE project IS NOT NULL
UNION ALL SELECT r.document, 'category:' || q.category FROM pack_requirement r
  JOIN requirement q ON q.document = r.requirement WHERE q.category IS NOT NULL
UNION ALL SELECT r.document, 'cpv:' || c.cpv FROM pack_requirement r
  JOIN requirement_cpv c ON c.document = r.requirement WHERE c.cpv IS NOT NULL
UNION ALL SELECT document, 'requirement:' || document FROM requirement
UNION ALL SELECT requirement, 'pack:' || document FROM pack_requirement WHERE requirement IS NOT NULL
UNION ALL SELECT document, 'project:' || project FROM requirement WHERE project IS NOT NULL
UNION ALL SELECT document, 'category:' || category FROM requirement WHERE category IS NOT NULL
UNION ALL SELECT document, 'cpv:' || cpv FROM requirement_cpv WHERE cpv IS NOT NULL
UNION ALL SELECT document, 'requirement:' || adapted_from FROM requirement WHERE adapted_from IS NOT NULL
UNION ALL SELECT document, 'pack:' || pack FROM adoption WHERE pack IS NOT NULL
UNION ALL SELECT document, 'pack:' || pack FROM cosignature WHERE pack IS NOT NULL
UNION ALL SELECT document, 'pack:' || pack FROM pilot_tried WHERE pack IS NOT NULL
UNION ALL SELECT document, 'requirement:' || requirement FROM pilot_tried WHERE requirement IS NOT NULL
UNION ALL SELECT t.document, 'category:' || q.category FROM pilot_tried t
  JOIN requirement q ON q.document = t.requirement WHERE q.category IS NOT NULL
UNION ALL SELECT document, 'cpv:' || cpv FROM pilot_cpv WHERE cpv IS NOT NULL
UNION ALL SELECT document, 'project:' || code FROM project WHERE code IS NOT NULL
UNION ALL SELECT document, 'project:' || project FROM participation WHERE project IS NOT NULL
UNION ALL SELECT document, 'project:' || project FROM resource WHERE project IS NOT NULL
UNION ALL SELECT document, 'category:' || category FROM resource WHERE category IS NOT NULL
UNION ALL SELECT s.document, d.kind || ':' || CASE d.kind WHEN 'project' THEN d.number ELSE d.document END
  FROM (SELECT document, target FROM question UNION ALL SELECT document, target FROM comment
    UNION ALL SELECT document, target FROM resource) s
  JOIN document d ON d.document = s.target AND (d.kind IN ('pack', 'requirement')
    OR d.kind = 'project' AND d.number IS NOT NULL);
