import { addDays, type Day, type ReportingRules } from '../src/action-plans/reporting-calendar.js';
import { reportingPeriods } from '../src/action-plans/reporting-periods.js';
import { subjectOf } from '../src/reminders/matter.js';
import { DEFAULT_RULES, ruleProblems, type ReminderRule } from '../src/reminders/reminder-rule.js';
import type { Chance } from './chance.js';
import { instantOf } from './naive-calendar.js';
import type { Deed, Person, SimPlan } from './reminder-world.js';

/** Something that happens to the machines or by people's hands, at an instant of true time. */
export type Happening =
  | { readonly at: number; readonly deed: Deed }
  | { readonly at: number; readonly outage: 'SERVICE' | 'MAIL SERVER'; readonly until: number }
  /** From then on the clocks of the service are so much ahead of true time. */
  | { readonly at: number; readonly clockIsAhead: number };

/** Three years, before anything of it has happened. Data, so that parts can be left out to find the smallest that fails. */
export interface History {
  readonly seed: number;
  readonly plans: readonly SimPlan[];
  readonly people: readonly Person[];
  readonly from: number;
  readonly until: number;
  /** The service wakes so often; 0 is irregular, between a minute and two days. */
  readonly beat: number;
  readonly happenings: readonly Happening[];
}

const ZONES = [
  'Asia/Amman',
  'Africa/Cairo',
  'Europe/Paris',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'UTC',
] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function historyOf(seed: number, chance: Chance): History {
  const start = `${chance.whole(2014, 2026)}-${chance.one(['01', '02', '04', '07', '10'])}-${chance.one(['01', '01', '08', '31'].slice(0, 3))}`;
  const members = chance.isLucky(0.25) ? ['north', 'south'] : ['north'];
  const plans = members.flatMap((memberId) =>
    Array.from({ length: chance.isLucky(0.2) ? 2 : 1 }, (_, at) =>
      planOf(`${memberId}-${at + 1}`, memberId, start, chance),
    ),
  );
  const pool = Array.from({ length: chance.whole(2, 7) }, (_, at) => `${'abcdefg'[at]}@example.org`);
  const from = instantOf(start, '00:00', 'UTC');
  const until = from + 3 * 365 * DAY;
  const people = plans.flatMap((plan) => peopleOf(plan, pool, chance));
  const happenings = plans
    .flatMap((plan) => [...filings(plan, chance), ...deeds(plan, pool, from, until, chance)])
    .concat(troubles(from, until, chance))
    .filter(({ at }) => at < until)
    .sort((one, other) => one.at - other.at);
  const beat = chance.one([0, 5 * MINUTE, HOUR, HOUR, 6 * HOUR, DAY]);
  return { seed, plans, people, from, until, beat, happenings };
}

function planOf(id: string, memberId: string, start: Day, chance: Chance): SimPlan {
  const startsOn = addDays(start, chance.whole(0, 60));
  const institutions = Array.from({ length: chance.one([1, 1, 2, 2, 3]) }, (_, at) => `${memberId}-office-${at + 1}`);
  const months = chance.one([2, 3, 3, 4, 6, 6]);
  const dueAfterDays = chance.whole(3, 25);
  const weekend = chance.one([[5, 6], [6, 7], [5], []]);
  const holidays = chance
    .some(
      Array.from({ length: 1200 }, (_, day) => day),
      0.02,
    )
    .map((day) => ({ date: addDays(start, day), name: 'Holiday' }));
  const groups = chance.isLucky(0.4)
    ? [{ id: `${id}-group`, coordinator: chance.one(institutions), members: chance.some(institutions, 0.5) }]
    : [];
  const endsBefore = addDays(startsOn, chance.whole(400, 1080));
  return {
    id,
    memberId,
    timeZone: chance.one(ZONES),
    startsOn,
    endsBefore,
    reporting: {
      cadence: { months, countedFrom: chance.one(['CALENDAR', 'PLAN_START'] as const) },
      opensAfterDays: chance.one([1, 1, 0, -5, 3]),
      dueAfterDays,
      closesAfterDays: dueAfterDays + chance.one([0, 10, 31, 31, 45]),
      weekend,
      holidays,
    },
    ownRules: chance.isLucky(0.5) ? ownRules(chance) : [],
    institutions: new Map(institutions.map((institution) => [institution, chance.whole(1, 3)])),
    groups,
    assessments: [
      { subject: subjectOf.inception, dueOn: addDays(startsOn, 60), isFiled: false },
      ...(chance.isLucky(0.5)
        ? [{ subject: subjectOf.endOfCommitment(`${id}-c1`), dueOn: addDays(endsBefore, 31), isFiled: false }]
        : []),
    ],
  };
}

