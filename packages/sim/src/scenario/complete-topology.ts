import type { MeshSection, JoinSection, TopologySection } from './scenario-file.ts';
import type { JoinRule, MeshTopology, PeerGroup, Topology } from './scenario.ts';

/** Turns the section `topology` of a checked file into what the plan draws from. */
export function completeTopology(
  topology: TopologySection,
  groups: readonly PeerGroup[],
): Topology {
  const { kind, inside = {}, join = [] } = topology;
  if (kind !== 'groups') return completeMesh({ ...topology, kind }, peersOf(groups));
  return {
    kind,
    inside: groups.map((group) => {
      const own = inside[group.name];
      return own === undefined ? null : completeMesh(own, group.count);
    }),
    join: join.map((rule) => completeRule(rule, groups)),
    connected: topology.connected,
  };
}

function completeMesh(mesh: MeshSection, count: number): MeshTopology {
  const { kind = 'ring', degree = 0, width, wrap, branching, rewire, connected, edges } = mesh;
  if (edges !== undefined) {
    return { kind: 'edges', edges: edges.map(([from = '', to = '']) => [from, to] as const) };
  }
  switch (kind) {
    case 'grid':
      return { kind, width: width ?? Math.ceil(Math.sqrt(count)), wrap };
    case 'tree':
      return { kind, branching };
    case 'random':
    case 'random-regular':
      return { kind, degree, connected };
    case 'small-world':
      return { kind, degree, rewire, connected };
    case 'scale-free':
      return { kind, degree };
    default:
      return { kind };
  }
}

function completeRule(
  { from, to, degree, links = 0 }: JoinSection,
  groups: readonly PeerGroup[],
): JoinRule {
  const amount = degree === undefined ? { links } : { degree };
  return { from: numbersOf(from, groups), to: numbersOf(to, groups), amount };
}

/** Numbers of the groups that are named, each once. */
function numbersOf(names: string | readonly string[], groups: readonly PeerGroup[]): number[] {
  const wanted = typeof names === 'string' ? [names] : names;
  return groups.flatMap(({ name }, number) =>
    wanted.includes('all') || wanted.includes(name) ? [number] : [],
  );
}

function peersOf(groups: readonly PeerGroup[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}
