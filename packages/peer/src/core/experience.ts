/**
 * What earlier fetches have taught about whom to ask first. Nobody announces what they hold, so that is all
 * there is to go by: who gave images of late, who gave or denied this very name, and who failed.
 *
 * Bounded by named limits, and made by a peer with its first fetch only: most peers fetch nothing most of
 * the time.
 */
import type { Address } from '../protocol/address.ts';
import type { Attempt, AttemptOutcome } from './asking.ts';
import type { Host } from './host.ts';
import type { PeerLimits } from './options.ts';

/** Names of which is remembered who has them and who has not. */
const REMEMBERED_NAMES = 16;
/** Peers of which something is remembered. */
const REMEMBERED_PEERS = 128;
/** Peers that are remembered to have denied one name. */
const REMEMBERED_DENIALS = 64;

/**
 * How soon to ask a peer, the smaller the sooner. 0: gave this name; 1: gave images; 2: nothing is known;
 * 3: denied this name, or kept us waiting; 4: failed, and its pause is not over. All of late.
 */
export type Tier = 0 | 1 | 2 | 3 | 4;

/** How many tiers there are. */
export const TIERS = 5;

/** Of one peer, changed in place; times are the host's, and 0 stands for never. */
interface PeerRecord {
  gaveUs: number;
  slowUs: number;
  failures: number;
  /** When the pause after its last failure is over. */
  pausedUntilUs: number;
}

/** Of one name. */
interface NameRecord {
  readonly givers: readonly Address[];
  readonly deniers: readonly Address[];
  atUs: number;
}

/** What says something against the peer, and not against our own disk or limits. */
const FAILURES: ReadonlySet<AttemptOutcome> = new Set([
  'refused',
  'timeout',
  'reset',
  'no-reply',
  'malformed',
  'empty',
  'wrong-type',
  'truncated',
]);

/** See the head of this file. */
export class Experience {
  readonly #host: Host;
  readonly #limits: PeerLimits;
  /** Both in the order in which they came, and once they are full in that of their last change. */
  readonly #peers: Map<Address, PeerRecord> = new Map();
  readonly #names: Map<string, NameRecord> = new Map();

  constructor(host: Host, limits: PeerLimits) {
    this.#host = host;
    this.#limits = limits;
  }

  /** How soon each of `addresses` is to be asked for `name`: the addresses, by tier. */
  tiers(name: string, addresses: readonly Address[]): Address[][] {
    const tiers: Address[][] = Array.from({ length: TIERS }, () => []);
    const ofName = this.#names.get(name);
    const record = ofName !== undefined && this.#isRecent(ofName.atUs) ? ofName : null;
    for (const address of addresses) tiers[this.#tierOf(address, record)]!.push(address);
    return tiers;
  }

  /** Who gave `name` of late and has not failed since; 0: nobody. */
  giverOf(name: string): Address {
    const ofName = this.#names.get(name);
    if (ofName === undefined || !this.#isRecent(ofName.atUs)) return 0;
    for (const address of ofName.givers) {
      const record = this.#peers.get(address);
      if (record === undefined || record.pausedUntilUs <= this.#host.nowUs()) return address;
    }
    return 0;
  }

  /** A peer was asked, and this came of it; `wasSlow`: it kept us waiting. */
  attempted({ address, outcome }: Attempt, wasSlow: boolean): void {
    if (FAILURES.has(outcome)) return this.#failed(address);
    const hasGiven = outcome === 'found';
    // One that was left before it said anything may fail as it did before.
    const isLeft = outcome === 'not-needed';
    const isUnknown = this.#peers.has(address) ? isLeft : !hasGiven;
    if (isUnknown && !wasSlow) return;
    const nowUs = this.#host.nowUs();
    const record = this.#recordOf(address);
    if (hasGiven) record.gaveUs = nowUs;
    record.slowUs = wasSlow ? nowUs : 0;
    if (isLeft) return;
    record.failures = 0;
    record.pausedUntilUs = 0;
  }

  /** A search for `name` is over. */
  searched(name: string, attempts: readonly Attempt[]): void {
    if (this.#isAsBefore(name, attempts)) return;
    const givers: Address[] = [];
    const deniers: Address[] = [];
    for (const { address, outcome } of attempts) {
      if (outcome === 'found') givers.push(address);
      else if (outcome === 'not-found') deniers.push(address);
    }
    if (deniers.length > REMEMBERED_DENIALS) deniers.length = REMEMBERED_DENIALS;
    putLast(this.#names, name, { givers, deniers, atUs: this.#host.nowUs() }, REMEMBERED_NAMES);
  }

  /** The one that gave the name has given it again, as mostly: what is remembered of it is only renewed. */
  #isAsBefore(name: string, attempts: readonly Attempt[]): boolean {
    const [attempt] = attempts;
    if (attempts.length !== 1 || attempt!.outcome !== 'found') return false;
    const before = this.#names.get(name);
    if (before?.givers.length !== 1 || before.givers[0] !== attempt!.address) return false;
    if (before.deniers.length > 0 && !this.#isRecent(before.atUs)) return false;
    before.atUs = this.#host.nowUs();
    keepYoung(this.#names, name, before, REMEMBERED_NAMES);
    return true;
  }

  #tierOf(address: Address, ofName: NameRecord | null): Tier {
    const record = this.#peers.get(address);
    if (record !== undefined && record.pausedUntilUs > this.#host.nowUs()) return 4;
    if (ofName?.givers.includes(address)) return 0;
    if (ofName?.deniers.includes(address)) return 3;
    if (record === undefined) return 2;
    if (this.#isRecent(record.slowUs)) return 3;
    return this.#isRecent(record.gaveUs) ? 1 : 2;
  }

  #failed(address: Address): void {
    const record = this.#recordOf(address);
    record.failures++;
    const { failures } = record;
    const { retryUs, maxBackOffUs } = this.#limits;
    const doublings = Math.min(failures - 1, 16);
    const pauseUs = Math.min(retryUs * 2 ** doublings, maxBackOffUs);
    // A fifth shorter to a fifth longer, so that not everybody comes back at once.
    const share = 800 + (this.#host.random32() % 401);
    record.pausedUntilUs = this.#host.nowUs() + Math.floor((pauseUs * share) / 1_000);
  }

  #isRecent(atUs: number): boolean {
    return atUs > 0 && this.#host.nowUs() - atUs < this.#limits.rememberUs;
  }

  /** What is remembered of a peer, as the youngest record; a new one when there is none. */
  #recordOf(address: Address): PeerRecord {
    const known = this.#peers.get(address);
    if (known !== undefined) {
      keepYoung(this.#peers, address, known, REMEMBERED_PEERS);
      return known;
    }
    const record = { gaveUs: 0, slowUs: 0, failures: 0, pausedUntilUs: 0 };
    putLast(this.#peers, address, record, REMEMBERED_PEERS);
    return record;
  }
}

/** Makes an entry the youngest of a map that holds `most` at most. */
function putLast<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value!);
}

/** The same for an entry that is there; age matters only where the next new one throws out the oldest. */
function keepYoung<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  if (map.size >= most) putLast(map, key, value, most);
}
