import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sim, SIM } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, EVENTS, HEAD, linesOf, writeJournal } from './journals.ts';

const folder = temporaryFolder();
const whole = join(folder, 'whole.jsonl');
writeFileSync(whole, readFileSync(writeJournal(folder)));

function fileOf(text: string): string {
  const file = join(folder, 'other.jsonl');
  writeFileSync(file, text);
  return file;
}

test('shows a journal, and says how in its help', async () => {
  const { code, stdout, stderr } = await sim(['replay', whole]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.trim().split('\n')).toHaveLength(EVENTS.length - 1);
  const help = await sim(['replay', '--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('sim replay mesh.trace --request 12 --mermaid');
});

test('writes files and says what it wrote, beside a diagram as well', async () => {
  const [json, pcap] = [join(folder, 'a.json'), join(folder, 'a.pcap')];
  const both = await sim(['replay', whole, '--perfetto', json, '--pcap', pcap]);
  expect(both.stdout.trim().split('\n')).toEqual([
    expect.stringContaining(json),
    expect.stringContaining(pcap),
  ]);
  const diagram = await sim(['replay', whole, '--mermaid', '--pcap', pcap]);
  expect(diagram.stdout).toMatch(/^sequenceDiagram\n/);
  expect(diagram.stdout).not.toContain(pcap);
  expect(diagram.stderr).toContain(pcap);
});

test('ends without a word when the reader has gone', async () => {
  // More than a pipe holds, so that the writer waits for the reader.
  const file = join(folder, 'much.jsonl');
  await writeLong(file, 20_000);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `"${process.execPath}" "${SIM}" replay "${file}" | head -n 1; exit "\${PIPESTATUS[0]}"`],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.trim().split('\n')).toHaveLength(1);
});

describe('one sentence and exit code 2', () => {
  test.each<[string, string[], RegExp]>([
    ['no unit', ['--from', '1.2'], /1\.2 has no unit, write 1\.2ms or 1\.2s\.$/],
    ['too fine', ['--to', '0.1us'], /too fine/],
    ['from after to', ['--from', '2s', '--to', '1s'], /--from is later than --to/],
    ['an unknown peer', ['--peer', 'pear-3'], /unknown peer "pear-3", did you mean "peer-3"\?$/],
    ['a connection that is no number', ['--connection', '1x'], /must be a whole number from 0\.$/],
    ['a connection that there is not', ['--connection', '77'], /There is no connection 77/],
    ['a request that there is not', ['--request', '77'], /There is no request 77/],
    ['images without pcap', ['--images', '.'], /--images is of use only with --pcap/],
    ['no such folder', ['--pcap', 'x', '--images', '/nowhere'], /there is no folder \/nowhere/],
    ['the trace as output', ['--pcap', whole], /is the trace itself/],
    ['one file for both', ['--pcap', 'x', '--perfetto', './x'], /cannot write one file/],
    [
      'a file that cannot be',
      ['--perfetto', '/nowhere/x'],
      /\/nowhere\/x cannot be written: there is no folder \/nowhere\.$/,
    ],
    ['a word as a time', ['--to', 'abc'], /Expected a duration such as 20ms or 10s\.$/],
    ['a request given twice', ['--request', '0', '--request', '1'], /It is given twice/],
    ['standard output', ['--pcap', '-'], /--pcap wants the name of a file, not "-"\.$/],
    ['nothing as text', ['--from', '9s'], /Nothing in .* matches\.$/],
    ['nothing as a diagram', ['--from', '9s', '--mermaid'], /Nothing in .* matches\.$/],
    ['nothing as a capture', ['--from', '9s', '--pcap', 'x'], /Nothing in .* matches\.$/],
    ['nothing as a picture', ['--from', '9s', '--perfetto', 'x'], /Nothing in .* matches\.$/],
    [
      'a capture of events without packets',
      ['--perfetto', 'y', '--pcap', 'x', '--from', '3s'],
      /Nothing in .* matches\.$/,
    ],
  ])('for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await sim(['replay', whole, ...args], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'x'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  const bytes = linesOf().findIndex((line) => line.includes('"bytes"'));
  const broken = (change: (line: string) => string): string =>
    linesOf()
      .map((line, at) => (at === bytes ? change(line) : line))
      .join('\n');
  test.each<[string, string, RegExp]>([
    ['an empty file', '', /is empty/],
    [
      'a file of something else',
      'hello\nworld\n',
      /:1: this is no trace of a run; a trace is what .* writes\.$/,
    ],
    ['another version', '{"journal":2}\n', /:1: the trace has version 2, this sim reads 1\.$/],
    ['a head without peers', `${JSON.stringify({ ...HEAD, peers: 3 })}\n`, /:1: .*"peers"/],
    ['a head that is cut', JSON.stringify(HEAD).slice(0, 50), /:1: .*cut off/],
    ['a line that is no JSON', broken((line) => line.slice(5)), /:8: .*the line is no JSON\.$/],
    ['a field that is missing', broken((line) => line.replace('sentUs', 'x')), /:8: .*"sentUs"\.$/],
    [
      'a peer that there is not',
      broken((line) => line.replace('"peer":1', '"peer":3')),
      /:8: .*"peer"\.$/,
    ],
    ['an unknown kind', broken((line) => line.replace('bytes', 'bites')), /:8: .*"bites"\.$/],
    [
      'bytes that are missing',
      broken((line) => line.replace('SEVM', '')),
      /:8: .*bytes are not as many/,
    ],
  ])('for %s, after what comes before', async (_, text, message) => {
    const { code, stdout, stderr } = await sim(['replay', fileOf(text)]);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout.split('\n')).toHaveLength(message.source.startsWith(':8') ? 7 : 1);
  });
});

