import type { FileCommitment, FileText, PlanFile } from '../../src/interchange/plan-file.js';
import { given } from './given.js';

const LONG = 'Une phrase qui dit beaucoup de choses. 💧 '.repeat(450).slice(0, 19_000);
const ODD = '<b>Budget</b> & "transparence" \u200fالميزانية\u200e 👩🏽‍🌾 \u202Etxet\u202C';

/** French is the original here; English is only there at times, and by a machine. */
const french = (text: string, english?: string): FileText => ({
  fr: text,
  ...(english ? { en: { text: english, origin: 'MACHINE_TRANSLATION' } } : {}),
});

const commitment = (number: number): FileCommitment => ({
  number,
  title: number === 7 ? french(ODD) : french(`Engagement n° ${number}`, `Commitment no. ${number}`),
  ...(number % 3 === 0
    ? { problem: french(LONG), action: french(`Publier\n\t• le budget ${number}\n\t• l’exécution`) }
    : {}),
  ...(number % 2 === 0 ? { ogpId: `TN${number}-x`, startsOn: '2023-09', endsOn: '2025-08-31' } : {}),
  policyAreas: ['Budget ouvert', 'Eau 💧'].slice(0, number % 3),
  ogpValues: number % 4 === 0 ? ['CIVIC_PARTICIPATION', 'ACCESS_TO_INFORMATION'] : [],
  ...(number === 12
    ? {}
    : {
        institutions: [
          { institution: `ministere-${(number % 4) + 1}`, role: 'LEAD' as const },
          { institution: 'societe-civile', role: 'SUPPORTING' as const },
        ],
      }),
  ...(number <= 3 ? { workingGroup: `groupe-${number}` } : {}),
  milestones: [1, 2, 3, 4, 5].map((milestone) => ({
    number: milestone * 10,
    title: french(`Jalon ${number}.${milestone}`),
    ...(milestone === 1 ? { startsOn: '2023-10', dueOn: '2024-06', originalDueOn: '2024-03-31' } : {}),
    ...(milestone === 2 ? { dueOn: '2024-12-31', status: 'IN_PROGRESS' as const, percent: 40 } : {}),
    ...(milestone === 3
      ? { dueOn: '2025-02-28', originalDueOn: '2025-02-28', responsibleInstitution: 'ministere-1' }
      : {}),
  })),
});

/** A plan that looks in many ways unlike those that are shipped: 12 commitments with 60 milestones, half-years, Tunis. */
export const unseenPlan = (): PlanFile => ({
  format: 'mithaq-plan/1',
  textOrigins: { fr: 'ORIGINAL', ar: 'HUMAN_TRANSLATION' },
  member: { key: 'tunisie', name: { fr: 'Tunisie', ar: 'تونس' }, kind: 'NATIONAL', country: 'TN' },
  institutions: [
    ...[1, 2, 3, 4].map((number) =>
      given.institution(`ministere-${number}`, {
        name: french(`Ministère ${number} <de> l’« Eau »`),
        contacts: [
          { role: 'FOCAL_POINT', name: 'Ève Ben Ali', email: `point.focal+${number}@example.org`, language: 'fr-TN' },
          { role: 'FOCAL_POINT', language: 'ar' },
        ],
      }),
    ),
    given.institution('societe-civile', {
      kind: 'CIVIL_SOCIETY',
      website: 'https://example.org/ar?q=%D8%A7',
      contacts: [],
    }),
    { key: 'sans-role', name: { fr: 'Sans rôle' }, kind: 'OTHER' },
  ],
  plan: {
    key: 'tunisie-2023-2025',
    title: french('Plan d’action national 2023–2025'),
    language: 'fr',
    timeZone: 'Africa/Tunis',
    startsOn: '2023-09-15',
    endsOn: '2025-08',
    foreword: { fr: LONG, ar: 'تمهيد' },
    questions: [
      { key: 'b', question: french('Pourquoi ?'), answer: french('Parce que.') },
      { key: 'a', question: french('Comment ?') },
    ],
    coCreation: { groups: 0, note: french('Chiffre non publié.') },
    dissemination: [french('Portail'), french('Radio')],
    documents: [{ key: 'lettre', title: french('Lettre'), year: 2023 }],
    endorsements: [{ affiliation: french('Syndicat') }],
    participations: [
      { institution: 'ministere-2', role: 'LEAD' },
      { institution: 'societe-civile', role: 'FORUM', note: french('Depuis 2022') },
      { institution: 'societe-civile', role: 'CO_CREATOR' },
    ],
    reporting: {
      endsOn: '2025-12',
      cadence: { months: 6, countedFrom: 'CALENDAR' },
      opensAfterDays: -10,
      dueAfterDays: 30,
      closesAfterDays: 60,
      weekend: [6, 7],
      holidays: [
        { date: '2024-01-30', name: 'Férié' },
        { date: '2024-01-31', name: 'Aïd', expected: true },
      ],
    },
    sources: ['https://example.org/plan'],
  },
  workingGroups: [1, 2, 3].map((number) => ({
    key: `groupe-${number}`,
    name: french(`Groupe ${number}`),
    coordinator: 'ministere-1',
    members: number === 2 ? [] : ['societe-civile', 'ministere-3', 'ministere-1'],
  })),
  commitments: Array.from({ length: 12 }, (_, at) => commitment(12 - at)),
});
