import { ipOf, type Address } from '../protocol/address.ts';
import type { Deadlines } from './deadlines.ts';
import type { Connection, ConnectionHandler, Host } from './host.ts';
import type { PeerObserver, RefusalCode } from './observer.ts';
import type { PeerLimits } from './options.ts';
import { Serving, type ServingOwner } from './serving.ts';
import { Session } from './session.ts';

/** What serving callers needs of a peer. */
export type CallersOwner = Omit<ServingOwner, 'takeTurn' | 'endTurn' | 'onServingEnd'>;

/** So many make room at once, so that a crowd at the door is not counted for each who comes. */
const CROWDED_OUT_AT_ONCE = 32;

/**
 * The connections that were accepted: who is let in, and whose reply comes when.
 *
 * When all places are taken, whoever has fewer of them than another gets places of the one that has the most, of
 * connections that have not been given a turn to reply: a few addresses that only sit there keep nobody out.
 *
 * One address may have `repliesPerIp` replies under way; more of its requests wait, in the order in which they
 * came, and hold neither file nor memory meanwhile. Nobody is counted before there are that many replies in all,
 * so it costs nothing where nobody asks for so much.
 */
export class Callers implements ServingOwner {
  readonly host: Host;
  readonly deadlines: Deadlines;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  readonly #owner: CallersOwner;
  /** In no order; each knows its place. */
  readonly #servings: Serving[] = [];
  /** Those that have their turn. */
  #replying = 0;
  /** Those that wait for their turn, by IP address; null as long as nobody has had to. */
  #waiting: Map<number, Serving[]> | null = null;
  /** Those that are gone in all but name: they were crowded out, and have not closed yet. */
  #leaving = 0;
  /** How many connections each IP address has, without those that leave; null while there are few in all. */
  #counts: Map<number, number> | null = null;
  #isStopped = false;

  constructor(owner: CallersOwner) {
    this.#owner = owner;
    this.host = owner.host;
    this.deadlines = owner.deadlines;
    this.limits = owner.limits;
    this.observer = owner.observer;
  }

  /** Connections that are open. */
  get count(): number {
    return this.#servings.length;
  }

  /** Lets nobody in any more; running replies go on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Somebody has connected. Returns what is to be told of that connection. */
  accept(connection: Connection): ConnectionHandler {
    const refusal = this.#refusal(connection);
    if (refusal !== null || this.#isStopped) {
      if (refusal !== null) this.observer.onRefused?.(connection.remote, refusal);
      connection.destroy('refused');
      return TURNED_AWAY;
    }
    const serving = new Serving(this, connection, this.#servings.length);
    this.#servings.push(serving);
    if (this.#counts !== null) this.#add(ipOf(connection.remote), 1);
    return serving;
  }

  peersMessage(): Uint8Array {
    return this.#owner.peersMessage();
  }

  onAnnounced(address: Address): void {
    this.#owner.onAnnounced(address);
  }

  takeTurn(serving: Serving): boolean {
    const ip = ipOf(serving.connection.remote);
    if (this.#isAtLimit(ip)) {
      this.#wait(serving, ip);
      return false;
    }
    this.#replying++;
    return true;
  }

  endTurn(serving: Serving): void {
    this.#replying--;
    if (this.#waiting !== null) this.#admitNext(ipOf(serving.connection.remote));
  }

  onServingEnd(serving: Serving): void {
    this.#forgetWaiting(serving);
    if (serving.isCrowdedOut) this.#leaving--;
    else if (this.#counts !== null) this.#add(ipOf(serving.connection.remote), -1);
    if (this.#open < this.#countedFrom / 2) this.#counts = null;
    const last = this.#servings.pop()!;
    if (last === serving) return;
    last.place = serving.place;
    this.#servings[serving.place] = last;
  }

  #isAtLimit(ip: number): boolean {
    const { repliesPerIp } = this.limits;
    if (this.#replying < repliesPerIp) return false;
    let count = 0;
    for (const { hasTurn, connection } of this.#servings) {
      if (hasTurn && ipOf(connection.remote) === ip) count++;
    }
    return count >= repliesPerIp;
  }

  #wait(serving: Serving, ip: number): void {
    this.#waiting ??= new Map();
    const line = this.#waiting.get(ip);
    if (line === undefined) this.#waiting.set(ip, [serving]);
    else line.push(serving);
  }

  #admitNext(ip: number): void {
    const line = this.#waiting?.get(ip);
    if (line === undefined || this.#isAtLimit(ip)) return;
    const next = line.shift()!;
    if (line.length === 0) this.#waiting!.delete(ip);
    this.#replying++;
    next.onTurn();
  }

  /** Of one that has closed before its turn came. */
  #forgetWaiting(serving: Serving): void {
    const ip = ipOf(serving.connection.remote);
    const line = this.#waiting?.get(ip);
    const index = line?.indexOf(serving) ?? -1;
    if (line === undefined || index < 0) return;
    line.splice(index, 1);
    if (line.length === 0) this.#waiting!.delete(ip);
  }

  /** Why a caller cannot be let in; null when it can. */
  #refusal(caller: Connection): RefusalCode | null {
    // With fewer in all no single address can have too many, so there is nothing to count as a rule.
    if (this.#open < this.#countedFrom) return null;
    const { connections, connectionsPerIp } = this.limits;
    this.#counts ??= this.#count();
    const own = this.#counts.get(ipOf(caller.remote)) ?? 0;
    if (own >= connectionsPerIp) return 'too-many-from-address';
    if (this.#open < connections || this.#makeRoom(own)) return null;
    return 'too-many-connections';
  }

  /** Connections that are open, without those that leave. */
  get #open(): number {
    return this.#servings.length - this.#leaving;
  }

  /** With so many open it is counted who has how many. */
  get #countedFrom(): number {
    return Math.min(this.limits.connections, this.limits.connectionsPerIp);
  }

  #count(): Map<number, number> {
    this.#counts = new Map();
    for (const { isCrowdedOut, connection } of this.#servings) {
      if (!isCrowdedOut) this.#add(ipOf(connection.remote), 1);
    }
    return this.#counts;
  }

  #add(ip: number, change: 1 | -1): void {
    const count = (this.#counts!.get(ip) ?? 0) + change;
    if (count === 0) this.#counts!.delete(ip);
    else this.#counts!.set(ip, count);
  }

  /** Whether somebody who has `own` connections could be given a place of whoever has the most. */
  #makeRoom(own: number): boolean {
    let greediest = 0;
    let most = own + 1;
    for (const [ip, count] of this.#counts!) {
      if (count <= most) continue;
      greediest = ip;
      most = count;
    }
    if (most === own + 1) return false;
    return this.#crowdOut(greediest, Math.min(CROWDED_OUT_AT_ONCE, (most - own) >>> 1));
  }

  /** Lets up to `most` connections of `ip` go that are not replying; false when there is none. */
  #crowdOut(ip: number, most: number): boolean {
    let left = most;
    for (const serving of this.#servings) {
      if (serving.hasTurn || serving.isCrowdedOut) continue;
      if (ipOf(serving.connection.remote) !== ip) continue;
      serving.crowdOut();
      this.#leaving++;
      this.#add(ip, -1);
      if (--left === 0) break;
    }
    return left < most;
  }
}

class TurnedAway extends Session {
  override onDeadline(): void {}
  override onClose(): void {}
}

/** Handles the rest of connections that were not let in; it has no state, so one serves all. */
const TURNED_AWAY = new TurnedAway();
