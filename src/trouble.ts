import { SettingsRefused } from './platform/config/settings.js';

interface Trouble {
  readonly code?: string;
  readonly port?: number;
  readonly address?: string;
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  /** Node tries every address of a host name and collects what went wrong with each. */
  readonly errors?: readonly Trouble[];
}

/** Network errors, and PostgreSQL's for a wrong password, a missing database, a server that starts or has no room. */
const DATABASE_UNUSABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|28...|3D000|57P03|53300)$/;

/** What a person can do about an error that kept the service or a command from starting; else the whole error. */
export function inWords(error: unknown): string {
  const { code = '', port, address, name, message, stack, errors } = error as Trouble;
  if (error instanceof SettingsRefused) return error.message;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Stop it, or choose another port: PORT=3001 npm start`;
  if (code === 'EADDRNOTAVAIL') return `HOST: this machine has no address ${address}. Usual are 127.0.0.1 and 0.0.0.0.`;
  if (code === 'EACCES' && port) return `PORT: this user may not listen on port ${port}. Choose one above 1023.`;
  if (name === 'ServerAlreadyRunning')
    return `${message}\nOpen that address, or stop it first (Ctrl-C where it runs). For a second one beside it, set DATA_DIR and PORT.`;
  if (name === 'EmbeddedPostgresError' || name === 'PostgresProgramFailed') return String(message);
  if (DATABASE_UNUSABLE.test(code))
    return `DATABASE_URL: the database cannot be used: ${message || errors?.[0]?.message}`;
  return stack ?? String(error);
}
