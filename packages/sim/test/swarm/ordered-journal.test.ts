import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { OrderedJournal } from '../../src/swarm/ordered-journal.ts';

const SECOND = 1_000_000;

function ordered(silenceUs = 500_000): { journal: OrderedJournal; written: string[] } {
  const written: string[] = [];
  const write = (event: JournalEvent): void => void written.push(`${event.kind} ${event.atUs}`);
  return { journal: new OrderedJournal({ write }, () => silenceUs), written };
}

function sample(atUs: number): JournalEvent {
  return { kind: 'harness', atUs, lagUs: 0, rssBytes: 0 };
}

function due(atUs: number): JournalEvent {
  return { kind: 'due', atUs, request: 0, phase: 0, peer: 0, image: 0 };
}

function reached(atUs: number): JournalEvent {
  return { kind: 'reached', atUs, peer: 0, other: 1 };
}

test('events come out in the order of their times', () => {
  const { journal, written } = ordered();
  journal.write(due(500));
  journal.write(reached(300));
  journal.write(reached(100));
  journal.write(sample(SECOND + 400));
  expect(written).toEqual(['reached 100', 'reached 300']);
  journal.write(sample(SECOND + 500));
  expect(written).toEqual(['reached 100', 'reached 300', 'due 500']);
});

test('events of one moment stay in the order in which they were written', () => {
  const { journal, written } = ordered();
  journal.write({ kind: 'phase-end', atUs: 7, phase: 0, isComplete: true });
  journal.write({ kind: 'phase-start', atUs: 7, phase: 1 });
  journal.end();
  expect(written).toEqual(['phase-end 7', 'phase-start 7']);
});

test('what comes too late is not put before what is written already', () => {
  const { journal, written } = ordered();
  journal.write(reached(500));
  journal.write(sample(SECOND + 500));
  journal.write(reached(100));
  journal.end();
  expect(written).toEqual(['reached 500', 'reached 500', 'harness 1000500']);
});

test('requests that would have come later are forgotten when a run is cut', () => {
  const { journal, written } = ordered();
  journal.write(due(100));
  journal.write(due(2_000));
  journal.write({ kind: 'phase-end', atUs: 150, phase: 0, isComplete: false });
  journal.end();
  expect(written).toEqual(['due 100', 'phase-end 150']);
});

test('what has happened since a host was heard last waits until it is known whether that was lost', () => {
  const { journal, written } = ordered(4 * SECOND);
  journal.write(reached(5 * SECOND));
  journal.write(sample(8 * SECOND));
  expect(written).toEqual([]);
  journal.write({ kind: 'peer-down', atUs: 4 * SECOND, peer: 2, isPlanned: true, how: 'was lost' });
  journal.end();
  expect(written).toEqual(['peer-down 4000000', 'reached 5000000', 'harness 8000000']);
});
