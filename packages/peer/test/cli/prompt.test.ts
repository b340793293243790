/** The prompt at a real terminal, which `script` gives. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Program } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../waiting.ts';
import { catPeer, fakePeer, MAIN, NOBODY, run } from './command.ts';
import { pngOf } from './png.ts';
import { TerminalScreen } from './terminal-screen.ts';

const hasTerminal = spawnSync('script', ['--version']).status === 0;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const TAB = '\t';
const UP = '\u001b[A';
const QUESTION = "Enter image name to request (or 'exit'):";

/** `p2p` at a terminal of so many columns, and what is seen there. */
class Terminal {
  readonly program: Program;
  readonly #columns: number;

  constructor(folder: string, args: readonly string[], columns = 80) {
    const words = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
    const command = `stty cols ${columns} rows 24; exec ${words}`;
    const state = `XDG_STATE_HOME=${join(folder, 'state')}`;
    const script = ['script', '-qefc', command, '/dev/null'];
    this.program = new Program('env', [state, 'TERM=xterm', ...script], folder);
    this.#columns = columns;
  }

  get lines(): string[] {
    const screen = new TerminalScreen(this.#columns);
    screen.write(this.program.stdout);
    return screen.lines.filter((line) => line !== '');
  }

  /** Waits until the last line that is seen is this one. */
  async shows(last: string | RegExp): Promise<void> {
    const isShown = (): boolean => {
      const line = this.lines.at(-1) ?? '';
      return typeof last === 'string' ? line === last : last.test(line);
    };
    try {
      await until(isShown, String(last));
    } catch (error) {
      throw new Error(`${String(error)}; seen:\n${this.lines.join('\n')}`, { cause: error });
    }
  }

  type(text: string): void {
    this.program.write(text);
  }
}

async function atPrompt(peer: string, columns = 80, folder?: string): Promise<Terminal> {
  const cwd = folder ?? (await temporaryFolder());
  const terminal = new Terminal(cwd, ['0', '--host', '127.0.0.1', '--peer', peer], columns);
  await terminal.program.says(/\(or 'exit'\): /);
  return terminal;
}

/** A peer that sends the beginning of an image, and the rest never. */
function stuckPeer(): Promise<string> {
  return fakePeer((socket) => {
    socket.write(Buffer.concat([Buffer.from('RES: '), pngOf(60_000).subarray(0, 50_000)]));
  });
}

describe.skipIf(!hasTerminal)('the prompt', () => {
  test('has commands beside names', async () => {
    const { at } = await catPeer();
    const terminal = await atPrompt(at);
    terminal.type('list\r');
    await terminal.program.says(/No image in images\/ yet/);
    terminal.type('cat.png\r');
    await terminal.program.says(/Saved images\/received_cat\.png/);
    terminal.type('list\rpeers\rstats\rhelp\rget list\r');
    await terminal.program.says(/Nobody has "list"/);
    await terminal.shows(QUESTION);
    const seen = terminal.lines.join('\n');
    expect(seen).toContain(`\nreceived_cat.png\n${at}\nUp for`);
    expect(seen).toContain(
      `in touch with 1 peer.\nSharing 1 image; sent 0 images, 0 B.\nFetched 1 image, 100.0 KB.\n`,
    );
    expect(seen).toContain('get NAME    the same');
    terminal.type('exit\r');
    expect(await terminal.program.ended).toBe(0);
  });

  test('completes names of the folder and of images that were fetched', async () => {
    const { at } = await catPeer();
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'images'));
    await writeFile(join(folder, 'images/night harbour.png'), pngOf(500));
    await writeFile(join(folder, 'images/ni\u202eght.png'), pngOf(500));
    const terminal = await atPrompt(at, 80, folder);
    terminal.type(`ni${TAB}`);
    await terminal.shows(`${QUESTION} night harbour.png`);
    terminal.type('\u0015dog.png\r');
    await terminal.program.says(/Saved images\/received_dog\.png/);
    terminal.type(`do${TAB}`);
    await terminal.shows(`${QUESTION} dog.png`);
    terminal.type(`\u0015get d${TAB}`);
    await terminal.shows(`${QUESTION} get dog.png`);
    terminal.type(`${CTRL_C}${CTRL_D}`);
    expect(await terminal.program.ended).toBe(0);
    expect(terminal.program.stdout).not.toContain('\u202e');
  });

