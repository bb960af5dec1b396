import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { ReviewsService } from '../../src/check-ins/reviews.service.js';
import type { FileContact, FileInstitution, PlanFile } from '../../src/interchange/plan-file.js';
import { ReminderPausesService } from '../../src/reminders/reminder-pauses.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { MeetingsService } from '../../src/working-groups/meetings.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import type { ReceivedMail } from '../support/mailbox.js';
import { invite } from '../support/visitor.js';

const PLAN = 'testville-2024';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.db);
  app.mailbox.clear();
  kept.length = 0;
});

/** Everything that was received in the test. */
const kept: ReceivedMail[] = [];

/** The service runs twice a day; what each address hears of, by day and subject. */
async function heardBetween(from: string, until: string): Promise<string[]> {
  const heard: string[] = [];
  for (let at = new Date(from).getTime(); at <= new Date(until).getTime(); at += 12 * 3_600_000) {
    app.mailbox.received.length = 0;
    app.clock.set(new Date(at));
    await app.beat();
    const day = app.clock.now().toISOString().slice(5, 10);
    kept.push(...app.mailbox.received);
    heard.push(...app.mailbox.received.map(({ to, mail }) => `${day} ${to[0]}: ${mail.subject}`).sort());
  }
  return heard;
}
const lastTo = (address: string) => {
  const received = kept.filter(({ to }) => to.includes(address)).at(-1);
  if (!received) throw new Error(`Nothing came to ${address}.`);
  return received.mail;
};

const contact = (role: FileContact['role'], email?: string): FileContact => ({
  role,
  language: 'en',
  ...(email ? { email } : {}),
});

/** Works has a focal point and a head; parks has nobody with an address; the MEL officer sits at works. */
const plan = (works: FileContact[] = [contact('FOCAL_POINT', 'works@example.org')]): PlanFile => {
  const institutions: FileInstitution[] = [
    given.institution('works', {
      contacts: [...works, contact('HEAD', 'head@example.org'), contact('MEL_OFFICER', 'mel@example.org')],
    }),
    given.institution('parks', { contacts: [contact('FOCAL_POINT')] }),
  ];
  return given.plan({ institutions });
};

describe('the preflight', () => {
  it('tells the MEL officer 21 days before the due day who cannot be reached, and nobody when all can', async () => {
    await app.import(plan());
    expect(await heardBetween('2024-06-22T09:00+03:00', '2024-06-24T09:00+03:00')).toEqual([
      '06-23 mel@example.org: No reminder can reach one institution; check-ins are due by Sunday, July 14, 2024',
    ]);
    expect(lastTo('mel@example.org').text).toContain('Institution parks');
    expect(lastTo('mel@example.org').text).not.toContain('Institution works');

    await emptyDatabase(app.db);
    await app.import(
      given.plan({
        institutions: [
          given.institution('works', { contacts: plan().institutions[0]!.contacts! }),
          given.institution('parks'),
        ],
      }),
    );
    expect(await heardBetween('2024-06-22T09:00+03:00', '2024-06-24T09:00+03:00')).toEqual([]);
  });

  it('also goes to whoever was invited as MEL officer, in their language', async () => {
    await app.import(
      given.plan({ institutions: [given.institution('works', { contacts: [] }), given.institution('parks')] }),
    );
    await invite(app, 'officer@example.org', { role: 'MEL_OFFICER', plan: PLAN, language: 'fr' });
    app.mailbox.clear();
    const [heard] = await heardBetween('2024-06-23T09:00+03:00', '2024-06-23T09:00+03:00');
    expect(heard).toContain('officer@example.org: Aucun rappel ne peut atteindre un organisme');
  });
});

