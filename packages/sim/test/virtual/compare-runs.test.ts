import { beforeEach, describe, expect, test } from 'vitest';
import {
  compareRuns,
  type ComparableRun,
  type Comparison,
} from '../../src/virtual/compare-runs.ts';
import { ALARM, RETRY } from '../../src/virtual/event-kind.ts';
import { TraceHash } from '../../src/virtual/trace-hash.ts';

/** Time, kind and amount. */
type Event = readonly [number, number, number];

// What each run is to do; the first of them is the next one.
const scripts: (readonly Event[])[] = [];

class ScriptedRun implements ComparableRun {
  readonly world = { trace: new TraceHash() };
  readonly #events = [...scripts.shift()!];

  get isOver(): boolean {
    return this.#events.length === 0;
  }

  start(): void {}

  advance(count: number): void {
    for (const event of this.#events.splice(0, count)) this.world.trace.fold(...event);
  }
}

const makeRun = (): ScriptedRun => new ScriptedRun();

const breathe = (): Promise<void> => Promise.resolve();

function compare(...runs: readonly (readonly Event[])[]): Promise<Comparison> {
  scripts.push(...runs);
  return compareRuns(makeRun, runs.length, breathe);
}

/** The alarms of peers 0, 1 … at 1, 2 … s. */
function alarms(count: number): readonly Event[] {
  return Array.from({ length: count }, (_, i) => [(i + 1) * 1_000_000, ALARM, i] as const);
}

/** The same with another event at a place, counted from 0. */
function withEvent(at: number, event: Event): readonly Event[] {
  return alarms(5).with(at, event);
}

beforeEach(() => {
  scripts.length = 0;
});

describe('runs that do the same', () => {
  test('have no difference; their events are counted and hashed', async () => {
    const trace = new TraceHash();
    for (const event of alarms(5)) trace.fold(...event);
    expect(await compare(alarms(5), alarms(5), alarms(5))).toEqual({
      events: 5,
      traceHash: trace.digest(),
      difference: null,
    });
    expect(scripts).toEqual([]);
  });

  test('are remembered whole when they are long', async () => {
    const { events, difference } = await compare(alarms(5_000), alarms(5_000));
    expect(events).toBe(5_000);
    expect(difference).toBeNull();
  });

  test('may be empty', async () => {
    expect((await compare([], [])).difference).toBeNull();
  });
});

describe('the first event that differs', () => {
  const third = 'at 3.000000 s the alarm of peer number 2 rings';

  test('is found where the time alone is another', async () => {
    const { events, difference } = await compare(alarms(5), withEvent(2, [3_000_001, ALARM, 2]));
    const other = 'at 3.000001 s the alarm of peer number 2 rings';
    expect(difference).toEqual({ event: 3, first: third, run: 2, other });
    expect(events).toBe(5);
  });

  test('is found where the kind alone is another', async () => {
    const { difference } = await compare(alarms(5), withEvent(2, [3_000_000, RETRY, 2]));
    const other = 'at 3.000000 s connection 1 at the side that dialled tries again';
    expect(difference).toEqual({ event: 3, first: third, run: 2, other });
  });

  test('is found where the amount alone is another', async () => {
    const { difference } = await compare(alarms(5), withEvent(2, [3_000_000, ALARM, 7]));
    const other = 'at 3.000000 s the alarm of peer number 7 rings';
    expect(difference).toEqual({ event: 3, first: third, run: 2, other });
  });

  test('is the very first one of all', async () => {
    const { difference } = await compare(alarms(5), withEvent(0, [1_000_000, ALARM, 7]));
    expect(difference).toEqual({
      event: 1,
      first: 'at 1.000000 s the alarm of peer number 0 rings',
      run: 2,
      other: 'at 1.000000 s the alarm of peer number 7 rings',
    });
  });

  test('is named when more of them differ', async () => {
    const late = alarms(5).map(
      ([atUs, kind, peer]) => [atUs + (peer > 0 ? 1 : 0), kind, peer] as const,
    );
    const { difference } = await compare(alarms(5), late);
    expect(difference).toMatchObject({
      event: 2,
      other: expect.stringMatching(/^at 2\.000001 s /),
    });
  });

  test('is named when it lies far into a long run', async () => {
    const { difference } = await compare(
      alarms(5_000),
      alarms(5_000).with(4_000, [4_001_000_000, ALARM, 7]),
    );
    expect(difference).toEqual({
      event: 4_001,
      first: 'at 4001.000000 s the alarm of peer number 4000 rings',
      run: 2,
      other: 'at 4001.000000 s the alarm of peer number 7 rings',
    });
  });

  test('is the one after the end of a run that ends earlier than the first', async () => {
    const { difference } = await compare(alarms(5), alarms(2));
    expect(difference).toEqual({ event: 3, first: third, run: 2, other: null });
  });

  test('is the one after the end of the first run when another goes on', async () => {
    const { events, difference } = await compare(alarms(2), alarms(5));
    expect(difference).toEqual({ event: 3, first: null, run: 2, other: third });
    expect(events).toBe(2);
  });

  test('comes with the number of its run, and no run is made after it', async () => {
    const other = withEvent(4, [5_000_000, ALARM, 7]);
    const { difference } = await compare(alarms(5), alarms(5), alarms(5), other, alarms(5));
    expect(difference).toMatchObject({ event: 5, run: 4 });
    expect(scripts).toEqual([alarms(5)]);
  });
});

describe('whoever waits', () => {
  test('has a turn every 50,000 events, and is told which run goes on', async () => {
    scripts.push(alarms(100_001), alarms(50_000), alarms(5));
    const runs: number[] = [];
    const comparison = await compareRuns(makeRun, 3, (run) => {
      runs.push(run);
      return Promise.resolve();
    });
    expect(runs).toEqual([1, 1, 1, 2]);
    expect(comparison.difference).toMatchObject({ event: 50_001, run: 2, other: null });
  });

  test('ends a run that has differed early', async () => {
    scripts.push(alarms(100_001), alarms(100_001).with(0, [0, ALARM, 0]));
    const runs: number[] = [];
    await compareRuns(makeRun, 2, (run) => {
      runs.push(run);
      return Promise.resolve();
    });
    expect(runs).toEqual([1, 1, 1, 2]);
  });

  test('ends all by rejecting', async () => {
    scripts.push(alarms(5), alarms(5));
    const stop = new Error('enough');
    await expect(compareRuns(makeRun, 2, () => Promise.reject(stop))).rejects.toBe(stop);
    expect(scripts).toHaveLength(1);
  });
});
