import PostalMime, { type Email } from 'postal-mime';
import type { MailEvent } from './returned-mails.service.js';

const LONGEST_MESSAGE = 10 * 1024 * 1024;
/** Longer than any address or answer; what a stranger writes beyond it must cost no time. */
const LONGEST_FIELD = 2000;

/** A message that says nothing of a mail that came back. */
export class NotAReport extends Error {}

/**
 * What a message tells of mails that came back: a delivery status notification (RFC 3464) or a complaint (RFC 5965), one
 * entry a recipient.
 *
 * @throws NotAReport
 */
export async function eventsInMessage(raw: Buffer): Promise<MailEvent[]> {
  if (raw.length > LONGEST_MESSAGE) throw new NotAReport('it is larger than 10 MB');
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: 'utf8' });
  const status = partOf(mail, ['message/delivery-status', 'message/global-delivery-status']);
  if (status !== null) return deliveryStatus(status, await messageIdOf(mail));
  const complaint = partOf(mail, ['message/feedback-report']);
  if (complaint !== null) return feedback(complaint, await messageIdOf(mail));
  throw new NotAReport('it is neither a delivery status notification nor a complaint');
}

/** The messages of an mbox file, or the one message that the text is. */
export function messagesIn(content: Buffer): Buffer[] {
  // Bytes of any charset survive as Latin-1.
  const text = content.toString('latin1');
  if (!/^From /.test(text)) return [content];
  return text
    .split(/^From [^\n]*\n/m)
    .filter((message) => message.trim() !== '')
    .map((message) => Buffer.from(message.replaceAll(/^>(>*From )/gm, '$1'), 'latin1'));
}

function deliveryStatus(part: string, messageId: string | null): MailEvent[] {
  // First what is said of the message as a whole, then a block for each recipient.
  return blocksOf(part)
    .filter((fields) => fields.has('action') && (fields.has('final-recipient') || fields.has('original-recipient')))
    .flatMap((fields): MailEvent[] => {
      const action = /^\w+/.exec(fields.get('action') ?? '')?.[0]?.toLowerCase();
      // Delivered, relayed and expanded are no trouble.
      if (action !== 'failed' && action !== 'delayed') return [];
      return [
        {
          kind: action === 'failed' ? 'BOUNCED' : 'DELAYED',
          messageId,
          address: typed(fields.get('original-recipient')) ?? typed(fields.get('final-recipient')),
          status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '')?.[0] ?? null,
          diagnostic: typed(fields.get('diagnostic-code')) ?? fields.get('status') ?? '',
        },
      ];
    });
}

function feedback(part: string, messageId: string | null): MailEvent[] {
  const [fields] = blocksOf(part);
  const type = fields?.get('feedback-type')?.toLowerCase() ?? '';
  if (!fields || type === 'not-spam') return [];
  const address = /[^\s<>]+@[^\s<>]+/.exec(fields.get('original-rcpt-to') ?? '')?.[0] ?? null;
  return [{ kind: 'COMPLAINED', messageId, address, status: null, diagnostic: `Feedback-Type: ${type}` }];
}

/** Fields by their names in lower case; blank lines part the blocks, and lines that begin with a blank go on (RFC 5322). */
function blocksOf(part: string): Array<ReadonlyMap<string, string>> {
  return part
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
    .map((block) => {
      const lines = block.replaceAll(/\n[ \t]+/g, ' ').split('\n');
      const fields = lines.map((line) => /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/.exec(line));
      // The first of two counts: what came later may have been appended by anybody.
      return new Map(
        fields
          .flatMap((field) =>
            field ? [[field[1]!.toLowerCase(), field[2]!.trim().slice(0, LONGEST_FIELD)] as const] : [],
          )
          .reverse(),
      );
    })
    .filter((fields) => fields.size > 0);
}

/** `rfc822; a@example.org` and `smtp; 550 no`: what follows the type. Addresses in brackets lose them. */
function typed(field: string | undefined): string | null {
  const value = /^[^;]*;(.*)$/
    .exec(field ?? '')?.[1]
    ?.trim()
    .replace(/^<(.*)>$/, '$1');
  return value
    ? value.replaceAll(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : null;
}

function partOf({ attachments }: Email, types: readonly string[]): string | null {
  const content = attachments.find(({ mimeType }) => types.includes(mimeType))?.content;
  return typeof content === 'string' ? content : null;
}

/** Of the mail that came back: it stands in the copy of its headers, or the report answers it. */
async function messageIdOf(report: Email): Promise<string | null> {
  const copy = partOf(report, ['message/rfc822', 'message/global', 'text/rfc822-headers', 'message/global-headers']);
  const original = copy === null ? null : await PostalMime.parse(copy);
  return original?.messageId ?? report.inReplyTo ?? report.references?.split(/\s+/).pop() ?? null;
}
