/* A process that runs commands, one after another, each through the very program: see Terminal in service.ts. */

import { Buffer } from 'node:buffer';

const PROGRAM = new URL('../../bin/mithaq.js', import.meta.url);
const said = { stdout: [], stderr: [] };
let runs = 0;

for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, ...rest) => {
    said[name].push(Buffer.from(chunk));
    rest.find((one) => typeof one === 'function')?.();
    return true;
  };
  // Every command listens anew, and would end with its process.
  process[name].setMaxListeners(0);
}
process.setMaxListeners(0);

process.on('message', async (args) => {
  Object.assign(said, { stdout: [], stderr: [] });
  process.exitCode = 0;
  process.argv.splice(2, Infinity, ...args);
  runs += 1;
  // The program runs when it is loaded; by another name it is loaded again.
  await import(`${PROGRAM.href}?run=${runs}`);
  const [stdout, stderr] = [said.stdout, said.stderr].map((parts) => Buffer.concat(parts).toString());
  process.send({ code: process.exitCode, stdout, stderr });
});
// Whoever started it is gone: so is its purpose.
process.on('disconnect', () => process.exit());
