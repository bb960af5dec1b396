import { enumOf } from '../platform/graphql/enum-of.js';

export const MemberKind = enumOf('MemberKind', 'Whether the member of OGP is a national or a local government.', {
  NATIONAL: 'A national government.',
  LOCAL: 'A local government: a municipality, a region.',
});
export type MemberKind = keyof typeof MemberKind;

export const ParticipationRole = enumOf('ParticipationRole', 'What an institution is in a plan as a whole.', {
  LEAD: 'Leads the plan. Owes the check-ins of every commitment that names no implementing agency.',
  SUPPORTING: 'Supports the plan as a whole.',
  MONITORING_BODY: 'The independent monitoring body; never the MEL officer.',
  ENDORSER: 'Endorsed the plan from outside government.',
  CO_CREATOR: 'Took part in drawing up the plan.',
  STEERING: 'Sits on the steering committee.',
  FORUM: 'Sits on the multi-stakeholder forum.',
  COUNCIL: 'The municipal council, which receives progress information.',
});
export type ParticipationRole = keyof typeof ParticipationRole;

export const CadenceOrigin = enumOf('CadenceOrigin', 'What reporting periods are counted from.', {
  CALENDAR: 'Calendar quarters or half-years; the first and last period may be stubs.',
  PLAN_START: 'Counted from the first day of reporting.',
});
export type CadenceOrigin = keyof typeof CadenceOrigin;
