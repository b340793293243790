import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEvent } from '../../src/journal/event.ts';
import { JournalFile } from '../../src/journal/file.ts';
import { JournalReader } from '../../src/journal/reader.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import { replay, type ReplayOptions } from '../../src/replay/replay.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { VirtualRun } from '../../src/virtual/virtual-run.ts';
import { LabFolder } from '../lab.ts';

/** Three peers, two phases and two images; `dog.png` is asked for by its number 1. */
export const HEAD: Readonly<Record<string, unknown>> = {
  journal: 1,
  scenario: 'hand-made',
  seed: 1,
  phases: ['discover', 'steady'],
  peers: ['peer-1', 'peer-2', 'peer-3'],
  images: [
    { name: 'cat.png', sizeBytes: 3_000, sha256: 'aa', owners: [1] },
    { name: 'dog\u202e.png', sizeBytes: 70_000, sha256: 'bb', owners: [2] },
  ],
};

/** A piece of a stream, from what a test wants to say about it. */
export function bytesOf(
  part: { atUs: number; connection: number; from: number; peer: number; text?: string } & Partial<
    Extract<JournalEvent, { kind: 'bytes' }>
  >,
): JournalEvent {
  const { text = '', image = null, isLast = true, sentUs = part.atUs - 50, ...rest } = part;
  const bytes = Buffer.from(text);
  const length = bytes.length + (image === null ? 0 : image.end - image.start);
  const { atUs, connection, peer, from } = rest;
  const encoded = bytes.toString('base64');
  return {
    kind: 'bytes',
    atUs,
    sentUs,
    connection,
    peer,
    from,
    length,
    bytes: encoded,
    image,
    isLast,
  };
}

/** One of everything: a greeting, a request in pieces, a denial, a refusal and a reset. */
export const EVENTS: readonly JournalEvent[] = [
  { kind: 'peer-up', atUs: 0, peer: 0, address: '10.0.0.1:9000', hasFiles: true },
  { kind: 'peer-up', atUs: 0, peer: 1, address: '10.0.0.2:9000', hasFiles: true },
  { kind: 'peer-up', atUs: 0, peer: 2, address: '10.0.0.3:9000', hasFiles: true },
  { kind: 'phase-start', atUs: 0, phase: 0 },
  { kind: 'dial', atUs: 0, connection: 0, peer: 0, to: 1 },
  { kind: 'open', atUs: 100, connection: 0 },
  bytesOf({ atUs: 150, connection: 0, from: 0, peer: 1, text: 'HELLO 9000' }),
  bytesOf({ atUs: 200, connection: 0, from: 1, peer: 0, text: 'PEERS: 10.0.0.3:9000 1.2.3.4:5' }),
  { kind: 'close', atUs: 200, connection: 0, peer: 1, cause: 'end' },
  { kind: 'reached', atUs: 200, peer: 0, other: 1 },
  { kind: 'close', atUs: 200, connection: 0, peer: 0, cause: 'end' },
  { kind: 'alarm', atUs: 250, peer: 2 },
  { kind: 'phase-end', atUs: 300, phase: 0, isComplete: true },
  { kind: 'phase-start', atUs: 300, phase: 1 },
  { kind: 'due', atUs: 1_000_000, request: 0, phase: 1, peer: 0, image: 1 },
  { kind: 'dial', atUs: 1_000_000, connection: 1, peer: 0, to: 1 },
  { kind: 'dial', atUs: 1_000_000, connection: 2, peer: 0, to: -1 },
  { kind: 'open', atUs: 1_000_100, connection: 1 },
  { kind: 'close', atUs: 1_000_100, connection: 2, peer: 0, cause: 'refused' },
  bytesOf({ atUs: 1_000_150, connection: 1, from: 0, peer: 1, text: 'REQ: dog', isLast: false }),
  bytesOf({ atUs: 1_000_160, connection: 1, from: 0, peer: 1, text: '\u202e.png' }),
  bytesOf({ atUs: 1_000_210, connection: 1, from: 1, peer: 0, text: 'ERR: not_found' }),
  { kind: 'close', atUs: 1_000_210, connection: 1, peer: 1, cause: 'end' },
  { kind: 'close', atUs: 1_000_210, connection: 1, peer: 0, cause: 'end' },
  { kind: 'dial', atUs: 1_000_300, connection: 3, peer: 0, to: 2 },
  { kind: 'open', atUs: 1_000_400, connection: 3 },
  bytesOf({ atUs: 1_000_450, connection: 3, from: 0, peer: 2, text: 'REQ: dog\u202e.png' }),
  bytesOf({
    atUs: 1_000_500,
    connection: 3,
    from: 2,
    peer: 0,
    text: 'RES: ',
    image: { image: 1, start: 0, end: 16_379 },
    isLast: false,
  }),
  bytesOf({
    atUs: 1_000_510,
    connection: 3,
    from: 2,
    peer: 0,
    image: { image: 1, start: 16_379, end: 70_000 },
  }),
  { kind: 'close', atUs: 1_000_510, connection: 3, peer: 2, cause: 'end' },
  { kind: 'close', atUs: 1_000_510, connection: 3, peer: 0, cause: 'end' },
  {
    kind: 'done',
    atUs: 1_001_010,
    request: 0,
    outcome: 'found',
    from: 2,
    sizeBytes: 70_000,
    sha256: 'bb',
    attempts: [
      { peer: 1, outcome: 'not-found' },
      { peer: 2, outcome: 'found' },
    ],
  },
  { kind: 'dial', atUs: 2_000_000, connection: 4, peer: 1, to: 2 },
  { kind: 'open', atUs: 2_000_100, connection: 4 },
  { kind: 'due', atUs: 2_000_120, request: 1, phase: 1, peer: 1, image: -1 },
  bytesOf({ atUs: 2_000_150, connection: 4, from: 1, peer: 2, isLast: false }),
  bytesOf({ atUs: 2_000_160, connection: 4, from: 1, peer: 2, text: 'REQ: cat', isLast: false }),
  { kind: 'close', atUs: 2_000_200, connection: 4, peer: 2, cause: 'timeout' },
  { kind: 'close', atUs: 2_000_250, connection: 4, peer: 1, cause: 'reset' },
  bytesOf({ atUs: 2_000_260, connection: 4, from: 1, peer: 2, text: '.png' }),
  { kind: 'lost', atUs: 2_000_260, peer: 1, other: 2 },
  {
    kind: 'done',
    atUs: 2_003_320,
    request: 1,
    outcome: 'not-found',
    from: -1,
    sizeBytes: 0,
    sha256: '',
    attempts: [{ peer: 2, outcome: 'reset' }],
  },
  { kind: 'left-behind', atUs: 2_500_000, peer: 1, what: '2 connections open' },
  { kind: 'all-ended', atUs: 2_500_000, problem: null },
  { kind: 'peer-down', atUs: 2_500_000, peer: 2, isPlanned: false, how: 'ended by itself' },
  { kind: 'phase-end', atUs: 3_000_000, phase: 1, isComplete: true },
  {
    kind: 'counts',
    atUs: 3_000_000,
    peer: 0,
    counts: {
      sent: { HELLO: 1, PEERS: 0, REQ: 2, RES: 0, ERR: 0 },
      received: { HELLO: 0, PEERS: 1, REQ: 0, RES: 1, ERR: 1 },
    },
  },
];

