import type { Random } from '../random/random.ts';
import type { NamedCount } from '../scenario/peer-names.ts';
import type { MeshTopology, Topology } from '../scenario/scenario.ts';
import { connect } from './topology/connect.ts';
import { fromEdges } from './topology/edges.ts';
import { joinedGroups } from './topology/groups.ts';
import { connectedRandom, looseRandom } from './topology/random.ts';
import { randomRegular } from './topology/random-regular.ts';
import { full, grid, line, ring, star, tree } from './topology/regular-shapes.ts';
import { scaleFree } from './topology/scale-free.ts';
import { smallWorld } from './topology/small-world.ts';

/**
 * Who knows whom at the start: for each peer the numbers of those it greets first. Unless the scenario
 * says otherwise, all are in one part when edges are taken both ways, as they are once peers announce
 * themselves. Nobody knows itself, or another one twice. Takes time in proportion to peers and edges.
 */
export function makeTopology(
  topology: Topology,
  groups: readonly NamedCount[],
  random: Random,
): number[][] {
  if (topology.kind !== 'groups') return makeMesh(topology, groups, random);
  const starts = joinedGroups(topology, groups, random, (inside, group, inner) =>
    makeMesh(inside, [group], inner),
  );
  return connectIf(topology.connected, starts, random);
}

function makeMesh(
  topology: MeshTopology,
  groups: readonly NamedCount[],
  random: Random,
): number[][] {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  switch (topology.kind) {
    case 'full':
      return full(count);
    case 'ring':
      return ring(count);
    case 'line':
      return line(count);
    case 'star':
      return star(count);
    case 'grid':
      return grid(count, topology.width, topology.wrap);
    case 'tree':
      return tree(count, topology.branching);
    case 'edges':
      return fromEdges(topology.edges, groups);
    default:
      return drawMesh(topology, count, random);
  }
}

/** The kinds that are drawn. Only the oldest one takes its draws from `random` itself. */
function drawMesh(
  topology: Extract<MeshTopology, { readonly degree: number }>,
  count: number,
  random: Random,
): number[][] {
  const { kind, degree } = topology;
  const draws = random.fork(kind);
  switch (kind) {
    case 'random':
      if (topology.connected) return connectedRandom(count, degree, random);
      return looseRandom(count, degree, draws);
    case 'random-regular': {
      const starts = randomRegular(count, degree, topology.connected, draws);
      return connectIf(topology.connected, starts, random);
    }
    case 'small-world': {
      const starts = smallWorld(count, degree, topology.rewire, draws);
      return connectIf(topology.connected, starts, random);
    }
    case 'scale-free':
      return scaleFree(count, degree, draws);
  }
}

function connectIf(isWanted: boolean, starts: number[][], random: Random): number[][] {
  return isWanted ? connect(starts, random.fork('connect')) : starts;
}
