import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/event.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordRun, shown, writeJournal } from './journals.ts';
import { readPcap, reassemble, type ReadPacket } from './pcap-reader.ts';

const folder = temporaryFolder();
const path = join(folder, 'capture.pcap');
const run = await recordRun(folder);

async function captured(
  file: string,
  options: Parameters<typeof shown>[1] = {},
): Promise<{ packets: ReadPacket[]; notes: string[] }> {
  const { out, notes } = await shown(file, { ...options, pcap: path });
  const packets = readPcap(readFileSync(path));
  expect(out).toContain(`${path}: ${packets.length.toLocaleString('en-US')} packets`);
  return { packets, notes };
}

/** The packets of each connection, by the addresses of its ends. */
function conversations(packets: readonly ReadPacket[]): Map<string, ReadPacket[]> {
  return Map.groupBy(packets, ({ source, target }) => [source, target].sort().join(' '));
}

/** The streams that the journal tells of: connection → who sent → bytes. */
function streams(file: string): Map<string, Buffer[]> {
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const all = new Map<string, Buffer[]>();
  for (const event of lines.map((line) => JSON.parse(line) as JournalEvent)) {
    if (event.kind !== 'bytes') continue;
    const key = `${event.connection} ${event.from}`;
    if (!all.has(key)) all.set(key, []);
    all.get(key)!.push(Buffer.from(event.bytes, 'base64'));
    if (event.image === null) continue;
    const { image, start, end } = event.image;
    const { name } = run.plan.images[image]!;
    all.get(key)!.push(readFileSync(join(run.images, name)).subarray(start, end));
  }
  return all;
}

function sendersOf(conversation: readonly ReadPacket[]): [caller: string, callee: string] {
  return [conversation[0]!.source, conversation[0]!.target];
}

test('the streams of a run come out of its packets byte by byte', async () => {
  const { packets, notes } = await captured(run.file, { images: run.images });
  expect(notes).toEqual([]);
  const sent = streams(run.file);
  const found = conversations(packets);
  let compared = 0;
  for (const [key, parts] of sent) {
    const [connection, from] = key.split(' ').map(Number) as [number, number];
    const conversation = [...found.values()].find((one) =>
      sendersOf(one)[0].endsWith(`:${40_000 + connection}`),
    )!;
    const source = sendersOf(conversation).find((one) => one.startsWith(`10.0.0.${from + 1}:`))!;
    expect(reassemble(conversation, source)).toEqual(Buffer.concat(parts));
    compared++;
  }
  expect(compared).toBeGreaterThan(50);
});

test('packets are small, in the order of time, and acknowledge only what was sent', async () => {
  const { packets } = await captured(run.file, { images: run.images });
  expect(packets.every(({ payload }) => payload.length <= 1_460)).toBe(true);
  expect(packets.every(({ atUs }, at) => at === 0 || atUs >= packets[at - 1]!.atUs)).toBe(true);
  for (const conversation of conversations(packets).values()) {
    const sentUntil = new Map<string, number>();
    for (const { source, target, sequence, acknowledged, flags, payload } of conversation) {
      const end = sequence + payload.length + (flags & 1) + ((flags >> 1) & 1);
      sentUntil.set(source, end >>> 0);
      if ((flags & 16) !== 0) expect(acknowledged).toBe(sentUntil.get(target));
    }
  }
});

test('a connection begins with a handshake and ends with both ends', async () => {
  const { packets } = await captured(writeJournal(folder), { connection: 0 });
  const [caller, callee] = sendersOf(packets);
  expect([caller, callee]).toEqual(['10.0.0.1:40000', '10.0.0.2:9000']);
  const seen = packets.map(({ atUs, source, flags }) => [atUs, source === caller, flags]);
  expect(seen).toEqual([
    [0, true, 0x02],
    [100, false, 0x12],
    [100, true, 0x10],
    [150, true, 0x19],
    [150, false, 0x10],
    [200, false, 0x19],
    [200, true, 0x10],
  ]);
});

test('a refusal and a reset are resets of the other end', async () => {
  const file = writeJournal(folder);
  const refused = (await captured(file, { connection: 2 })).packets;
  expect(refused.map(({ source, flags }) => [source, flags])).toEqual([
    ['10.0.0.1:40002', 0x02],
    ['192.0.2.1:9000', 0x14],
  ]);
  expect(refused[1]!.acknowledged).toBe(refused[0]!.sequence + 1);
  const reset = (await captured(file, { connection: 4 })).packets;
  expect(reset.filter(({ flags }) => (flags & 4) !== 0)).toMatchObject([
    { source: '10.0.0.3:9000', atUs: 2_000_250 },
  ]);
});

describe('images', () => {
  test('that nobody knows the place of are zeros, and that is said', async () => {
    const { packets, notes } = await captured(writeJournal(folder), { connection: 3 });
    const stream = reassemble(packets, '10.0.0.3:9000');
    expect(stream).toEqual(Buffer.concat([Buffer.from('RES: '), Buffer.alloc(70_000)]));
    expect(notes).toEqual([
      '70,000 bytes of images are zeros, because the journal does not say where the images are: give --images DIR.',
    ]);
  });

  test('are taken from the folder that the journal names', async () => {
    const [head, ...events] = readFileSync(run.file, 'utf8').split('\n');
    const file = join(folder, 'named.jsonl');
    const named = (imagesFrom: string): string =>
      [JSON.stringify({ ...JSON.parse(head!), imagesFrom }), ...events].join('\n');
    writeFileSync(file, named(run.images));
    expect((await captured(file)).notes).toEqual([]);
    writeFileSync(file, named('/nowhere'));
    expect((await captured(file)).notes[0]).toMatch(
      /are zeros, because .*\/nowhere\/.*--images DIR\.$/,
    );
  });

  test('that are others than those of the run are refused', async () => {
    const other = temporaryFolder();
    for (const { name } of run.plan.images) writeFileSync(join(other, name), 'something else');
    await expect(captured(run.file, { images: other })).rejects.toThrow(
      /its SHA-256 differs.*--images/,
    );
  });
});
