import { z } from 'zod';
import type { PhaseSection } from '../scenario-file.ts';
import { shown, unknownWord } from '../nearest.ts';
import { quantity, whole } from './values.ts';
import { MAX_PEERS, name } from './names.ts';
import { requests } from './requests.ts';

/** One of `phases`. */
export const phase: z.ZodType<PhaseSection> = z
  .strictObject({
    name: name.describe(
      'Name of the phase; expectations refer to it. It must not be the first word of a figure, such as `requests`.',
    ),
    until: z
      .union(
        [
          z.literal('discovered'),
          z.strictObject({
            known: whole(1, MAX_PEERS).describe(
              'How many other peers each of ours must have reached.',
            ),
          }),
        ],
        {
          error: ({ input }) =>
            typeof input === 'string'
              ? unknownWord('condition', input, ['discovered', '{ known: 30 }'])
              : `expected discovered or { known: 30 }, got ${shown(input)}`,
        },
      )
      .describe(
        'The phase lasts until each of our peers has reached every other peer (`discovered`), or so many (`{ known: 30 }`).',
      )
      .optional(),
    within: quantity('time', { aboveZero: true })
      .describe(
        'With `until`: when that does not hold after this time, the phase ends there and the run fails. Above 0.',
      )
      .prefault('30s'),
    for: quantity('time', { aboveZero: true })
      .describe('How long the phase lasts; instead of `until`. Above 0.')
      .optional(),
    requests: requests.optional(),
    measured: z
      .boolean({ error: ({ input }) => `expected true or false, got ${shown(input)}` })
      .describe('`false` for a warm-up: its requests count in no figure but its own.')
      .prefault(true),
  })
  .meta({
    oneOf: [{ required: ['until'] }, { required: ['for'] }],
    dependentRequired: { within: ['until'] },
  })
  .describe('One stretch of the run.');
