import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { given } from '../../test/support/given.js';
import { editsOf, type Json } from '../../test/support/json-edits.js';
import ar from '../messages/ar.json' with { type: 'json' };
import en from '../messages/en.json' with { type: 'json' };
import fr from '../messages/fr.json' with { type: 'json' };
import { Messages } from '../platform/i18n/messages.js';
import type { PlanFile } from './plan-file.js';
import { parsePlanFile } from './plan-file.validation.js';

const messages = new Messages({ en, fr, ar }, 'en');
const SALT = readFileSync('plans/greater-salt-2024-2025.json', 'utf8');

const asJson = (file: PlanFile) => JSON.parse(JSON.stringify(file)) as Json;

/** Path and message of everything that is wrong with the text. */
const found = (content: string) => parsePlanFile(content).problems.map(({ path, key }) => `${path} ${key}`);

/** The small plan with something else at one place: `at(['plan', 'endsOn'], 7)`; undefined takes it away. */
function at(steps: readonly (string | number)[], value: unknown): string {
  const file = asJson(given.plan());
  const parent = steps.slice(0, -1).reduce<Json>((node, step) => (node as { [name: string]: Json })[step]!, file);
  (parent as Record<string, unknown>)[steps.at(-1)!] = value;
  return JSON.stringify(file);
}
const wrongAt = (steps: readonly (string | number)[], value: unknown) => found(at(steps, value));

describe('a plan file', () => {
  it.each(['greater-salt-2024-2025', 'jordan-2021-2025'])('that is shipped is right: %s', (name) => {
    expect(found(readFileSync(`plans/${name}.json`, 'utf8'))).toEqual([]);
  });

  it('may begin with a byte order mark', () => {
    expect(found(`\uFEFF${SALT}`)).toEqual([]);
  });

  it('needs very little', () => {
    const file = {
      format: 'mithaq-plan/1',
      member: { key: 'a', name: { fr: 'A' }, kind: 'LOCAL', country: 'TN' },
      institutions: [],
      plan: { key: 'a-1', title: { fr: 'A' }, language: 'fr', timeZone: 'Africa/Tunis' },
      commitments: [],
    };
    expect(found(JSON.stringify(file))).toEqual([]);
  });

  it.each([
    ['HTML', '<script>alert(1)</script> & "quotes" <b>'],
    ['emoji and other characters beyond the basic plane', 'Budget 💧👩🏽‍🌾 𐤀'],
    ['right-to-left marks and overrides', '\u200fالسلط\u200e \u202Eabc\u202C'],
    ['line breaks and tabs', 'One\n\tTwo\r\nThree'],
    ['20,000 characters', '💧'.repeat(20_000)],
  ])('may have %s in its texts', (_what, text) => {
    expect(wrongAt(['commitments', 0, 'title', 'en'], text)).toEqual([]);
  });
});

describe('what is no plan file', () => {
  it.each([
    ['nothing', '', '$ planFile.empty'],
    ['blanks', ' \n', '$ planFile.empty'],
    ['a byte order mark alone', '\uFEFF', '$ planFile.empty'],
    ['half a file', SALT.slice(0, 5000), '$ planFile.notJson'],
    ['a trailing comma', '{"format": "mithaq-plan/1",}', '$ planFile.notJson'],
    ['another format', '<plan/>', '$ planFile.notJson'],
    ['a raw control character in a text', SALT.replace('Greater', 'Gre\u0000ater'), '$ planFile.notJson'],
    ['a list', '[]', '$ planFile.type'],
    ['null', 'null', '$ planFile.type'],
    ['a number beyond all numbers', '1e999', '$ planFile.type'],
    ['100,000 brackets', '['.repeat(100_000) + ']'.repeat(100_000), '$ planFile.type'],
    ['100,000 brackets that never close', '['.repeat(100_000), '$ planFile.notJson'],
    ['more than 5 MB', ' '.repeat(5 * 1024 * 1024 + 1), '$ planFile.tooLarge'],
    ['50 MB', 'x'.repeat(50 * 1024 * 1024), '$ planFile.tooLarge'],
  ])('is refused: %s', (_what, content, problem) => {
    expect(found(content)).toEqual([problem]);
  });

  it('names everything that is missing from an empty object', () => {
    expect(found('{}')).toEqual(
      ['format', 'member', 'institutions', 'plan', 'commitments'].map((name) => `$.${name} planFile.missing`),
    );
  });

  it('says nothing that could steer a terminal', () => {
    const [problem] = parsePlanFile('\u001b[31mred').problems;
    expect(problem?.args?.['reason']).not.toMatch(/\p{Cc}/u);
  });
});