  test('keeps what was typed from one run to the next, unless told not to', async () => {
    const folder = await temporaryFolder();
    const first = await atPrompt(NOBODY, 80, folder);
    first.type('owl.png\r');
    await first.program.says(/Nobody to ask/);
    first.type('exit\r');
    await first.program.ended;
    const file = join(folder, 'state/p2p/history');
    expect(await readFile(file, 'utf8')).toBe('owl.png\nexit\n');
    const second = await atPrompt(NOBODY, 80, folder);
    second.type(UP + UP);
    await second.shows(`${QUESTION} owl.png`);
    second.type(CTRL_C + CTRL_C);
    expect(await second.program.ended).toBe(0);
    const third = new Terminal(folder, ['0', '--host', '127.0.0.1', '--no-history']);
    await third.program.says(/\(or 'exit'\): /);
    third.type('secret.png\rexit\r');
    await third.program.ended;
    expect(await readFile(file, 'utf8')).toBe('owl.png\nexit\n');
  });

  test('shows how far a slow transfer is, and Ctrl-C gives it up and nothing else', async () => {
    const terminal = await atPrompt(await stuckPeer());
    terminal.type('cat.png\r');
    await terminal.shows(/^cat\.png: 50\.0 KB, \S+ \S+, 0:00$/);
    terminal.type('dog');
    await terminal.shows(/^cat\.png: 50\.0 KB, \S+ \S+, \d:\d\d dog$/);
    terminal.type(CTRL_C);
    await terminal.program.says(/The search for "cat\.png" was given up\./);
    await terminal.shows(`${QUESTION} dog`);
    terminal.type(CTRL_C);
    await terminal.shows(QUESTION);
    terminal.type(CTRL_C);
    expect(await terminal.program.ended).toBe(0);
    expect(terminal.lines.filter((line) => line.startsWith('cat.png: '))).toEqual([]);
  });

  test('leaves the whole of what is said after a slow transfer whose line filled the terminal', async () => {
    const terminal = await atPrompt(await stuckPeer(), 40);
    terminal.type('a-long-name-of-a-picture.png\r');
    await terminal.shows(/, 0:00$/);
    terminal.type(CTRL_C);
    await terminal.shows(QUESTION);
    expect(terminal.lines.slice(-4)).toEqual([
      'The search for',
      '"a-long-name-of-a-picture.png" was given',
      'up.',
      "Enter image name to request (or 'exit'):",
    ]);
    terminal.type(CTRL_C);
    expect(await terminal.program.ended).toBe(0);
  });

  test('stays below what is written meanwhile, in a narrow terminal too', async () => {
    const { at } = await catPeer();
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'images'));
    await writeFile(join(folder, 'images/owl.png'), pngOf(5_000));
    const terminal = await atPrompt(at, 30, folder);
    terminal.type('half a name');
    await terminal.shows("r 'exit'): half a name");
    const [, port] = await terminal.program.says(/Listening on 127\.0\.0\.1:(\d+)/);
    const other = await temporaryFolder();
    await run(other, ['get', 'owl.png', '--from', `127.0.0.1:${port}`]);
    await terminal.program.says(/Sent owl\.png/);
    await terminal.shows("r 'exit'): half a name");
    expect(terminal.lines.slice(-4)).toEqual(
      [
        'Sent owl.png, 5,000 bytes, to ',
        expect.stringMatching(/^127\.0\.0\.1:\d+\.$/),
        'Enter image name to request (o',
        "r 'exit'): half a name",
      ].map((line) => (typeof line === 'string' ? line.trimEnd() : line)),
    );
    expect(terminal.lines.filter((line) => line.startsWith('Enter'))).toHaveLength(1);
    terminal.type(`${CTRL_C}${CTRL_C}`);
    expect(await terminal.program.ended).toBe(0);
  });

  test('is left by Ctrl-D, on a line of its own', async () => {
    const terminal = await atPrompt(NOBODY);
    terminal.type(CTRL_D);
    expect(await terminal.program.ended).toBe(0);
    expect(terminal.program.stdout).toMatch(/\(or 'exit'\): .*\n$/s);
  });
});
