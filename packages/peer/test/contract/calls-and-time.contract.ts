import { describe, expect, test } from 'vitest';
import type { KeptImage } from '../../src/core/host.ts';
import { noise, sha256 } from '../bodies.ts';
import { utf8 } from '../pieces.ts';
import type { ContractBench } from './contract-bench.ts';
import { MIB, receiving, serving } from './contract-images.ts';
import { call, called, dial } from './recorder.ts';

/** Rules 1 and 2: no re-entry, and time stands still inside an event. Called inside the suite of one host. */
export function callsAndTimeContract(bench: ContractBench): void {
  describe('no handler is called from inside a call', () => {
    // What was called is checked after each test, in `violations`; here the calls are all made.
    test('dial, write, end, destroy, open, keep and setAlarm come back at once', async () => {
      let kept: KeptImage | null = null;
      bench.acceptor.hooks = serving(() => bench.server.host);
      const recorder = dial(bench.caller.host, bench.server.address, (own) =>
        receiving(own, 'small.png', MIB, (body) => {
          call(() =>
            bench.caller.host.images.keep(body, 'small.png', {
              onKept: (result) => {
                called('kept');
                kept = result;
              },
              onKeepFailed: () => expect.unreachable('keep failed'),
            }),
          );
        }),
      );
      call(() => bench.caller.host.setAlarm(0));
      let rung = 0;
      bench.alarms.onAlarmRings = () => rung++;
      const refused = dial(bench.caller.host, bench.world.nobody, () => ({}));
      const dropped = dial(bench.caller.host, bench.server.address, () => ({}));
      call(() => dropped.connection.destroy('timeout'));
      await bench.world.until(() => kept !== null && rung === 1);
      await bench.world.until(() => recorder.isClosed && refused.isClosed && dropped.isClosed);
      expect(dropped.events).toEqual(['close timeout']);
    });

    test('also not by calls out of an event', async () => {
      const opened: string[] = [];
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () => {
          call(() => connection.write(noise(MIB)));
          call(() =>
            bench.server.host.images.open('none.png', true, {
              onImage: () => expect.unreachable(),
              onNoImage: (reason) => {
                called('no image');
                opened.push(reason);
              },
            }),
          );
          call(() => bench.server.host.setAlarm(0));
          call(() => connection.end());
          call(() => connection.destroy('protocol'));
        },
      });
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => call(() => own.connection.write(utf8('x'))),
        onEnd: () => call(() => own.connection.end()),
      }));
      await bench.world.until(() => recorder.isClosed && opened.length === 1);
      await bench.world.until(() => bench.onlyAccepted().isClosed);
      expect(bench.onlyAccepted().cause).toBe('protocol');
    });
  });

  describe('time', () => {
    test('stands still inside an event and never goes back between events', async () => {
      const seen: number[] = [];
      const look = (): void => {
        const before = bench.caller.host.nowUs();
        sha256(noise(4 * MIB));
        expect(bench.caller.host.nowUs()).toBe(before);
        expect(Number.isInteger(before)).toBe(true);
        seen.push(before);
      };
      bench.acceptor.hooks = ({ connection }) => ({
        onData: () => call(() => connection.write(utf8('pong'))),
        onEnd: () => call(() => connection.end()),
      });
      bench.alarms.onAlarmRings = look;
      let rounds = 0;
      const recorder = dial(bench.caller.host, bench.server.address, (own) => ({
        onOpen: () => {
          look();
          call(() => own.connection.write(utf8('ping')));
        },
        onData: () => {
          look();
          if (++rounds < 5) call(() => own.connection.write(utf8('ping')));
          else call(() => own.connection.end());
          call(() => bench.caller.host.setAlarm(bench.caller.host.nowUs() + 1));
        },
        onClose: look,
      }));
      await bench.world.until(() => recorder.isClosed);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.length).toBeGreaterThan(6);
    });

    test('an alarm rings once and not early', async () => {
      const rings: number[] = [];
      bench.alarms.onAlarmRings = () => rings.push(bench.caller.host.nowUs());
      const dueUs = bench.caller.host.nowUs() + 20_500;
      call(() => bench.caller.host.setAlarm(dueUs));
      await bench.world.until(() => bench.caller.host.nowUs() > dueUs + 30_000);
      expect(rings).toHaveLength(1);
      expect(rings[0]).toBeGreaterThanOrEqual(dueUs);
    });

    test('an alarm replaces the one before, earlier or later, and Infinity disarms', async () => {
      const rings: number[] = [];
      bench.alarms.onAlarmRings = () => rings.push(bench.caller.host.nowUs());
      const startUs = bench.caller.host.nowUs();
      call(() => bench.caller.host.setAlarm(startUs + 10_000));
      call(() => bench.caller.host.setAlarm(startUs + 60_000));
      await bench.world.until(() => rings.length === 1);
      expect(rings[0]).toBeGreaterThanOrEqual(startUs + 60_000);
      const againUs = bench.caller.host.nowUs();
      call(() => bench.caller.host.setAlarm(againUs + 3_600_000_000));
      call(() => bench.caller.host.setAlarm(againUs + 10_000));
      await bench.world.until(() => rings.length === 2);
      const thirdUs = bench.caller.host.nowUs();
      call(() => bench.caller.host.setAlarm(thirdUs + 5_000));
      call(() => bench.caller.host.setAlarm(Infinity));
      await bench.world.until(() => bench.caller.host.nowUs() > thirdUs + 30_000);
      expect(rings).toHaveLength(2);
    });

    test('an alarm in the past rings, and may set itself again', async () => {
      let rings = 0;
      bench.alarms.onAlarmRings = () => {
        rings++;
        if (rings < 3)
          call(() => bench.caller.host.setAlarm(bench.caller.host.nowUs() - 1_000_000));
      };
      call(() => bench.caller.host.setAlarm(-1));
      await bench.world.until(() => rings === 3);
    });
  });
}
