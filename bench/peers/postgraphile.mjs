import { createServer } from 'node:http';
import pg from 'pg';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

/**
 * PostGraphile over a schema of views that shows what the others show, as its manual advises for an interface that is to be
 * steady: the views choose the language and name relations, PostGraphile does the rest. Without ids of its own, explorer
 * and explanations, which would only slow it down.
 */
const VIEWS = `
  drop schema if exists shown cascade;
  create schema shown;
  create view shown.institution as select id, name->'ar'->>'text' as name from institution;
  create view shown.action_plan as select id, key, title->'ar'->>'text' as title from action_plan;
  create view shown.commitment as
    select c.id, c.plan_id, p.key as plan, c.number, c.title->'ar'->>'text' as title, c.problem->'ar'->>'text' as problem, c.action->'ar'->>'text' as action,
           c.starts_on as start_date, c.ends_on as end_date,
           (select n.institution_id from commitment_institution n where n.commitment_id = c.id and n.role = 'LEAD' order by n.position limit 1) as lead_institution_id
      from commitment c join action_plan p on p.id = c.plan_id;
  create view shown.milestone as
    select id, commitment_id, number, title->'ar'->>'text' as title, due_on as due_date, status, responsible_institution_id from milestone_now;
  create view shown.check_in as
    select k.id, k.commitment_id, k.status, k.progress, k.submitted_at, k.period_starts_on as period
      from check_in k where k.status in ('SUBMITTED', 'VERIFIED', 'PUBLISHED');
  comment on view shown.institution is E'@primaryKey id';
  comment on view shown.action_plan is E'@primaryKey id\\n@unique key';
  comment on view shown.commitment is E'@primaryKey id\\n@unique plan,number\\n@foreignKey (plan_id) references action_plan (id)|@foreignFieldName commitments\\n@foreignKey (lead_institution_id) references institution (id)|@fieldName leadInstitution';
  comment on view shown.milestone is E'@primaryKey id\\n@foreignKey (commitment_id) references commitment (id)|@foreignFieldName milestones\\n@foreignKey (responsible_institution_id) references institution (id)|@fieldName responsibleInstitution';
  comment on view shown.check_in is E'@primaryKey id\\n@foreignKey (commitment_id) references commitment (id)|@foreignFieldName checkIns';
`;
const connectionString = process.env.DATABASE_URL;
const client = new pg.Client(connectionString);
await client.connect();
await client.query(VIEWS);
await client.end();

const server = createServer();
server.on('error', (error) => {
  throw error;
});
const served = postgraphile({
  extends: [PostGraphileAmberPreset],
  disablePlugins: ['NodePlugin'],
  pgServices: [makePgService({ connectionString, schemas: ['shown'], poolConfig: { max: 10 } })],
  grafast: { explain: false },
  grafserv: { graphiql: false, watch: false, outputDataAsString: true },
}).createServ(grafserv);
await served.addTo(server);
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${server.address().port}/graphql` }));
process.on('disconnect', () => process.exit());
