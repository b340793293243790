import { z } from 'zod';
import { shown } from '../nearest.ts';

/**
 * A plain value, or a map that says more. What is no map is taken for the plain value, whose own
 * sentence then says what is wrong with it; `expected` is the sentence for lists and for nothing.
 */
export function valueOrMap<Value, Entries>(
  value: z.ZodType<Value>,
  map: z.ZodType<Entries>,
  expected: string,
): z.ZodType<Value | Entries> {
  return z.union([value, map], {
    error: ({ input }) => {
      const isPlain = typeof input !== 'object' && input !== undefined;
      const message = isPlain ? value.safeParse(input).error?.issues[0]?.message : undefined;
      return message ?? `${expected}, got ${shown(input)}`;
    },
  });
}
