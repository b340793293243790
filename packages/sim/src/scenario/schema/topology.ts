import { z } from 'zod';
import type { TopologySection } from '../scenario-file.ts';
import { oneOf, text, whole } from './values.ts';
import { MAX_PEERS } from './names.ts';

const edge = z
  .array(text)
  .meta({ minItems: 2, maxItems: 2 })
  .describe('`[a, b]`: peer a knows peer b at the start.');

/** The section `topology`. */
export const topology: z.ZodType<TopologySection> = z
  .strictObject({
    kind: oneOf('topology', ['full', 'ring', 'line', 'star', 'random'])
      .describe(
        '`full`: every peer knows all others. `ring`: each knows the next one. `line`: a ring that is not closed. `star`: all know the first. `random`: each knows `degree` others, drawn from the seed.',
      )
      .optional(),
    degree: whole(1, MAX_PEERS)
      .describe(
        'How many others each peer knows at the start; `random` needs it, nothing else may have it.',
      )
      .optional(),
    edges: z.array(edge).describe('Who knows whom, one by one; instead of `kind`.').optional(),
  })
  .meta({ oneOf: [{ required: ['kind'] }, { required: ['edges'] }] })
  .describe('Who knows whom at the start.');