/** The lines of a journal that is whole. */
export function linesOf(
  events: readonly JournalEvent[] = EVENTS,
  head: Readonly<Record<string, unknown>> = HEAD,
): string[] {
  const end = { kind: 'end', events: events.length, problem: null };
  return [head, ...events, end].map((line) => JSON.stringify(line));
}

/** Writes a journal of these events. */
export function writeJournal(folder: string, lines: readonly string[] = linesOf()): string {
  const file = join(folder, 'hand-made.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Everything as text, but for what is given. */
const ALL: ReplayOptions = {
  fromUs: 0,
  toUs: Infinity,
  peers: null,
  connection: null,
  request: null,
  withAlarms: false,
  color: false,
  mermaid: false,
  perfetto: null,
  pcap: null,
  images: null,
};

/** Shows a journal in this process: what is printed, and the sentences beside it. */
export async function shown(
  file: string,
  options: Partial<ReplayOptions> = {},
): Promise<{ out: string; notes: string[] }> {
  let out = '';
  const notes: string[] = [];
  await replay(
    await JournalReader.open(file),
    { ...ALL, ...options },
    {
      print: async (text) => void (out += text),
      note: (sentence) => void notes.push(sentence),
    },
  );
  return { out, notes };
}

/** Records a short run of three peers in the virtual world, with its wire. */
export async function recordRun(
  root: string,
  sections: Readonly<Record<string, unknown>> = {},
): Promise<{ file: string; plan: Plan; images: string }> {
  const scenario = loadScenario(new LabFolder(root).write(sections));
  const plan = makePlan(scenario, scenario.seed);
  const file = join(root, 'run.jsonl');
  const journal = new JournalFile(file, plan);
  const run = new VirtualRun(plan, journal, journal);
  run.start();
  while (!run.isOver) run.advance(5_000);
  run.finish();
  await journal.close();
  return { file, plan, images: join(root, 'images') };
}
