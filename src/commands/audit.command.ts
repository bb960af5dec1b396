import { Command, InvalidArgumentError } from 'commander';
import { DataSource } from 'typeorm';
import { verifyAudit, type ChainProblem } from '../audit/audit-verification.js';
import { complain, withApp } from './command-app.js';

interface Noted {
  readonly number: number;
  readonly hash: string;
}

export const auditCommands = (): Command =>
  new Command('audit').description('the record of changes').addCommand(
    new Command('verify')
      .description('recompute the chain of hashes: whether anything was changed, removed or slipped in')
      .option('--expect <number:hash>', 'the end of the chain as it was printed and noted before', noted)
      .action(({ expect }: { expect?: Noted }) =>
        withApp(async ({ app, say }) => {
          const { entries, erased, problems, head } = await verifyAudit(app.get(DataSource), expect);
          if (problems.length > 0)
            complain(['The audit record is not what was written:', ...problems.map(inWords)].join('\n'));
          say(
            `${entries} entries, every one as it was written${erased > 0 ? `; the contents of ${erased} were erased` : ''}.`,
          );
          if (head) {
            say(`The chain ends with ${head.number}:${head.hash}`);
            say(
              'Note this line somewhere else: given to --expect later, it shows that nothing before it was rewritten.',
            );
          }
        }),
      ),
  );

const SAID: Readonly<Record<ChainProblem['what'], string>> = {
  MISSING: 'entries before this one are missing',
  CHANGED: 'the entry was changed',
  CONTENT_CHANGED: 'its content was changed',
  CHAIN_BROKEN: 'the entry before it is not the one that it was written after',
  NOT_AS_NOTED: 'it does not have the hash that was noted',
  ERASED_UNRECORDED: 'so many contents are gone without the record of a person’s erasure',
};

const inWords = ({ number, what }: ChainProblem): string => `  ${number}: ${SAID[what]}`;

function noted(value: string): Noted {
  const [, number, hash] = /^(\d+):([0-9a-f]{64})$/.exec(value) ?? [];
  if (!number || !hash) throw new InvalidArgumentError('Give the number and the hash as `audit verify` printed them.');
  return { number: Number(number), hash };
}
