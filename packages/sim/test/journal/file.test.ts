import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { JournalFile } from '../../src/journal/file.ts';
import { tee } from '../../src/journal/journal.ts';
import { planOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const plan = planOf({ images: [{ owners: [1] }] });

test('a journal file has a line for the plan, one for each event, in order, and an end mark', async () => {
  const path = join(folder, 'journal.jsonl');
  const file = new JournalFile(path, plan);
  const events = Array.from({ length: 5_000 }, (_, i): JournalEvent => {
    return { kind: 'reached', atUs: i, peer: i % 3, other: (i + 1) % 3 };
  });
  for (const event of events) file.write(event);
  await file.close();
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  const [head, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(head).toEqual({
    journal: 1,
    scenario: 'test',
    imagesFrom: plan.scenario.images.from,
    faults: [],
    seed: 1,
    phases: ['steady'],
    peers: ['peer-1', 'peer-2', 'peer-3'],
    images: [{ name: 'image-0.png', sizeBytes: 1_000, sha256: '0'.repeat(64), owners: [1] }],
  });
  expect(lines).toEqual([...events, { kind: 'end', events: 5_000, problem: null }]);
});

test('the end mark says why a run did not come to its end', async () => {
  const path = join(folder, 'ended.jsonl');
  await new JournalFile(path, plan).close('interrupted');
  const last = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)!;
  expect(JSON.parse(last)).toEqual({ kind: 'end', events: 0, problem: 'interrupted' });
});

test('a journal that cannot be opened says so at once', () => {
  expect(() => new JournalFile(join(folder, 'nowhere', 'journal.jsonl'), plan)).toThrow(/ENOENT/);
});

test.skipIf(!existsSync('/dev/full'))(
  'a journal that cannot be written says so when it is closed',
  async () => {
    const file = new JournalFile('/dev/full', plan);
    file.write({ kind: 'phase-start', atUs: 0, phase: 0 });
    await expect(file.close()).rejects.toThrow(/ENOSPC/);
  },
);

test('a tee gives every event to every journal, in order', () => {
  const seen: string[] = [];
  const journal = tee([
    { write: (event) => seen.push(`a ${event.kind}`) },
    { write: (event) => seen.push(`b ${event.kind}`) },
  ]);
  journal.write({ kind: 'phase-start', atUs: 0, phase: 0 });
  journal.write({ kind: 'phase-end', atUs: 1, phase: 0, isComplete: true });
  expect(seen).toEqual(['a phase-start', 'b phase-start', 'a phase-end', 'b phase-end']);
});
