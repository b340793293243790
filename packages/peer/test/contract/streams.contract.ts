import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/core/host.ts';
import { noise, sha256 } from '../bodies.ts';
import { joined, utf8 } from '../pieces.ts';
import type { ContractBench } from './contract-bench.ts';
import { KIB } from './contract-images.ts';
import { call, dial } from './recorder.ts';

/** Bytes and the end of a connection: rules 3 and 4. Called inside the suite of one host. */
export function streamsContract(bench: ContractBench): void {
  describe('bytes', () => {
    test('arrive in order, both ways at once, whatever the writes', async () => {
      const there = Array.from({ length: 300 }, (_, i) => noise(1 + ((i * 7_919) % 3_000), i));
      const back = Array.from({ length: 300 }, (_, i) => noise(1 + ((i * 104_729) % 5_000), -i));
      let isAnswered = false;
      bench.acceptor.hooks = (own) => ({
        onData: () => {
          if (isAnswered) return;
          isAnswered = true;
          for (const piece of back) call(() => own.connection.write(piece));
          call(() => own.connection.end());
        },
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => {
          for (const piece of there) call(() => own.connection.write(piece));
          call(() => own.connection.end());
        },
      }));
      await bench.world.until(() => recorder.isClosed && bench.onlyAccepted().isClosed);
      expect(sha256(bench.onlyAccepted().received)).toBe(sha256(joined(there)));
      expect(sha256(recorder.received)).toBe(sha256(joined(back)));
      expect([recorder.cause, bench.onlyAccepted().cause]).toEqual(['end', 'end']);
      expect(recorder.connection.bytesReceived).toBe(joined(back).length);
      // What has crossed the port has stayed as it was.
      for (const { pieces, copies } of [recorder, bench.onlyAccepted()]) {
        for (const [i, piece] of pieces.entries()) {
          expect(Buffer.compare(piece, copies[i]!)).toBe(0);
        }
      }
    });

    test('small writes of one event arrive together', async () => {
      bench.acceptor.hooks = ({ connection }) => ({ onEnd: () => call(() => connection.end()) });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => {
          call(() => own.connection.write(utf8('REQ: ')));
          call(() => own.connection.write(utf8('cat.png')));
          call(() => own.connection.end());
        },
      }));
      await bench.world.until(() => recorder.isClosed);
      expect(bench.onlyAccepted().pieces.map((piece) => Buffer.from(piece).toString())).toEqual([
        'REQ: cat.png',
      ]);
    });

    test('above the high-water mark write says so, and onDrain follows', async () => {
      const piece = noise(64 * KIB);
      let sent = 0;
      let drains = 0;
      const fill = (connection: Connection): void => {
        for (let i = 0; i < 1_000; i++) {
          sent += piece.length;
          if (!call(() => connection.write(piece))) return;
        }
        expect.unreachable('no end to what is queued');
      };
      bench.acceptor.hooks = ({ connection }) => ({ onEnd: () => call(() => connection.end()) });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => fill(own.connection),
        onDrain: () => {
          if (++drains < 5) fill(own.connection);
          else call(() => own.connection.end());
        },
      }));
      await bench.world.until(() => recorder.isClosed);
      expect(drains).toBe(5);
      expect(bench.onlyAccepted().received.length).toBe(sent);
      expect(recorder.connection.bytesSent).toBe(sent);
    });

    test('go on in one direction after the other has ended', async () => {
      bench.acceptor.hooks = (own) => ({
        onEnd: () => {
          expect(Buffer.from(own.received).toString()).toBe('question');
          call(() => own.connection.write(utf8('answer')));
          call(() => own.connection.end());
        },
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => {
          call(() => own.connection.write(utf8('question')));
          call(() => own.connection.end());
        },
      }));
      await bench.world.until(() => recorder.isClosed && bench.onlyAccepted().isClosed);
      expect(recorder.events).toEqual(['open', 'data', 'end', 'close end']);
      expect(bench.onlyAccepted().events).toEqual(['data', 'end', 'close end']);
      expect(Buffer.from(recorder.received).toString()).toBe('answer');
    });

    test('go on towards the caller that has not ended', async () => {
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () => {
          call(() => connection.write(utf8('answer')));
          call(() => connection.end());
        },
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => call(() => own.connection.write(utf8('question'))),
        onEnd: () => {
          call(() => own.connection.write(utf8(' more')));
          call(() => own.connection.end());
        },
      }));
      await bench.world.until(() => recorder.isClosed && bench.onlyAccepted().isClosed);
      expect(Buffer.from(bench.onlyAccepted().received).toString()).toBe('question more');
    });
  });

  describe('a connection closes once and last', () => {
    test('as refused where nobody listens', async () => {
      const recorder = dial(bench.caller.host, bench.world.nobody, () => ({}));
      await bench.world.until(() => recorder.isClosed);
      expect(recorder.events).toEqual(['close refused']);
    });

    test('as reset when the other side breaks', async () => {
      bench.acceptor.hooks = ({ connection }) => ({ onData: () => bench.server.fail(connection) });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => call(() => own.connection.write(utf8('x'))),
      }));
      await bench.world.until(() => recorder.isClosed);
      expect(recorder.events).toEqual(['open', 'close reset']);
    });

    test.each(['reset', 'timeout', 'protocol', 'refused'] as const)(
      'as %s when we say so, and the other side hears of it',
      async (cause) => {
        bench.acceptor.hooks = ({ connection }) => ({ onEnd: () => call(() => connection.end()) });
        const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
          onOpen: () => {
            call(() => own.connection.write(utf8('x')));
            call(() => own.connection.destroy(cause));
            call(() => own.connection.destroy('end'));
            call(() => own.connection.write(utf8('y')));
            call(() => own.connection.end());
          },
        }));
        await bench.world.until(
          () => recorder.isClosed && bench.acceptor.accepted.every((one) => one.isClosed),
        );
        expect(recorder.events).toEqual(['open', `close ${cause}`]);
      },
    );

    test('whoever ends first, in a crowd', async () => {
      const recorders = Array.from({ length: 40 }, (_, i) =>
        dial(bench.caller.host, i % 8 === 7 ? bench.world.nobody : bench.server.address, (own) => ({
          onOpen: () => {
            call(() => own.connection.write(noise(1 + i * 1_000, i)));
            if (i % 4 === 0) call(() => own.connection.destroy('timeout'));
            else call(() => own.connection.end());
          },
        })),
      );
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () => call(() => connection.write(utf8('so what'))),
        onEnd: () => call(() => connection.end()),
      });
      await bench.world.until(() => recorders.every(({ isClosed }) => isClosed));
      await bench.world.until(() => bench.acceptor.accepted.every(({ isClosed }) => isClosed));
      for (const { events } of [...recorders, ...bench.acceptor.accepted]) {
        expect(events.filter((event) => event.startsWith('close'))).toHaveLength(1);
        expect(events.at(-1)).toMatch(/^close/);
      }
    });
  });
}
