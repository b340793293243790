import { z } from 'zod';
import { shown } from '../nearest.ts';
import type { JoinSection, MeshSection, TopologySection } from '../scenario-file.ts';
import { oneOf, quantity, text, whole } from './values.ts';
import { MAX_PEERS } from './names.ts';

/** With more edges than these, of 5,000 peers that all know one another, they alone would fill the memory. */
export const MOST_EDGES = 25_000_000;

/** Kinds of topology for peers that are all alike, in the order of the reference page. */
export const MESH_KINDS: readonly [MeshKind, ...MeshKind[]] = [
  'full',
  'ring',
  'line',
  'star',
  'grid',
  'tree',
  'random',
  'random-regular',
  'small-world',
  'scale-free',
];

/** One of `MESH_KINDS`. */
export type MeshKind = NonNullable<MeshSection['kind']>;

const yesOrNo = z.boolean({
  error: ({ input }) => `expected true or false, got ${shown(input)}`,
});

const edge = z
  .array(text)
  .meta({ minItems: 2, maxItems: 2 })
  .describe('`[a, b]`: peer a knows peer b at the start.');

/** What both a topology and that inside a group have. */
const MESH = {
  degree: whole(1, MAX_PEERS)
    .describe(
      'How many others each peer knows at the start; for `random`, `random-regular`, `small-world` and `scale-free`, which need it.',
    )
    .optional(),
  width: whole(1, MAX_PEERS)
    .describe(
      'Peers in a row of a `grid`; the last row may be shorter. The default is about as many as there are rows.',
    )
    .optional(),
  wrap: yesOrNo
    .describe('Whether the ends of rows and of columns know one another: a `grid` on a torus.')
    .prefault(false),
  branching: whole(1, MAX_PEERS)
    .describe('For a `tree`: how many others know each peer, the outermost apart.')
    .prefault(2),
  rewire: quantity('share')
    .describe(
      'For a `small-world`: which share of the edges leads to some peer of all instead of a near one.',
    )
    .prefault('10%'),
  connected: yesOrNo
    .describe(
      'Whether every peer can be found from every other one. With `false` a drawn topology stays in the parts that it falls into, and edges may leave parts.',
    )
    .prefault(true),
  edges: z.array(edge).describe('Who knows whom, one by one; instead of `kind`.').optional(),
};

const EITHER = { oneOf: [{ required: ['kind'] }, { required: ['edges'] }] };

const mesh: z.ZodType<MeshSection> = z
  .strictObject({
    kind: oneOf('topology', MESH_KINDS).describe('One of the kinds but `groups`.').optional(),
    ...MESH,
  })
  .meta(EITHER)
  .describe('Who knows whom within the group.');

const groupNames = (description: string): z.ZodType<string | string[]> =>
  z
    .union([text, z.array(text)], {
      error: ({ input }) => `expected all, a group or a list of groups, got ${shown(input)}`,
    })
    .describe(description);

const join: z.ZodType<JoinSection> = z
  .strictObject({
    from: groupNames('Whose peers know others: `all`, a group or a list of groups.'),
    to: groupNames('Whose peers are known: `all`, a group or a list of groups.'),
    degree: whole(1, MAX_PEERS)
      .describe('How many peers of `to` each peer of `from` knows, drawn from the seed.')
      .optional(),
    links: whole(1, MAX_PEERS)
      .describe('How many edges there are in all from peers of `from` to peers of `to`.')
      .optional(),
  })
  .meta({ oneOf: [{ required: ['degree'] }, { required: ['links'] }] })
  .describe('Who of some groups knows whom of others.');

/** The section `topology`. */
export const topology: z.ZodType<TopologySection> = z
  .strictObject({
    kind: oneOf('topology', [...MESH_KINDS, 'groups'])
      .describe('One of the kinds below.')
      .optional(),
    ...MESH,
    inside: z
      .record(z.string(), mesh)
      .describe(
        'For `groups`: the topology inside each group, by its name. Peers of a group that is not named know one another by the rules alone.',
      )
      .optional(),
    join: z
      .array(join)
      .describe('For `groups`: rules that join them; each adds to the others.')
      .optional(),
  })
  .meta(EITHER)
  .describe('Who knows whom at the start.');
