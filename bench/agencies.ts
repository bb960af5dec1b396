import type pg from 'pg';

/** The instant of the bench: 09:01 in Amman on the day on which the second quarter opens. */
export const OPENED = new Date('2024-07-01T06:01:00Z');

export interface Size {
  readonly institutions: number;
  readonly members: number;
  readonly plansOfMember: number;
}

/**
 * Members, their plans of four quarters, and institutions with a focal point each. Ten institutions share a commitment
 * with three milestones, and each owes check-ins on two. In SQL, so that filling takes no time worth waiting for.
 */
export async function fill(db: pg.Client, { institutions, members, plansOfMember }: Size): Promise<void> {
  const plans = members * plansOfMember;
  const ofPlan = institutions / plans;
  if (!Number.isInteger(ofPlan)) throw new Error('Every plan gets as many institutions as every other.');
  await db.query(`select set_config('mithaq.sight', '*', false)`);
  await db.query(
    `insert into member (key, name, kind, country)
     select 'member-' || n, ${text(`'بلدية السلط ' || n`, `'Municipality ' || n`)}, 'LOCAL', 'JO' from generate_series(0, $1::int - 1) n`,
    [members],
  );
  await db.query(
    `insert into action_plan (key, member_id, title, language, time_zone, starts_on, ends_on, reporting)
     select 'plan-' || n, (select id from member where key = 'member-' || n % $2::int), ${text(`'خطة عمل بلدية السلط الكبرى ' || n`, `'Action plan of Greater Salt ' || n`)},
            'ar', 'Asia/Amman', '2024-01-01', '2024-12-31', $3::jsonb from generate_series(0, $1::int - 1) n`,
    [plans, members, JSON.stringify(REPORTING)],
  );
  await db.query(
    `insert into reporting_period (plan_id, key, starts_on, ends_before, opens_on, due_on, closes_on, opens_at, due_before, closes_before, is_stub)
     select p.id, '2024-Q' || q, d.starts, d.ends, d.ends, d.ends + 13, d.ends + 44, d.ends::timestamp at time zone p.time_zone,
            (d.ends + 14)::timestamp at time zone p.time_zone, (d.ends + 45)::timestamp at time zone p.time_zone, false
       from action_plan p cross join generate_series(1, 4) q
      cross join lateral (select make_date(2024, 3 * q - 2, 1) as starts, (make_date(2024, 3 * q - 2, 1) + interval '3 months')::date as ends) d`,
  );
  await db.query(
    `insert into institution (member_id, key, name, kind)
     select p.member_id, p.key || '-' || n, ${text(`'مديرية التخطيط والمتابعة ' || n`, `'Planning and follow-up directorate ' || n`)}, 'MUNICIPAL_UNIT'
       from action_plan p cross join generate_series(0, $1::int - 1) n`,
    [ofPlan],
  );
  await db.query(
    `insert into contact (institution_id, key, role, name, email, language, position)
     select i.id, 'focal-point', 'FOCAL_POINT', 'ليلى الخطيب', i.key || '@example.org', (array['ar', 'en', 'fr'])[1 + abs(hashtext(i.key)) % 3], 0 from institution i
     union all
     select i.id, 'mel', 'MEL_OFFICER', 'سامر', 'mel@' || m.key || '.example.org', 'ar', 1 from institution i join member m on m.id = i.member_id
      where i.key in (select distinct on (member_id) key || '-0' from action_plan order by member_id, key)`,
  );
  await db.query(
    `insert into commitment (plan_id, number, title, starts_on, ends_on)
     select p.id, n, ${text(`'منصة إلكترونية للمشاركة في القرارات البلدية ' || n`, `'An online platform to take part in municipal decisions ' || n`)}, '2024-01-01', '2024-12-31'
       from action_plan p cross join generate_series(1, $1::int) n`,
    [Math.ceil(ofPlan / 10) * 2],
  );
  await db.query(
    `insert into milestone (commitment_id, number, title, due_on)
     select c.id, n, ${text(`'إطلاق المرحلة ' || n || ' من المنصة'`, `'Launch of stage ' || n || ' of the platform'`)}, '2024-09-30' from commitment c cross join generate_series(1, 3) n`,
  );
  await db.query(
    `insert into commitment_institution (commitment_id, institution_id, role, position)
     select c.id, i.id, case when n % 10 = 0 then 'LEAD' else 'SUPPORTING' end, n % 10
       from action_plan p cross join generate_series(0, $1::int - 1) n
       join institution i on i.member_id = p.member_id and i.key = p.key || '-' || n
       join commitment c on c.plan_id = p.id and c.number in (2 * (n / 10) + 1, 2 * (n / 10) + 2)`,
    [ofPlan],
  );
  await db.query('vacuum analyze');
}

const text = (arabic: string, english: string): string =>
  `jsonb_build_object('ar', jsonb_build_object('text', ${arabic}, 'origin', 'ORIGINAL'), 'en', jsonb_build_object('text', ${english}, 'origin', 'HUMAN'))`;

const REPORTING = {
  cadence: { months: 3, countedFrom: 'CALENDAR' },
  opensAfterDays: 1,
  dueAfterDays: 14,
  closesAfterDays: 45,
  weekend: [5, 6],
  holidayCalendar: 'JO',
  holidays: [],
};
