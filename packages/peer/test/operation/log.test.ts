import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prettyLine } from '../../src/operation/log-line.ts';
import { openLog, type Log, type LogLevel } from '../../src/operation/log.ts';
import { PeerLog } from '../../src/operation/peer-log.ts';
import { parseAddress } from '../../src/protocol/address.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';

const PEER = parseAddress('192.0.2.1:5000')!;

/** Whatever a name can do to who reads it: lines, escapes, an order that deceives. */
const WILD = 'a\n{"level":"error"}\r\u001b[2J\u009b1m\u2028\u202egnp.\u0000';

async function fileLog(level: LogLevel = 'info'): Promise<{ log: Log; file: string }> {
  const file = join(await temporaryFolder(), 'p2p.log');
  const onTrouble = (message: string): void => expect.unreachable(message);
  return { file, log: await openLog({ level, target: file, show: null, onTrouble }) };
}

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log', () => {
  test('has a line of JSON for each event, with level, time and process', async () => {
    const { log, file } = await fileLog();
    log.write('warn', 'refused', 'A caller was turned away.', { code: 'bad-name', lines: 2 });
    await log.close();
    const [line] = await linesOf(file);
    expect(line).toMatchObject({
      level: 'warn',
      pid: process.pid,
      event: 'refused',
      code: 'bad-name',
      lines: 2,
      msg: 'A caller was turned away.',
    });
    expect(new Date(String(line?.['time'])).getTime()).toBeGreaterThan(0);
  });

  test('leaves out what is below its level, which can change', async () => {
    const { log, file } = await fileLog();
    log.write('debug', 'a', 'A.');
    log.level = 'debug';
    log.write('debug', 'b', 'B.');
    await log.close();
    expect((await linesOf(file)).map(({ event }) => event)).toEqual(['b']);
  });

  test('keeps every name on its line and harmless', async () => {
    const { log, file } = await fileLog();
    const { observer } = new PeerLog(log);
    observer.onServed!(PEER, WILD, 1_000, 2_500);
    observer.onFetched!(WILD, 'not-found', 0, 0, 0);
    await log.close();
    const text = await readFile(file, 'utf8');
    expect(text.split('\n')).toHaveLength(3);
    // Nothing but printable ASCII: no escape, no separator, no mark that turns the order round.
    expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
    expect((await linesOf(file)).map(({ level }) => level)).toEqual(['info', 'warn']);
  });

  test('goes on in a new file after the old one was moved away', async () => {
    const { log, file } = await fileLog();
    log.write('info', 'a', 'A.');
    await until(async () => (await readFile(file, 'utf8')) !== '');
    await rename(file, `${file}.1`);
    log.reopen();
    log.write('info', 'b', 'B.');
    await until(async () => (await readFile(file, 'utf8').catch(() => '')) !== '');
    await log.close();
    expect((await linesOf(`${file}.1`)).map(({ event }) => event)).toEqual(['a']);
    expect((await linesOf(file)).map(({ event }) => event)).toEqual(['b']);
  });

  test('cannot be opened where there is no folder', async () => {
    const target = join(await temporaryFolder(), 'nowhere/p2p.log');
    const opening = openLog({ level: 'info', target, show: null, onTrouble() {} });
    await expect(opening).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.runIf(process.platform === 'linux')('on a full disk says so once', async () => {
    const troubles: string[] = [];
    const onTrouble = (message: string): void => void troubles.push(message);
    const log = await openLog({ level: 'info', target: '/dev/full', show: null, onTrouble });
    for (let i = 0; i < 10; i++) log.write('info', 'a', 'A.');
    await until(() => troubles.length > 0);
    for (let i = 0; i < 10; i++) log.write('info', 'a', 'A.');
    await log.close();
    expect(troubles).toEqual(['The log cannot be written (ENOSPC); lines are lost.']);
  });
});

describe('at a terminal', () => {
  test('a line is one for people', async () => {
    const shown: string[] = [];
    const show = (line: string): void => void shown.push(line);
    const log = await openLog({ level: 'info', target: '-', show, onTrouble() {} });
    new PeerLog(log).observer.onServed!(PEER, 'cat\u001b.png', 1_000, 2_500);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(
      /^\d\d:\d\d:\d\d INFO {2}Sent an image\. peer=192\.0\.2\.1:5000 name=cat\\u\{1b\}\.png bytes=1000 durationMs=2\.5$/,
    );
  });

  test('a line of anything is safe', () => {
    const json = JSON.stringify({ time: '2026-01-01T10:11:12Z', level: 'warn', msg: 'M', x: WILD });
    expect(prettyLine(json)).toMatch(/^10:11:12 WARN {2}M x=[\x20-\x7e]*$/);
  });
});

describe('of a peer', () => {
  test('each transfer has a line with peer, name, bytes and time', async () => {
    const { log, file } = await fileLog();
    const { observer } = new PeerLog(log);
    observer.onServed!(PEER, 'cat.png', 1_000, 2_500);
    observer.onFetched!('dog.png', 'found', PEER, 3_000, 1_000_000);
    await log.close();
    const peer = '192.0.2.1:5000';
    expect(await linesOf(file)).toMatchObject([
      { event: 'served', peer, name: 'cat.png', bytes: 1_000, durationMs: 2.5 },
      { event: 'fetched', peer, name: 'dog.png', bytes: 3_000, durationMs: 1_000 },
    ]);
  });

  test('a caller that was turned away is told from hearsay that was not believed', async () => {
    const { log, file } = await fileLog();
    const { observer } = new PeerLog(log);
    for (const code of ['bad-name', 'list-too-long', 'too-many-addresses'] as const) {
      observer.onRefused!(PEER, code);
    }
    await log.close();
    expect((await linesOf(file)).map(({ msg }) => msg)).toEqual([
      'A caller was turned away.',
      'What a peer told was not believed.',
      'What a peer told was not believed.',
    ]);
  });

  test('a flood of refusals is a few lines of each code and a sum', async () => {
    const { log, file } = await fileLog();
    const peerLog = new PeerLog(log);
    for (let i = 0; i < 50_000; i++) {
      peerLog.observer.onRefused!(PEER, 'bad-name');
      peerLog.observer.onRefused!(PEER, 'request-unknown');
    }
    peerLog.flush();
    await log.close();
    const lines = await linesOf(file);
    // A slow machine may need more than one second for them.
    expect(lines.length).toBeLessThan(200);
    for (const code of ['bad-name', 'request-unknown']) {
      const mine = lines.filter((line) => line['code'] === code);
      const sum = mine.reduce((before, line) => before + Number(line['lines'] ?? 1), 0);
      expect(sum).toBe(50_000);
    }
  });
});
