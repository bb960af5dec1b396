import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

/**
 * The practical limit: flat questions to the database, put together by hand for exactly these answers. No GraphQL, no
 * permissions, no errors.
 */
const db = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
pg.types.setTypeParser(1082, String);

type Text = Record<string, { text: string }>;
interface Row {
  id: string;
  [column: string]: unknown;
}
const spoken = (value: unknown): string | null => (value as Text | null)?.['ar']?.text ?? null;
const ask = async (name: string, text: string, values: unknown[]): Promise<Row[]> =>
  (await db.query<Row>({ name, text, values })).rows;
const by = (rows: Row[], column: string): Map<unknown, Row[]> => {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const group = groups.get(row[column]);
    if (group) group.push(row);
    else groups.set(row[column], [row]);
  }
  return groups;
};
const named = (institution: Row | undefined) =>
  institution ? { id: institution.id, name: spoken(institution['name']) } : null;
const LEADS = `select n.commitment_id, i.id, i.name from commitment_institution n join institution i on i.id = n.institution_id
  where n.role = 'LEAD' and n.commitment_id = any($1::uuid[]) order by n.position`;

const ANSWERS: Record<string, (variables: Record<string, unknown>) => Promise<unknown>> = {
  async Q1({ plan }) {
    const commitments = await ask(
      'q1',
      `select c.id, c.number, c.title, c.starts_on, c.ends_on from commitment c join action_plan p on p.id = c.plan_id where p.key = $1 order by c.number limit 20`,
      [plan],
    );
    const ids = commitments.map(({ id }) => id);
    const [leads, latest] = await Promise.all([
      ask('leads', LEADS, [ids]),
      ask(
        'latest',
        `select k.* from unnest($1::uuid[]) c (id) cross join lateral (
           select k.commitment_id, k.id, k.status, k.progress, k.submitted_at from check_in k
            where k.commitment_id = c.id and k.status in ('SUBMITTED', 'VERIFIED', 'PUBLISHED') order by k.period_starts_on desc, k.submitted_at desc limit 1) k`,
        [ids],
      ),
    ]);
    const [leadOf, latestOf] = [by(leads, 'commitment_id'), by(latest, 'commitment_id')];
    return {
      commitments: {
        nodes: commitments.map((c) => ({
          id: c.id,
          number: c['number'],
          title: spoken(c['title']),
          startDate: c['starts_on'],
          endDate: c['ends_on'],
          leadInstitution: named(leadOf.get(c.id)?.[0]),
          latestCheckIn: claim(latestOf.get(c.id)?.[0]),
        })),
      },
    };
  },
  async Q2({ plan }) {
    const [found] = await ask('plan', `select id, title from action_plan where key = $1`, [plan]);
    const commitments = await ask(
      'q2',
      `select id, number, title from commitment where plan_id = $1 order by number limit 20`,
      [found?.id],
    );
    const ids = commitments.map(({ id }) => id);
    const [leads, milestones, checkIns] = await Promise.all([
      ask('leads', LEADS, [ids]),
      ask(
        'milestones',
        `select m.id, m.commitment_id, m.number, m.title, m.due_on, m.status, i.id as institution_id, i.name from milestone_now m left join institution i on i.id = m.responsible_institution_id
          where m.commitment_id = any($1::uuid[]) order by m.number`,
        [ids],
      ),
      ask(
        'check-ins',
        `select k.* from unnest($1::uuid[]) c (id) cross join lateral (
           select k.id, k.commitment_id, k.status, k.progress, k.submitted_at from check_in k
            where k.commitment_id = c.id order by k.period_starts_on desc, k.id desc limit 4) k`,
        [ids],
      ),
    ]);
    const [leadOf, milestonesOf, checkInsOf] = [
      by(leads, 'commitment_id'),
      by(milestones, 'commitment_id'),
      by(checkIns, 'commitment_id'),
    ];
    return {
      actionPlan: {
        id: found?.id,
        title: spoken(found?.['title']),
        commitments: {
          nodes: commitments.map((c) => ({
            id: c.id,
            number: c['number'],
            title: spoken(c['title']),
            leadInstitution: named(leadOf.get(c.id)?.[0]),
            milestones: {
              nodes: (milestonesOf.get(c.id) ?? []).map((m) => ({
                id: m.id,
                number: m['number'],
                title: spoken(m['title']),
                dueDate: m['due_on'],
                status: m['status'],
                responsibleInstitution: m['institution_id']
                  ? { id: m['institution_id'], name: spoken(m['name']) }
                  : null,
              })),
            },
            checkIns: { nodes: (checkInsOf.get(c.id) ?? []).map(claim) },
          })),
        },
      },
    };
  },
  async Q3({ plan, number }) {
    const [c] = await ask(
      'q3',
      `select c.id, c.number, c.title, c.problem, c.action, c.starts_on, c.ends_on from commitment c join action_plan p on p.id = c.plan_id where p.key = $1 and c.number = $2`,
      [plan, number],
    );
    const leads = await ask('leads', LEADS, [[c?.id]]);
    return {
      commitment: c && {
        id: c.id,
        number: c['number'],
        title: spoken(c['title']),
        problem: spoken(c['problem']),
        action: spoken(c['action']),
        startDate: c['starts_on'],
        endDate: c['ends_on'],
        leadInstitution: named(leads[0]),
      },
    };
  },
};

const claim = (k: Row | undefined) =>
  k
    ? {
        id: k.id,
        status: k['status'],
        progress: k['progress'],
        submittedAt: (k['submitted_at'] as Date).toISOString(),
      }
    : null;

/** Each question is told by a name that stands in its variables; a real server would have to read it. */
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => (body += part));
  request.on('end', () => {
    const { name, variables } = JSON.parse(body) as { name: string; variables: Record<string, unknown> };
    const answer = ANSWERS[name];
    void (answer ? answer(variables) : Promise.resolve(null)).then((data) => {
      const text = JSON.stringify({ data });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
}).listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }),
);
process.on('disconnect', () => process.exit());
