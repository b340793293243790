import { describe, expect, test } from 'vitest';
import type { ImageOpener, KeptImage, MissReason, StoredImage } from '../../src/core/host.ts';
import { sha256 } from '../bodies.ts';
import { utf8 } from '../pieces.ts';
import type { ContractBench } from './contract-bench.ts';
import { IMAGES, MIB, receiving, serving } from './contract-images.ts';
import { call, called, Recorder, dial } from './recorder.ts';

/** The store of a host, and exceptions out of handlers: rules 5 and 6. Called inside the suite of one host. */
export function storeAndBugsContract(bench: ContractBench): void {
  describe('the store', () => {
    async function fetchAndKeep(file: string, asName: string): Promise<KeptImage> {
      bench.acceptor.hooks = serving(() => bench.server.host);
      const kept: KeptImage[] = [];
      dial(bench.caller.host, bench.server.address, (own) =>
        receiving(own, file, 10 * MIB, (body) =>
          call(() =>
            bench.caller.host.images.keep(body, asName, {
              onKept: (result) => kept.push(result),
              onKeepFailed: () => expect.unreachable('keep failed'),
            }),
          ),
        ),
      );
      await bench.world.until(() => kept.length === 1);
      return kept[0]!;
    }

    test('keeps under a new name, once, and gives other bytes a number', async () => {
      const first = { savedAs: 'received_cat.png', wasThere: false };
      expect(await fetchAndKeep('small.png', 'cat.png')).toEqual(first);
      expect(await fetchAndKeep('small.png', 'cat.png')).toEqual({ ...first, wasThere: true });
      const second = { savedAs: 'received_cat (2).png', wasThere: false };
      expect(await fetchAndKeep('large.png', 'cat.png')).toEqual(second);
      expect(await fetchAndKeep('large.png', 'cat.png')).toEqual({ ...second, wasThere: true });
      await bench.world.until(() => bench.caller.files().size === 2);
      const files = bench.caller.files();
      expect(sha256(files.get('received_cat.png')!)).toBe(sha256(IMAGES['small.png']!));
      expect(sha256(files.get('received_cat (2).png')!)).toBe(sha256(IMAGES['large.png']!));
    });

    test('serves what it has kept', async () => {
      await fetchAndKeep('large.png', 'cat.png');
      const images: StoredImage[] = [];
      call(() =>
        bench.caller.host.images.open('received_cat.png', true, {
          onImage: (image) => images.push(image),
          onNoImage: () => expect.unreachable(),
        }),
      );
      await bench.world.until(() => images.length === 1);
      expect(images[0]!.sizeBytes).toBe(IMAGES['large.png']!.length);
      images[0]!.release();
    });

    test.each([
      ['none.png', true, 'not-found'],
      ['small', true, 'not-found'],
      ['small', false, 'ambiguous'],
      ['s', false, 'ambiguous'],
      ['x', false, 'not-found'],
      ['small.png', false, 'image'],
      ['small.png', true, 'image'],
    ] as const)('opening %j (whole: %j) gives: %s', async (file, isComplete, expected) => {
      const results: (MissReason | 'image')[] = [];
      const opener: ImageOpener = {
        onImage: (image) => {
          called('image');
          expect(image.sizeBytes).toBe(IMAGES[file]!.length);
          image.release();
          results.push('image');
        },
        onNoImage: (reason) => {
          called('no image');
          results.push(reason);
        },
      };
      call(() => bench.server.host.images.open(file, isComplete, opener));
      await bench.world.until(() => results.length > 0);
      expect(results).toEqual([expected]);
    });
  });

  describe('an exception out of a handler', () => {
    test('is reported and closes that connection alone', async (context) => {
      if (bench.server.bugs === undefined) return context.skip('here it ends the world');
      const bug = new Error('thrown by the test');
      bench.acceptor.hooks = ({ connection }) => ({
        onData: (bytes) => {
          if (bytes[0] === 'b'.charCodeAt(0)) throw bug;
          call(() => connection.write(utf8('fine')));
          call(() => connection.end());
        },
      });
      const [bad, good] = ['bad', 'good'].map((text) =>
        dial(bench.caller.host, bench.server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8(text))),
          onEnd: () => call(() => own.connection.end()),
        })),
      ) as [Recorder, Recorder];
      await bench.world.until(() => bad.isClosed && good.isClosed);
      await bench.world.until(() => bench.acceptor.accepted.every(({ isClosed }) => isClosed));
      expect(bench.server.bugs).toEqual([bug]);
      expect(bad.received.length).toBe(0);
      expect(Buffer.from(good.received).toString()).toBe('fine');
      expect(bench.acceptor.accepted.map(({ cause }) => cause).sort()).toEqual(['end', 'protocol']);
    });

    test('while accepting closes that connection', async (context) => {
      if (bench.server.bugs === undefined) return context.skip('here it ends the world');
      bench.acceptor.hooks = () => {
        throw new Error('thrown by the test');
      };
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onEnd: () => call(() => own.connection.end()),
      }));
      await bench.world.until(() => recorder.isClosed);
      expect(bench.server.bugs).toHaveLength(1);
    });
  });
}
