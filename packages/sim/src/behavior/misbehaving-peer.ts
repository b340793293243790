import {
  Session,
  type Address,
  type Connection,
  type ConnectionHandler,
  type HostHandler,
  type Peer,
} from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';
import { Call, type CallOwner } from './call.ts';
import { Caller, type BehaviorWorld } from './caller.ts';

/** Calls at once; more are turned away. */
const MOST_CALLS = 1_024;

/**
 * A peer of ours with one thing wrong: it stands between the host and that peer, and does what the
 * behaviour says with the calls that concern it. A `HostHandler` like the peer itself, so that it runs in
 * every world. Everything that it holds is bounded, in number and in time.
 */
export class MisbehavingPeer implements HostHandler, CallOwner {
  readonly peer: Peer;
  readonly actions: Behavior;
  address: Address = 0;
  readonly #world: BehaviorWorld;
  readonly #calls = new Set<Call>();
  #count = 0;
  #caller: Caller | null = null;

  constructor(peer: Peer, behavior: Behavior, world: BehaviorWorld) {
    this.peer = peer;
    this.actions = behavior;
    this.#world = world;
  }

  /** Calls that have not come to their end. */
  get callCount(): number {
    return this.#calls.size;
  }

  /** Begins what the behaviour does by itself, after the peer has been started at `address`. Once. */
  start(address: Address): void {
    this.address = address;
    this.#caller = new Caller(this.peer, this.#world, address);
    this.actions.onStart?.(this.#caller);
  }

  /** Does what the behaviour does by itself less often; calls are still answered. */
  ease(): void {
    this.#caller?.ease();
  }

  onAccept(connection: Connection): ConnectionHandler {
    if (this.#calls.size >= MOST_CALLS) {
      connection.destroy('refused');
      return TURNED_AWAY;
    }
    const call = new Call(this, connection, this.#count++);
    this.#calls.add(call);
    return call;
  }

  onAlarm(): void {
    this.peer.onAlarm();
  }

  readImage(name: string): Uint8Array | null {
    return this.#world.readImage(name);
  }

  onCallEnd(call: Call): void {
    this.#calls.delete(call);
  }
}

class TurnedAway extends Session {
  override onDeadline(): void {}
  override onClose(): void {}
}

/** Handles the rest of calls that were not let in; it has no state, so one serves all. */
const TURNED_AWAY = new TurnedAway();
