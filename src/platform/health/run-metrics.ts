import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Clock } from '../clock.js';

/** From an idle beat of the relay to a reminder run over many thousands. */
const SECONDS = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900];

/** How long what runs by itself takes, whether it fails, and when it last went well. */
@Injectable()
export class RunMetrics {
  readonly registry = new Registry();
  private readonly seconds: Histogram<'run'>;
  private readonly failures: Counter<'run'>;
  private readonly lastSuccess: Gauge<'run'>;
  private readonly results: Counter<'run' | 'result'>;

  constructor(private readonly clock: Clock) {
    const common = { labelNames: ['run'] as const, registers: [this.registry] };
    this.seconds = new Histogram({
      ...common,
      name: 'mithaq_run_seconds',
      help: 'How long runs took in this process.',
      buckets: SECONDS,
    });
    this.failures = new Counter({
      ...common,
      name: 'mithaq_run_failures_total',
      help: 'Runs of this process that ended with an error.',
    });
    this.lastSuccess = new Gauge({
      ...common,
      name: 'mithaq_run_last_success_timestamp_seconds',
      help: 'When a run of this process last went well.',
    });
    this.results = new Counter({
      name: 'mithaq_run_results_total',
      help: 'What the runs of this process did, by what became of it.',
      labelNames: ['run', 'result'],
      registers: [this.registry],
    });
  }

  /** Notes what a run of this process did, by what became of it. */
  count(run: string, results: Readonly<Record<string, number>>): void {
    for (const [result, count] of Object.entries(results)) this.results.inc({ run, result }, count);
  }

  /** Does the work and notes how it went. */
  async measure<T>(run: string, work: () => Promise<T>): Promise<T> {
    const end = this.seconds.startTimer({ run });
    try {
      const result = await work();
      this.lastSuccess.set({ run }, this.clock.now().getTime() / 1000);
      return result;
    } catch (error) {
      this.failures.inc({ run });
      throw error;
    } finally {
      end();
    }
  }
}
