import { GOOD_LINK, together, type Heal, type Links, type Trouble } from '../fault/trouble.ts';
import { OUTSIDE } from '../relay/link.ts';
import type { RelayThread } from '../relay/relay-thread.ts';
import type { DiskRule, LinkRule } from '../scenario/scenario.ts';
import type { LivePeer } from './live-peer.ts';
import type { LivePeers } from './live-peers.ts';

/** How long replies that are under way may go on when a peer is told to end. */
const STOP_MS = 1_000;

/** What the troubles of a run tell it. */
export interface RealTroubleEvents {
  /** A peer is not up any more. */
  onEnded(peer: number): void;
  /** A peer is up again, and has not greeted anybody yet. */
  onUpAgain(peer: number, hasFiles: boolean): void;
  /** A peer could not be started again. */
  onFailed(error: unknown): void;
}

/** What goes wrong on real sockets: peers by signals and restarts, links by the relay. */
export class RealTrouble implements Trouble {
  readonly #peers: LivePeers;
  readonly #events: RealTroubleEvents;
  /** Peers that have vanished. */
  readonly #silenced = new Map<number, Heal>();

  constructor(peers: LivePeers, events: RealTroubleEvents) {
    this.#peers = peers;
    this.#events = events;
  }

  kill(peer: number): void {
    this.#end(peer, (live) => live.kill());
  }

  stop(peer: number): void {
    this.#end(peer, (live) => live.stop(STOP_MS), true);
  }

  restart(peer: number, keepsFiles: boolean): void {
    this.#startAgain(peer, keepsFiles).catch((error: unknown) => this.#events.onFailed(error));
  }

  pause(peer: number): void {
    this.#peers.all[peer]?.pause();
  }

  resume(peer: number): void {
    this.#peers.all[peer]?.resume();
  }

  /** Its links are dead before it is: what the system sends when it is killed comes no further than the relay. */
  vanish(peer: number): void {
    const relay = this.#peers.addresses.relay!;
    // One that vanishes again while it comes back has not been heard in between.
    if (!this.#silenced.has(peer)) this.#silenced.set(peer, this.#silence(relay, peer));
    this.#end(peer, async (live) => {
      await relay.settled();
      await live.kill();
    });
  }

  jumpClock(): void {
    throw new Error('a runner that cannot do a fault refuses it');
  }

  addDiskRule(peer: number, rule: DiskRule): Heal {
    return this.#peers.diskOf(peer).add(rule);
  }

  addLinkRule(links: Links, rule: LinkRule): Heal {
    return this.#peers.addresses.relay!.addLinkRule(links, rule);
  }

  /** Connections that are open have lost their other end, new ones hang. */
  #silence(relay: RelayThread, peer: number): Heal {
    const [all, it] = [new Set([OUTSIDE, ...this.#peers.all.keys()]), new Set([peer])];
    const dead = { ...GOOD_LINK, cut: 'one-way', isHalfOpen: true } as const;
    return together([
      relay.addLinkRule({ from: all, to: it }, dead),
      relay.addLinkRule({ from: it, to: all }, dead),
    ]);
  }

  /** It is there again: calls that hang get through to it, and of connections that it had it knows nothing. */
  #beHeard(peer: number): void {
    const heal = this.#silenced.get(peer);
    if (heal === undefined) return;
    this.#silenced.delete(peer);
    this.#peers.addresses.relay!.resetStranded(peer);
    heal();
  }

  #end(peer: number, end: (live: LivePeer) => Promise<void>, isInOrder = false): void {
    if (this.#peers.end(peer, end, isInOrder)) this.#events.onEnded(peer);
  }

  async #startAgain(peer: number, keepsFiles: boolean): Promise<void> {
    const up = await this.#peers.startAgain(peer, keepsFiles);
    if (up === null) return;
    this.#beHeard(peer);
    this.#events.onUpAgain(peer, up.hasFiles);
    this.#peers.greet(peer);
  }
}
