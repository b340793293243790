import { z } from 'zod';
import type { LatencyMap, LatencySection } from '../scenario-file.ts';
import { distributionKeys, drawn } from './distribution.ts';
import { quantity } from './values.ts';
import { valueOrMap } from './value-or-map.ts';

const time = quantity('time');

const map: z.ZodType<LatencyMap> = z
  .strictObject({
    ...distributionKeys(time, quantity('time', { aboveZero: true })),
    between: z
      .record(z.string(), z.record(z.string(), drawn('time')).meta({ minProperties: 1 }))
      .meta({ minProperties: 1 })
      .describe(
        'Latencies by the groups of both ends: `{ europe: { europe: 10ms, asia: 120ms } }`. They hold both ways, unless the other way is there too.',
      )
      .optional(),
    otherwise: drawn('time')
      .describe('With `between`: the latency of all pairs that are not in it.')
      .optional(),
  })
  .meta({ dependentRequired: { otherwise: ['between'] } });

/** `network.latency`. */
export const latency: z.ZodType<LatencySection> = valueOrMap(
  time,
  map,
  'expected 20ms, a distribution such as { uniform: [10ms, 40ms] } or { between: … }',
);
