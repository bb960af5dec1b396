import type { Role, Scope } from './viewer.js';

/** Where a role lets its holder do something: only in what the role was given for, or in every plan. */
export type Reach = 'ITS_INSTITUTION' | 'ITS_PLAN';

export interface Action {
  /** What it is, for the page that shows this table. */
  readonly does: string;
  readonly who: 'EVERYBODY' | 'EVERY_PERSON' | Readonly<Partial<Record<Role, Reach>>>;
  /** A token needs one of these. People who sign in themselves hold all of them. */
  readonly scopes?: readonly Scope[];
}

const AGENCY = { FOCAL_POINT: 'ITS_INSTITUTION' } as const;
/** Of the institution that coordinates the working group. */
const COORDINATOR = { COORDINATOR: 'ITS_INSTITUTION' } as const;
const OFFICER = { MEL_OFFICER: 'ITS_PLAN' } as const;
/** An administrator whose role names no plan has every plan. */
const ADMINISTRATOR = { ADMIN: 'ITS_PLAN' } as const;
/** Whoever builds on the data; of these, staff and partners reach only the webhooks that are their own. */
const LISTENERS = { OGP_STAFF: 'ITS_PLAN', PARTNER: 'ITS_PLAN', ...OFFICER, ...ADMINISTRATOR } as const;

/**
 * Who may do what. Permission checks, the page `/access`, and the tests that try every role on everything are made from
 * this table. Every mutation and every route that is not only read stands here under its name, or nothing starts.
 */
