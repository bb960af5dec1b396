import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportOf } from './check-in.inputs.js';
import { referenceProblems, submissionProblems, type Report } from './check-in.report.js';
import type { Movement } from './check-in.vocabulary.js';

const report = (more: Partial<Report> = {}): Report => ({ ...reportOf({ nothingToReport: false }), ...more });
const fields = (problems: ReadonlyArray<{ field: string }>) => problems.map(({ field }) => field);
const update = (milestone: string) => ({
  milestone,
  status: 'COMPLETED' as const,
  percent: null,
  forecastDate: null,
  note: null,
});

describe('a report that is handed in', () => {
  it('says how much has moved and what was done', () => {
    expect(fields(submissionProblems(report()))).toEqual(['report.movement', 'report.progress']);
    expect(submissionProblems(report({ movement: 'CLEAR', progress: 'p' }))).toEqual([]);
  });

  it.each<Movement>(['NOTHING', 'LITTLE'])('names obstacles when %s has moved', (movement) => {
    expect(fields(submissionProblems(report({ movement, progress: 'p' })))).toEqual(['report.obstacles']);
    expect(submissionProblems(report({ movement, progress: 'p', obstacles: 'o' }))).toEqual([]);
  });

  it('of nothing says why, and nothing that contradicts it', () => {
    expect(fields(submissionProblems(report({ nothingToReport: true })))).toEqual(['report.obstacles']);
    expect(
      submissionProblems(
        report({ nothingToReport: true, obstacles: 'o', movement: 'NOTHING', nextSteps: 'n', supportNeeded: 's' }),
      ),
    ).toEqual([]);
    const contradicting = report({
      nothingToReport: true,
      obstacles: 'o',
      movement: 'LITTLE',
      progress: 'p',
      achievements: 'a',
      milestones: [update('m')],
    });
    expect(fields(submissionProblems(contradicting))).toEqual([
      'report.movement',
      'report.progress',
      'report.achievements',
      'report.milestones',
    ]);
  });

  it('never passes without obstacles unless there was clear movement', () => {
    const text = fc.option(fc.constant('text'));
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom<Movement | null>('NOTHING', 'LITTLE', 'CLEAR', null),
        text,
        text,
        (nothingToReport, movement, progress, obstacles) => {
          const passes = submissionProblems(report({ nothingToReport, movement, progress, obstacles })).length === 0;
          // What the database insists on, should this rule ever fail.
          if (passes) expect(movement === 'CLEAR' || obstacles !== null).toBe(true);
        },
      ),
    );
  });
});

describe('a report at any time', () => {
  it('speaks of milestones of its commitment only, and of each once', () => {
    const known = new Set(['a', 'b']);
    expect(referenceProblems(report({ milestones: [update('a'), update('b')] }), known)).toEqual([]);
    expect(fields(referenceProblems(report({ milestones: [update('a'), update('x'), update('a')] }), known))).toEqual([
      'report.milestones.1.milestone',
      'report.milestones.2.milestone',
    ]);
    const evidence = (milestone: string | null) => ({ id: 'e', url: 'https://example.org', title: null, milestone });
    expect(
      fields(referenceProblems(report({ evidence: [evidence(null), evidence('b'), evidence('x')] }), known)),
    ).toEqual(['report.evidence.2.milestone']);
  });

  it('keeps texts as they are but for the white space around them; only white space is nothing', () => {
    expect(
      reportOf({ nothingToReport: false, progress: '  <b>\u200f مرحبا </b>\n', obstacles: ' \t\n', nextSteps: null }),
    ).toMatchObject({
      progress: '<b>\u200f مرحبا </b>',
      obstacles: null,
      nextSteps: null,
    });
  });
});
