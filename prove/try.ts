import { simulate } from './reminder-simulator.js';
const [seed, n] = process.argv.slice(2).map(Number);
const t = performance.now();
const { sum, failure } = simulate(seed ?? 1, n ?? 10);
console.log(sum, (performance.now() - t).toFixed(0) + ' ms');
if (failure) {
  console.log('SEED', failure.seed);
  console.log(failure.story);
}
