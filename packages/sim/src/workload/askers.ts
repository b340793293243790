import type { Plan } from '../plan/plan.ts';
import type { Random } from '../random/random.ts';
import type { Requests } from '../scenario/scenario.ts';

/** Peers that ask alike. */
interface Part {
  readonly peers: readonly number[];
  /** Share of all requests that they and the parts before them make. */
  readonly upTo: number;
}

/** Who asks in a stream of requests. */
export class Askers {
  readonly #parts: readonly Part[];

  constructor(plan: Plan, from: Requests['from']) {
    if (from instanceof Map) this.#parts = weightedParts(plan, from);
    else this.#parts = [{ peers: peersOf(plan, from as readonly string[] | null), upTo: 1 }];
  }

  /** The peers of whom one is to make the next request. Draws nothing when there is no choice. */
  drawPart(random: Random): readonly number[] {
    const last = this.#parts.at(-1)!;
    if (this.#parts.length === 1) return last.peers;
    const share = random.share();
    return (this.#parts.find(({ upTo }) => share < upTo) ?? last).peers;
  }
}

function weightedParts(plan: Plan, weights: ReadonlyMap<string, number>): Part[] {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  let upTo = 0;
  return [...weights].map(([group, weight]) => {
    upTo += weight / total;
    return { peers: peersOf(plan, [group]), upTo };
  });
}

/** Peers of these groups; null: of all of them. Misbehaving ones do not ask. */
function peersOf(plan: Plan, groups: readonly string[] | null): number[] {
  return plan.peers.flatMap(({ group, behavior }, peer) => {
    if (behavior !== null) return [];
    const { name } = plan.scenario.groups[group]!;
    return groups === null || groups.includes(name) ? [peer] : [];
  });
}
