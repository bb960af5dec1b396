import { installPeers, newerNode } from '../serving/install-peers.js';
import { start, type Server, type Start } from '../serving/server.js';
import { startOurs } from '../serving/start-ours.js';
import { asOurs, ITS_QUESTIONS } from './postgraphile.js';
import { QUESTIONS, type QuestionName } from './questions.js';

type EachQuestion<Value> = Readonly<Record<QuestionName, Value>>;

export interface Peer extends Server {
  readonly questions: EachQuestion<string>;
  /** How many times as many answers as this peer we want to give. */
  readonly wanted: EachQuestion<number> | null;
  asOurs(name: QuestionName, data: unknown): unknown;
}

interface Known extends Start {
  readonly title: string;
  readonly wanted?: EachQuestion<number>;
  readonly questions?: EachQuestion<string>;
  readonly asOurs?: Peer['asOurs'];
}

const OURS = 'serving/ours.js';
const KNOWN = {
  // Compiled, and nothing given again.
  ours: { title: 'ours', file: OURS, env: { FAST_ANSWERS: 'always' } },
  'ours-off': { title: 'ours, FAST_ANSWERS=off', file: OURS, env: { FAST_ANSWERS: 'off' } },
  raw: { title: 'raw node http + pg', file: 'reading/raw.ts', wanted: { Q1: 0.65, Q2: 0.6, Q3: 0.45 } },
  mercurius: {
    title: 'mercurius + graphql-jit',
    file: 'peers/mercurius.mjs',
    wanted: { Q1: 0.9, Q2: 0.9, Q3: 0.9 },
  },
  postgraphile: {
    title: 'PostGraphile 5 on Node 24',
    file: 'peers/postgraphile.mjs',
    wanted: { Q1: 2, Q2: 1.3, Q3: 1.5 },
    questions: ITS_QUESTIONS,
    asOurs,
  },
  naive: {
    title: 'naive Nest + Apollo',
    file: 'peers/naive/server.ts',
    wanted: { Q1: 10, Q2: 12, Q3: 3 },
  },
} as const satisfies Record<string, Known>;

export const PEERS = Object.keys(KNOWN) as ReadonlyArray<keyof typeof KNOWN>;

export async function startPeer(name: string, databaseUrl: string): Promise<Peer> {
  const known: Known | undefined = (KNOWN as Record<string, Known>)[name];
  if (!known) throw new Error(`There is no peer ${name}; there are ${PEERS.join(', ')}, static.`);
  if (known.file.startsWith('peers/')) installPeers();
  return {
    ...(await startServer(known, databaseUrl)),
    questions: known.questions ?? QUESTIONS,
    wanted: known.wanted ?? null,
    asOurs: known.asOurs ?? ((_, data) => data),
  };
}

async function startServer({ title, file, env }: Known, databaseUrl: string): Promise<Server> {
  if (file === OURS) return startOurs(title, databaseUrl, env);
  const node = file === KNOWN.postgraphile.file ? newerNode() : process.execPath;
  if (node === null) throw new Error('PostGraphile 5 needs Node 22 or newer, and npm has none for this machine.');
  return start(title, { file, node, env: { DATABASE_URL: databaseUrl } });
}
