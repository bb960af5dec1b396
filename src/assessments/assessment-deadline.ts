import { plainDate, type Day } from '../action-plans/reporting-calendar.js';

/*
 * The months that OGP's forms give the independent monitoring body. They are calendar months, and where a month is too
 * short its last day counts: what was completed on 31 January is due on the last day of February.
 */

/** Two months after the plan was submitted. */
export const inceptionDueOn = (submittedOn: Day): Day => plainDate(submittedOn).add({ months: 2 }).toString();

/** One month after the commitment was fully implemented. */
export const endOfCommitmentDueOn = (completedOn: Day): Day => plainDate(completedOn).add({ months: 1 }).toString();
