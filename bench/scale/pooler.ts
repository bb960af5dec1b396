import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/platform/embedded/free-port.js';
import { until } from '../../test/support/until.js';

export interface Pooler {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A PgBouncer in transaction mode, set as docs/scale.md has it.
 *
 * @param database as its user reaches it directly
 */
export async function startPooler(program: string, database: string): Promise<Pooler> {
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'mithaq-pooler-')), await freePort()];
  const { hostname, port: ofDatabase, username, password } = new URL(database);
  await chmod(folder, 0o777);
  const [users, settings] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')];
  await writeFile(users, `"${username}" "${password}"\n`);
  await writeFile(
    settings,
    [
      '[databases]',
      `postgres = host=${hostname} port=${ofDatabase}`,
      '[pgbouncer]',
      `listen_addr = 127.0.0.1`,
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = plain',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'max_prepared_statements = 300',
      'default_pool_size = 20',
      'max_client_conn = 300',
      'ignore_startup_parameters = idle_in_transaction_session_timeout, statement_timeout',
      'server_login_retry = 1',
      `logfile = ${join(folder, 'log')}`,
    ].join('\n'),
  );
  // It does not run as root.
  const child = spawn(program, [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), '-q', settings], {
    stdio: 'ignore',
  });
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      }),
  );
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      if (child.kill('SIGKILL')) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