describe('the end of a trace', () => {
  const whole = linesOf();

  test('is told when its last line is cut off', async () => {
    const text = whole.slice(0, -1).join('\n').slice(0, -10);
    const { code, stdout, stderr } = await sim(['replay', fileOf(text)]);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(EVENTS.length - 2);
    expect(stderr).toMatch(
      new RegExp(`:${EVENTS.length + 1}: the last line is cut off and was left out`),
    );
  });

  test('is told when it is cut off at the end of a line', async () => {
    const text = `${whole.slice(0, -1).join('\n')}\n`;
    const { code, stderr } = await sim(['replay', fileOf(text)]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /: the end is missing: the run was killed, or the file was cut off\.\n$/,
    );
  });

  test('is told when the run did not come to its end', async () => {
    const end = JSON.stringify({ kind: 'end', events: EVENTS.length, problem: 'interrupted' });
    const { stderr } = await sim(['replay', fileOf([...whole.slice(0, -1), end].join('\n'))]);
    expect(stderr).toMatch(/: the run did not come to its end: interrupted\.\n$/);
  });

  test('is no word worth when all is there, or was not looked at', async () => {
    expect((await sim(['replay', fileOf(whole.join('\n'))])).stderr).toBe('');
    const cut = fileOf([...whole.slice(0, -1), lateAlarm(), ''].join('\n'));
    expect((await sim(['replay', cut, '--to', '1s'])).stderr).toBe('');
  });

  test.each<[string, string[], RegExp]>([
    [
      'lines are missing before it',
      whole.toSpliced(6, 1),
      /it had 47 events, of which 46 are left/,
    ],
    ['something stands behind it', [...whole, whole[1]!], /there is more behind its end/],
    ['it is none', [...whole.slice(0, -1), '{"kind":"end"}'], /the end mark is no good/],
  ])('is damage when %s', async (_, lines, message) => {
    const { code, stderr } = await sim(['replay', fileOf(lines.join('\n'))]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  /** So late that nothing before a second can come after it. */
  function lateAlarm(): string {
    return JSON.stringify({ kind: 'alarm', atUs: 60_000_000, peer: 0 });
  }
});

test('a diagram that is too long leaves no capture behind, and an older file as it was', async () => {
  const events = Array.from({ length: 501 }, (_, n) => [
    { kind: 'dial' as const, atUs: n, connection: n, peer: 0, to: 1 },
    bytesOf({ atUs: n, sentUs: n, connection: n, from: 0, peer: 1, text: 'HELLO' }),
  ]).flat();
  const pcap = join(folder, 'older.pcap');
  writeFileSync(pcap, 'older');
  const file = fileOf(linesOf(events).join('\n'));
  const { code, stderr } = await sim(['replay', file, '--mermaid', '--pcap', pcap]);
  expect([code, readFileSync(pcap, 'utf8')]).toEqual([2, 'older']);
  expect(stderr).toMatch(/at most 500 messages/);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a capture much larger than its trace says so', async () => {
  const pcap = join(folder, 'large.pcap');
  const { stdout } = await sim(['replay', whole, '--pcap', pcap]);
  expect(stdout).toMatch(
    / kB, \d+ times the trace \(narrow it with .*\); open it with Wireshark\n$/,
  );
});

test.skipIf(!existsSync('/dev/full'))('a full disk behind the output is one sentence', () => {
  const command = `"${process.execPath}" "${SIM}" replay "${whole}" > /dev/full`;
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect(status).toBe(3);
  expect(stderr).toBe('sim: standard output cannot be written: the disk is full.\n');
});

test('a million lines go through little memory', { timeout: 120_000 }, async () => {
  const file = join(folder, 'long.jsonl');
  await writeLong(file, 1_000_000);
  const tell = `process.on('exit', () => console.error(process.resourceUsage().maxRSS))`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    // All lines at once would not fit into this heap; resident memory is more than the heap.
    [
      '--max-old-space-size=100',
      '--import',
      `data:text/javascript,${tell}`,
      SIM,
      'replay',
      file,
      '--from',
      '999s',
    ],
    { encoding: 'utf8', maxBuffer: 1e8 },
  );
  expect(status).toBe(0);
  expect(stdout.split('\n').length).toBeGreaterThan(900);
  expect(Number(stderr) / 1_024).toBeLessThan(300);
});

/** Greetings without end, a millisecond each. */
async function writeLong(file: string, lines: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write(`${JSON.stringify(HEAD)}\n`);
  let written = 0;
  const greeting = EVENTS.slice(4, 11).filter(({ kind }) => kind !== 'reached');
  for (let done = 0; done < lines;) {
    let chunk = '';
    for (let i = 0; i < 100; i++) {
      for (const event of greeting) {
        chunk += `${JSON.stringify({ ...event, atUs: done * 1_000, connection: done })}\n`;
      }
      done += greeting.length;
    }
    if (!stream.write(chunk)) await once(stream, 'drain');
    written = done;
  }
  stream.write(`${JSON.stringify({ kind: 'end', events: written, problem: null })}\n`);
  stream.end();
  await once(stream, 'finish');
}
