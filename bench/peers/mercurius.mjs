import DataLoader from 'dataloader';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';

/**
 * Mercurius as its makers advise: questions compiled by graphql-jit from the first time on, a DataLoader for each relation
 * and request, flat statements that are prepared once for each connection.
 */
pg.types.setTypeParser(1082, String);
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const ask = async (name, text, values) => (await db.query({ name, text, values })).rows;

const schema = `
  type Query {
    actionPlan(key: String!): ActionPlan
    commitment(plan: String!, number: Int!): Commitment
    commitments(plan: String!, first: Int!): CommitmentConnection!
  }
  type ActionPlan { id: ID! title: String commitments(first: Int!): CommitmentConnection! }
  type CommitmentConnection { nodes: [Commitment!]! }
  type Commitment {
    id: ID! number: Int! title: String problem: String action: String startDate: String endDate: String
    leadInstitution: Institution
    latestCheckIn: CheckIn
    milestones(first: Int!): MilestoneConnection!
    checkIns(first: Int!, orderBy: CheckInOrder!): CheckInConnection!
  }
  type Institution { id: ID! name: String }
  type MilestoneConnection { nodes: [Milestone!]! }
  type Milestone { id: ID! number: Int! title: String dueDate: String status: String responsibleInstitution: Institution }
  enum CheckInOrder { PERIOD_DESC }
  type CheckInConnection { nodes: [CheckIn!]! }
  type CheckIn { id: ID! status: String! progress: String submittedAt: String }
`;

const COMMITMENT = `c.id, c.number, c.title, c.problem, c.action, c.starts_on as "startDate", c.ends_on as "endDate"`;
const CHECK_IN = `k.id, k.commitment_id, k.status, k.progress, k.submitted_at`;
const CLAIMED = `k.status in ('SUBMITTED', 'VERIFIED', 'PUBLISHED')`;

const one = (column, name, text) =>
  new DataLoader(async (ids) => {
    const found = new Map((await ask(name, text, [ids])).map((row) => [row[column], row]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** Lists of the same length at a time, of as many parents as ask. */
const many = (column, name, text) => {
  const ofLength = new Map();
  return (id, first) => {
    if (!ofLength.has(first))
      ofLength.set(
        first,
        new DataLoader(async (ids) => {
          const lists = new Map(ids.map((parent) => [parent, []]));
          for (const row of await ask(name, text, [ids, first])) lists.get(row[column]).push(row);
          return ids.map((parent) => ({ nodes: lists.get(parent) }));
        }),
      );
    return ofLength.get(first).load(id);
  };
};

const context = () => ({
  institution: one('id', 'institutions', `select id, name from institution where id = any($1::uuid[])`),
  lead: one(
    'commitment_id',
    'leads',
    `select distinct on (n.commitment_id) n.commitment_id, i.id, i.name from commitment_institution n join institution i on i.id = n.institution_id
      where n.role = 'LEAD' and n.commitment_id = any($1::uuid[]) order by n.commitment_id, n.position`,
  ),
  latest: one(
    'commitment_id',
    'latest',
    `select k.* from unnest($1::uuid[]) c (id) cross join lateral (
       select ${CHECK_IN} from check_in k
        where k.commitment_id = c.id and ${CLAIMED} order by k.period_starts_on desc, k.submitted_at desc limit 1) k`,
  ),
  commitments: many(
    'plan_id',
    'commitments',
    `select c.* from unnest($1::uuid[]) p (id) cross join lateral (
       select c.plan_id, ${COMMITMENT} from commitment c where c.plan_id = p.id order by c.number limit $2) c`,
  ),
  milestones: many(
    'commitment_id',
    'milestones',
    `select m.* from unnest($1::uuid[]) c (id) cross join lateral (
       select m.id, m.commitment_id, m.number, m.title, m.due_on as "dueDate", m.status, m.responsible_institution_id
         from milestone_now m where m.commitment_id = c.id order by m.number limit $2) m`,
  ),
  checkIns: many(
    'commitment_id',
    'check-ins',
    `select k.* from unnest($1::uuid[]) c (id) cross join lateral (
       select ${CHECK_IN} from check_in k where k.commitment_id = c.id order by k.period_starts_on desc, k.id desc limit $2) k`,
  ),
});

const spoken = (column) => (row) => row[column]?.ar?.text ?? null;

const resolvers = {
  Query: {
    actionPlan: async (_, { key }) =>
      (await ask('plan', `select id, title from action_plan where key = $1`, [key]))[0] ?? null,
    commitment: async (_, { plan, number }) =>
      (
        await ask(
          'commitment',
          `select ${COMMITMENT} from commitment c join action_plan p on p.id = c.plan_id where p.key = $1 and c.number = $2`,
          [plan, number],
        )
      )[0] ?? null,
    commitments: async (_, { plan, first }) => ({
      nodes: await ask(
        'commitments of plan',
        `select ${COMMITMENT} from commitment c join action_plan p on p.id = c.plan_id where p.key = $1 order by c.number limit $2`,
        [plan, first],
      ),
    }),
  },
  ActionPlan: {
    title: spoken('title'),
    commitments: ({ id }, { first }, { commitments }) => commitments(id, first),
  },
  Commitment: {
    title: spoken('title'),
    problem: spoken('problem'),
    action: spoken('action'),
    leadInstitution: ({ id }, _, { lead }) => lead.load(id),
    latestCheckIn: ({ id }, _, { latest }) => latest.load(id),
    milestones: ({ id }, { first }, { milestones }) => milestones(id, first),
    checkIns: ({ id }, { first }, { checkIns }) => checkIns(id, first),
  },
  Institution: { name: spoken('name') },
  Milestone: {
    title: spoken('title'),
    responsibleInstitution: ({ responsible_institution_id: id }, _, { institution }) =>
      id ? institution.load(id) : null,
  },
  CheckIn: { submittedAt: (row) => row.submitted_at?.toISOString() ?? null },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, context, jit: 1, graphiql: false });
process.send?.({ url: `${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql` });
process.on('disconnect', () => process.exit());
