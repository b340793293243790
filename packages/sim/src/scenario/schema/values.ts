import { z } from 'zod';
import { orList, shown, unknownWord } from '../nearest.ts';
import {
  exampleOf,
  examplesOf,
  formatQuantity,
  parseQuantity,
  patternOf,
  type Reading,
  type Unit,
} from '../units.ts';

/*
 * The kinds of value that the schema is made of. Every error that zod itself would phrase has a
 * sentence of ours.
 */

/** Any text. */
export const text: z.ZodString = z.string({
  error: (issue) => `expected text, got ${shown(issue.input)}`,
});

/** A whole number without a unit. */
export function whole(min: number, max: number): z.ZodInt {
  const error = (issue: { readonly input?: unknown }): string =>
    typeof issue.input === 'number' && Number.isInteger(issue.input)
      ? `${issue.input} is out of range, expected ${min} to ${max}`
      : `expected a whole number, got ${shown(issue.input)}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  what: string,
  words: Words,
): z.ZodType<Words[number], Words[number]> {
  return z.enum(words, {
    error: ({ input }) =>
      typeof input === 'string'
        ? unknownWord(what, input, words)
        : `expected ${orList(words)}, got ${shown(input)}`,
  });
}

/** Adapts a reading function to zod: its problem becomes the issue. */
export function reading<In, Out>(
  read: (written: In) => Reading<Out>,
): (written: In, context: z.RefinementCtx<In>) => Out {
  return (written: In, context: z.RefinementCtx<In>): Out => {
    const result = read(written);
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: result.problem });
    return z.NEVER;
  };
}

/** A number with its unit, or 0 alone; gives base units. `negative` says why there is nothing below 0. */
export function quantity(
  unit: Unit,
  bounds: { readonly aboveZero?: boolean; readonly max?: number; readonly negative?: string } = {},
): z.ZodType<number, string | 0> {
  const { aboveZero = false, max = Number.MAX_SAFE_INTEGER, negative } = bounds;
  // It is seen for values that are neither, most often a bare number.
  const error = ({ input }: { readonly input?: unknown }): string => {
    const result = parseQuantity(unit, input);
    if (aboveZero && input === 0) return '0 is not above 0';
    return result.ok ? `expected ${exampleOf(unit)}` : result.problem;
  };
  const written = z
    .string({ error })
    .meta({ pattern: patternOf(unit), examples: [...examplesOf(unit)] });
  // Editors shall not offer a 0 that is refused.
  const options: readonly z.ZodType<string | 0, string | 0>[] = aboveZero
    ? [written]
    : [written, z.literal(0)];
  return z.union(options, { error }).transform(
    reading((value: string | 0) => {
      const result = parseQuantity(unit, value);
      if (!result.ok) return negative !== undefined && isNegative(value) ? bad(negative) : result;
      if (aboveZero && result.value === 0) return { ok: false, problem: `${value} is not above 0` };
      if (result.value > max)
        return bad(`${value} is too large, the most is ${formatQuantity(unit, max)}`);
      return result;
    }),
  );
}

function isNegative(value: string | 0): boolean {
  return typeof value === 'string' && value.trim().startsWith('-');
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
