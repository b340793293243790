import { describe, expect, test } from 'vitest';
import type { ReceivedBody } from '../../src/core/host.ts';
import { noise, sha256 } from '../bodies.ts';
import { joined, utf8 } from '../pieces.ts';
import type { ContractBench } from './contract-bench.ts';
import { IMAGES, MIB, NAMES, receiving, serving } from './contract-images.ts';
import { call, Recorder, dial } from './recorder.ts';

/** Images that are sent, and bodies that are taken in. Called inside the suite of one host. */
export function imagesContract(bench: ContractBench): void {
  describe('sendImage', () => {
    test.each(NAMES)('brings %s byte for byte behind what was written', async (file) => {
      bench.acceptor.hooks = serving(() => bench.server.host);
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => call(() => own.connection.write(utf8(file))),
        onEnd: () => call(() => own.connection.end()),
      }));
      await bench.world.until(() => recorder.isClosed && bench.onlyAccepted().isClosed);
      const expected = joined([utf8('RES: '), IMAGES[file]!]);
      expect(recorder.received.length).toBe(expected.length);
      expect(sha256(recorder.received)).toBe(sha256(expected));
      expect(recorder.pieces[0]!.length).toBeGreaterThanOrEqual(6);
      const events = bench.onlyAccepted().events.filter((event) => event !== 'drain');
      expect(events).toEqual(['data', 'image-sent', 'end', 'close end']);
      expect(bench.onlyAccepted().connection.bytesSent).toBe(expected.length);
    });

    test.each(['small.png', 'huge.png'])('of %s leaves the connection open', async (file) => {
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () =>
          call(() =>
            bench.server.host.images.open(file, true, {
              onImage: (image) => call(() => connection.sendImage(image)),
              onNoImage: () => expect.unreachable(),
            }),
          ),
        onImageSent: () => {
          call(() => connection.write(utf8('tail')));
          call(() => connection.end());
        },
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => call(() => own.connection.write(utf8('x'))),
        onEnd: () => call(() => own.connection.end()),
      }));
      await bench.world.until(() => recorder.isClosed);
      expect(sha256(recorder.received)).toBe(sha256(joined([IMAGES[file]!, utf8('tail')])));
    });

    test('many at once do not mix', async () => {
      bench.acceptor.hooks = serving(() => bench.server.host);
      const wanted = Array.from({ length: 24 }, (_, i) => NAMES[i % NAMES.length]!);
      const recorders = wanted.map((file) =>
        dial(bench.caller.host, bench.server.address, (own) => ({
          onOpen: () => call(() => own.connection.write(utf8(file))),
          onEnd: () => call(() => own.connection.end()),
        })),
      );
      await bench.world.until(() => recorders.every(({ isClosed }) => isClosed));
      for (const [i, file] of wanted.entries()) {
        const { received } = recorders[i]!;
        expect(sha256(received.subarray(5))).toBe(sha256(IMAGES[file]!));
      }
    });

    test('that is broken off by us is never taken for the whole', async () => {
      let sender: Recorder | null = null;
      bench.acceptor.hooks = (own) => {
        sender = own;
        return serving(() => bench.server.host)(own);
      };
      const bodies: ReceivedBody[] = [];
      let isCut = false;
      const recorder = dial(bench.caller.host, bench.server.address, (own) => {
        const hooks = receiving(own, 'huge.png', 10 * MIB, (body) => bodies.push(body));
        const onData = hooks.onData!;
        hooks.onData = (bytes) => {
          onData(bytes);
          if (isCut) return;
          isCut = true;
          if (!sender!.events.includes('image-sent')) {
            call(() => sender!.connection.destroy('timeout'));
          }
        };
        return hooks;
      });
      await bench.world.until(() => recorder.isClosed);
      if (sender!.events.includes('image-sent')) return;
      expect(bodies).toEqual([]);
      expect(recorder.cause).toBe('reset');
      await bench.world.until(() => bench.caller.files().size === 0);
    });
  });

  describe('receiveBody', () => {
    test.each(NAMES)('takes %s in, with its digest', async (file) => {
      bench.acceptor.hooks = serving(() => bench.server.host);
      const bodies: ReceivedBody[] = [];
      const recorder = dial(bench.caller.host, bench.server.address, (own) =>
        receiving(own, file, IMAGES[file]!.length, (body) => bodies.push(body)),
      );
      await bench.world.until(() => recorder.isClosed);
      expect(bodies).toHaveLength(1);
      expect(bodies[0]).toMatchObject({
        sizeBytes: IMAGES[file]!.length,
        sha256: sha256(IMAGES[file]!),
        picture: { format: 'png', completeness: 'whole' },
      });
      expect(recorder.events.slice(-2)).toEqual(['body', 'close end']);
      call(() => bench.caller.host.images.discard(bodies[0]!));
      await bench.world.until(() => bench.caller.files().size === 0);
    });

    test.each([
      ['small.png', 1],
      ['medium.png', 1],
      ['huge.png', 1],
      ['huge.png', 4 * MIB + 1],
      ['huge.png', 5 * MIB],
    ])('refuses %s when it is %d bytes too large', async (file, excess) => {
      bench.acceptor.hooks = serving(() => bench.server.host);
      const recorder = dial(bench.caller.host, bench.server.address, (own) =>
        receiving(own, file, IMAGES[file]!.length - excess, () => expect.unreachable('a body')),
      );
      await bench.world.until(() => recorder.isClosed && bench.caller.files().size === 0);
      const failures = recorder.events.filter((event) => event.startsWith('body'));
      expect(failures).toEqual(['body-failed too-large']);
      expect(recorder.events.at(-1)).toMatch(/^close/);
    });

    test.each([1_000, 3 * MIB])('drops a body that breaks after %d bytes', async (length) => {
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () => void call(() => connection.write(noise(5 + length))),
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) =>
        receiving(own, 'x', 10 * MIB, () => expect.unreachable('a body')),
      );
      await bench.world.until(() => recorder.connection.bytesReceived === 5 + length);
      bench.server.fail(bench.onlyAccepted().connection);
      await bench.world.until(() => recorder.isClosed && bench.caller.files().size === 0);
      expect(recorder.events.filter((event) => event.startsWith('body'))).toEqual([]);
      expect(recorder.cause).toBe('reset');
    });

    test('drops a body that we break off ourselves', async () => {
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () => void call(() => connection.write(noise(3 * MIB))),
        onEnd: () => {},
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) =>
        receiving(own, 'x', 10 * MIB, () => expect.unreachable('a body')),
      );
      await bench.world.until(() => recorder.connection.bytesReceived > 1 * MIB);
      call(() => recorder.connection.destroy('timeout'));
      await bench.world.until(() => recorder.isClosed && bench.caller.files().size === 0);
      expect(recorder.events.at(-1)).toBe('close timeout');
      expect(recorder.events.filter((event) => event.startsWith('body'))).toEqual([]);
    });
  });
}
