import type { Random } from '../../random/random.ts';
import type { GroupsTopology, JoinRule, MeshTopology } from '../../scenario/scenario.ts';
import type { NamedCount } from '../../scenario/peer-names.ts';

/** Draws the topology inside one group, whose peers are numbered from 0. */
type MakeInside = (inside: MeshTopology, group: NamedCount, random: Random) => number[][];

/** Each group with its own topology, then rule after rule. May be in parts. */
export function joinedGroups(
  { inside, join }: GroupsTopology,
  groups: readonly NamedCount[],
  random: Random,
  makeInside: MakeInside,
): number[][] {
  const starts: number[][] = [];
  const members = groups.map((group, number) => {
    const first = starts.length;
    const mesh = inside[number] ?? null;
    const own =
      mesh === null
        ? Array.from({ length: group.count }, (): number[] => [])
        : makeInside(mesh, group, random.fork('inside', number));
    for (const mine of own) starts.push(mine.map((other) => first + other));
    return Array.from({ length: group.count }, (_, i) => first + i);
  });
  join.forEach((rule, number) => {
    const [from, to] = [rule.from, rule.to].map((side) => side.flatMap((group) => members[group]!));
    addEdges(rule.amount, from!, to!, starts, random.fork('join', number));
  });
  return starts;
}

function addEdges(
  amount: JoinRule['amount'],
  from: readonly number[],
  to: readonly number[],
  starts: readonly number[][],
  random: Random,
): void {
  if ('links' in amount) {
    for (const pair of drawDistinct(amount.links, from.length * to.length, random)) {
      addEdge(starts[from[Math.floor(pair / to.length)]!]!, to[pair % to.length]!);
    }
    return;
  }
  const places = new Map(to.map((peer, place) => [peer, place]));
  for (const peer of from) {
    // Nobody knows itself: whoever is among `to` is left out of the draw.
    const own = places.get(peer) ?? to.length;
    const others = to.length - (own < to.length ? 1 : 0);
    for (const drawn of drawDistinct(amount.degree, others, random)) {
      addEdge(starts[peer]!, to[drawn < own ? drawn : drawn + 1]!);
    }
  }
}

function addEdge(mine: number[], other: number): void {
  if (!mine.includes(other)) mine.push(other);
}

/** So many of the numbers 0 … limit − 1, each once (Floyd's algorithm: no draw is thrown away). */
function drawDistinct(wanted: number, limit: number, random: Random): Set<number> {
  const drawn = new Set<number>();
  for (let last = Math.max(0, limit - wanted); last < limit; last++) {
    const number = random.below(last + 1);
    drawn.add(drawn.has(number) ? last : number);
  }
  return drawn;
}
