import type { Address } from '../protocol/address.ts';
import { originOf, type Entry } from './address-book.ts';
import type { Host } from './host.ts';
import type { PeerLimits } from './options.ts';

/** Machines that are remembered at once; the one that was doubted first is forgotten for a new one. */
const MOST_MACHINES = 1_024;

/** What greetings of the addresses of one machine have cost in vain. */
interface Cost {
  us: number;
  /** When it is forgotten; host time. */
  untilUs: number;
}

/**
 * Machines whose addresses have cost much time of greetings in vain, of late, and the candidates that come from
 * them. These come after all others and have half of the greetings, so that one machine that tells of many silent
 * addresses, in its lists or by announcing them, does not hold up those that others tell of.
 */
export class Doubts {
  readonly #host: Host;
  readonly #limits: PeerLimits;
  readonly #costs = new Map<number, Cost>();
  /** Candidates that wait for a greeting. */
  readonly #queue: Entry[] = [];
  /** Those of them that are greeted now. */
  readonly #greeted = new Set<Address>();

  constructor(host: Host, limits: PeerLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  /** A greeting of an address that the machine at `ip` told us took `us` microseconds in vain. */
  add(ip: number, us: number): void {
    const nowUs = this.#host.nowUs();
    const cost = this.#costs.get(ip);
    if (cost !== undefined && nowUs < cost.untilUs) cost.us += us;
    else {
      this.#costs.delete(ip);
      if (this.#costs.size >= MOST_MACHINES) this.#forgetFirst();
      this.#costs.set(ip, { us, untilUs: nowUs + this.#limits.forgiveUs });
    }
  }

  /** Whether a candidate comes from a machine that has cost too much. */
  has(entry: Entry): boolean {
    if (entry.isProven || entry.isStart) return false;
    const cost = this.#costs.get(originOf(entry));
    if (cost === undefined || cost.us < this.#limits.vainUs) return false;
    return this.#host.nowUs() < cost.untilUs;
  }

  /** Lets it wait behind all that are not doubted. */
  wait(entry: Entry): void {
    this.#queue.push(entry);
  }

  /** The next of them that may be greeted; undefined when there is none, or enough are being greeted. */
  next(): Entry | undefined {
    const most = Math.max(1, this.#limits.greetings >>> 1);
    if (this.#greeted.size >= most) return undefined;
    const entry = this.#queue.shift();
    if (entry !== undefined) this.#greeted.add(entry.address);
    return entry;
  }

  /** The greeting of an entry has ended, or there was none. */
  ended(entry: Entry): void {
    this.#greeted.delete(entry.address);
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#queue.length = 0;
  }

  #forgetFirst(): void {
    for (const ip of this.#costs.keys()) {
      this.#costs.delete(ip);
      return;
    }
  }
}
