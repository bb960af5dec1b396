import { enumOf } from '../platform/graphql/enum-of.js';

export const InstitutionKind = enumOf('InstitutionKind', 'What sort of body an institution is.', {
  GOVERNMENT: 'A national, regional or local government body.',
  MUNICIPAL_UNIT: 'A unit of the municipality itself.',
  CIVIL_SOCIETY: 'A civil-society organisation.',
  ACADEMIA: 'A university or research body.',
  PRIVATE_SECTOR: 'A company.',
  MEDIA: 'A newspaper, broadcaster or other medium.',
  OTHER: 'Any other body.',
});
export type InstitutionKind = keyof typeof InstitutionKind;

export const ContactRole = enumOf('ContactRole', 'What a contact does for the institution.', {
  FOCAL_POINT: 'Reports for the institution and receives its reminders.',
  HEAD: 'Heads the institution.',
  MEL_OFFICER: 'Monitoring, evaluation and learning officer of the plan.',
});
export type ContactRole = keyof typeof ContactRole;