describe('every mistake is found at its place', () => {
  it.each<[string, readonly (string | number)[], unknown, string]>([
    ['the wrong version', ['format'], 'mithaq-plan/2', '$.format planFile.oneOf'],
    ['a number for a text', ['plan', 'title', 'en'], 7, '$.plan.title.en planFile.text'],
    ['null for a text', ['plan', 'title'], null, '$.plan.title planFile.type'],
    ['an empty text', ['plan', 'title', 'en'], '', '$.plan.title.en planFile.empty'],
    ['a text of blanks', ['plan', 'title', 'en'], ' \n\u00a0', '$.plan.title.en planFile.empty'],
    ['a text in no language', ['plan', 'title'], {}, '$.plan.title planFile.empty'],
    ['a language that is none', ['plan', 'title', 'English'], 'x', '$.plan.title.English planFile.format.language'],
    [
      'a language that no one could format in',
      ['plan', 'language'],
      'en-12',
      '$.plan.language planFile.format.language',
    ],
    ['a text without its origin', ['plan', 'title', 'en'], { text: 'x' }, '$.plan.title.en.origin planFile.missing'],
    ['an unknown origin', ['plan', 'title', 'en'], { text: 'x', origin: 'X' }, '$.plan.title.en.origin planFile.oneOf'],
    ['a text of 20,001 characters', ['plan', 'title', 'en'], 'x'.repeat(20_001), '$.plan.title.en planFile.tooLong'],
    ['a NUL in a text', ['plan', 'title', 'en'], 'a\u0000b', '$.plan.title.en planFile.format.text'],
    ['half a character in a text', ['plan', 'title', 'en'], 'a\ud800b', '$.plan.title.en planFile.format.text'],
    ['a bell in a text', ['plan', 'title', 'en'], 'a\u0007b', '$.plan.title.en planFile.format.text'],
    [
      'a NUL in a text with its origin',
      ['plan', 'title', 'en'],
      { text: 'a\u0000b', origin: 'ORIGINAL' },
      '$.plan.title.en.text planFile.format.text',
    ],
    [
      'a line break in a name',
      ['institutions', 0, 'contacts', 0, 'name'],
      'A\nB',
      '$.institutions[0].contacts[0].name planFile.format.line',
    ],
    [
      'a NUL in a name',
      ['institutions', 0, 'contacts', 0, 'name'],
      'A\u0000',
      '$.institutions[0].contacts[0].name planFile.format.line',
    ],
    [
      'a line break in an address',
      ['institutions', 0, 'contacts', 0, 'email'],
      'a@example.org\r\nBcc: b@example.org',
      '$.institutions[0].contacts[0].email planFile.format.mail-address',
    ],
    [
      'a mark of direction in an address',
      ['institutions', 0, 'contacts', 0, 'email'],
      'a\u202e@example.org',
      '$.institutions[0].contacts[0].email planFile.format.mail-address',
    ],
    [
      'two addresses in one',
      ['institutions', 0, 'contacts', 0, 'email'],
      'a@example.org,b@example.org',
      '$.institutions[0].contacts[0].email planFile.format.mail-address',
    ],
    [
      'an address longer than mail allows',
      ['institutions', 0, 'contacts', 0, 'email'],
      `${'a'.repeat(250)}@example.org`,
      '$.institutions[0].contacts[0].email planFile.tooLong',
    ],
    [
      'a script for an address of the web',
      ['plan', 'website'],
      'javascript:alert(1)',
      '$.plan.website planFile.format.http-url',
    ],
    [
      'a line break in an address of the web',
      ['plan', 'website'],
      'http://example.org/\nx',
      '$.plan.website planFile.format.http-url',
    ],
    ['a day that does not exist', ['plan', 'endsOn'], '2024-02-30', '$.plan.endsOn planFile.format.day-or-month'],
    ['a month that does not exist', ['plan', 'endsOn'], '2024-13', '$.plan.endsOn planFile.format.day-or-month'],
    ['a day with a time', ['plan', 'submittedOn'], '2024-02-01T00:00', '$.plan.submittedOn planFile.format.day'],
    ['a month where a day is needed', ['plan', 'submittedOn'], '2024-02', '$.plan.submittedOn planFile.format.day'],
    ['the year 0', ['plan', 'termEndsOn'], '0000-01-01', '$.plan.termEndsOn planFile.format.day-or-month'],
    ['the year 9999', ['plan', 'termEndsOn'], '9999-12-31', '$.plan.termEndsOn planFile.format.day-or-month'],
    ['an unknown time zone', ['plan', 'timeZone'], 'Mars/Olympus', '$.plan.timeZone planFile.format.time-zone'],
    [
      'a difference to UTC for a time zone',
      ['plan', 'timeZone'],
      '+03:00',
      '$.plan.timeZone planFile.format.time-zone',
    ],
    ['a key with capitals', ['plan', 'key'], 'Plan', '$.plan.key planFile.format.key'],
    ['a key of 81 characters', ['plan', 'key'], 'a'.repeat(81), '$.plan.key planFile.tooLong'],
    ['a country by its name', ['member', 'country'], 'Jordan', '$.member.country planFile.format.country'],
    ['a number too large', ['commitments', 0, 'number'], 1e30, '$.commitments[0].number planFile.atMost'],
    ['a number with a fraction', ['commitments', 0, 'number'], 1.5, '$.commitments[0].number planFile.type'],
    ['a number as a text', ['commitments', 0, 'number'], '1', '$.commitments[0].number planFile.type'],
    ['the number 0', ['commitments', 0, 'number'], 0, '$.commitments[0].number planFile.atLeast'],
    ['the same number twice', ['commitments', 1, 'number'], 1, '$.commitments[1].number planFile.duplicate'],
    ['the same key twice', ['institutions', 2], given.institution('works'), '$.institutions[2].key planFile.duplicate'],
    ['an unknown field', ['plan', 'titel'], 'x', '$.plan.titel planFile.unknown'],
    ['an odd field', ['plan', 'a.b"\n'], 'x', '$.plan["a.b\\"\\n"] planFile.unknown'],
    ['a slash in a field', ['plan', 'a/b~c'], 'x', '$.plan["a/b~c"] planFile.unknown'],
    [
      'periods of no length',
      ['plan', 'reporting', 'cadence', 'months'],
      0,
      '$.plan.reporting.cadence.months planFile.atLeast',
    ],
    [
      'five months counted from the calendar',
      ['plan', 'reporting', 'cadence', 'months'],
      5,
      '$.plan.reporting.cadence.months planFile.unevenYear',
    ],
    [
      'an opening after the due day',
      ['plan', 'reporting', 'opensAfterDays'],
      15,
      '$.plan.reporting.opensAfterDays planFile.opensAfterDue',
    ],
    [
      'a close before the due day',
      ['plan', 'reporting', 'closesAfterDays'],
      13,
      '$.plan.reporting.closesAfterDays planFile.closesBeforeDue',
    ],
    [
      'a week without working days',
      ['plan', 'reporting', 'weekend'],
      [1, 2, 3, 4, 5, 6, 7],
      '$.plan.reporting.weekend planFile.tooMany',
    ],
    ['a day of the week twice', ['plan', 'reporting', 'weekend'], [5, 5], '$.plan.reporting.weekend planFile.twice'],
    [
      'a holiday calendar that nobody keeps',
      ['plan', 'reporting', 'holidayCalendar'],
      { country: 'ZZ', region: 'X' },
      '$.plan.reporting.holidayCalendar.country planFile.noHolidayCalendar',
    ],
    [
      'a country that is no code',
      ['plan', 'reporting', 'holidayCalendar'],
      { country: 'Jordan' },
      '$.plan.reporting.holidayCalendar.country planFile.format.country',
    ],
    [
      'a holiday calendar of no country',
      ['plan', 'reporting', 'holidayCalendar'],
      {},
      '$.plan.reporting.holidayCalendar.country planFile.missing',
    ],
    [
      'a region that the calendar does not know',
      ['plan', 'reporting', 'holidayCalendar'],
      { country: 'DE', region: 'by' },
      '$.plan.reporting.holidayCalendar.region planFile.noHolidayRegion',
    ],
    ['reporting over 22 years', ['plan', 'startsOn'], '2002-01-01', '$.plan.reporting planFile.reportingTooLong'],
    [
      '1001 commitments',
      ['commitments'],
      Array.from({ length: 1001 }, (_, n) => given.commitment(n + 1)),
      '$.commitments planFile.tooMany',
    ],
  ])('%s', (_what, steps, value, problem) => {
    expect(wrongAt(steps, value)).toEqual([problem]);
  });

  it('a year of holidays leaves no day to be due on', () => {
    const holidays = Array.from({ length: 500 }, (_, day) => ({
      date: new Date(Date.UTC(2024, 2, 1) + day * 86_400_000).toISOString().slice(0, 10),
      name: 'Off',
    }));
    expect(wrongAt(['plan', 'reporting', 'holidays'], holidays)).toEqual(['$.plan.reporting planFile.reporting']);
  });

  it('a holiday calendar that does not exist is explained in three languages', () => {
    const said = (holidayCalendar: object) => {
      const [problem] = parsePlanFile(at(['plan', 'reporting', 'holidayCalendar'], holidayCalendar)).problems;
      return ['en', 'fr', 'ar'].map((language) => messages.say(language, problem?.key ?? '', problem?.args));
    };
    expect(said({ country: 'ZZ' })).toEqual([
      'There is no holiday calendar for “ZZ”. Leave it out and list the days off under holidays.',
      'Il n’y a pas de calendrier des jours fériés pour « ZZ ». Retirez-le et énumérez les jours fériés sous holidays.',
      'لا يوجد تقويم عطل رسمية للبلد «ZZ». احذفه واذكر أيام العطل في holidays.',
    ]);
    expect(said({ country: 'JO', region: 'AM' })[0]).toBe(
      'The holiday calendar of JO has no region “AM”. It has: no regions.',
    );
    expect(said({ country: 'BR', region: 'XX' })[0]).toMatch(
      /^The holiday calendar of BR has no region “XX”. It has: AC, /,
    );
  });

  it('keys that JavaScript gives a meaning to are fields like any other: unknown', () => {
    const file = at([], undefined)
      .replace('"plan":{', '"plan":{"__proto__":{"endsOn":"x"},"constructor":1,')
      .replace('"title":{', '"title":{"__proto__":"x",');
    expect(found(file)).toEqual(
      expect.arrayContaining([
        '$.plan.__proto__ planFile.unknown',
        '$.plan.constructor planFile.unknown',
        '$.plan.title.__proto__ planFile.format.language',
      ]),
    );
    expect(({} as Record<string, unknown>)['endsOn']).toBeUndefined();
  });

  it('dates are the wrong way round in the plan, in a commitment and in a milestone', () => {
    const file = given.plan({
      plan: { startsOn: '2024-03', endsOn: '2024-02-29', administrationStartedOn: '2024', termEndsOn: '2023' },
    });
    Object.assign(file.commitments[0]!, { startsOn: '2024-05-02', endsOn: '2024-05-01' });
    Object.assign(file.commitments[1]!.milestones![0]!, { startsOn: '2024-07', dueOn: '2024-06' });
    expect(found(JSON.stringify(file))).toEqual(
      expect.arrayContaining([
        '$.plan.endsOn planFile.before',
        '$.commitments[0].endsOn planFile.before',
        '$.commitments[1].milestones[0].dueOn planFile.before',
      ]),
    );
  });

  it('nothing refers to what the file does not define', () => {
    const file = given.plan({
      workingGroups: [{ key: 'group', name: { en: 'Group' }, coordinator: 'nobody', members: ['works', 'nowhere'] }],
    });
    file.plan.participations = [{ institution: 'nobody', role: 'LEAD' }];
    Object.assign(file.commitments[0]!, {
      workingGroup: 'other-group',
      institutions: [{ institution: 'nobody', role: 'LEAD' }],
    });
    file.commitments[1]!.milestones![0]!.responsibleInstitution = 'nobody';
    expect(found(JSON.stringify(file))).toEqual([
      '$.plan.participations[0].institution planFile.noSuchInstitution',
      '$.workingGroups[0].coordinator planFile.noSuchInstitution',
      '$.workingGroups[0].members[1] planFile.noSuchInstitution',
      '$.commitments[0].workingGroup planFile.noSuchGroup',
      '$.commitments[0].institutions[0].institution planFile.noSuchInstitution',
      '$.commitments[1].milestones[0].responsibleInstitution planFile.noSuchInstitution',
    ]);
  });

  it('nothing in a list stands twice, contacts that are told apart by their place included', () => {
    const file = given.plan();
    const [works] = file.institutions;
    works!.contacts = [
      { key: 'focal-point-2', role: 'HEAD', language: 'en' },
      { role: 'FOCAL_POINT', language: 'en' },
    ];
    file.plan.participations = [
      { institution: 'works', role: 'LEAD' },
      { institution: 'works', role: 'SUPPORTING' },
      { institution: 'works', role: 'LEAD' },
    ];
    file.commitments[1]!.institutions!.push({ institution: 'parks', role: 'LEAD' });
    file.commitments[1]!.milestones!.push({ number: 1, title: { en: 'Again' } });
    expect(found(JSON.stringify(file))).toEqual([
      '$.institutions[0].contacts[1].key planFile.duplicate',
      '$.commitments[1].milestones[1].number planFile.duplicate',
      '$.commitments[1].institutions[2].institution planFile.duplicate',
      '$.plan.participations[2].institution planFile.duplicate',
    ]);
  });

  it('all of it is found at once: shape, references and dates', () => {
    const file = asJson(given.plan()) as { [name: string]: Record<string, unknown> & Array<Record<string, unknown>> };
    file['member']!['country'] = 'jo';
    file['plan']!['startsOn'] = '2025-01-01';
    file['commitments']![0]!['institutions'] = [{ institution: 'nobody', role: 'LEADER' }];
    file['commitments']![1]!['number'] = 1;
    expect(found(JSON.stringify(file)).sort()).toEqual([
      '$.commitments[0].institutions[0].institution planFile.noSuchInstitution',
      '$.commitments[0].institutions[0].role planFile.oneOf',
      '$.commitments[1].number planFile.duplicate',
      '$.member.country planFile.format.country',
      '$.plan.endsOn planFile.before',
      '$.plan.reporting planFile.reportingBackwards',
    ]);
  });

  it('each has a sentence in every language', () => {
    const { problems } = parsePlanFile(
      at(['plan'], { key: 'X', title: { en: 7 }, language: 'x', timeZone: 'x', reporting: { cadence: 1 } }),
    );
    const say = (language: string) => problems.map(({ key, args }) => messages.say(language, key, args));
    expect(say('en')).toContain('This must be an object.');
    expect(say('fr')).toContain('Indiquez un objet.');
    expect(say('ar')).toContain('يجب أن يكون كائناً.');
  });

  it('a file in which everything is wrong is refused in seconds, and the first thousand places are named', () => {
    const wrong = `{"commitments":[{"milestones":[${'0,'.repeat(50_000)}0]}],"institutions":[${'{},'.repeat(50_000)}0]}`;
    const started = performance.now();
    expect(found(wrong)).toHaveLength(1001);
    expect(found(wrong).at(-1)).toBe('$ planFile.andMore');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('whatever becomes of a plan file', () => {
  const scalar = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      -0,
      0,
      1,
      -1,
      1.5,
      1e300,
      '',
      'x',
      '\u0000',
      '\ud800',
      '2024-02-30',
      '0001-01-01',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const junk = fc.oneof<fc.Arbitrary<Json>[]>(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 9 }), scalar, { maxKeys: 2 }),
  );

  it('is either taken or refused with a path and a sentence for everything that is wrong', () => {
    fc.assert(
      fc.property(editsOf(SALT, junk), (content) => {
        for (const { path, key, args } of parsePlanFile(content).problems) {
          expect(path).toMatch(/^\$/);
          for (const language of ['en', 'fr', 'ar']) expect(messages.say(language, key, args)).not.toBe('');
        }
      }),
      { numRuns: 100 },
    );
  });
});
