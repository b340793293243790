import type { GroupsTopology, JoinRule, MeshTopology, PeerGroup, Topology } from './scenario.ts';
import { formatQuantity } from './units.ts';

/** A topology in the words of a scenario: `small-world, degree 6, rewire 10%`. */
export function describeTopology(topology: Topology, groups: readonly PeerGroup[]): string {
  return topology.kind === 'groups' ? describeGroups(topology, groups) : describeMesh(topology);
}

function describeMesh(mesh: MeshTopology): string {
  switch (mesh.kind) {
    case 'grid':
      return `grid, width ${mesh.width}${mesh.wrap ? ', wrap' : ''}`;
    case 'tree':
      return `tree, branching ${mesh.branching}`;
    case 'small-world':
      return `small-world, degree ${mesh.degree}, rewire ${formatQuantity('share', mesh.rewire)}`;
    case 'random':
    case 'random-regular':
    case 'scale-free':
      return `${mesh.kind}, degree ${mesh.degree}`;
    default:
      return mesh.kind;
  }
}

function describeGroups({ inside, join }: GroupsTopology, groups: readonly PeerGroup[]): string {
  const parts = inside.flatMap((mesh, group) =>
    mesh === null ? [] : [`${groups[group]!.name}: ${describeMesh(mesh)}`],
  );
  return [...parts, ...join.map((rule) => describeRule(rule, groups))].join('; ');
}

function describeRule({ from, to, amount }: JoinRule, groups: readonly PeerGroup[]): string {
  const names = (numbers: readonly number[]): string =>
    numbers.length === groups.length
      ? 'all'
      : numbers.map((number) => groups[number]!.name).join(', ');
  const much = 'links' in amount ? `links ${amount.links}` : `degree ${amount.degree}`;
  return `${names(from)} to ${names(to)}, ${much}`;
}
