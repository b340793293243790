import { z } from 'zod';
import type { RequestsSection } from '../scenario-file.ts';
import { shown } from '../nearest.ts';
import { oneOf, quantity, text, whole } from './values.ts';

/** The section `requests` of a phase. */
export const requests: z.ZodType<RequestsSection> = z
  .strictObject({
    rate: quantity('rate', { aboveZero: true, max: 1e6 })
      .describe(
        'Open loop: so many requests are due in a given time, of all peers together, whether or not earlier ones are answered. Above 0, at most 1000000/s.',
      )
      .optional(),
    users: whole(1, 1_000_000)
      .describe(
        'Closed loop: so many users in all, each of whom asks again after an answer; instead of `rate`.',
      )
      .optional(),
    think: quantity('time')
      .describe('How long a user waits between an answer and the next request; with `users`.')
      .prefault(0),
    arrivals: oneOf('arrivals', ['constant', 'poisson'])
      .describe(
        'Whether requests are due at even distances (`constant`), or at random ones as with many people (`poisson`); with `rate`.',
      )
      .prefault('poisson'),
    popularity: z
      .union(
        [
          z.literal('uniform'),
          z.strictObject({
            zipf: z
              .number({
                error: ({ input }) => `expected a number such as 0.9, got ${shown(input)}`,
              })
              .positive({ error: ({ input }) => `${shown(input)} is not above 0` })
              .max(10, { error: ({ input }) => `${shown(input)} is above 10` })
              .describe(
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
      .union([text, z.array(text)], {
        error: ({ input }) => `expected all, a group or a list of groups, got ${shown(input)}`,
      })
      .describe(
        'Whose peers ask: `all`, a group or a list of groups. Which peer asks is drawn for each request.',
      )
      .prefault('all'),
  })
  .meta({ oneOf: [{ required: ['rate'] }, { required: ['users'] }] })
  .describe('What is asked during the phase. Without it nothing is asked.');
