import { isDeepStrictEqual } from 'node:util';
import { asked } from './reading/asked.js';
import { startPeer, type Peer } from './reading/peers.js';
import { QUESTIONS, type QuestionName } from './reading/questions.js';
import { answerTo, type Asked } from './serving/asking.js';
import { tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { LOAD, loadOf, optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { memoryOf } from './serving/processes.js';
import { cpuOfAnswer, rateOf, rounds, tell, tellRatio, type Contender } from './serving/rounds.js';
import { start } from './serving/server.js';
import { startOurs } from './serving/start-ours.js';

const given = optionsGiven({ ...SIZE, ...LOAD, peers: 'raw,static,mercurius,postgraphile,naive' });
const [size, load] = [sizeOf(given), loadOf(given)];
const peers = given.peers.split(',').filter(Boolean);

/** Whoever shows something else would be faster for another reason. */
async function checkAnswers(servers: readonly Peer[], name: QuestionName): Promise<void> {
  for (const n of [0, 1, size.plans - 1]) {
    const answers = await Promise.all(
      servers.map(async (server) => {
        const { data } = await answerTo<{ data: unknown }>(asked(server.url, name, n, size, server.questions[name]));
        return server.asOurs(name, data);
      }),
    );
    for (const [at, answer] of answers.entries())
      if (!isDeepStrictEqual(answer, answers[0]))
        throw new Error(
          `${name} is answered differently by ${servers[at]?.name}:\n${JSON.stringify(answer)}\n${JSON.stringify(answers[0])}`,
        );
  }
}

const contender = (server: Peer, name: QuestionName): Contender => ({
  name: server.name,
  server,
  ask: (n) => asked(server.url, name, n, size, server.questions[name]),
});

async function compare(servers: readonly Peer[], name: QuestionName): Promise<void> {
  await checkAnswers(servers, name);
  const made = await rounds(
    servers.map((server) => contender(server, name)),
    load,
  );
  for (const [at, server] of servers.entries()) tell(name, server.name, made[at] ?? []);
  const [ours = []] = made;
  for (const [at, server] of servers.entries()) {
    const [its = [], wanted] = [made[at], server.wanted?.[name]];
    if (wanted === undefined) continue;
    tellRatio(`${name} ours beside ${server.name}`, rateOf(ours) / rateOf(its), wanted);
    console.log(`${''.padEnd(44)} ${(cpuOfAnswer(its) / cpuOfAnswer(ours)).toFixed(2).padStart(6)}  by processor`);
  }
}

/** How much slower than the fastest there can be: a file of the same bytes over plain node http. */
async function answersGivenAgain(databaseUrl: string): Promise<void> {
  const ours = await startOurs('ours, given again', databaseUrl);
  const ask = (): Asked => asked(ours.url, 'Q2', 0, size);
  const answer = JSON.stringify(await answerTo(ask()));
  const still = await start('static JSON', { file: 'reading/static.ts', env: { ANSWER: answer } });
  const its = (): Asked => ({ ...ask(), url: still.url });
  const [again = [], file = []] = await rounds(
    [
      { name: ours.name, server: ours, ask },
      { name: still.name, server: still, ask: its },
    ],
    load,
  );
  tell('Q2', ours.name, again);
  tell('Q2', still.name, file);
  tellRatio('Q2 given again beside static JSON', rateOf(again) / rateOf(file), 0.5);
  for (const server of [ours, still]) await server.stop();
}

/** Reads of our server and of its peers, on the same database, round by round in turn. */
tellCores();
const database = await filled(size);
try {
  const servers: Peer[] = [];
  for (const name of ['ours', ...peers.filter((peer) => peer !== 'static')])
    servers.push(await startPeer(name, database.url));
  const idle = servers.map(({ pid }) => memoryOf(pid));
  for (const name of Object.keys(QUESTIONS) as QuestionName[]) await compare(servers, name);
  for (const [at, { name, pid }] of servers.entries())
    console.log(
      `memory of ${name.padEnd(26)} ${Math.round(idle[at] ?? 0)} MB idle, ${Math.round(memoryOf(pid))} MB afterwards`,
    );
  for (const server of servers) await server.stop();
  if (peers.includes('static')) await answersGivenAgain(database.url);
} finally {
  await database.remove();
}
