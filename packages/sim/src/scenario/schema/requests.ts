import { z } from 'zod';
import { shown } from '../nearest.ts';
import type { RequestsSection } from '../scenario-file.ts';
import { drawn, plainNumber } from './distribution.ts';
import { parseQuantity } from '../units.ts';
import { oneOf, quantity, text, whole } from './values.ts';

const HIGHEST_RATE = 1e6;
const rate = quantity('rate', { max: HIGHEST_RATE });

/** One stream of requests. */
const stream = z
  .strictObject({
    rate: quantity('rate', { aboveZero: true, max: HIGHEST_RATE })
      .describe(
        'Open loop: so many requests are due in a given time, of all peers together, whether or not earlier ones are answered. Above 0, at most 1000000/s.',
      )
      .optional(),
    ramp: z
      .array(rate)
      .meta({ minItems: 2, maxItems: 2 })
      .describe(
        'Open loop whose rate changes evenly from the first to the second in the course of the phase; instead of `rate`.',
      )
      .optional(),
    steps: z
      .array(rate)
      .meta({ minItems: 2 })
      .describe(
        'Open loop with one rate after the other, each for an equal part of the phase; instead of `rate`.',
      )
      .optional(),
    users: whole(1, 1_000_000)
      .describe(
        'Closed loop: so many users in all, each of whom asks again after an answer; instead of `rate`.',
      )
      .optional(),
    think: drawn('time')
      .describe(
        'How long a user waits between an answer and the next request, always or drawn each time; with `users`.',
      )
      .prefault(0),
    arrivals: oneOf('arrivals', ['constant', 'poisson'])
      .describe(
        'Whether requests are due at even distances (`constant`), or at random ones as with many people (`poisson`); not with `users`.',
      )
      .prefault('poisson'),
    popularity: z
      .union(
        [
          z.literal('uniform'),
          z.strictObject({
            zipf: plainNumber(0.9, { max: 10 }).describe(
              'Exponent of the distribution: the nth image is asked for in proportion to 1 / n^exponent. Above 0, at most 10.',
            ),
          }),
        ],
        { error: ({ input }) => `expected uniform or { zipf: 0.9 }, got ${shown(input)}` },
      )
      .describe(
        'Which images are asked for how often: all alike (`uniform`), or a few much more than most (`{ zipf: 0.9 }`).',
      )
      .prefault('uniform'),
    missing: quantity('share')
      .describe('Share of requests for names that no peer has; the right answer is "not found".')
      .prefault(0),
    from: z
      .union(
        [
          text,
          z.array(text).meta({ minItems: 1 }),
          z.record(z.string(), plainNumber(3, { max: 1e6 })).meta({ minProperties: 1 }),
        ],
        {
          error: ({ input }) =>
            `expected all, a group, a list of groups or weights such as { leech: 3, seeder: 1 }, got ${shown(input)}`,
        },
      )
      .describe(
        'Whose peers ask: `all`, a group, a list of groups, or groups with weights (`{ leech: 3, seeder: 1 }`: three requests of the one group to one of the other, whatever their sizes). Which peer asks is drawn for each request.',
      )
      .prefault('all'),
  })
  .meta({
    oneOf: [
      { required: ['rate'] },
      { required: ['ramp'] },
      { required: ['steps'] },
      { required: ['users'] },
    ],
    dependentRequired: { think: ['users'] },
    not: { required: ['users', 'arrivals'] },
  });

/** The section `requests` of a phase: a stream, or several at once. */
export const requests: z.ZodType<RequestsSection | RequestsSection[]> = z
  .union([stream, z.array(stream).meta({ minItems: 1 })], {
    error: ({ input }) => `expected a map or a list of maps, got ${shown(input)}${asRate(input)}`,
  })
  .describe(
    'What is asked during the phase; a list for several streams of requests at once. Without it nothing is asked.',
  );

/** `requests: 5/s` has all but the key. */
function asRate(input: unknown): string {
  return parseQuantity('rate', input).ok ? `; write { rate: ${input} }` : '';
}