describe('escalation', () => {
  it('goes to the head, then the MEL officer, then the steering committee, each with its grace', async () => {
    await app.import(plan());
    await invite(app, 'steering@example.org', { role: 'STEERING', plan: PLAN });
    await heardBetween('2024-07-25T09:00+03:00', '2024-07-25T09:00+03:00');
    const heard = await heardBetween('2024-07-26T09:00+03:00', '2024-08-12T09:00+03:00');
    expect(heard.map((line) => line.split(':')[0])).toEqual([
      '07-28 head@example.org',
      '08-04 mel@example.org',
      '08-11 steering@example.org',
    ]);
    const digest = lastTo('steering@example.org');
    expect(digest.text).toContain('Institution works');
    expect(digest.text).toContain('Institution parks');
    expect(JSON.stringify(digest.headers.get('list'))).toContain('/unsubscribe/');
  });

  it('stops at once when the thing is filed, also when its mail is queued already', async () => {
    await app.import(plan());
    await heardBetween('2024-07-25T09:00+03:00', '2024-07-25T09:00+03:00');
    app.mailbox.behaviours.set('head@example.org', { code: 451, at: 'RCPT' });
    await heardBetween('2024-07-28T09:00+03:00', '2024-07-28T09:00+03:00');
    app.mailbox.behaviours.clear();
    app.clock.set(new Date('2024-07-28T09:30+03:00'));
    await handIn(app, 'works');
    expect(
      (await heardBetween('2024-07-28T12:00+03:00', '2024-08-06T12:00+03:00')).map((line) => line.split(':')[0]),
    ).toEqual([
      // What was handed in waits for two working days.
      '07-30 mel@example.org',
      // Parks has not reported, and nobody else can be told.
      '08-04 mel@example.org',
    ]);
    expect(lastTo('mel@example.org').text).not.toContain('Institution works');
  });

  it('goes on without a contact whose mail comes back, and the preflight names its institution', async () => {
    await app.import(plan());
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('works@example.org', now(), 'BOUNCED', '550 5.1.1 unknown')`,
    );
    const heard = await heardBetween('2024-06-23T09:00+03:00', '2024-07-28T09:00+03:00');
    expect(heard.map((line) => line.split(':')[0])).toEqual(['06-23 mel@example.org', '07-28 head@example.org']);
    const [row] = await app.db.query<Array<{ count: number }>>(
      `select count(*)::int as count from reminder where address = 'works@example.org' and reason = 'UNDELIVERABLE'`,
    );
    expect(row?.count).toBeGreaterThan(3);
  });

  it('reminds an address that was mended in time', async () => {
    await app.import(plan());
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('works@example.org', now(), 'BOUNCED', '550')`,
    );
    expect(await heardBetween('2024-07-09T09:00+03:00', '2024-07-09T21:00+03:00')).toEqual([]);
    await app.db.query('delete from undeliverable_address');
    expect(
      (await heardBetween('2024-07-10T09:00+03:00', '2024-07-10T09:00+03:00')).map((line) => line.split(':')[0]),
    ).toEqual(['07-10 works@example.org']);
  });
});

describe('a digest that somebody unsubscribed from', () => {
  it('is stopped, and what goes to the same person as head of an institution is not', async () => {
    await app.import(plan());
    await invite(app, 'head@example.org', { role: 'STEERING', plan: PLAN });
    await heardBetween('2024-08-11T09:00+03:00', '2024-08-11T09:00+03:00');
    const link = /\/unsubscribe\/([\w-]+)/.exec(JSON.stringify(lastTo('head@example.org').headers.get('list')))?.[1];
    await app.app.get(ReminderPausesService).unsubscribe(link ?? '');
    const heard = await heardBetween('2024-10-28T09:00+03:00', '2024-11-12T09:00+03:00');
    expect(heard.filter((line) => line.includes('head@')).map((line) => line.split(':')[0])).toEqual([
      '10-28 head@example.org',
    ]);
  });
});

describe('an agency that was sent back what it had handed in', () => {
  it('is not said to have reported nothing', async () => {
    await app.import(plan());
    app.clock.set(new Date('2024-07-10T09:00+03:00'));
    await handIn(app, 'works');
    await app.db.query(`update check_in set status = 'RETURNED' where version > 0`);
    const heard = await heardBetween('2024-07-14T09:00+03:00', '2024-08-04T09:00+03:00');
    expect(heard.filter((line) => line.includes('head@'))).toEqual([]);
    expect(heard.at(-1)).toMatch(/^08-04 mel@example\.org: .*Institution parks/);
    expect(lastTo('mel@example.org').text).not.toContain('Institution works');
  });
});

