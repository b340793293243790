import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, EVENTS, HEAD, linesOf, shown, writeJournal } from './journals.ts';

const folder = temporaryFolder();

test('a run becomes a sequence diagram', async () => {
  const { out } = await shown(writeJournal(folder), { mermaid: true });
  expect(out).toMatchSnapshot();
});

test('pieces of a message are one arrow', async () => {
  const { out } = await shown(writeJournal(folder), { mermaid: true, connection: 1 });
  expect(out.match(/REQ/g)).toHaveLength(1);
});

test('names cannot end a statement or open a tag', async () => {
  const head = { ...HEAD, peers: ['a;b', '<b>#1', '%%'] };
  const { out } = await shown(writeJournal(folder, linesOf(EVENTS, head)), { mermaid: true });
  expect(out).toContain('participant p0 as a#59;b\n');
  expect(out).toContain('participant p1 as #60;b#62;#35;1\n');
  expect(out).toContain('participant p2 as #37;#37;\n');
});

test('more than 500 messages are refused with a hint', async () => {
  const events = Array.from({ length: 501 }, (_, n): JournalEvent[] => [
    { kind: 'dial', atUs: n, connection: n, peer: 0, to: 1 },
    bytesOf({ atUs: n, sentUs: n, connection: n, from: 0, peer: 1, text: 'HELLO' }),
  ]).flat();
  const file = writeJournal(folder, linesOf(events));
  await expect(shown(file, { mermaid: true })).rejects.toThrow(/at most 500 messages: narrow it/);
  const { out } = await shown(file, { mermaid: true, fromUs: 1 });
  expect(out.match(/HELLO/g)).toHaveLength(500);
});

test('a journal without a wire is refused', async () => {
  const file = writeJournal(folder, linesOf(EVENTS.filter(({ kind }) => kind === 'reached')));
  await expect(shown(file, { mermaid: true })).rejects.toThrow(/nothing of the wire: record it/);
});