/** A usual rule that somebody edited, or one of their own in its likeness. It does not contradict itself. */
function ruleOf(chance: Chance): ReminderRule {
  for (;;) {
    const usual = chance.one(DEFAULT_RULES);
    const rule: ReminderRule = {
      ...usual,
      key: chance.isLucky(0.4) ? `own-${chance.whole(1, 3)}-${usual.template}` : usual.key,
      offsetDays: chance.isLucky(0.6) ? usual.offsetDays + chance.whole(-4, 4) : usual.offsetDays,
      unit: chance.one(['DAYS', 'WORKING_DAYS'] as const),
      localTime: chance.one(['09:00', '00:00', '00:30', '02:15', '23:59', '07:45']),
      latenessHours: chance.one([1, 5, 24, 72, 168, 336, usual.latenessHours]),
      isOn: chance.isLucky(0.8),
      ...(usual.stage === 'OVERDUE' && usual.template === 'REPORT' && chance.isLucky(0.3)
        ? { anchor: 'CLOSES' as const, offsetDays: -chance.whole(0, 12) }
        : {}),
      ...(usual.template === 'NOT_REPORTED'
        ? { audience: chance.one(['HEAD', 'MEL_OFFICER', 'STEERING'] as const) }
        : {}),
    };
    if (ruleProblems(rule).length === 0) return rule;
  }
}

/** A plan has one rule under a key. */
const ownRules = (chance: Chance): ReminderRule[] => [
  ...new Map(Array.from({ length: chance.whole(1, 4) }, () => ruleOf(chance)).map((rule) => [rule.key, rule])).values(),
];

const addressesFrom = (pool: readonly string[], most: number, chance: Chance): (string | null)[] =>
  Array.from({ length: chance.whole(0, most) }, () => (chance.isLucky(0.1) ? null : chance.one(pool)));

function roles(plan: SimPlan): Array<Omit<Person, 'address'>> {
  const { id: planId } = plan;
  return [
    ...[...plan.institutions.keys()].flatMap((institutionId) =>
      (['FOCAL_POINT', 'FOCAL_POINT', 'FOCAL_POINT', 'HEAD'] as const).map((audience) => ({
        planId,
        audience,
        institutionId,
      })),
    ),
    ...(['MEL_OFFICER', 'STEERING', 'MONITORING_BODY'] as const).map((audience) => ({
      planId,
      audience,
      institutionId: null,
    })),
  ];
}

function peopleOf(plan: SimPlan, pool: readonly string[], chance: Chance): Person[] {
  const isKnown = new Set<string>();
  return roles(plan)
    .filter(({ audience, institutionId }) => {
      const name = `${audience} ${institutionId}`;
      return !isKnown.has(name) && isKnown.add(name);
    })
    .flatMap((role) =>
      addressesFrom(pool, role.audience === 'FOCAL_POINT' ? 3 : 2, chance).map((address) => ({ ...role, address })),
    );
}

/** Most file, some in parts, some late, some never; some of it is sent back. */
function filings(plan: SimPlan, chance: Chance): Happening[] {
  const periods = reportingPeriods(
    { startsOn: plan.startsOn, endsBefore: plan.endsBefore },
    { ...plan.reporting, timeZone: plan.timeZone },
  );
  return periods.flatMap(({ opensAt, closesBefore }) =>
    [...plan.institutions.keys()].flatMap((institution): Happening[] => {
      const [opens, closes] = [opensAt.getTime(), closesBefore.getTime()];
      const sometime = (): number => opens + Math.floor(chance.next() * (closes - opens));
      const about = { planId: plan.id, institution };
      const first = sometime();
      return [
        ...(chance.isLucky(0.25) ? [{ at: sometime(), deed: { does: 'file', share: 0.4, ...about } } as const] : []),
        ...(chance.isLucky(0.6) ? [{ at: first, deed: { does: 'file', share: 1, ...about } } as const] : []),
        ...(chance.isLucky(0.2)
          ? [{ at: first + chance.whole(1, 6 * 24) * HOUR, deed: { does: 'return', ...about } } as const]
          : []),
        ...(chance.isLucky(0.3)
          ? [{ at: first + chance.whole(1, 9 * 24) * HOUR, deed: { does: 'verify', ...about } } as const]
          : []),
        ...(chance.isLucky(0.15)
          ? [{ at: sometime(), deed: { does: 'extend', days: chance.whole(1, 25), ...about } } as const]
          : []),
      ];
    }),
  );
}

