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
   * Makes a peer ask for an image at `dueUs`, or now if that is over. Resolves to what is to be written down when the request is over; null
   * when the peer has ended by itself and gives no answer. Rejects with a `HarnessBoundError` when too many are open.
   */
  async ask(
    request: number,
    peer: number,
    name: string,
    dueUs: number,
  ): Promise<JournalEvent | null> {
    if (++this.#open > MOST_OPEN) {
      throw new HarnessBoundError(
        `More than ${MOST_OPEN} requests were waiting for an answer at once; ask for a lower rate.`,
      );
    }
    const answer = await this.#answer(peer, name, this.#clock.momentOf(dueUs));
    this.#open--;
    return answer === null ? null : this.#doneEvent(request, dueUs, answer);
  }

  async #answer(peer: number, name: string, dueMs: number): Promise<LiveAnswer | null> {
    for (;;) {
      // A fault may have ended it, and it may be back when the request is due.
      if (!this.#peers.all[peer]) await sleep(Math.max(0, dueMs - performance.now()));
      const live = this.#peers.all[peer];
      if (!live) break;
      const answer = await live.request(name, dueMs).catch(() => null);
      if (answer !== null) return answer;
      if (this.#peers.all[peer] === live) return null;
      if (performance.now() >= dueMs) return cancelled();
    }
    await sleep(UNASKED_MS);
    return cancelled();
  }

  #doneEvent(request: number, dueUs: number, answer: LiveAnswer): JournalEvent {
    const { addresses } = this.#peers;
    return {
      kind: 'done',
      // What is asked ahead of time can be cancelled before it was due.
      atUs: Math.max(dueUs, this.#clock.usAt(answer.arrivedMs)),
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
