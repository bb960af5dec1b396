import { enumOf } from '../platform/graphql/enum-of.js';

export const Movement = enumOf('Movement', 'How much has moved in a period, as the agency judges it.', {
  NOTHING: 'Nothing has moved. Obstacles are mandatory.',
  LITTLE: 'Little has moved. Obstacles are mandatory.',
  CLEAR: 'There was clear movement.',
});
export type Movement = keyof typeof Movement;

export const Punctuality = enumOf('Punctuality', 'Whether a check-in was handed in on time.', {
  ON_TIME: 'By the due day, which counts whole.',
  LATE: 'After the due day and before the close.',
});

export const EvidenceKind = enumOf('EvidenceKind', 'What sort of evidence it is.', {
  LINK: 'A link.',
  FILE: 'A file that this service keeps.',
});
