import { z } from 'zod';
import { orList, shown, unknownWord } from '../nearest.ts';
import {
  exampleOf,
  examplesOf,
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

/** A number with its unit, or 0 alone; gives base units. */
export function quantity(
  unit: Unit,
  options: { readonly aboveZero?: boolean; readonly max?: number } = {},
): z.ZodType<number, string | 0> {
  const { aboveZero = false, max = Number.MAX_SAFE_INTEGER } = options;
  const written = z.string().meta({ pattern: patternOf(unit), examples: [...examplesOf(unit)] });
  // The error of the union is seen for values that are neither, most often a bare number.
  const error = ({ input }: { readonly input?: unknown }): string => {
    const result = parseQuantity(unit, input);
    return result.ok ? `expected ${exampleOf(unit)}` : result.problem;
  };
  return z.union([written, z.literal(0)], { error }).transform(
    reading((value: string | 0) => {
      const result = parseQuantity(unit, value);
      if (!result.ok) return result;
      if (aboveZero && result.value === 0) return { ok: false, problem: `${value} is not above 0` };
      if (result.value > max) return { ok: false, problem: `${value} is too large` };
      return result;
    }),
  );
}
