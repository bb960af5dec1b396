#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import './build.js';

/* Starts the service or one of its commands, from a build that is as new as the sources. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// What is set outside counts more than what the file says.
if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));

const built = (name) => import(pathToFileURL(join(root, 'dist', 'src', name)).href);
const argv = process.argv.slice(2);
if (argv[0] === 'start') await built('main.js');
else await (await built('cli.js')).runCli(argv);
