import { enumOf } from '../platform/graphql/enum-of.js';

export const ReminderTemplate = enumOf('ReminderTemplate', 'Which letter a reminder is.', {
  REPORT: 'Asks an agency for the check-ins that are missing.',
  NOT_REPORTED: 'Tells somebody above or beside an agency that it has not reported.',
  UNREACHABLE: 'Lists the institutions that owe check-ins and have no address that takes mail.',
  REVIEW: 'Asks the MEL officer to look at what was handed in.',
  MEND: 'Asks an agency to mend what was sent back.',
  MEETING: 'Tells the members of a working group of their meeting.',
  MEETING_CANCELLED: 'Tells those who were told of a meeting that it was cancelled.',
  NO_MEETING: 'Tells whoever coordinates a working group that no meeting is planned for the period.',
  ASSESSMENT: 'Asks the independent monitoring body for an assessment.',
});
export type ReminderTemplate = keyof typeof ReminderTemplate;

export const ReminderStage = enumOf('ReminderStage', 'Why a reminder goes out.', {
  PREFLIGHT: 'The due day is some weeks away, and somebody cannot be reached.',
  OPENED: 'The period has opened for check-ins.',
  DUE_SOON: 'The due day comes near.',
  DUE_TODAY: 'Today is the due day.',
  OVERDUE: 'The due day has passed.',
  ESCALATED: 'The due day has passed and the agency has not answered its reminders.',
  WAITING: 'Something waits for whoever is reminded: a claim to be verified, or one that was sent back.',
  MEETING: 'A meeting comes near, was cancelled, or none is planned.',
});
export type ReminderStage = keyof typeof ReminderStage;

export const ReminderAudience = enumOf('ReminderAudience', 'Who is reminded.', {
  FOCAL_POINT: 'The focal points of the institution.',
  HEAD: 'The head of the institution.',
  MEL_OFFICER:
    'The monitoring, evaluation and learning officers: of the plan by their role, of its member as contacts.',
  STEERING: 'The steering committee of the plan.',
  COORDINATOR:
    'The focal points of the institution that coordinates the working group, and people with that role for it.',
  WORKING_GROUP: 'The focal points of all institutions in the working group.',
  MONITORING_BODY: 'The independent monitoring body.',
});
export type ReminderAudience = keyof typeof ReminderAudience;

export const ReminderAnchor = enumOf('ReminderAnchor', 'The day that a reminder’s day is counted from.', {
  OPENS: 'The first day on which check-ins are taken.',
  DUE: 'The due day, as it holds for the institution.',
  CLOSES: 'The last day on which check-ins are taken, as it holds for the institution.',
  ENDS: 'The last day of the reporting period.',
  HANDED_IN: 'The day on which the check-in was handed in.',
  SENT_BACK: 'The day on which the check-in was sent back.',
  MEETING: 'The day of the meeting.',
  CANCELLED: 'The day on which the meeting was cancelled.',
});
export type ReminderAnchor = keyof typeof ReminderAnchor;

export const DayUnit = enumOf('DayUnit', 'How days are counted.', {
  DAYS: 'Every day counts.',
  WORKING_DAYS: 'Only days that are worked in the plan’s working week and are no holidays.',
});
export type DayUnit = keyof typeof DayUnit;

export const ReminderStatus = enumOf('ReminderStatus', 'What became of a reminder, or is to become of it.', {
  PLANNED: 'Its time has not come.',
  WAITING: 'Its time has come; the next run takes it up, or somebody holds it.',
  SUPPRESSED: 'Not sent, for the reason given.',
  QUEUED: 'Its mail waits to be sent.',
  TEMPORARY_FAILURE: 'The mail server could not take it yet; it is tried again.',
  SENT: 'The mail server accepted it.',
  PERMANENT_FAILURE: 'The mail server refused it for good, or it could not be delivered in time.',
  BOUNCED: 'The mail server accepted it and sent it back later.',
});
export type ReminderStatus = keyof typeof ReminderStatus;

export const SuppressionReason = enumOf('SuppressionReason', 'Why a reminder was not sent, or not yet.', {
  NOTHING_MISSING: 'There was nothing left to remind of.',
  NO_ADDRESS: 'Nobody whom the rule reminds has an address.',
  UNDELIVERABLE: 'Mail to the address came back or was refused; somebody has to mend or confirm the address.',
  MUTED: 'Somebody muted it, and said why.',
  HELD: 'Somebody holds it, and said why; it goes out when released in time.',
  TOO_LATE: 'It could not go out within the lateness that its rule allows.',
  SAID_BY_ANOTHER: 'One mail stood for several reminders that were due at the same time, and spoke of the latest.',
  OVERTAKEN: 'A later reminder of the same matter had gone out already.',
  ADDRESS_CHANGED: 'When its turn came, the address was no longer that of anybody whom the rule reminds.',
  STAGE_OVER: 'When its turn came, it was no longer true, or a later reminder of the same matter was due.',
  RESCHEDULED: 'When its turn came, its day had been moved; it comes again on the new one.',
  RULE_OFF: 'When its turn came, its rule was switched off.',
  ERASED: 'The data of the person were erased before it was sent.',
});
export type SuppressionReason = keyof typeof SuppressionReason;
