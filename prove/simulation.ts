import { simulate, type Sum } from './reminder-simulator.js';

/** Histories of three years against the oracle. Answers whether none of them failed. */
export function proveBySimulation({ seed, histories }: { seed: number; histories: number }): boolean {
  console.log(`Simulator: ${histories} histories of three years, seeds ${seed} to ${seed + histories - 1}`);
  const { sum, failure } = simulate(seed, histories);
  console.log(told(sum));
  if (failure)
    console.log(
      `History ${failure.seed} fails; the smallest like it:\n${failure.story}\nAgain: --seed ${failure.seed} --histories 1`,
    );
  return failure === null;
}

export const told = ({ histories, runs, occurrences, mails, spoken, coalesced, reasons }: Sum): string =>
  [
    `  ${histories} histories, ${runs} runs, ${occurrences} occurrences, ${mails} mails that said ${spoken} of them and stood for ${coalesced} more`,
    `  not sent: ${[...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ')}`,
  ].join('\n');
