import { code, tableOf } from './markdown.ts';
import type { MeshKind } from './schema/topology.ts';

/** Who knows whom, in one sentence a kind, and what it can be told. */
const KINDS: Readonly<Record<MeshKind | 'groups', readonly [text: string, ...keys: string[]]>> = {
  full: ['Every peer knows all others. At most 5000 peers.'],
  ring: ['Each knows the next one, and the last the first.'],
  line: ['A ring that is not closed.'],
  star: ['All know the first.'],
  grid: ['Each knows the one on its right and the one below it.', 'width', 'wrap'],
  tree: ['Each but the first knows the one above it.', 'branching'],
  random: [
    'Each knows `degree` others, which are drawn; one of them so that all are in one part.',
    'degree',
    'connected',
  ],
  'random-regular': [
    'Each has exactly `degree` neighbours, which are drawn and counted both ways. Peers times degree is even.',
    'degree',
    'connected',
  ],
  'small-world': [
    'Of Watts and Strogatz: a ring in which the `degree` nearest are neighbours, and a share `rewire` of the edges leads somewhere else. The degree is even.',
    'degree',
    'rewire',
    'connected',
  ],
  'scale-free': [
    'Of Barabási and Albert: peers come one after the other, and each knows `degree` of those before it, sooner those that have many edges. A few become hubs.',
    'degree',
  ],
  groups: [
    'Each group has a topology `inside`, and rules, `join`, say who of one group knows whom of another.',
    'inside',
    'join',
    'connected',
  ],
};

const NOTES = `Who is greeted learns of the greeter, and peers tell each other whom they know; so all are found in the end.
That is why most edges are known at one end only. With the others' keys, such as \`width\` for a ring, a kind is
refused. Edges are names of peers: \`edges: [[peer-1, peer-2], [peer-2, peer-3]]\`. There are at most 25 million of them.

**Parts.** All peers are in one part when edges are taken both ways. A drawn topology that falls into several is
joined by the fewest edges, which the seed settles; one that is random-regular exchanges edges instead, so that its
degrees stay. Written edges that leave several parts are a mistake, and so are rules that can never join all
groups. \`connected: false\` leaves parts as they are; then nobody can discover all.

**Groups.** A rule gives each peer of \`from\` as many peers of \`to\` as its \`degree\` says; nobody is given itself. Or
it has so many \`links\` in all, between groups that differ. \`sim plan\` shows what comes of it.

\`\`\`yaml
name: regions
description: A small core that a city, an office and its guests find one another through.
peers:
  groups:
    - { name: core, count: 9 }
    - { name: city, count: 20 }
    - { name: office, count: 10 }
    - { name: guest, count: 6 }
topology:
  kind: groups
  inside:
    core: { kind: grid, width: 3, wrap: true } # a torus of three by three
    city: { kind: small-world, degree: 4, rewire: 20% }
    office: { kind: tree, branching: 3 } # guests know nobody of their own group
  join:
    - { from: city, to: core, degree: 1 } # each peer of the city knows one of the core
    - { from: office, to: core, links: 2 } # two edges in all
    - { from: guest, to: [city, office], degree: 2 }
  connected: true # the default: if parts are left, they are joined
phases:
  - { name: discover, until: discovered }
\`\`\``;

/** Behind the keys of a topology: the kinds, what holds for all of them, and an example. */
export function topologyReference(): string {
  const rows = Object.entries(KINDS).map(([kind, [text, ...keys]]) => [
    code(kind),
    text,
    keys.map(code).join(', ') || '–',
  ]);
  return [tableOf(['kind', 'who knows whom', 'its keys'], rows), NOTES].join('\n\n');
}