export const ACCESS = {
  // Check-ins
  checkInSaveDraft: { does: 'Keep a draft of a check-in', who: AGENCY, scopes: ['WRITE_CHECK_INS'] },
  checkInSubmit: { does: 'Hand a check-in in', who: AGENCY, scopes: ['WRITE_CHECK_INS'] },
  'POST /report/:secret/:number': {
    does: 'Save or hand in by the link of a reminder, for one institution and one period',
    who: 'EVERYBODY',
  },
  'PUT /api/v1/plans/:plan/commitments/:number/check-ins/:period': {
    does: 'Keep a draft of a check-in, over REST',
    who: AGENCY,
    scopes: ['WRITE_CHECK_INS'],
  },
  'POST /api/v1/plans/:plan/commitments/:number/check-ins/:period/submit': {
    does: 'Hand a check-in in, over REST',
    who: AGENCY,
    scopes: ['WRITE_CHECK_INS'],
  },
  checkInReturn: { does: 'Send a check-in back with a comment', who: OFFICER, scopes: ['REVIEW'] },
  checkInVerify: { does: 'Record what was verified, beside the claim', who: OFFICER, scopes: ['REVIEW'] },
  checkInPublish: { does: 'Publish a verified check-in', who: OFFICER, scopes: ['REVIEW'] },
  checkInReopen: { does: 'Re-open a published check-in, with a public reason', who: OFFICER, scopes: ['REVIEW'] },
  checkInComment: {
    does: 'Comment on a check-in, between agency and MEL officer',
    who: { ...AGENCY, ...OFFICER },
    scopes: ['WRITE_CHECK_INS', 'REVIEW'],
  },
  'POST /check-ins/:checkIn/files': { does: 'Add a file as evidence', who: AGENCY, scopes: ['WRITE_CHECK_INS'] },
  evidenceFileRemove: { does: 'Take a file out of a check-in', who: AGENCY, scopes: ['WRITE_CHECK_INS'] },

  // The plan
  milestoneReschedule: {
    does: 'Move the due date of a milestone, with a public reason',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  periodExtend: {
    does: 'Give an institution more time',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  meetingPlan: {
    does: 'Plan a meeting of a working group',
    who: { ...COORDINATOR, ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  meetingMove: {
    does: 'Move a meeting, with a public reason',
    who: { ...COORDINATOR, ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  meetingRecordHeld: {
    does: 'Record that a meeting was held, with its minutes',
    who: { ...COORDINATOR, ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  meetingCancel: {
    does: 'Cancel a meeting, with a public reason',
    who: { ...COORDINATOR, ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  assessmentFile: {
    does: 'File an assessment, beside claims and verifications',
    who: { MONITORING_BODY: 'ITS_PLAN' },
    scopes: ['REVIEW'],
  },
  periodPublish: {
    does: 'Publish a period, or its correction with a public reason',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  reminderRuleSave: {
    does: 'Change when which reminder goes to whom',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  reminderRuleReset: {
    does: 'Let a usual rule of reminders hold again',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  reminderSendNow: {
    does: 'Remind an agency now, beside the rules',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  reminderHold: { does: 'Hold reminders', who: { ...OFFICER, ...ADMINISTRATOR }, scopes: ['REVIEW'] },
  reminderMute: { does: 'Mute reminders', who: { ...OFFICER, ...ADMINISTRATOR }, scopes: ['REVIEW'] },
  reminderResume: {
    does: 'End a hold or a mute of reminders',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  reportLinkRevoke: {
    does: 'Revoke the links in reminders of an institution',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW'],
  },
  planImport: { does: 'Take a plan from a file', who: ADMINISTRATOR, scopes: ['ADMIN'] },
  'POST /api/v1/plans/:plan/import': {
    does: 'Take edits of a plan from a spreadsheet',
    who: ADMINISTRATOR,
    scopes: ['ADMIN'],
  },

  // Accounts
  personInvite: { does: 'Give a person a role', who: ADMINISTRATOR, scopes: ['ADMIN'] },
  roleRevoke: { does: 'Take a role away', who: ADMINISTRATOR, scopes: ['ADMIN'] },
  personErase: { does: 'Erase the data of a person', who: ADMINISTRATOR, scopes: ['ADMIN'] },
  tokenCreate: { does: 'Give out a token for a program', who: ADMINISTRATOR, scopes: ['ADMIN'] },
  tokenRevoke: { does: 'Revoke a token', who: ADMINISTRATOR, scopes: ['ADMIN'] },
  sessionEnd: { does: 'End one of one’s own sessions', who: 'EVERY_PERSON' },
  sessionEndAll: { does: 'End all of one’s own sessions', who: 'EVERY_PERSON' },
  'POST /unsubscribe/:secret': { does: 'Stop mails that only tell, by the link in one of them', who: 'EVERYBODY' },
  'POST /sign-in': { does: 'Ask for a link to sign in with', who: 'EVERYBODY' },
  'POST /sign-in/:secret': { does: 'Sign in with a link that was sent by mail', who: 'EVERYBODY' },
  'POST /sign-out': { does: 'Sign out', who: 'EVERY_PERSON' },
  'POST /sign-out-everywhere': { does: 'Sign out in every browser', who: 'EVERY_PERSON' },
  'POST /account/sessions/:session/end': { does: 'Sign out in another browser', who: 'EVERY_PERSON' },
  'POST /graphql': { does: 'Ask; every mutation has a row of its own', who: 'EVERYBODY' },

  // Mail
  'POST /mail/events': { does: 'Report mails that came back, as the mail provider, which signs it', who: 'EVERYBODY' },
  undeliverableAddressClear: {
    does: 'Say that mail reaches a contact’s address again, with a reason',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['REVIEW', 'ADMIN'],
  },

  // Webhooks
  webhookCreate: { does: 'Be told by webhook of what becomes public', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhookEnable: { does: 'Let a webhook deliver again', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhookDisable: { does: 'Stop a webhook', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhookRemove: { does: 'Remove a webhook with its log', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhookRotateSecret: { does: 'Give a webhook another secret', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhookDeliveryReplay: { does: 'Have a webhook deliver again what it told', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhookTest: { does: 'Have a webhook deliver a ping', who: LISTENERS, scopes: ['WEBHOOKS'] },

  // What is not public
  readDrafts: {
    does: 'See drafts and internal comments',
    who: { ...AGENCY, ...OFFICER, ...ADMINISTRATOR },
    scopes: ['READ_OWN', 'WRITE_CHECK_INS', 'REVIEW'],
  },
  readContacts: {
    does: 'See names and addresses of contacts',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['READ_OWN', 'REVIEW', 'ADMIN'],
  },
  readReminders: {
    does: 'See who was reminded of what',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['READ_OWN', 'REVIEW'],
  },
  readAudit: {
    does: 'See who changed what, with what it was before',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['READ_OWN', 'REVIEW', 'ADMIN'],
  },
  readWebhooks: { does: 'See one’s own webhooks, and what they delivered', who: LISTENERS, scopes: ['WEBHOOKS'] },
  webhooksOfOthers: {
    does: 'See and keep the webhooks of everybody',
    who: { ...OFFICER, ...ADMINISTRATOR },
    scopes: ['WEBHOOKS'],
  },
  readAccounts: { does: 'See people, their roles, and tokens', who: ADMINISTRATOR, scopes: ['ADMIN'] },

  // What only the service itself does, or its operator at the command line
  remind: { does: 'Remind those who have not reported', who: {} },
  signIn: { does: 'Open a session for whoever proved to be a person', who: {} },
  noteReturnedMail: { does: 'Note that a mail came back, or that its reader complained', who: {} },
  forget: { does: 'Remove what is kept no longer', who: {} },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACCESS;
