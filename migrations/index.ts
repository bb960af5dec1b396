import { MembersInstitutionsAndPlans1795400000001 } from './1795400000001-members-institutions-and-plans.js';
import { WorkingGroupsAndCommitments1795400000002 } from './1795400000002-working-groups-and-commitments.js';
import { CheckIns1795400000003 } from './1795400000003-check-ins.js';
import { MailRemindersAuditAndTokens1795400000004 } from './1795400000004-mail-reminders-audit-and-tokens.js';
import { DraftsApartAndReview1795400000005 } from './1795400000005-drafts-apart-and-review.js';
import { AuditChain1795400000006 } from './1795400000006-audit-chain.js';
import { PeopleAndSessions1795400000007 } from './1795400000007-people-and-sessions.js';
import { EvidenceFiles1795400000008 } from './1795400000008-evidence-files.js';
import { ReportLinks1795400000009 } from './1795400000009-report-links.js';
import { ReminderRulesAndLedger1795400000010 } from './1795400000010-reminder-rules-and-ledger.js';
import { MailDelivery1795400000011 } from './1795400000011-mail-delivery.js';
import { MeetingsAndAssessments1795400000012 } from './1795400000012-meetings-and-assessments.js';
import { WhatRemindersTold1795400000014 } from './1795400000014-what-reminders-told.js';
import { Publications1795400000020 } from './1795400000020-publications.js';
import { Feeds1795400000030 } from './1795400000030-feeds.js';
import { PublicEventsAndWebhooks1795400000031 } from './1795400000031-public-events-and-webhooks.js';
import { AsOf1795400000033 } from './1795400000033-as-of.js';
import { IndexesOfLists1795400000034 } from './1795400000034-indexes-of-lists.js';
import { Partitions1795400000035 } from './1795400000035-partitions.js';
import { TextsOfOldMails1795400000036 } from './1795400000036-texts-of-old-mails.js';
import { IndexesNobodyReads1795400000037 } from './1795400000037-indexes-nobody-reads.js';
import { PunctualityOfWhatIsOwed1795400000038 } from './1795400000038-punctuality-of-what-is-owed.js';
import { NewestCheckIns1795400000040 } from './1795400000040-newest-check-ins.js';
import { SearchInArabic1795400000041 } from './1795400000041-search-in-arabic.js';

/** In the order in which they run. */
export const migrations = [
  MembersInstitutionsAndPlans1795400000001,
  WorkingGroupsAndCommitments1795400000002,
  CheckIns1795400000003,
  MailRemindersAuditAndTokens1795400000004,
  DraftsApartAndReview1795400000005,
  AuditChain1795400000006,
  PeopleAndSessions1795400000007,
  EvidenceFiles1795400000008,
  ReportLinks1795400000009,
  ReminderRulesAndLedger1795400000010,
  MailDelivery1795400000011,
  MeetingsAndAssessments1795400000012,
  WhatRemindersTold1795400000014,
  Publications1795400000020,
  Feeds1795400000030,
  PublicEventsAndWebhooks1795400000031,
  AsOf1795400000033,
  IndexesOfLists1795400000034,
  Partitions1795400000035,
  TextsOfOldMails1795400000036,
  IndexesNobodyReads1795400000037,
  PunctualityOfWhatIsOwed1795400000038,
  NewestCheckIns1795400000040,
  SearchInArabic1795400000041,
];
