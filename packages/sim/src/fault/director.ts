/**
 * Leads the faults of a plan: begins each when its time has come, ends it, and writes both into the
 * journal. It listens to the journal for the starts of phases, from which faults are timed.
 *
 * A peer can be the target of several faults at once. It is up only when none of them holds it down:
 * whoever ends one counts, and the last that lets go starts it again.
 */
import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { PlannedFault } from '../plan/faults.ts';
import type { Plan } from '../plan/plan.ts';
import { Random } from '../random/random.ts';
import type { FaultAction, LinkRule } from '../scenario/scenario.ts';
import type { Stage } from '../workload/conductor.ts';
import { startChurn } from './churn.ts';
import { GOOD_LINK, together, type Heal, type Links, type Trouble } from './trouble.ts';

type End = FaultAction & { readonly kind: 'kill' | 'stop' };
type Churn = FaultAction & { readonly kind: 'churn' };

/** See the head of this file. */
export class FaultDirector implements Journal {
  readonly #plan: Plan;
  readonly #clock: Pick<Stage, 'nowUs' | 'at'>;
  readonly #trouble: Trouble;
  readonly #journal: Journal;
  /** Faults that hold each peer down, or paused. */
  readonly #down = new Map<number, number>();
  readonly #paused = new Map<number, number>();

  constructor(plan: Plan, clock: Pick<Stage, 'nowUs' | 'at'>, trouble: Trouble, journal: Journal) {
    this.#plan = plan;
    this.#clock = clock;
    this.#trouble = trouble;
    this.#journal = journal;
  }

  /** Listens for the starts of phases; everything else is passed over. */
  write(event: JournalEvent): void {
    if (event.kind !== 'phase-start') return;
    const { name } = this.#plan.scenario.phases[event.phase]!;
    this.#plan.faults.forEach((planned, number) => {
      const { phase, offsetUs } = planned.fault;
      if (phase !== name && !(phase === null && event.phase === 0)) return;
      this.#clock.at(event.atUs + offsetUs, () => this.#begin(planned, number));
    });
  }

  /**
   * Takes peers for ended since `atUs` that something has ended which is not in the plan; gives what starts them again.
   */
  lose(peers: readonly number[], how: string, atUs: number): Heal {
    return together(peers.map((peer) => this.#hold(peer, 'kill', how, true, atUs)));
  }

  /** Whether a fault holds this peer down now. */
  isDown(peer: number): boolean {
    return (this.#down.get(peer) ?? 0) > 0;
  }

  #begin(planned: PlannedFault, number: number): void {
    this.#note('fault-begins', number);
    const heal = this.#strike(planned, number);
    const { forUs } = planned.fault;
    if (heal === null || forUs === null) return;
    this.#clock.at(this.#clock.nowUs() + forUs, () => {
      heal();
      this.#note('fault-ends', number);
    });
  }

  /** Does what the fault does; gives what ends it, null when that is not a matter of `for`. */
  #strike({ fault, peers, parts, from, to }: PlannedFault, number: number): Heal | null {
    const { action } = fault;
    switch (action.kind) {
      case 'kill':
      case 'stop':
        this.#endPeers(action, peers, number);
        return null;
      case 'pause':
        return together(peers.map((peer) => this.#pause(peer)));
      case 'vanish':
        return together(peers.map((peer) => this.#hold(peer, 'vanish', 'lost its power', true)));
      case 'partition':
        return this.#part(parts);
      case 'link':
        return this.#spoil({ from: new Set(from), to: new Set(to) }, action.rule);
      case 'disk':
        return together(peers.map((peer) => this.#trouble.addDiskRule(peer, action.rule)));
      case 'churn':
        return this.#startChurn(action, peers, number);
      case 'clock':
        this.#jumpClocks(peers, action.jumpUs, number);
        return null;
    }
  }

  #endPeers({ kind, restartUs, keepsFiles }: End, peers: readonly number[], number: number): void {
    const how = kind === 'kill' ? 'was killed' : 'was stopped';
    const release = together(peers.map((peer) => this.#hold(peer, kind, how, keepsFiles)));
    if (restartUs === null) return;
    this.#clock.at(this.#clock.nowUs() + restartUs, () => {
      release();
      this.#note('fault-ends', number);
    });
  }

  /** Ends a peer, unless another fault has done so already; the last that lets go starts it again. */
  #hold(
    peer: number,
    way: 'kill' | 'stop' | 'vanish',
    how: string,
    keepsFiles: boolean,
    atUs: number = this.#clock.nowUs(),
  ): Heal {
    const holds = this.#down.get(peer) ?? 0;
    this.#down.set(peer, holds + 1);
    if (holds === 0) {
      // First, so that what it was asking for is seen to end for that reason.
      this.#journal.write({ kind: 'peer-down', atUs, peer, isPlanned: true, how });
      this.#trouble[way](peer);
    }
    return () => {
      const left = this.#down.get(peer)! - 1;
      this.#down.set(peer, left);
      if (left === 0) this.#trouble.restart(peer, keepsFiles);
    };
  }

  #pause(peer: number): Heal {
    const holds = this.#paused.get(peer) ?? 0;
    this.#paused.set(peer, holds + 1);
    if (holds === 0) this.#setPaused(peer, true);
    return () => {
      const left = this.#paused.get(peer)! - 1;
      this.#paused.set(peer, left);
      if (left === 0) this.#setPaused(peer, false);
    };
  }

  #setPaused(peer: number, isPaused: boolean): void {
    const kind = isPaused ? 'peer-paused' : 'peer-resumed';
    this.#journal.write({ kind, atUs: this.#clock.nowUs(), peer });
    if (isPaused) this.#trouble.pause(peer);
    else this.#trouble.resume(peer);
  }

  #part(parts: readonly (readonly number[])[]): Heal {
    const sets = parts.map((part) => new Set(part));
    const heals = sets.flatMap((from, i) =>
      sets.slice(i + 1).map((to) => this.#spoil({ from, to }, { ...GOOD_LINK, cut: 'both' })),
    );
    return together(heals);
  }

  #spoil(links: Links, rule: LinkRule): Heal {
    const there = this.#trouble.addLinkRule(links, rule);
    if (rule.cut !== 'both') return there;
    const back = { ...GOOD_LINK, cut: 'one-way' } as const;
    return together([there, this.#trouble.addLinkRule({ from: links.to, to: links.from }, back)]);
  }

  #startChurn({ pattern, keepsFiles }: Churn, peers: readonly number[], number: number): Heal {
    return startChurn(pattern, peers, {
      nowUs: () => this.#clock.nowUs(),
      at: (atUs, action) => this.#clock.at(atUs, action),
      leave: (peer) => this.#hold(peer, 'kill', 'left', keepsFiles),
      random: (index) => Random.fromSeed(this.#plan.seed).fork(`churn ${number}`, index),
    });
  }

  #jumpClocks(peers: readonly number[], byUs: number, number: number): void {
    for (const peer of peers) if (!this.isDown(peer)) this.#trouble.jumpClock(peer, byUs);
    this.#note('fault-ends', number);
  }

  #note(kind: 'fault-begins' | 'fault-ends', fault: number): void {
    this.#journal.write({ kind, atUs: this.#clock.nowUs(), fault });
  }
}
