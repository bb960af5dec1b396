import { MailDev } from 'maildev';
import { freePort } from './free-port.js';

/** What the process of the demo inbox tells its parent as soon as it accepts mail. */
export interface InboxPorts {
  smtp: number;
  web: number;
}

const HOST = '127.0.0.1';
const KEPT_MAILS = 500;

const [mailDirectory, smtpPort, webPort] = process.argv.slice(2);

// Ctrl-C reaches every process of the terminal: the parent still has mail to send and stops this one when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// However the parent ends, even by kill -9, this channel closes.
process.on('disconnect', () => process.exit(0));

const ports = await startOnUsualPorts().catch(() => start({ smtp: 0, web: 0 }));
// The parent may have ended while the servers started, before the listener above was there to hear of it.
if (process.connected) process.send?.(ports);
else process.exit(0);

async function startOnUsualPorts(): Promise<InboxPorts> {
  return start({ smtp: await freePort(Number(smtpPort)), web: await freePort(Number(webPort)) });
}

async function start({ smtp, web }: InboxPorts): Promise<InboxPorts> {
  const maildev = new MailDev({ smtp, ip: HOST, web, webIp: HOST, mailDirectory, maxEmails: KEPT_MAILS, silent: true });
  const servers = await maildev.start();
  return { smtp: servers.smtp.getPort(), web: servers.api?.getPort() ?? web };
}
