import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { FileImage } from '../../src/storage/file-image.ts';
import { BufferPool } from '../../src/transport/buffer-pool.ts';
import { FairTurns } from '../../src/transport/fair-turns.ts';
import { ImageSender } from '../../src/transport/image-sender.ts';

const MIB = 1_024 * 1_024;

/** A disk and sockets that do one thing after another, in the order in which they were told. */
class SlowWorld {
  readonly turns: FairTurns;
  readonly pool: BufferPool = new BufferPool(16);
  /** Buffers read for each address, in their order. */
  readonly read: number[] = [];
  #queue: (() => void)[] = [];

  constructor(readsAtOnce: number) {
    this.turns = new FairTurns(readsAtOnce);
  }

  /** Sends an image to a reader that takes all at once. Returns whether it is sent. */
  send(ip: number, sizeBytes: number): () => boolean {
    let isSent = false;
    const sender = new ImageSender(this.#socket(), this.#image(ip, sizeBytes), ip, this, {
      beforeFirst() {},
      done: () => (isSent = true),
    });
    sender.start();
    return () => isSent;
  }

  /** Does one thing. */
  step(): void {
    this.#queue.shift()!();
  }

  #socket(): Socket {
    const write = (_bytes: Uint8Array, done: () => void): void => void this.#queue.push(done);
    return { write } as unknown as Socket;
  }

  #image(ip: number, sizeBytes: number): FileImage {
    const read = (buffer: Uint8Array, position: number, done: (bytes: number) => void): void => {
      const count = Math.min(buffer.length, sizeBytes - position);
      this.#queue.push(() => {
        this.read.push(ip);
        done(count);
      });
    };
    return { sizeBytes, read, release() {} } as unknown as FileImage;
  }
}

test('a reader is not held up by another address, however many large images that reads', () => {
  const [greedy, polite] = [1, 2];
  const world = new SlowWorld(8);
  for (let i = 0; i < 256; i++) world.send(greedy, 64 * MIB);
  for (let i = 0; i < 5_000; i++) world.step();
  const before = world.read.length;
  const isSent = world.send(polite, 100_000);
  while (!isSent()) world.step();
  const others = world.read.slice(before).filter((ip) => ip === greedy).length;
  // For each of its two pieces, and until the last of them has gone, the eight reads under way and the one whose
  // turn comes first; with one line for all it would be hundreds.
  expect(others).toBeLessThanOrEqual(3 * 9);
});

test('all that is sent arrives whole, whoever waits for turns meanwhile', () => {
  const world = new SlowWorld(1);
  const sent = Array.from({ length: 20 }, (_, i) => world.send(i % 3, MIB + i));
  for (let steps = 0; !sent.every((isSent) => isSent()); steps++) {
    expect(steps).toBeLessThan(10_000);
    world.step();
  }
});
