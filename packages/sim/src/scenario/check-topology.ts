import type { KnownPeers } from './check-peers.ts';
import { checkGroupsTopology } from './check-groups-topology.ts';
import { DisjointSets } from './disjoint-sets.ts';
import type { Draft } from './draft.ts';
import { orList, quoted } from './nearest.ts';
import { peerNumber, unknownPeer, type NamedCount } from './peer-names.ts';
import type { MeshSection, Sparse, TopologySection } from './scenario-file.ts';
import { MAX_PEERS } from './schema/names.ts';
import { MOST_EDGES } from './schema/topology.ts';
import type { Path } from './tolerant.ts';

/** With more peers, the edges alone would fill the memory. */
const MOST_IN_FULL = Math.sqrt(MOST_EDGES);

/** Keys that only some topologies have. `kind: edges` stands for a topology of edges alone. */
const KEYS = {
  degree: ['random', 'random-regular', 'small-world', 'scale-free'],
  width: ['grid'],
  wrap: ['grid'],
  branching: ['tree'],
  rewire: ['small-world'],
  connected: ['random', 'random-regular', 'small-world', 'groups', 'edges'],
  inside: ['groups'],
  join: ['groups'],
} as const satisfies Record<string, readonly (TopologySection['kind'] | 'edges')[]>;

/** Peers that a topology is about. */
interface Scope {
  /** Where the topology stands. */
  readonly path: Path;
  /** Undefined when one of them could not be read. */
  readonly groups: readonly NamedCount[] | undefined;
}

/** Checks `topology` against the peers. */
export function checkTopology(draft: Draft, peers: KnownPeers): void {
  const { topology } = draft.value;
  if (topology === undefined) return;
  const path = ['topology'];
  if (draft.given(...path)) checkKeys(draft, path, topology.kind);
  if (topology.kind !== 'groups') {
    checkMesh(draft, { path, groups: peers.groups }, { ...topology, kind: topology.kind });
    return;
  }
  for (const [group, inside] of Object.entries(topology.inside ?? {})) {
    if (inside === undefined) continue;
    const inner = [...path, 'inside', group];
    const own = peers.groups?.find(({ name }) => name === group);
    checkKeys(draft, inner, inside.kind);
    checkMesh(draft, { path: inner, groups: own && [own] }, inside);
  }
  checkGroupsTopology(draft, topology, peers);
}

function checkKeys(draft: Draft, path: Path, kind: TopologySection['kind']): void {
  draft.exactlyOne(path, 'kind', 'edges');
  for (const key of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
    if (draft.given(...path, key)) checkKey(draft, path, key, kind);
  }
  if (kind !== undefined && isFor('degree', kind) && !draft.given(...path, 'degree')) {
    draft.report(path, `the topology ${quoted(kind)} needs "degree"`);
  }
}

/** Checks that a key stands beside a kind, or beside edges, that it has a meaning for. */
function checkKey(
  draft: Draft,
  path: Path,
  key: keyof typeof KEYS,
  kind: TopologySection['kind'],
): void {
  const place = { atKey: true };
  if (kind !== undefined && !isFor(key, kind)) {
    const which = `${KEYS[key].length > 1 ? 'topologies' : 'topology'} ${orList(KEYS[key])}`;
    draft.report([...path, key], `"${key}" is for the ${which}, not ${quoted(kind)}`, place);
  } else if (kind === undefined && draft.given(...path, 'edges') && !isFor(key, 'edges')) {
    draft.report([...path, key], `"${key}" and "edges" exclude each other`, place);
  }
}

function isFor(key: keyof typeof KEYS, kind: string): boolean {
  return (KEYS[key] as readonly string[]).includes(kind);
}

function checkMesh(draft: Draft, scope: Scope, mesh: Sparse<MeshSection>): void {
  const { path, groups } = scope;
  checkEdges(draft, scope, mesh);
  if (groups === undefined) return;
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const problems = {
    kind: fullProblem(mesh, total),
    degree: degreeProblem(mesh, total),
    width: widthProblem(mesh, total),
  };
  for (const [key, problem] of Object.entries(problems)) {
    if (problem !== undefined) draft.report([...path, key], problem);
  }
}

