/**
 * What an observer is told, carried from one thread to another: messages are counted, the rest is one flat list,
 * since a list for each event costs more to carry than a small image costs to send.
 */
import type { MessageType, PeerObserver } from '../core/observer.ts';

/** Events in the order in which they came; messages apart, which have none. */
export interface EventBatch {
  /** How many messages of each type, as `sent HELLO`. */
  readonly messages: Readonly<Record<string, number>>;
  /** Of each event its name, the number of its values, and they. */
  readonly events: readonly (string | number)[];
}

/** An observer that keeps what it is told, until somebody takes it. */
export class BatchingObserver {
  readonly observer: PeerObserver;
  readonly #onFirst: () => void;
  #messages: Record<string, number> = {};
  #events: (string | number)[] = [];
  #isEmpty = true;

  /** It keeps what is called in `observed`; `onFirst` is called when there is something to be taken again. */
  constructor(observed: readonly (keyof PeerObserver)[], onFirst: () => void) {
    this.#onFirst = onFirst;
    const observer: Record<string, (...values: (string | number)[]) => void> = {};
    for (const name of observed) {
      if (name !== 'onMessage') observer[name] = (...values) => this.#keep(name, values);
    }
    this.observer = observer as PeerObserver;
    if (observed.includes('onMessage')) {
      this.observer.onMessage = (type, isSent) => this.#count(type, isSent);
    }
  }

  /** All that has been kept, which is then forgotten. */
  take(): EventBatch {
    const batch = { messages: this.#messages, events: this.#events };
    this.#messages = {};
    this.#events = [];
    this.#isEmpty = true;
    return batch;
  }

  #count(type: MessageType, isSent: boolean): void {
    const key = `${isSent ? 'sent' : 'received'} ${type}`;
    this.#messages[key] = (this.#messages[key] ?? 0) + 1;
    this.#wake();
  }

  #keep(name: string, values: readonly (string | number)[]): void {
    this.#events.push(name, values.length, ...values);
    this.#wake();
  }

  #wake(): void {
    if (!this.#isEmpty) return;
    this.#isEmpty = false;
    this.#onFirst();
  }
}

/** Tells an observer what stands in a batch. */
export function tellBatch({ messages, events }: EventBatch, observer: PeerObserver): void {
  for (const [key, count] of Object.entries(messages)) {
    const [way, type] = key.split(' ') as [string, MessageType];
    for (let i = 0; i < count; i++) observer.onMessage?.(type, way === 'sent');
  }
  for (let i = 0; i < events.length;) {
    const name = events[i] as keyof PeerObserver;
    const first = i + 2;
    i = first + (events[i + 1] as number);
    const tell = observer[name] as ((...values: unknown[]) => void) | undefined;
    tell?.apply(observer, events.slice(first, i));
  }
}
