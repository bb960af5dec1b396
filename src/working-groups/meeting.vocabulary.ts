import { enumOf } from '../platform/graphql/enum-of.js';

export const MeetingStatus = enumOf(
  'MeetingStatus',
  'Whether a meeting is still to come, took place or was called off.',
  {
    PLANNED: 'Planned; whether its day has passed is for the reader to see.',
    HELD: 'It took place.',
    CANCELLED: 'It was called off, with a public reason.',
  },
);
export type MeetingStatus = keyof typeof MeetingStatus;
