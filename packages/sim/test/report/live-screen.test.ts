import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { heatRows } from '../../src/report/heat.ts';
import { liveLines, plainLine, type Progress } from '../../src/report/live-lines.ts';
import { LiveScreen, type LiveStream } from '../../src/report/live-screen.ts';
import { columnsOf, painter } from '../../src/report/screen-text.ts';

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';
const PLAIN = painter(false);

const STEADY: Progress = {
  phase: 'steady',
  phaseIndex: 1,
  phaseCount: 3,
  elapsedUs: 3_000_000,
  phaseUs: 4_000_000,
  due: 1240,
  done: 1238,
  wrong: 2,
  failed: 0,
  excused: 3,
  requestsPerSecond: 208,
  bytesPerSecond: 13_200_000,
  latencyMs: { p50: 2.4, p99: 18, max: 53 },
  rates: [0, 10, 20, 40],
  faults: [
    { text: 'partition left | right', isOver: false, startUs: 2_500_000 },
    { text: 'kill peer-3', isOver: true, startUs: 1_200_000 },
  ],
  faultCount: 12,
  activity: [0, 5, 10, -1],
};

/** A stream that remembers what was written to it. */
class FakeStream extends EventEmitter {
  readonly writes: string[] = [];
  readonly isTTY: boolean;
  columns = 80;
  rows = 24;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    this.writes.push(text);
    return true;
  }

  get text(): string {
    return this.writes.join('');
  }
}

function open(stream: FakeStream): LiveScreen {
  const options = { color: false, now: () => Date.now() };
  return new LiveScreen(stream as unknown as LiveStream, options);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the lines', () => {
  test('tell phase, time left, rate, latency, errors, faults and how busy peers are', () => {
    expect(liveLines(STEADY, 79, PLAIN)).toEqual([
      'steady (2/3)  ━━━━━━──  1.0 s left',
      'requests 1,238/1,240 done  208.0/s  13.2 MB/s',
      'latency  p50 2.4 ms  p99 18 ms  max 53 ms',
      'errors   2 wrong  3 excused',
      'rate     ▁▂▄█',
      'faults   ● partition left | right at 2.50 s',
      '         ○ kill peer-3 at 1.20 s, over  and 10 before',
      'peers    ·▄█×',
      '         height: what a peer sends and fetches; · nothing, × down',
    ]);
  });

  test('begin with which of several runs this is', () => {
    const [first] = liveLines({ ...STEADY, repetition: { run: 3, of: 10 } }, 79, PLAIN);
    expect(first).toMatch(/^3 of 10 {2}steady \(2\/3\) /);
  });

  test('while peers find one another, tell the share of pairs and nothing of requests', () => {
    const known = { pairs: 45, of: 90 };
    const finding = { ...STEADY, phaseUs: null, known, due: 0, faults: [], faultCount: 0 };
    expect(liveLines(finding, 79, PLAIN)).toEqual([
      'steady (2/3)  ━━━━────  45 of 90 pairs know each other',
      'peers    ·▄█×',
      '         height: what a peer sends and fetches; · nothing, × down',
    ]);
  });

  test.each([79, 39, 12, 1])('of %i columns are no longer than that', (width) => {
    const hostile = { text: '猫\u001b[31m'.repeat(20), isOver: false, startUs: 1 };
    const activity = Array.from({ length: 1_000 }, (_, peer) => peer);
    const lines = liveLines({ ...STEADY, faults: [hostile], activity }, width, PLAIN);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
    expect(lines.join('')).not.toContain('\u001b');
  });

  test('keep when a fault was, however long it is and however narrow they are', () => {
    const long = {
      text: 'link peer-2 to *: latency 50ms, jitter 10ms',
      isOver: true,
      startUs: 1.2e6,
    };
    const lines = liveLines({ ...STEADY, faults: [long], faultCount: 2 }, 60, PLAIN);
    expect(lines.find((line) => line.startsWith('faults'))).toMatch(
      /^faults {3}○ link peer-2 .*… at 1\.20 s, over {2}and 1 before$/,
    );
  });

  test('are one without a terminal', () => {
    expect(plainLine(STEADY)).toBe(
      'steady (2/3)  1.0 s left  1,238/1,240 done  208.0/s  2 wrong  3 excused  12 faults',
    );
  });
});

