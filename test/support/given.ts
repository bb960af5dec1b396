import { readFileSync } from 'node:fs';
import type {
  FileCommitment,
  FileContact,
  FileInstitution,
  FilePlan,
  PlanFile,
} from '../../src/interchange/plan-file.js';

/** The plan file of Greater Salt as it is shipped. */
export const greaterSalt = (): PlanFile =>
  JSON.parse(readFileSync('plans/greater-salt-2024-2025.json', 'utf8')) as PlanFile;

const contact = (key: string): FileContact => ({
  role: 'FOCAL_POINT',
  name: `Focal point of ${key}`,
  email: `${key}@example.org`,
  language: 'en',
});

/** A small plan that reports every quarter of 2024 in Amman; whatever is given takes the place of what is here. */
export const given = {
  institution: (key: string, more: Partial<FileInstitution> = {}): FileInstitution => ({
    key,
    name: { en: `Institution ${key}` },
    kind: 'GOVERNMENT',
    contacts: [contact(key)],
    ...more,
  }),

  commitment: (number: number, more: Partial<FileCommitment> = {}): FileCommitment => ({
    number,
    title: { en: `Commitment ${number}` },
    milestones: [{ number: 1, title: { en: `Milestone ${number}.1` }, dueOn: '2024-06-30' }],
    ...more,
  }),

  plan: (more: Omit<Partial<PlanFile>, 'plan'> & { plan?: Partial<FilePlan> } = {}): PlanFile => {
    const { plan, ...rest } = more;
    return {
      format: 'mithaq-plan/1',
      member: { key: 'testville', name: { en: 'Testville' }, kind: 'LOCAL', country: 'JO' },
      institutions: [given.institution('works'), given.institution('parks')],
      plan: {
        key: 'testville-2024',
        title: { en: 'Plan of Testville' },
        language: 'en',
        timeZone: 'Asia/Amman',
        startsOn: '2024-01-01',
        endsOn: '2024-12-31',
        participations: [],
        reporting: {
          cadence: { months: 3, countedFrom: 'CALENDAR' },
          opensAfterDays: 1,
          dueAfterDays: 14,
          closesAfterDays: 45,
          weekend: [5, 6],
        },
        ...plan,
      },
      commitments: [
        given.commitment(1, { institutions: [{ institution: 'works', role: 'LEAD' }] }),
        given.commitment(2, {
          institutions: [
            { institution: 'works', role: 'LEAD' },
            { institution: 'parks', role: 'SUPPORTING' },
          ],
        }),
      ],
      ...rest,
    };
  },
};