function fullProblem({ kind }: Sparse<MeshSection>, total: number): string | undefined {
  if (kind !== 'full' || total <= MOST_IN_FULL) return undefined;
  const edges = (total * (total - 1)).toLocaleString('en-US');
  return `a full topology of ${total} peers has ${edges} edges, the most is ${MOST_IN_FULL} peers; take random`;
}

function widthProblem({ kind, width }: Sparse<MeshSection>, total: number): string | undefined {
  if (kind !== 'grid' || width === undefined || width <= total) return undefined;
  return `a row of ${width} is longer than all ${total} peers`;
}

/** What is wrong with the degree of a drawn topology, in the order in which one would mend it. */
function degreeProblem(mesh: Sparse<MeshSection>, total: number): string | undefined {
  const { kind, degree } = mesh;
  if (kind === undefined || degree === undefined || !isFor('degree', kind)) return undefined;
  if (degree > total - 1) {
    return total === 1
      ? 'a single peer has nobody to know, take another kind'
      : `each of ${total} peers can know ${total - 1} others at most, not ${degree}`;
  }
  if (total * degree > MOST_EDGES) {
    const edges = (total * degree).toLocaleString('en-US');
    return `${total} peers with ${degree} others each have ${edges} edges, the most is ${MOST_EDGES.toLocaleString('en-US')}`;
  }
  if (kind === 'small-world' && degree % 2 === 1) {
    return `in a small world the degree is even, half of it on each side, not ${degree}`;
  }
  return kind === 'random-regular' ? regularProblem(degree, total, mesh.connected) : undefined;
}

function regularProblem(
  degree: number,
  total: number,
  connected: boolean | undefined,
): string | undefined {
  if ((degree * total) % 2 === 1) {
    return `${total} peers cannot have ${degree} neighbours each, one of the two must be even`;
  }
  if (degree === 1 && total > 2 && connected !== false) {
    return 'peers with one neighbour each are in pairs; take 2, or say connected: false';
  }
  return undefined;
}

function checkEdges(draft: Draft, { path, groups }: Scope, mesh: Sparse<MeshSection>): void {
  const { edges, kind, connected } = mesh;
  if (edges === undefined) return;
  const before = draft.findings.length;
  edges.forEach((edge, index) => {
    if (edge !== undefined) checkEdge(draft, [...path, 'edges', index], edge, groups);
  });
  const isWhole = draft.findings.length === before && edges.every((edge) => isPair(edge));
  if (!isWhole || groups === undefined || kind !== undefined || connected === false) return;
  const problem = partsProblem(edges as string[][], groups);
  if (problem !== undefined) draft.report([...path, 'edges'], problem);
}

function checkEdge(
  draft: Draft,
  path: Path,
  edge: readonly (string | undefined)[],
  groups: Scope['groups'],
): void {
  if (edge.length !== 2) draft.report(path, `an edge has two peers, got ${edge.length}`);
  edge.forEach((name, end) => {
    const problem =
      name === undefined || groups === undefined ? undefined : unknownPeer(name, groups);
    if (problem !== undefined) draft.report([...path, end], problem);
  });
  if (edge.length === 2 && edge[0] !== undefined && edge[0] === edge[1]) {
    draft.report(path, `${quoted(edge[0])} has an edge to itself`);
  }
}

/** Whether an edge could be read: a hole in it has been reported by the schema. */
function isPair(edge: readonly (string | undefined)[] | undefined): boolean {
  return edge !== undefined && edge.every((name) => name !== undefined);
}

/** That the edges do not join all peers; undefined when they do. */
function partsProblem(
  edges: readonly (readonly string[])[],
  groups: readonly NamedCount[],
): string | undefined {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (total > MAX_PEERS) return undefined;
  const sets = new DisjointSets(total);
  for (const [from = '', to = ''] of edges) {
    sets.join(peerNumber(from, groups)!, peerNumber(to, groups)!);
  }
  if (sets.sets <= 1) return undefined;
  let apart = 1;
  while (sets.find(apart) === 0) apart++;
  return `the edges leave ${sets.sets} parts, nothing joins ${quoted(nameOf(apart, groups))} with ${quoted(nameOf(0, groups))}; add edges, or say connected: false`;
}

function nameOf(number: number, groups: readonly NamedCount[]): string {
  let left = number;
  for (const { name, count } of groups) {
    if (left < count) return `${name}-${left + 1}`;
    left -= count;
  }
  return '';
}