test('many peers share blocks, and a block is down when all of its peers are', () => {
  const activity = Array.from({ length: 60 }, (_, peer) => (peer < 2 ? -1 : peer < 4 ? 8 : 0));
  const { rows, peersEach } = heatRows(activity, 10);
  expect(peersEach).toBe(2);
  expect(rows.map((row) => row.map(({ text }) => text).join(''))).toEqual([
    '×█········',
    '··········',
    '··········',
  ]);
});

describe('the screen', () => {
  test('is redrawn five times a second at most, and with the latest values', () => {
    const stream = new FakeStream(true);
    using screen = open(stream);
    let taken = 0;
    for (let done = 0; done < 1000; done++) {
      screen.update(() => {
        taken++;
        return { ...STEADY, done };
      });
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(200);
    expect(taken).toBe(6);
    expect(stream.writes.at(-1)).toContain('999/1,240 done');
  });

  test('hides the cursor, and gives it back once at the end', () => {
    const stream = new FakeStream(true);
    const screen = open(stream);
    screen.update(() => STEADY);
    expect(stream.writes[0]).toBe(HIDE);
    screen.dispose();
    screen.dispose();
    expect(stream.text.split(SHOW)).toHaveLength(2);
    expect(stream.listenerCount('resize')).toBe(0);
  });

  test('leaves no listener of the process behind', () => {
    const events = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGTSTP', 'SIGCONT'];
    const before = events.map((event) => process.listenerCount(event));
    const screen = open(new FakeStream(true));
    screen.update(() => STEADY);
    screen.dispose();
    expect(events.map((event) => process.listenerCount(event))).toEqual(before);
  });

  test('at a resize erases the rows into which a narrower terminal has broken its lines', () => {
    const stream = new FakeStream(true);
    using screen = open(stream);
    screen.update(() => STEADY);
    stream.columns = 40;
    stream.emit('resize');
    // Nine lines, of which five take two rows by now.
    expect(stream.text).toContain('\u001b[14A\r\u001b[J');
  });

  test('is drawn less often where that takes long', () => {
    const stream = new FakeStream(true);
    using screen = open(stream);
    let drawings = 0;
    for (let i = 0; i < 40; i++) {
      screen.update(() => {
        drawings++;
        vi.setSystemTime(Date.now() + 5);
        return STEADY;
      });
      vi.advanceTimersByTime(100);
    }
    // In four seconds, and not 20 times.
    expect(drawings).toBeGreaterThan(6);
    expect(drawings).toBeLessThan(11);
  });

  test('is not higher than the terminal', () => {
    const stream = new FakeStream(true);
    stream.rows = 4;
    using screen = open(stream);
    screen.update(() => STEADY);
    expect(stream.writes.at(-1)!.split('\n').slice(0, -1)).toHaveLength(3);
  });

  test('is drawn on a terminal that does not know its size', () => {
    const stream = new FakeStream(true);
    stream.rows = 0;
    stream.columns = 0;
    using screen = open(stream);
    screen.update(() => STEADY);
    expect(stream.text).toContain('1,238/1,240 done');
  });

  test('that nobody updated writes nothing', () => {
    const stream = new FakeStream(true);
    open(stream).dispose();
    expect(stream.writes).toEqual([]);
  });

  test('without a terminal is a plain line every ten seconds', () => {
    const stream = new FakeStream(false);
    using screen = open(stream);
    for (let second = 0; second < 25; second++) {
      screen.update(() => STEADY);
      vi.advanceTimersByTime(1_000);
    }
    expect(stream.writes).toEqual([`${plainLine(STEADY)}\n`, `${plainLine(STEADY)}\n`]);
  });
});
