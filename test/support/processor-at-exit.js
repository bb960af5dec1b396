import { writeFileSync } from 'node:fs';

/* Loaded before a program, as `node --import`: it writes down how many milliseconds of processor the program took. */
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.PROCESSOR_FILE, String((user + system) / 1000));
});
