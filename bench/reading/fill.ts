import type pg from 'pg';

export interface Size {
  readonly plans: number;
  readonly commitmentsOfPlan: number;
  /** Where one plan is to be larger than all others. */
  readonly commitmentsOfFirstPlan?: number;
  readonly milestonesOfCommitment: number;
  readonly quarters: number;
  readonly institutionsOfPlan: number;
}

export const USUAL: Size = {
  plans: 200,
  commitmentsOfPlan: 20,
  milestonesOfCommitment: 5,
  quarters: 5,
  institutionsOfPlan: 10,
};

/** After the last quarter has closed. */
export const NOW = '2026-01-01T09:00+03:00';

/**
 * Plans in which two institutions report on every commitment in every quarter, one after the other, each claim with the
 * state of every milestone. In SQL, so that filling takes no time worth waiting for.
 */
export async function fill(db: pg.Client, size: Size): Promise<void> {
  const { plans, commitmentsOfPlan, milestonesOfCommitment, quarters, institutionsOfPlan } = size;
  await db.query(`select set_config('mithaq.sight', '*', false)`);
  await db.query(
    `insert into member (key, name, kind, country)
     select 'member-' || n, ${text(`'بلدية السلط ' || n`, `'Municipality ' || n`)}, 'LOCAL', 'JO' from generate_series(1, $1::int) n`,
    [plans],
  );
  await db.query(
    `insert into action_plan (key, member_id, title, language, time_zone, starts_on, ends_on)
     select 'plan-' || n, (select id from member where key = 'member-' || n),
            ${text(`'خطة عمل بلدية السلط الكبرى ' || n`, `'Action plan of Greater Salt ' || n`)}, 'ar', 'Asia/Amman', '2024-01-01', '2025-12-31'
       from generate_series(1, $1::int) n`,
    [plans],
  );
  await db.query(
    `insert into reporting_period (plan_id, key, starts_on, ends_before, opens_on, due_on, closes_on, opens_at, due_before, closes_before, is_stub)
     select p.id, to_char(d.starts, 'YYYY"-Q"Q'), d.starts, d.ends, d.ends, d.ends + 13, d.ends + 44, d.ends::timestamp at time zone p.time_zone,
            (d.ends + 14)::timestamp at time zone p.time_zone, (d.ends + 45)::timestamp at time zone p.time_zone, false
       from action_plan p cross join generate_series(0, $1::int - 1) q
      cross join lateral (select (date '2024-01-01' + q * interval '3 months')::date as starts, (date '2024-01-01' + (q + 1) * interval '3 months')::date as ends) d`,
    [quarters],
  );
  await db.query(
    `insert into institution (member_id, key, name, kind)
     select p.member_id, 'unit-' || n, ${text(`'مديرية التخطيط والمتابعة ' || n`, `'Planning and follow-up directorate ' || n`)}, 'MUNICIPAL_UNIT'
       from action_plan p cross join generate_series(1, $1::int) n`,
    [institutionsOfPlan],
  );
  await db.query(
    `insert into commitment (plan_id, number, title, problem, action, starts_on, ends_on)
     select p.id, n, ${text(`'منصة إلكترونية للمشاركة في القرارات البلدية ' || n`, `'An online platform to take part in municipal decisions ' || n`)},
            ${text(`repeat('لا يعرف الناس كيف تتخذ القرارات. ', 8)`, `repeat('People do not know how decisions are made. ', 8)`)},
            ${text(`repeat('تنشر البلدية جدول الأعمال قبل أسبوع. ', 8)`, `repeat('The municipality publishes the agenda a week before. ', 8)`)}, '2024-01-01', '2025-12-31'
       from action_plan p cross join lateral generate_series(1, case p.key when 'plan-1' then $2::int else $1::int end) n`,
    [commitmentsOfPlan, size.commitmentsOfFirstPlan ?? commitmentsOfPlan],
  );
  await db.query(
    `insert into commitment_institution (commitment_id, institution_id, role, position)
     select c.id, i.id, case s when 0 then 'LEAD' else 'SUPPORTING' end, s
       from commitment c join action_plan p on p.id = c.plan_id cross join generate_series(0, 1) s
       join institution i on i.member_id = p.member_id and i.key = 'unit-' || 1 + (c.number + s) % $1::int`,
    [institutionsOfPlan],
  );
  await db.query(
    `insert into milestone (commitment_id, number, title, due_on, original_due_on, responsible_institution_id)
     select c.id, n, ${text(`'إطلاق المرحلة ' || n || ' من المنصة'`, `'Launch of stage ' || n || ' of the platform'`)},
            date '2024-03-31' + n * 90, date '2024-03-31' + n * 90,
            (select institution_id from commitment_institution where commitment_id = c.id and position = n % 2)
       from commitment c cross join generate_series(1, $1::int) n`,
    [milestonesOfCommitment],
  );
  await db.query(
    `insert into check_in (plan_id, commitment_id, institution_id, period_id, status, version, punctuality, movement, progress, obstacles, language, saved_at, saved_by, submitted_at, submitted_by)
     select c.plan_id, c.id, i.institution_id, r.id, 'SUBMITTED', 1, 'ON_TIME', 'CLEAR', repeat('أنجزت المرحلة وبدأ التدريب. ', 4), null, 'ar',
            r.opens_at + interval '2 days' + interval '1 minute' * i.position, 'unit', r.opens_at + interval '2 days' + interval '1 minute' * i.position, 'unit'
       from commitment c join commitment_institution i on i.commitment_id = c.id join reporting_period r on r.plan_id = c.plan_id`,
  );
  await db.query(
    `insert into milestone_update (check_in_id, milestone_id, status, percent)
     select k.id, m.id, (array['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED'])[1 + m.number % 3], null from check_in k join milestone m on m.commitment_id = k.commitment_id`,
  );
  await db.query('vacuum analyze');
}

const text = (arabic: string, english: string): string =>
  `jsonb_build_object('ar', jsonb_build_object('text', ${arabic}, 'origin', 'ORIGINAL'), 'en', jsonb_build_object('text', ${english}, 'origin', 'HUMAN_TRANSLATION'))`;
