import { z } from 'zod';
import type { ScenarioFile } from '../scenario-file.ts';
import { quantity, text, whole } from './values.ts';
import { fault } from './faults.ts';
import { images } from './images.ts';
import { name } from './names.ts';
import { network } from './network.ts';
import { peers } from './peers.ts';
import { phase } from './phases.ts';
import { neverNothing, orNothing } from './taken-away.ts';
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
    faults: z.array(fault).describe('What goes wrong, and when.').prefault([]),
    expect: z
      .array(text.meta({ examples: ['requests.success >= 99%', 'steady.latency.p99 <= 250ms'] }))
      .describe('What must hold at the end, one line each: `figure comparison value`.')
      .prefault([]),
    extends: text
      .describe(
        'Another scenario file, from the folder of this one: what is not said here is as it is there.',
      )
      .optional(),
    matrix: z
      .record(z.string(), z.array(z.unknown()).meta({ minItems: 1 }))
      .meta({ minProperties: 1 })
      .describe(
        'Values for some parameters, by path: `{ network.loss: [0, 2%] }`. Each combination of them is a run.',
      )
      .optional(),
    $schema: text
      .describe('Where editors find the JSON Schema of this language; the lab does not look at it.')
      .optional(),
  })
  .meta({ title: 'Scenario' })
  .describe('Everything about a run of the lab.');

/** The schema of a whole file. Its values are read one by one with `readTolerantly`. */
export const scenarioSchema: z.ZodType<ScenarioFile> = scenario;

/** The JSON Schema of a file that says everything itself; the reference page is made of it. */
export function wholeJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenario, { io: 'input' });
}

/** Sections of which a base, or the matrix, can say the part that must not be missing. */
const SHARED_SECTIONS = ['peers', 'topology'];

/**
 * The JSON Schema of the language, for editors; `docs/scenario.schema.json` is this. A file that `extends`
 * another one, or has a `matrix`, need not have the keys that others need; and with a base, a key with nothing
 * behind it takes away what that has.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { required, properties, ...rest } = wholeJsonSchema();
  const own = { ...(properties as Record<string, Record<string, unknown>>) };
  const completing: Record<string, unknown> = {};
  for (const section of SHARED_SECTIONS) {
    const { oneOf, ...relaxed } = own[section]!;
    own[section] = relaxed;
    if (oneOf !== undefined) completing[section] = { oneOf };
  }
  return {
    ...rest,
    properties: orNothing(own),
    allOf: [{ if: { required: ['extends'] }, else: { properties: neverNothing(own) } }],
    if: { anyOf: [{ required: ['extends'] }, { required: ['matrix'] }] },
    else: { required, properties: completing },
  };
}
