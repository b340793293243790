import { z } from 'zod';
import { BEHAVIORS } from '../../behavior/registry.ts';
import type { PeersSection } from '../scenario-file.ts';
import { oneOf, text, whole } from './values.ts';
import { MAX_PEERS, name } from './names.ts';

const known = whole(1, MAX_PEERS).describe(
  'How many others each peer of ours keeps in touch with; to discover a mesh of more, raise it. The default is that of the peer: 64.',
);

/** Names of behaviours, of which there are some. */
const BEHAVIOR_NAMES = Object.keys(BEHAVIORS) as [string, ...string[]];

const group = z
  .strictObject({
    name: name.describe('Name of the group; its peers are called `name-1`, `name-2` and so on.'),
    count: whole(1, MAX_PEERS).describe('How many peers the group has.'),
    run: text
      .describe(
        'Command line of another program that speaks the protocol. `{host}` and `{port}` are where the peer listens, `{peers}` the addresses that it knows at the start, `{images}` the folder with its images, `{dir}` the folder of the scenario file. Without it the peers are our own.',
      )
      .optional(),
    image: text
      .describe(
        'Image of a container engine that holds the program, on the docker runner alone. `run` is then what the program of the image is told, without a name of a program. See [docker.md](docker.md#containers-of-other-programs).',
      )
      .optional(),
    behavior: oneOf('behavior', BEHAVIOR_NAMES)
      .meta({ enumDescriptions: Object.values(BEHAVIORS).map((one) => one.description) })
      .describe(
        'How the peers of the group misbehave, see "Misbehaving peers". They are built in and run in every world. They do not ask. Not with `run` or `known`.',
      )
      .optional(),
    known: known
      .describe(
        'The same for this group alone; not with `run` or `behavior`. The default is what `peers.known` says.',
      )
      .optional(),
  })
  .meta({
    dependentRequired: { image: ['run'] },
    not: {
      anyOf: [
        { required: ['run', 'behavior'] },
        { required: ['run', 'known'] },
        { required: ['behavior', 'known'] },
      ],
    },
  })
  .describe('Peers that are alike.');

/** The section `peers`. */
export const peers: z.ZodType<PeersSection> = z
  .strictObject({
    count: whole(1, MAX_PEERS)
      .describe(
        'How many peers there are, all our own: `peer-1`, `peer-2` and so on. They are one group, `peer`.',
      )
      .optional(),
    groups: z
      .array(group)
      .meta({ minItems: 1 })
      .describe('Groups of peers that differ; instead of `count`.')
      .optional(),
    known: known.optional(),
  })
  .meta({ oneOf: [{ required: ['count'] }, { required: ['groups'] }] })
  .describe(
    'Who takes part: `count` peers of our own, or `groups`. `known` holds for every group that does not say its own.',
  );
