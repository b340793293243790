import { z } from 'zod';
import type { ScenarioFile } from '../scenario-file.ts';
import { quantity, text, whole } from './values.ts';
import { images } from './images.ts';
import { name } from './names.ts';
import { network } from './network.ts';
import { peers } from './peers.ts';
import { phase } from './phases.ts';
import { topology } from './topology.ts';

/**
 * The language, written once: validation, the JSON Schema for editors and the reference page come
 * from here. What concerns two keys at once is not here but in the `check-*` files, so that it is
 * found even when other keys are wrong; the JSON Schema hears of it through `oneOf`.
 */
const scenario = z
  .strictObject({
    name: name.describe(
      'Name of the scenario; lower-case letters, digits and single dashes, at most 64.',
    ),
    description: text.describe('What the scenario shows, in one or two sentences.').prefault(''),
    seed: whole(0, Number.MAX_SAFE_INTEGER)
      .describe('Every random choice of the run comes from it; `--seed` overrides it.')
      .prefault(1),
    timeout: quantity('time', { aboveZero: true })
      .describe(
        'The run is cut there, and fails; counted from the start of the first phase. Above 0, and not less than all `for` together.',
      )
      .prefault('60s'),
    peers,
    topology: topology.prefault({ kind: 'ring' }),
    images: images.prefault({}),
    network: network.prefault({}),
    phases: z
      .array(phase)
      .meta({ minItems: 1 })
      .describe('What happens, one phase after the other.'),
    expect: z
      .array(text.meta({ examples: ['requests.success >= 99%', 'steady.latency.p99 <= 250ms'] }))
      .describe('What must hold at the end, one line each: `[phase.]figure comparison value`.')
      .prefault([]),
  })
  .meta({ title: 'Scenario' })
  .describe('Everything about a run of the lab.');

/** The schema of a whole file. Its values are read one by one with `readTolerantly`. */
export const scenarioSchema: z.ZodType<ScenarioFile> = scenario;

/** The JSON Schema of the language, for editors and the reference page. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenario, { io: 'input' });
}
