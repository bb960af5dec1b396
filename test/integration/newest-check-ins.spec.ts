import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NewestCheckIns1795400000040 } from '../../migrations/1795400000040-newest-check-ins.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { Changes } from '../../src/platform/audit/changes.js';
import { TestApp } from '../support/app.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';

const QUESTION = `query ($asOf: DateTime) { actionPlan(key: "testville-2024", asOf: $asOf) { commitments { nodes {
  milestones { nodes { status percent } }
  latestCheckIn { period { key } status }
  checkIns(orderBy: PERIOD_DESC) { nodes { period { key } institution { key } status progress } }
} } } }`;

describe('check-ins that know when their period starts', () => {
  let app: TestApp;
  const asked = async (asOf: string | null): Promise<unknown> => {
    const { data, errors } = await app.gql<object>(QUESTION, { asOf });
    expect(errors).toBeUndefined();
    return data;
  };
  const changed = async (direction: 'up' | 'down'): Promise<void> => {
    const runner = app.db.createQueryRunner();
    await runner.startTransaction();
    await new NewestCheckIns1795400000040()[direction](runner);
    await runner.commitTransaction();
    await runner.release();
  };
  const formerRows = () =>
    app.db.query<unknown[]>(`select until, said - 'period_starts_on' as said from as_of.former_row order by number`);

  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await begin(app, 'works');
    app.clock.set(new Date('2024-04-05T09:00+03:00'));
    await handIn(app, 'parks');
    app.clock.set(new Date('2024-07-05T08:00+03:00'));
    await handIn(app, 'works');
    app.clock.set(new Date('2024-08-01T08:00+03:00'));
    await app.app.get(Changes).by(Viewer.system('test'), 'remind', async (change) => {
      await change.tx.query(
        `update check_in set progress = 'Corrected.' where period_starts_on = '2024-01-01' and status = 'SUBMITTED'`,
      );
      change.nothingToDo();
    });
  });
  afterAll(() => app.close());

  it('answers of now and of the past are the same before the migration, after it and when it is undone', async () => {
    const instants = [null, '2024-04-05T05:30:00Z', '2024-05-01T00:00:00Z', '2024-07-10T00:00:00Z'];
    const answers = await Promise.all(instants.map(asked));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBeGreaterThan(1);
    const kept = await formerRows();
    await changed('down');
    await changed('up');
    expect(await Promise.all(instants.map(asked))).toEqual(answers);
    expect(await formerRows()).toEqual(kept);
  });

  it('a milestone stands where the newest period has it, whatever was handed in last', async () => {
    const status = () => app.db.query<unknown[]>(`select status, percent from milestone_now order by id limit 1`);
    const [before] = await status();
    await app.db.query(
      `insert into milestone_update (check_in_id, milestone_id, status, percent)
       select k.id, m.id, case k.period_starts_on when '2024-01-01' then 'COMPLETED' else 'IN_PROGRESS' end, 30
         from check_in k join institution i on i.id = k.institution_id join milestone m on m.commitment_id = k.commitment_id
        where i.key = case k.period_starts_on when '2024-01-01' then 'parks' else 'works' end and k.status = 'SUBMITTED'`,
    );
    await app.db.query(
      `update check_in set submitted_at = submitted_at + interval '1 year' where period_starts_on = '2024-01-01' and status = 'SUBMITTED'`,
    );
    expect(await status()).toEqual([{ status: 'IN_PROGRESS', percent: 30 }]);
    expect(before).not.toEqual({ status: 'IN_PROGRESS', percent: 30 });
  });

  it('follows its period to another day, and takes no other', async () => {
    const days = () =>
      app.db.query<unknown[]>(`select distinct period_starts_on::text as day from check_in order by 1`);
    await app.db.query(`update reporting_period set starts_on = '2023-12-31' where starts_on = '2024-01-01'`);
    expect(await days()).toEqual([{ day: '2023-12-31' }, { day: '2024-04-01' }]);
    await expect(app.db.query(`update check_in set period_starts_on = '2024-01-01'`)).rejects.toThrow(
      'check_in_period_start_fk',
    );
  });
});
