import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deadlines, type Timed } from '../../src/core/deadlines.ts';
import { RecordingHost } from '../recording-host.ts';

function timed(onDeadline: () => void): Timed {
  return { deadlineUs: 0, deadlineIndex: -1, onDeadline };
}

function deadlines(): { host: RecordingHost; all: Deadlines } {
  const host = new RecordingHost();
  const all = new Deadlines(host);
  host.handler = { onAccept: () => expect.unreachable(), onAlarm: () => all.fire() };
  return { host, all };
}

describe('Deadlines', () => {
  test('each fires once, at its own time, whatever was set and called off before', () => {
    const step = fc.record({
      who: fc.nat(4),
      inUs: fc.option(fc.nat(1_000)),
      passUs: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { host, all } = deadlines();
        const due = Array<number>(5).fill(Infinity);
        const some = due.map((_, who) =>
          timed(() => {
            expect(host.nowUs()).toBe(due[who]);
            due[who] = Infinity;
          }),
        );
        for (const { who, inUs, passUs } of steps) {
          due[who] = inUs === null ? Infinity : host.nowUs() + inUs;
          if (inUs === null) all.unwatch(some[who]!);
          else all.watch(some[who]!, due[who]);
          host.pass(passUs);
          for (const time of due) expect(time).toBeGreaterThan(host.nowUs());
        }
        host.pass(2_000);
        expect(due).toEqual(Array(5).fill(Infinity));
      }),
    );
  });

  test('one that calls off another that is due at the same time is obeyed', () => {
    const { host, all } = deadlines();
    const fired: string[] = [];
    const second = timed(() => fired.push('second'));
    const first = timed(() => {
      fired.push('first');
      all.unwatch(second);
    });
    all.watch(first, host.nowUs() + 5);
    all.watch(second, host.nowUs() + 5);
    host.pass(100);
    expect(fired).toEqual(['first']);
  });
});
