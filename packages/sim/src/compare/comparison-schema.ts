import { z } from 'zod';
import { runCountsSchema, unitSchema } from '../report/repeat-schema.ts';
import { environmentSchema } from '../report/result-schema.ts';
import type { Comparison, FigureComparison, Side } from '../result/comparison.ts';

/*
 * The shape of `Comparison` for programs, as `result-schema.ts` has that of `Result`; published as
 * `docs/comparison.schema.json`.
 */

const text = z.string();
const count = z.int().min(0);

const figure: z.ZodType<FigureComparison> = z
  .strictObject({
    name: text.describe(
      'As expectations name it: `steady.latency.p99`; `passed` is the share of runs that pass.',
    ),
    unit: unitSchema,
    change: z
      .enum(['worse', 'better', 'changed', 'same', 'cannot-tell', 'not-comparable'])
      .describe(
        'changed: it differs, and neither is better; cannot-tell: what was measured allows no answer; not-comparable: only one of the two has it, or they were measured on two machines.',
      ),
    base: z.number().nullable().describe('The value, or the median of several runs; or null.'),
    new: z.number().nullable().describe('Likewise.'),
    effect: z
      .strictObject({
        kind: z
          .enum(['share', 'difference'])
          .describe('share: of the base values (0.1: a tenth more); difference: in the unit.'),
        estimate: z.number().describe('How much larger the new values are.'),
        low: z.number().describe('Where it truly lies: from here.'),
        high: z.number().describe('To here.'),
      })
      .nullable()
      .describe('Of several runs on real sockets; null where values are exact, or too few.'),
    why: text
      .nullable()
      .describe(
        'Why it cannot be told, or in which of several runs it is so; null: no more to say.',
      ),
  })
  .describe('One figure in both.');

const side: z.ZodType<Side> = z
  .strictObject({
    file: text.nullable().describe('The file that it was read from; null: the run was just done.'),
    seeds: z
      .strictObject({ first: count.describe('From here.'), last: count.describe('To here.') })
      .describe('The seeds of its runs.'),
    runs: runCountsSchema,
    traceHash: text.nullable().describe('Of a single virtual run; null otherwise.'),
    environment: environmentSchema,
  })
  .describe('One of the two that are compared.');

/** Checks that something is a comparison; unknown keys are errors. */
export const comparisonSchema: z.ZodType<Comparison> = z
  .strictObject({
    version: z.literal(1).describe('Raised when the meaning of a name changes.'),
    scenario: text.describe('Name of the scenario.'),
    runner: text.describe('The world that the runs were in.'),
    method: z
      .enum(['exact', 'statistical'])
      .describe('exact: every difference counts; statistical: those that chance hardly brings.'),
    change: z
      .enum(['worse', 'better', 'changed', 'same', 'cannot-tell'])
      .describe(
        'worse when any figure is; else changed, then better, when any is; same when all are; else cannot-tell.',
      ),
    base: side,
    new: side,
    confidence: z
      .number()
      .nullable()
      .describe('That all intervals hold at once: 0.96; null for an exact comparison.'),
    figures: z.array(figure).describe('Those of single peers only where they differ.'),
    omittedFigures: count.describe('Figures of single peers that differ and are not listed.'),
    notes: z.array(text).describe('What bears on all figures, a sentence without its end each.'),
  })
  .meta({
    title: 'Two runs of an imagemesh scenario, compared',
    description: 'Written by `sim diff BASE NEW --json FILE`.',
  });

/** The same as JSON Schema (draft 2020-12), for other tools; `docs/comparison.schema.json` is this. */
export function comparisonJsonSchema(): object {
  return z.toJSONSchema(comparisonSchema);
}
