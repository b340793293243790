import { expect, test } from 'vitest';
import type { PeerObserver } from '../../src/core/observer.ts';
import { BatchingObserver, tellBatch } from '../../src/threads/event-batch.ts';
import { noticingObserver } from '../../src/threads/noticing-observer.ts';

const SERVED = ['onMessage', 'onServed', 'onRefused', 'onServingClosed'] as const;

function listing(): { readonly observer: PeerObserver; readonly log: unknown[][] } {
  const log: unknown[][] = [];
  const observer: PeerObserver = {
    onMessage: (...values) => log.push(['onMessage', ...values]),
    onServed: (...values) => log.push(['onServed', ...values]),
    onRefused: (...values) => log.push(['onRefused', ...values]),
    onServingClosed: (...values) => log.push(['onServingClosed', ...values]),
  };
  return { observer, log };
}

function happen(observer: PeerObserver): void {
  observer.onMessage?.('REQ', false);
  observer.onServed?.(77, 'onRefused', 100_000, 1_234);
  observer.onMessage?.('RES', true);
  observer.onMessage?.('REQ', false);
  observer.onRefused?.(78, 'bad-name');
  observer.onServingClosed?.(77, 'end');
}

test('a batch tells all that was kept: messages by their number, the rest in order', () => {
  const batching = new BatchingObserver(SERVED, () => {});
  happen(batching.observer);
  const { observer, log } = listing();
  tellBatch(structuredClone(batching.take()), observer);
  expect(log).toEqual([
    ['onMessage', 'REQ', false],
    ['onMessage', 'REQ', false],
    ['onMessage', 'RES', true],
    ['onServed', 77, 'onRefused', 100_000, 1_234],
    ['onRefused', 78, 'bad-name'],
    ['onServingClosed', 77, 'end'],
  ]);
});

test('what nobody wants to know is not kept', () => {
  const batching = new BatchingObserver(['onRefused'], () => {});
  happen(batching.observer);
  expect(batching.take()).toEqual({ messages: {}, events: ['onRefused', 2, 78, 'bad-name'] });
});

test('the first event of each batch is announced, and no other', () => {
  let firsts = 0;
  const batching = new BatchingObserver(SERVED, () => firsts++);
  happen(batching.observer);
  expect(firsts).toBe(1);
  batching.take();
  happen(batching.observer);
  expect(firsts).toBe(2);
  batching.take();
  expect(batching.take()).toEqual({ messages: {}, events: [] });
});

test('changes of who is known are noticed, and all is handed on to an object of any kind', () => {
  const log: string[] = [];
  class Counting implements PeerObserver {
    readonly #log: string[] = log;
    onReached(): void {
      this.#log.push('reached');
    }
    onSettled(): void {
      this.#log.push('settled');
    }
  }
  const observer = noticingObserver(new Counting(), () => log.push('changed'));
  observer.onReached?.(1);
  observer.onLost?.(1);
  observer.onSettled?.();
  expect(log).toEqual(['reached', 'changed', 'changed', 'settled']);
  expect(observer.onServed).toBeUndefined();
});