function deeds(plan: SimPlan, pool: readonly string[], from: number, until: number, chance: Chance): Happening[] {
  const { id: planId } = plan;
  const institutions = [...plan.institutions.keys()];
  const sometime = (): number => from + Math.floor(chance.next() * (until - from));
  const many = (most: number, make: (at: number) => readonly Happening[]): Happening[] =>
    Array.from({ length: chance.whole(0, most) }, () => make(sometime())).flat();
  return [
    ...many(3, (at) => [{ at, deed: { does: 'edit plan', planId, edit: editOf(plan, chance) } }]),
    ...many(5, (at) => {
      const rule = ruleOf(chance);
      const isBack = chance.isLucky(0.4);
      return [
        { at, deed: { does: 'save rule', planId, rule } },
        ...(isBack
          ? [{ at: at + chance.whole(1, 200) * HOUR, deed: { does: 'reset rule', planId, key: rule.key } } as const]
          : []),
      ];
    }),
    ...many(7, (at) => {
      const role = chance.one(roles(plan));
      const addresses = addressesFrom(pool, 2, chance);
      const again = chance.isLucky(0.4)
        ? [
            {
              at: at + chance.whole(1, 100) * HOUR,
              deed: { does: 'people', planId, role, addresses: addressesFrom(pool, 2, chance) },
            } as const,
          ]
        : [];
      return [{ at, deed: { does: 'people', planId, role, addresses } }, ...again];
    }),
    ...many(4, (at) => {
      const address = chance.one(pool);
      return [
        { at, deed: { does: 'mark', address } },
        { at: at + chance.whole(1, 600) * HOUR, deed: { does: 'clear', address } },
      ];
    }),
    ...many(4, (at) => {
      const id = `${planId}-${at}`;
      const pause = {
        kind: chance.one(['HOLD', 'MUTE'] as const),
        planId,
        institutionId: chance.isLucky(0.4) ? chance.one(institutions) : null,
        periodId: null,
        address: chance.isLucky(0.4) ? chance.one(pool) : null,
        audience: chance.isLucky(0.2) ? chance.one(['FOCAL_POINT', 'HEAD', 'STEERING'] as const) : null,
        until: chance.isLucky(0.4) ? new Date(at + chance.whole(1, 400) * HOUR) : null,
      };
      return [
        { at, deed: { does: 'pause', id, pause } },
        { at: at + chance.whole(1, 500) * HOUR, deed: { does: 'lift', id } },
      ];
    }),
    ...plan.groups.flatMap(({ id: groupId }) =>
      many(6, (at) => [
        { at, deed: { does: 'meet', planId, groupId, inDays: chance.whole(1, 40) } },
        ...(chance.isLucky(0.3)
          ? [
              {
                at: at + chance.whole(1, 20) * DAY,
                deed: {
                  does: chance.one(['move meeting', 'cancel meeting'] as const),
                  planId,
                  days: chance.whole(-3, 15),
                },
              } as const,
            ]
          : []),
      ]),
    ),
    ...plan.assessments.flatMap(({ subject }): Happening[] =>
      chance.isLucky(0.5) ? [{ at: sometime(), deed: { does: 'assess', planId, subject } }] : [],
    ),
  ];
}

function editOf(plan: SimPlan, chance: Chance): Partial<ReportingRules> & { endsBefore?: Day } {
  const dueAfterDays = chance.whole(3, 40);
  return chance.one([
    {
      dueAfterDays,
      closesAfterDays: dueAfterDays + chance.whole(0, 40),
      opensAfterDays: Math.min(plan.reporting.opensAfterDays, dueAfterDays),
    },
    {
      dueAfterDays,
      closesAfterDays: dueAfterDays + chance.whole(0, 40),
      opensAfterDays: Math.min(plan.reporting.opensAfterDays, dueAfterDays),
    },
    { weekend: chance.one([[5, 6], [6, 7], [7]]) },
    { timeZone: chance.one(ZONES) },
    { endsBefore: addDays(plan.endsBefore, -chance.whole(1, 120)) },
    { holidays: [...plan.reporting.holidays, { date: addDays(plan.startsOn, chance.whole(1, 700)), name: 'Holiday' }] },
  ]);
}

function troubles(from: number, until: number, chance: Chance): Happening[] {
  const sometime = (): number => from + Math.floor(chance.next() * (until - from));
  const outages = (outage: 'SERVICE' | 'MAIL SERVER', most: number): Happening[] =>
    Array.from({ length: chance.whole(0, most) }, () => {
      const at = sometime();
      return { at, outage, until: at + (chance.isLucky(0.7) ? chance.whole(1, 72) * HOUR : chance.whole(3, 30) * DAY) };
    });
  const jumps = Array.from({ length: chance.isLucky(0.4) ? chance.whole(1, 2) : 0 }, (): Happening[] => {
    const at = sometime();
    const ahead = chance.one([-3 * DAY, -HOUR, HOUR, 2 * DAY, 10 * DAY, 40 * DAY]);
    return [
      { at, clockIsAhead: ahead },
      { at: at + chance.whole(1, 300) * HOUR, clockIsAhead: 0 },
    ];
  });
  return [...outages('SERVICE', 4), ...outages('MAIL SERVER', 14), ...jumps.flat()];
}
