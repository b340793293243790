import { z } from 'zod';
import type { FigureUnit } from '../scenario/figures.ts';
import type { RunCounts } from '../result/run-counts.ts';
import { isFigureName } from './repeat-figures.ts';
import type { RepeatedRun, RepeatReport } from './repeat-report.ts';
import type { Spread } from './repeat-spread.ts';
import { cellSchema, digestSchema, environmentSchema, verdictSchema } from './result-schema.ts';

/*
 * The shape of `RepeatReport` for programs, as `result-schema.ts` has that of `Result`; published as
 * `docs/runs.schema.json`.
 */

const text = z.string();
const count = z.int().min(0);
const number = z.number().min(0);
const figureName = text.refine(isFigureName, 'there is no such figure');
const share = z.number().min(0).max(1);

/** Checks how many of several runs came out how. */
export const runCountsSchema: z.ZodType<RunCounts> = z
  .strictObject({
    wanted: count.describe('How many there were to be; more than `done` after an interruption.'),
    done: count.describe('The sum of the four others.'),
    passed: count.describe('All that was expected of them holds.'),
    failed: count.describe('Something that was expected of them does not hold.'),
    harnessBound: count.describe('The lab measured itself.'),
    errors: count.describe('They could not be carried out.'),
  })
  .describe('How many of the runs came out how.');

/** Checks the unit of a figure. */
export const unitSchema: z.ZodType<FigureUnit> = z
  .enum(['time', 'bytes', 'bytesPerSecond', 'rate', 'share', 'count', 'flag'])
  .describe('Microseconds, bytes, bytes a second, per second, share of 1, a count, or 0 and 1.');

const spread: z.ZodType<Spread> = z
  .strictObject({
    unit: unitSchema,
    runs: count.describe('In how many runs it could be taken.'),
    median: number.describe('Half of the runs stayed within it.'),
    low: number
      .nullable()
      .describe(
        'Where the true median lies with that confidence, at least, by the ranks of the values: from here; null for fewer than six runs.',
      ),
    high: number.nullable().describe('To here.'),
    min: number.describe('The smallest.'),
    max: number.describe('The largest.'),
  })
  .describe('How one figure is spread over the runs that have it.');

const run = {
  run: z.int().min(1).describe('Its number, from 1.'),
  seed: count.describe('Every random choice of it came from there.'),
  verdict: verdictSchema,
  reasons: z
    .array(text)
    .describe('One sentence per reason why the verdict is not `pass`; empty for `pass`.'),
};

const failing: z.ZodType<RepeatReport['failing'][number]> = z
  .strictObject(run)
  .describe('A run that did not pass.');

const result: z.ZodType<RepeatedRun> = z
  .strictObject({
    ...run,
    wallSeconds: number.describe('From its start to its verdict.'),
    figures: z
      .record(figureName, z.number().nullable())
      .describe('Its figures in base units, by the names above; null: it could not be taken.'),
    traceHash: text
      .nullable()
      .describe('Of the virtual world, equal for equal runs; null in others.'),
  })
  .describe('One run.');

/** Checks that something is the report on several runs of a scenario; unknown keys are errors. */
export const repeatSchema: z.ZodType<RepeatReport> = z
  .strictObject({
    version: z.literal(1).describe('Raised when the meaning of a name changes.'),
    scenario: text.describe('Name of the scenario.'),
    scenarioDigest: digestSchema,
    file: text.describe("The scenario's file, as given."),
    cell: cellSchema
      .nullable()
      .describe("Which cell of the file's matrix this was; null without one."),
    runner: text.describe('The world that the runs were in.'),
    seeds: z
      .strictObject({
        first: count.describe('Of the first run.'),
        last: count.describe('Of the last run; on real sockets the same.'),
      })
      .describe('The seeds that were to be run.'),
    runs: runCountsSchema,
    flakeRate: share
      .nullable()
      .describe(
        'Share of the runs that did not pass, of all but those in which the lab measured itself; null when there is no other.',
      ),
    flakeInterval: z
      .strictObject({ low: share.describe('From here.'), high: share.describe('To here.') })
      .nullable()
      .describe(
        "Where the true share lies with that confidence, by Wilson's score; null likewise.",
      ),
    confidence: number.describe('Of `flakeInterval` and the intervals in `spread`: 0.95.'),
    spread: z
      .record(figureName, spread)
      .describe(
        'By the name that expectations use; those of phases where several have requests. Over the runs that passed or failed.',
      ),
    failing: z.array(failing).describe('Runs that did not pass, in their order.'),
    results: z
      .array(result)
      .nullable()
      .describe('Every run, in their order; null for `--seeds`, of which there may be millions.'),
    events: count.nullable().describe('Events of the virtual world in all runs; null in others.'),
    wallSeconds: number.describe('From the start of the command to its verdict.'),
    environment: environmentSchema,
  })
  .refine(({ results, runs }) => results === null || results.length === runs.done, {
    message: 'there are other numbers of results and of runs',
    path: ['results'],
  })
  .refine(({ results }) => results === null || isInOrder(results), {
    message: 'the runs are not in their order',
    path: ['results'],
  })
  .meta({
    title: 'Several runs of an imagemesh scenario',
    description: 'Written by `sim run --repeat N --json FILE`, and with `--seeds A..B`.',
  });

function isInOrder(results: readonly RepeatedRun[]): boolean {
  return results.every(({ run }, i) => i === 0 || run > results[i - 1]!.run);
}

/** The same as JSON Schema (draft 2020-12), for other tools; `docs/runs.schema.json` is this. */
export function repeatJsonSchema(): object {
  return z.toJSONSchema(repeatSchema);
}
