import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEvent } from '../journal/event.ts';
import { HarnessBoundError } from '../result/run-error.ts';
import type { LiveAnswer } from './live-peer.ts';
import type { LivePeers } from './live-peers.ts';
import type { RealClock } from './real-stage.ts';

/** More requests at once than that, and the lab runs out of files and memory before it has a figure. */
const MOST_OPEN = 10_000;

/** After so long a request that a peer cannot even make is over. */
const UNASKED_MS = 100;

/** Makes the peers of a run on real sockets ask. */
export class RealRequests {
  readonly #peers: LivePeers;
  readonly #clock: RealClock;
  #open = 0;

  constructor(peers: LivePeers, clock: RealClock) {
    this.#peers = peers;
    this.#clock = clock;
  }

  /**
   * Makes a peer ask for an image. Resolves to what is to be written down when the request is over; null
   * when the peer has ended by itself and gives no answer. Rejects with a `HarnessBoundError` when too many are open.
   */
  async ask(request: number, peer: number, name: string): Promise<JournalEvent | null> {
    if (++this.#open > MOST_OPEN) {
      throw new HarnessBoundError(
        `More than ${MOST_OPEN} requests were waiting for an answer at once; ask for a lower rate.`,
      );
    }
    const answer = await this.#answer(peer, name);
    this.#open--;
    return answer === null ? null : this.#doneEvent(request, answer);
  }

  async #answer(peer: number, name: string): Promise<LiveAnswer | null> {
    const live = this.#peers.all[peer];
    if (live) {
      const answer = await live.request(name).catch(() => null);
      return answer ?? (this.#peers.all[peer] === live ? null : cancelled());
    }
    // A fault has ended it, and it has not come back yet.
    await sleep(UNASKED_MS);
    return cancelled();
  }

  #doneEvent(request: number, answer: LiveAnswer): JournalEvent {
    const { addresses } = this.#peers;
    return {
      kind: 'done',
      atUs: this.#clock.usAt(answer.arrivedMs),
      request,
      outcome: answer.outcome,
      from: addresses.peerAt(answer.from) ?? -1,
      sizeBytes: answer.sizeBytes,
      sha256: answer.sha256,
      attempts: answer.attempts.map(({ address, outcome }) => ({
        peer: addresses.peerAt(address) ?? -1,
        outcome,
      })),
      ...(answer.isJoined && { isJoined: true }),
    };
  }
}

/** What a request comes to whose peer was ended by a fault. */
function cancelled(): LiveAnswer {
  const arrivedMs = performance.now();
  return { outcome: 'cancelled', arrivedMs, from: 0, sizeBytes: 0, sha256: '', attempts: [] };
}
