import type { Random } from '../random/random.ts';
import type { Fault, FaultAction, Scenario, Target, Targets } from '../scenario/scenario.ts';

/** A fault whose targets have been drawn: numbers of peers, rising. */
export interface PlannedFault {
  readonly fault: Fault;
  /** Whom it strikes; empty for links and partitions. */
  readonly peers: readonly number[];
  /** Parts of a partition; empty for other faults. */
  readonly parts: readonly (readonly number[])[];
  /** Ends of a link; empty for other faults. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Draws the targets of every fault from the seed. `isOurs` tells which peers are the project's own. */
export function planFaults(
  { groups, faults }: Scenario,
  isOurs: readonly boolean[],
  random: Random,
): PlannedFault[] {
  const starts = new Map<string, number>();
  let next = 0;
  for (const { name, count } of groups) {
    starts.set(name, next);
    next += count;
  }
  const sizes = new Map(groups.map(({ name, count }) => [name, count]));
  return faults.map((fault, index) => {
    const resolver = new Resolver(starts, sizes, isOurs, random.fork('fault', index));
    return { fault, ...resolveAction(fault.action, (targets) => resolver.resolve(targets)) };
  });
}

function resolveAction(
  action: FaultAction,
  resolve: (targets: Targets) => number[],
): Omit<PlannedFault, 'fault'> {
  const none = { peers: [], parts: [], from: [], to: [] };
  if (action.kind === 'link') {
    return { ...none, from: resolve(action.from), to: resolve(action.to) };
  }
  if (action.kind === 'partition') return { ...none, parts: action.parts.map(resolve) };
  return { ...none, peers: resolve(action.targets) };
}

class Resolver {
  readonly #starts: ReadonlyMap<string, number>;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #isOurs: readonly boolean[];
  readonly #random: Random;

  constructor(
    starts: ReadonlyMap<string, number>,
    sizes: ReadonlyMap<string, number>,
    isOurs: readonly boolean[],
    random: Random,
  ) {
    this.#starts = starts;
    this.#sizes = sizes;
    this.#isOurs = isOurs;
    this.#random = random;
  }

  resolve(targets: Targets): number[] {
    const peers = new Set(targets.flatMap((target) => this.#one(target)));
    return [...peers].sort((a, b) => a - b);
  }

  #one(target: Target): number[] {
    switch (target.kind) {
      case 'all':
        return this.#isOurs.map((_, peer) => peer);
      case 'group':
        return this.#span(target.group, 1, this.#sizes.get(target.group)!);
      case 'range':
        return this.#span(target.group, target.first, target.last);
      case 'any':
        return this.#random.shuffle(this.#candidates(target.group)).slice(0, target.count);
    }
  }

  #span(group: string, first: number, last: number): number[] {
    const start = this.#starts.get(group)! - 1;
    return Array.from({ length: last - first + 1 }, (_, i) => start + first + i);
  }

  #candidates(group: string | null): number[] {
    if (group !== null) return this.#span(group, 1, this.#sizes.get(group)!);
    return this.#isOurs.flatMap((isOurs, peer) => (isOurs ? [peer] : []));
  }
}
