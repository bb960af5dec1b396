/** The domain that `MAIL_FROM` writes from; ids of mails and threads end with it. */
export const senderDomain = (mailFrom: string): string => /@([^\s>]+)/.exec(mailFrom)?.[1] ?? 'localhost';
