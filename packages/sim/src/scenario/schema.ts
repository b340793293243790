import { z } from 'zod';
import { shown, unknownWord } from './nearest.ts';
import type { ScenarioFile } from './scenario-file.ts';
import { oneOf, quantity, reading, text, whole } from './schema-values.ts';
import { parseQuantity, patternOf, type Reading } from './units.ts';

/*
 * The language, written once: validation, the JSON Schema for editors and the reference page come
 * from here. What concerns two keys at once is not here but in the `check-*` files, so that it is
 * found even when other keys are wrong; the JSON Schema hears of it through `oneOf`.
 */

/** Names of scenarios, groups and phases; they become parts of file names and of figures. */
export const NAME_PATTERN: RegExp = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** How many peers a scenario can have in all; well above what one machine carries. */
export const MAX_PEERS = 1_000_000;

const name = text.meta({ pattern: NAME_PATTERN.source, maxLength: 64 });

const known = whole(1, MAX_PEERS).describe(
  'How many others each peer of ours keeps in touch with; to discover a mesh of more, raise it. The default is that of the peer: 64.',
);

const group = z
  .strictObject({
    name: name.describe('Name of the group; its peers are called `name-1`, `name-2` and so on.'),
    count: whole(1, MAX_PEERS).describe('How many peers the group has.'),
    run: text
      .describe(
        "Command line of another program that speaks the protocol. `{port}` is the peer's port, `{peers}` the addresses that it knows at the start, `{images}` the folder with its images, `{dir}` the folder of the scenario file. Without it the peers are our own.",
      )
      .optional(),
    known: known
      .describe(
        'The same for this group alone; not with `run`. The default is what `peers.known` says.',
      )
      .optional(),
  })
  .describe('Peers that are alike.');

const peers = z
  .strictObject({
    count: whole(1, MAX_PEERS)
      .describe(
        'How many peers there are, all our own: `peer-1`, `peer-2` and so on. They are one group, `peer`.',
      )
      .optional(),
    groups: z.array(group).describe('Groups of peers that differ; instead of `count`.').optional(),
    known: known.optional(),
  })
  .meta({ oneOf: [{ required: ['count'] }, { required: ['groups'] }] })
  .describe(
    'Who takes part: `count` peers of our own, or `groups`. `known` holds for every group that does not say its own.',
  );

const edge = z
  .array(text)
  .meta({ minItems: 2, maxItems: 2 })
  .describe('`[a, b]`: peer a knows peer b at the start.');

const topology = z
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

/** `2` or `25%`. */
const copies = z
  .union(
    [
      z.number().meta({ type: 'integer', minimum: 1 }),
      z.string().meta({ pattern: patternOf('share'), examples: ['25%'] }),
    ],
    {
      error: ({ input }) =>
        `expected a whole number such as 2 or a percentage such as 25%, got ${shown(input)}`,
    },
  )
  .transform(
    reading((written: number | string): Reading<{ count: number } | { share: number }> => {
      if (typeof written === 'number') {
        return Number.isInteger(written) && written >= 1
          ? { ok: true, value: { count: written } }
          : { ok: false, problem: `expected a whole number from 1, got ${written}` };
      }
      const share = parseQuantity('share', written);
      if (!share.ok) return share;
      return share.value > 0
        ? { ok: true, value: { share: share.value } }
        : { ok: false, problem: `${written} is not above 0` };
    }),
  );

const images = z
  .strictObject({
    from: text
      .describe(
        'Folder with the pictures, relative to the folder of the scenario file. Every file in it is an image, but for hidden ones and folders.',
      )
      .prefault('../images'),
    copies: copies
      .describe(
        'On how many peers each image is at the start: a number, or a percentage of all peers, which is one peer at least. Which ones is drawn from the seed. The default is less where there are fewer peers.',
      )
      .prefault(2),
    place: z
      .record(z.string(), z.array(text))
      .describe(
        'Which peer has which images at the start, by name: `{ peer-1: [cat.png] }`; instead of `copies`. Nobody has an image that is not named here.',
      )
      .optional(),
  })
  .describe('Which images exist and who has them at the start.');

const network = z
  .strictObject({
    latency: quantity('time')
      .describe(
        'Time that a byte takes from one peer to another, one way. 0 is that of one machine: 50us.',
      )
      .prefault(0),
    jitter: quantity('time')
      .describe('Up to so much is added to the latency, drawn anew for each piece of a stream.')
      .prefault(0),
    bandwidth: quantity('bytesPerSecond', { aboveZero: true })
      .describe(
        'Capacity at each end of a peer, out and in, shared by its connections; above 0. Without it there is no limit.',
      )
      .optional(),
    loss: quantity('share')
      .describe('Share of packets lost, felt as delay on a stream: 0.2 s, then twice as long.')
      .prefault(0),
    segments: oneOf('segments', ['natural', 'random', 'every-byte'])
      .describe(
        'How the stream of bytes is cut into pieces: as it happens, at random places, or after every byte (the first 512 bytes of each burst).',
      )
      .prefault('natural'),
  })
  .describe('How the network behaves; for the virtual runner only. Without it: the bare machine.');

const requests = z
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

const phase = z
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
              ? unknownWord('condition', input, ['discovered'])
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
  .meta({ oneOf: [{ required: ['until'] }, { required: ['for'] }] })
  .describe('One stretch of the run.');

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