describe('what waits for a reviewer', () => {
  const reviews = () => app.app.get(ReviewsService);
  const checkIn = async () => {
    const [found] = await app.db.query<[{ id: string; version: number; planId: string }]>(
      `select id, version, plan_id as "planId" from check_in where version > 0 order by id limit 1`,
    );
    return found;
  };

  it('is said to the MEL officer after two working days, and not after it was verified', async () => {
    await app.import(plan());
    // A Wednesday: Friday and Saturday are off.
    app.clock.set(new Date('2024-07-03T15:00+03:00'));
    await app.app.get(CheckInsService).expect();
    await handIn(app, 'works');
    const heard = await heardBetween('2024-07-04T09:00+03:00', '2024-07-08T09:00+03:00');
    // The preflight came late, because the plan did.
    expect(heard.map((line) => line.split(':')[0])).toEqual(['07-04 mel@example.org', '07-07 mel@example.org']);
    expect(lastTo('mel@example.org').text).toMatch(/Commitment 1[\s\S]*Commitment 2/);

    await emptyDatabase(app.db);
    await app.import(plan());
    app.clock.set(new Date('2024-07-03T15:00+03:00'));
    await handIn(app, 'works', [1]);
    const { id, version, planId } = await checkIn();
    const officer = Viewer.person('officer', [{ role: 'MEL_OFFICER', planId, institutionId: null }]);
    await reviews().verify(officer, { checkIn: id, version, finding: 'Seen.' });
    await heardBetween('2024-07-06T09:00+03:00', '2024-07-06T09:00+03:00');
    expect((await heardBetween('2024-07-07T09:00+03:00', '2024-07-07T09:00+03:00')).join()).not.toContain('mel@');
  });

  it('of what was sent back, is said to the agency after five working days, until it is handed in again', async () => {
    await app.import(plan());
    app.clock.set(new Date('2024-07-03T15:00+03:00'));
    await handIn(app, 'works');
    const { id, version, planId } = await checkIn();
    const officer = Viewer.person('officer', [{ role: 'MEL_OFFICER', planId, institutionId: null }]);
    await reviews().return(officer, { checkIn: id, version, comment: 'Which meeting?' });
    const toWorks = (await heardBetween('2024-07-04T09:00+03:00', '2024-07-10T09:00+03:00')).filter((line) =>
      line.includes('works@'),
    );
    expect(toWorks.map((line) => line.split(':')[0])).toContain('07-10 works@example.org');
    const { text } = lastTo('works@example.org');
    expect(text).toContain('Commitment');
    expect(text).toMatch(/\/report\//);
  });
});

describe('meetings and assessments', () => {
  const group = { key: 'roads', name: { en: 'Roads' }, coordinator: 'works', members: ['parks'] };
  const withGroup = (): PlanFile =>
    given.plan({
      workingGroups: [group],
      plan: { submittedOn: '2024-02-08', participations: [{ institution: 'monitor', role: 'MONITORING_BODY' }] },
      institutions: [given.institution('works'), given.institution('parks'), given.institution('monitor')],
    });

  it('reminds the coordinator of a quarter without a meeting, and the group of one that is planned', async () => {
    await app.import(withGroup());
    const heard = await heardBetween('2024-09-08T09:00+03:00', '2024-09-11T09:00+03:00');
    expect(heard.map((line) => line.split(':')[0])).toEqual(['09-09 works@example.org']);
    await app.db.query(
      `insert into meeting (plan_id, working_group_id, day, starts_at_time, place, created_at, created_by)
       select plan_id, id, '2024-09-25', '10:00', 'Town hall', now(), 'x' from working_group`,
    );
    const invited = await heardBetween('2024-09-17T09:00+03:00', '2024-09-19T09:00+03:00');
    expect(invited.map((line) => line.split(':')[0])).toEqual(['09-18 parks@example.org', '09-18 works@example.org']);
    await app.db.query(`update meeting set day = '2024-09-24', starts_at_time = '14:00', version = version + 1`);
    const moved = await heardBetween('2024-09-19T21:00+03:00', '2024-09-20T09:00+03:00');
    expect(moved.map((line) => line.split(':')[0])).toEqual(['09-19 parks@example.org', '09-19 works@example.org']);
    const { attachments, text } = lastTo('parks@example.org');
    expect(text).toContain('Town hall');
    expect(String(attachments[0]?.content)).toContain('BEGIN:VEVENT');
  });

  /** Plans a meeting on the 25th of September. Answers what it takes to cancel it, as an officer does. */
  async function planMeeting() {
    const [{ planId }] = await app.db.query<[{ planId: string }]>(`select id as "planId" from action_plan`);
    const officer = Viewer.person('officer', [{ role: 'MEL_OFFICER', planId, institutionId: null }]);
    const meetings = app.app.get(MeetingsService);
    const meeting = await meetings.plan(officer, {
      ...{ plan: PLAN, workingGroup: 'roads', date: '2024-09-25', time: '10:00', place: 'Town hall' },
    });
    return () => meetings.cancel(officer, { meeting, version: 1, reason: 'The hall\nis taken.' });
  }

  it('tells of a meeting that is cancelled those who were told of it, once and in their language, and nobody else', async () => {
    const inArabic = given.institution('parks', {
      contacts: [{ ...contact('FOCAL_POINT', 'parks@example.org'), language: 'ar' }],
    });
    const [works, , monitor] = withGroup().institutions;
    await app.import({ ...withGroup(), institutions: [works!, inArabic, monitor!] });
    const cancel = await planMeeting();
    const invited = await heardBetween('2024-09-18T09:00+03:00', '2024-09-18T09:00+03:00');
    expect(invited.map((line) => line.split(':')[0])).toEqual(['09-18 parks@example.org', '09-18 works@example.org']);
    const first = lastTo('parks@example.org');
    // Somebody who is new, and somebody who is not there any more.
    const newcomer = given.institution('works', {
      contacts: [contact('FOCAL_POINT', 'works@example.org'), contact('FOCAL_POINT', 'new@example.org')],
    });
    await app.import({ ...withGroup(), institutions: [newcomer, inArabic, monitor!] });

    app.clock.set(new Date('2024-09-19T23:30+03:00'));
    await cancel();
    const heard = await heardBetween('2024-09-19T23:31+03:00', '2024-09-30T09:00+03:00');
    expect(heard.filter((line) => !line.includes('Please plan a meeting'))).toEqual([
      '09-19 parks@example.org: أُلغي اجتماع يوم الأربعاء، 25 أيلول 2024 الساعة \u206810:00\u2069: \u2068Roads\u2069',
      '09-19 works@example.org: Meeting on Wednesday, September 25, 2024 at 10:00 cancelled: Roads',
    ]);
    // It coordinates the group, and is asked for another meeting in the same mail.
    expect(lastTo('works@example.org').text).toMatch(/Why: The hall is taken\.[^]*No meeting planned/);
    const { attachments, headers } = lastTo('parks@example.org');
    expect(headers.get('references')).toEqual(first.headers.get('references'));
    const [before, after] = [first.attachments, attachments].map(([file]) => String(file?.content));
    expect(after).toContain('\r\nSTATUS:CANCELLED\r\n');
    expect(/UID:.*/.exec(after!)?.[0]).toBe(/UID:.*/.exec(before!)?.[0]);
    expect(before).toContain('\r\nSEQUENCE:1\r\n');
    expect(after).toContain('\r\nSEQUENCE:2\r\n');
  });

  it('says nothing of a meeting that is cancelled before anybody was told of it, also when the mail is queued already', async () => {
    await app.import(withGroup());
    const early = await planMeeting();
    app.clock.set(new Date('2024-09-16T09:00+03:00'));
    await early();
    const late = await planMeeting();
    app.clock.set(new Date('2024-09-18T09:00+03:00'));
    for (const address of ['works@example.org', 'parks@example.org'])
      app.mailbox.behaviours.set(address, { code: 451, at: 'RCPT' });
    await heardBetween('2024-09-18T09:00+03:00', '2024-09-18T09:00+03:00');
    app.mailbox.behaviours.clear();
    await late();
    const heard = await heardBetween('2024-09-18T10:00+03:00', '2024-09-26T09:00+03:00');
    expect(heard.filter((line) => line.includes('September 25'))).toEqual([]);
    const told = await app.db.query<object[]>(
      `select distinct template, reason from reminder where template like 'MEETING%'`,
    );
    expect(told).toEqual([{ template: 'MEETING', reason: 'NOTHING_MISSING' }]);
  });

  it('reminds the monitoring body of the inception assessment two months after submission, until it is filed', async () => {
    await app.import(withGroup());
    const heard = (await heardBetween('2024-03-24T09:00+03:00', '2024-04-16T09:00+03:00')).filter((line) =>
      line.includes('monitor@'),
    );
    expect(heard.map((line) => line.split(':')[0])).toEqual([
      '03-25 monitor@example.org',
      '04-08 monitor@example.org',
      '04-15 monitor@example.org',
    ]);
    await emptyDatabase(app.db);
    await app.import(withGroup());
    await app.db.query(
      `insert into assessment (plan_id, kind, filed_on, filed_at, filed_by, acting_as, summary)
       select id, 'INCEPTION', '2024-03-20', now(), 'x', 'MONITORING_BODY', 'Sound.' from action_plan`,
    );
    expect((await heardBetween('2024-03-24T09:00+03:00', '2024-04-16T09:00+03:00')).join()).not.toContain('monitor@');
  });
});
