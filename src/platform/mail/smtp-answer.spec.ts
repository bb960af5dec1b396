import { describe, expect, it } from '@jest/globals';
import { enhancedStatus, returnedForAddress, verdictOn, type SmtpStage } from './smtp-answer.js';

const meaning = (stage: SmtpStage, reply: string): string => {
  const { result, addressIsBad } = verdictOn({ stage, code: Number(reply.slice(0, 3)), status: enhancedStatus(reply) });
  return addressIsBad ? `${result}, and the address is bad` : result;
};

const BAD = 'PERMANENT, and the address is bad';

describe('what a mail server answers', () => {
  it.each<[SmtpStage, string, string]>([
    // Replies of servers in use.
    ['RCPT', '550 5.1.1 <x@example.org>: Recipient address rejected: User unknown in local recipient table', BAD],
    ['RCPT', '550-5.1.1 The email account that you tried to reach does not exist.', BAD],
    ['RCPT', '550 5.4.1 Recipient address rejected: Access denied.', BAD],
    ['RCPT', '550 No such user here', BAD],
    ['RCPT', '551 User not local; please try <y@example.org>', BAD],
    ['RCPT', '553 Requested action not taken: mailbox name not allowed', BAD],
    ['RCPT', '556 5.1.10 Recipient address has null MX', BAD],
    ['RCPT', '501 5.1.3 Bad recipient address syntax', BAD],
    ['RCPT', '550 5.2.1 The email account that you tried to reach is inactive', BAD],
    ['DATA', '550 5.1.1 User unknown', BAD],
    ['RCPT', '552 5.2.2 Mailbox full', 'PERMANENT'],
    ['RCPT', '550 5.7.1 Message rejected due to policy', 'PERMANENT'],
    ['DATA', '550 5.7.26 This mail is unauthenticated', 'PERMANENT'],
    ['DATA', '554 5.6.0 Message contains invalid header', 'PERMANENT'],
    ['DATA', '552 5.3.4 Message size exceeds fixed limit', 'PERMANENT'],
    ['DATA', '552 Too much mail data', 'PERMANENT'],
    ['DATA', '550 Spam', 'PERMANENT'],
    ['RCPT', '554 Transaction failed', 'PERMANENT'],
    ['RCPT', '550 5.4.4 Unable to route', 'PERMANENT'],
    ['BEFORE', '552 5.3.4 Message size exceeds fixed limit', 'PERMANENT'],
    ['RCPT', '552 Too many recipients', 'TEMPORARY'],
    ['BEFORE', '553 5.1.8 Sender address rejected: Domain not found', 'TEMPORARY'],
    ['BEFORE', '550 5.7.1 Sender refused', 'TEMPORARY'],
    ['BEFORE', '535 5.7.8 Authentication credentials invalid', 'TEMPORARY'],
    ['BEFORE', '554 5.7.1 You are not allowed to connect', 'TEMPORARY'],
    ['RCPT', '530 5.7.0 Authentication required', 'TEMPORARY'],
    ['RCPT', '550 5.1.8 Sender domain does not resolve', 'TEMPORARY'],
    ['DATA', '503 5.5.1 Bad sequence of commands', 'TEMPORARY'],
    ['RCPT', '450 4.2.0 Greylisted', 'TEMPORARY'],
    ['RCPT', '452 4.2.2 The email account is over quota', 'TEMPORARY'],
    ['DATA', '451 4.3.0 Try again later', 'TEMPORARY'],
    ['DATA', '421 4.7.0 Try again later, closing connection', 'TEMPORARY'],
  ])('at %s, %j, means %s', (stage, reply, means) => {
    expect(meaning(stage, reply)).toBe(means);
  });

  it('means nothing for good when nobody answered', () => {
    for (const stage of ['BEFORE', 'RCPT', 'DATA'] as const)
      expect(verdictOn({ stage, code: null, status: null })).toEqual({ result: 'TEMPORARY', addressIsBad: false });
  });

  it('never marks an address for what was said before it was named, and never for what may pass', () => {
    for (let code = 400; code < 600; code += 1)
      for (const status of [null, '5.1.1', '5.2.1', '5.4.1', '5.7.1']) {
        expect(verdictOn({ stage: 'BEFORE', code, status }).addressIsBad).toBe(false);
        if (code < 500) expect(verdictOn({ stage: 'RCPT', code, status }).result).toBe('TEMPORARY');
      }
  });

  it.each([
    ['550 5.1.1 x', '5.1.1'],
    ['550-5.7.26 x\n550 5.7.26 y', '5.7.26'],
    ['550 4.1.1 a class that does not fit', null],
    ['550 5.1.1.1 not one', null],
    ['550 see 5.1.1', null],
    ['', null],
  ])('is read for its enhanced status code: %j has %j', (reply, status) => {
    expect(enhancedStatus(reply)).toBe(status);
  });
});

describe('a mail that came back for good', () => {
  it.each([
    ['5.1.1', true],
    ['5.1.2', true],
    ['5.2.1', true],
    ['5.0.0', true],
    [null, true],
    ['5.2.2', false],
    ['5.3.4', false],
    ['5.7.1', false],
    ['5.1.8', false],
    ['4.4.7', false],
  ])('with status %s says that the address is bad: %s', (status, bad) => {
    expect(returnedForAddress(status)).toBe(bad);
  });
});
