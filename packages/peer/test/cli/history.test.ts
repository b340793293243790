import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { History, historyFile } from '../../src/cli/history.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function emptyFile(): Promise<string> {
  return join(await temporaryFolder(), 'state/p2p/history');
}

test('the history lies where the state of programs lies', () => {
  expect(historyFile({ XDG_STATE_HOME: '/state' })).toBe('/state/p2p/history');
  const usual = join(homedir(), '.local/state/p2p/history');
  expect(historyFile({})).toBe(usual);
  expect(historyFile({ XDG_STATE_HOME: 'relative' })).toBe(usual);
});

test('what was typed is there in the next run, the newest first, and each once', async () => {
  const file = await emptyFile();
  const first = new History(file);
  for (const line of ['cat.png', 'dog.png', 'cat.png']) first.add(line);
  expect(new History(file).entries).toEqual(['cat.png', 'dog.png']);
});

test('two at once lose nothing', async () => {
  const file = await emptyFile();
  const [one, other] = [new History(file), new History(file)];
  one.add('cat.png');
  other.add('dog.png');
  one.add('owl.png');
  expect(new History(file).entries).toEqual(['owl.png', 'dog.png', 'cat.png']);
});

test('only its owner may read it', async () => {
  const file = await emptyFile();
  new History(file).add('cat.png');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
});

test('empty lines, long ones, and those that would act on a terminal are not kept', async () => {
  const file = await emptyFile();
  const lines = ['', '  ', 'x'.repeat(600), '\u001b[2J', 'a\u202eb', 'cat.png'];
  const history = new History(file);
  for (const line of lines) history.add(line);
  expect(await readFile(file, 'utf8')).toBe('cat.png\n');
  await writeFile(file, `${lines.join('\n')}\n`);
  expect(new History(file).entries).toEqual(['cat.png']);
});

test('it stays bounded', async () => {
  const file = await emptyFile();
  const history = new History(file);
  history.add('first');
  const lines = Array.from({ length: 2 * history.size }, (_, i) => `${i}.png\n`);
  await writeFile(file, lines.join(''), { flag: 'a' });
  const { entries } = new History(file);
  expect(entries).toHaveLength(history.size);
  expect(entries[0]).toBe(`${2 * history.size - 1}.png`);
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(history.size + 1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('without a file, or where none can be, nothing is kept and nothing fails', async () => {
  const none = new History(null);
  none.add('cat.png');
  expect(none.entries).toEqual([]);
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'history'));
  const blocked = new History(join(folder, 'history'));
  blocked.add('cat.png');
  expect(blocked.entries).toEqual([]);
});
