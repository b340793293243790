import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordRun, shown, writeJournal } from './journals.ts';

const folder = temporaryFolder();
const path = join(folder, 'trace.json');
const { file: run } = await recordRun(folder);

// The fields that the Trace Event Format asks for, and no others.
const common = { name: z.string(), cat: z.string(), pid: z.int(), tid: z.int() };
const ts = z.number().min(0);
const args = z.record(z.string(), z.unknown()).optional();
const event = z.discriminatedUnion('ph', [
  z.strictObject({
    ph: z.literal('M'),
    name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
    pid: z.int(),
    tid: z.int().optional(),
    args: z.union([z.strictObject({ name: z.string() }), z.strictObject({ sort_index: z.int() })]),
  }),
  z.strictObject({ ph: z.enum(['B', 'E']), ...common, ts, args }),
  z.strictObject({ ph: z.literal('i'), ...common, ts, s: z.literal('t'), args }),
  z.strictObject({ ph: z.literal('s'), ...common, ts, id: z.int() }),
  z.strictObject({ ph: z.literal('f'), ...common, ts, id: z.int(), bp: z.literal('e') }),
]);
const schema = z.strictObject({ displayTimeUnit: z.literal('ms'), traceEvents: z.array(event) });

type Event = z.infer<typeof event>;

async function written(file: string, options: Parameters<typeof shown>[1] = {}): Promise<Event[]> {
  const { out } = await shown(file, { ...options, perfetto: path });
  expect(out).toMatch(/^\S+: [\d,]+ trace events, [\d.]+ kB; open it at \S+\n$/);
  return schema.parse(JSON.parse(readFileSync(path, 'utf8'))).traceEvents;
}

/** As viewers do it: by time, what is equal in the order of the file. */
function byThread(events: readonly Event[]): Map<number, Event[]> {
  const timed = events.filter((one) => one.ph !== 'M').sort((a, b) => a.ts - b.ts);
  return Map.groupBy(timed, (one) => one.tid);
}

test.each([
  ['a whole run', {}],
  ['a part of it', { fromUs: 150_000, toUs: 400_000 }],
])('%s has the documented fields, nested spans, and arrows within spans', async (_, options) => {
  const events = await written(run, options);
  for (const thread of byThread(events).values()) {
    expect(new Set(thread.map((one) => one.pid)).size).toBe(1);
    let depth = 0;
    for (const one of thread) {
      if (one.ph === 'B') depth++;
      if (one.ph === 'E') depth--;
      expect(depth === 0 || depth === 1).toBe(true);
      if (one.ph === 's' || one.ph === 'f') expect(depth).toBe(1);
    }
    expect(depth).toBe(0);
  }
});

test('a span stands for each connection at both ends, each request and each phase', async () => {
  const events = await written(writeJournal(folder));
  const begun = events.filter((one): one is Extract<Event, { ph: 'B' | 'E' }> => one.ph === 'B');
  const count = (cat: string): number => begun.filter((one) => one.cat === cat).length;
  expect([count('connection'), count('request'), count('phase')]).toEqual([9, 2, 2]);
  const request = begun.find((one) => one.cat === 'request');
  expect(request).toMatchObject({ name: 'dog\\u{202e}.png', ts: 1_000_000, pid: 2 });
});

test('an arrow leads from when a piece was sent to where it arrived', async () => {
  const events = await written(writeJournal(folder), { connection: 0 });
  const arrows = events.filter((one) => one.ph === 's' || one.ph === 'f');
  const ends = arrows.map((one) => [one.ph, one.id, one.ts, one.pid]);
  expect(ends).toEqual([
    ['s', 0, 100, 2],
    ['f', 0, 150, 3],
    ['s', 1, 150, 3],
    ['f', 1, 200, 2],
  ]);
});

test('each process and each thread has a name', async () => {
  const events = await written(run);
  const named = new Set(
    events.filter((one) => one.ph === 'M' && one.name === 'thread_name').map((one) => one.tid),
  );
  for (const tid of byThread(events).keys()) expect(named).toContain(tid);
  const processes = events.filter((one) => one.ph === 'M' && one.name === 'process_name');
  expect(processes.map((one) => (one.ph === 'M' ? one.args : null))).toEqual(
    expect.arrayContaining([{ name: 'run' }, { name: 'peer-1' }, { name: 'peer-3' }]),
  );
});
