/** Attacks with names, and with what lies in the folder. */
import { execFile } from 'node:child_process';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Arena } from '../arena.ts';
import { holdsWithin, unless, type Attack, type Finding } from '../attack.ts';
import { leaveAll, type HostileCaller } from '../hostile-caller.ts';

const MACHINE = 40;
const ANSWER_MS = 10_000;
const run = promisify(execFile);

export const NAME_ATTACKS: readonly Attack[] = [
  { name: 'bad-names', about: 'asks for every bad kind of name', weight: 1, run: badNames },
  {
    name: 'links',
    about: 'asks for links to files and folders outside',
    weight: 1,
    run: links,
  },
  {
    name: 'swapped-link',
    about: 'asks for an image while a link to a file outside takes its place, again and again',
    weight: 1,
    run: swappedLink,
  },
  {
    name: 'pipes-and-devices',
    about: 'asks for a named pipe and for devices that lie in the folder',
    weight: 1,
    run: pipesAndDevices,
  },
  {
    name: 'folder-vanishes',
    about: 'takes the folder away from another peer while it is asked, and brings it back',
    weight: 1,
    run: folderVanishes,
  },
];

const E_COMPOSED = '\u00e9';
const E_DECOMPOSED = 'e\u0301';

/** Bytes behind `REQ: `, in Latin-1 or as they are. */
const NAMES: readonly (string | Uint8Array)[] = [
  ...['../outside/secret.txt', '..', '.', '', '/etc/passwd', '..\\outside\\secret.txt', '~/x'],
  ...['images/../../outside/secret.txt', '%2e%2e%2foutside', 'C:\\x', 'small.png/', './small.png'],
  ...['../small.png\0.png', '\0', 'con', 'CON.png', 'nul.txt', 'com1', 'LPT9.png', 'conin$'],
  ...[
    'small.png.',
    'small.png ',
    'a'.repeat(256),
    `${'a'.repeat(400)}.png`,
    '\u{1F600}'.repeat(64),
  ],
  ...['\x1b[2J\x1b]0;x\x07.png', 'a\u009bm', '\u202egnp.exe', '\u2066a\u2069', 'a\u200bb.png'],
  ...[
    `caf${E_COMPOSED}s.png`,
    `caf${E_DECOMPOSED}s.png`,
    '.hidden',
    '.p2p-tmp',
    'small.png:stream',
  ],
  Uint8Array.of(0xff, 0xfe, 0x41),
  Uint8Array.of(0xc0, 0xae, 0xc0, 0xae, 0x2f, 0x78),
  Uint8Array.of(0xed, 0xa0, 0x80),
];

async function badNames(arena: Arena): Promise<Finding> {
  const spelling = join(arena.images, `caf${E_DECOMPOSED}.png`);
  writeFileSync(spelling, 'one picture');
  await sleep(200);
  const callers = NAMES.map((name) => request(arena, name));
  await answers(callers);
  const served = callers.filter(({ reply }) => reply.startsWith('RES:'));
  const both = [E_COMPOSED, E_DECOMPOSED].map((e) => request(arena, `caf${e}.png`));
  await answers(both);
  rmSync(spelling);
  const denied = callers.filter(({ reply }) => /^ERR: (bad_name|not_found)$/.test(reply));
  return {
    did: `${NAMES.length} names`,
    answer: `${denied.length} denied in words`,
    faults: [
      ...served.map(({ reply }) => `something was sent: ${JSON.stringify(reply.slice(0, 40))}`),
      ...unless(
        both.every(({ reply }) => reply === 'RES: one picture'),
        'composed and decomposed forms of one name are not one',
      ),
    ],
  };
}

/** Asks for one name, whole. */
function request(arena: Arena, name: string | Uint8Array, port?: number): HostileCaller {
  const caller = arena.call(MACHINE, false, port);
  const bytes = typeof name === 'string' ? Buffer.from(name) : name;
  // With the end behind it, not a line end: a NUL or a line end in the name would cut it short.
  caller.socket.end(Buffer.concat([Buffer.from('REQ: '), bytes]));
  return caller;
}

async function answers(callers: readonly HostileCaller[]): Promise<boolean> {
  const areIn = await holdsWithin(ANSWER_MS, () => callers.every(({ isClosed }) => isClosed));
  await leaveAll(callers);
  return areIn;
}

async function links(arena: Arena): Promise<Finding> {
  const targets = ['/etc/passwd', join(arena.outside, 'secret.txt'), arena.outside, 'link-0.png'];
  targets.forEach((target, i) => symlinkSync(target, join(arena.images, `link-${i}.png`)));
  await sleep(200);
  const names = [...targets.map((_, i) => `link-${i}.png`), 'link-2.png/secret.txt'];
  const finding = await allDenied(arena, names);
  targets.forEach((_, i) => rmSync(join(arena.images, `link-${i}.png`)));
  return finding;
}

async function allDenied(arena: Arena, names: readonly string[]): Promise<Finding> {
  const callers = names.map((name) => request(arena, name));
  const areIn = await answers(callers);
  const wrong = callers.filter(({ reply }) => !reply.startsWith('ERR: '));
  return {
    did: names.join(', '),
    answer: `${callers.length - wrong.length} denied`,
    faults: [
      ...unless(areIn, 'a request was not answered in time'),
      ...wrong.map(({ reply }) => `not denied: ${JSON.stringify(reply.slice(0, 40))}`),
    ],
  };
}

async function swappedLink(arena: Arena, forMs: number): Promise<Finding> {
  const shown = join(arena.images, 'swap.png');
  const endMs = performance.now() + forMs;
  let asked = 0;
  let sent = 0;
  const wrong: string[] = [];
  const askInTurn = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const caller = request(arena, 'swap.png');
      asked++;
      await caller.closed;
      if (caller.reply === 'RES: honest') sent++;
      else if (caller.reply.startsWith('RES:')) wrong.push(caller.reply.slice(0, 40));
    }
  };
  const asking = Promise.all(Array.from({ length: 8 }, askInTurn));
  let swaps = 0;
  for (; performance.now() < endMs; swaps++) {
    const other = join(arena.outside, '..', 'other.png');
    if (swaps % 2 === 0) writeFileSync(other, 'honest');
    else symlinkSync(join(arena.outside, 'secret.txt'), other);
    renameSync(other, shown);
    await sleep(1);
  }
  await asking;
  rmSync(shown, { force: true });
  return {
    did: `${swaps} swaps, ${asked} requests`,
    answer: `${sent} got the image, the others nothing`,
    faults: wrong.map((reply) => `other bytes were sent: ${JSON.stringify(reply)}`),
  };
}

async function pipesAndDevices(arena: Arena): Promise<Finding> {
  const names = ['pipe.png', 'zero.png', 'device.png'];
  const paths = names.map((name) => join(arena.images, name));
  symlinkSync('/dev/zero', paths[1]!);
  await run('mkfifo', [paths[0]!]);
  // A device of its own needs root; without, the link has to do.
  const isDevice = await run('mknod', [paths[2]!, 'c', '1', '5']).then(
    () => true,
    () => false,
  );
  await sleep(200);
  const finding = await allDenied(arena, isDevice ? names : names.slice(0, 2));
  for (const path of paths) rmSync(path, { force: true });
  return isDevice ? finding : { ...finding, did: `${finding.did} (no device: not root)` };
}

async function folderVanishes(arena: Arena): Promise<Finding> {
  const folder = join(arena.root, 'vanishing');
  const away = join(arena.root, 'away');
  await mkdir(folder);
  writeFileSync(join(folder, 'here.png'), 'here');
  const peer = await arena.anotherPeer(folder);
  const ask = async (): Promise<string> => {
    const caller = request(arena, 'here.png', peer.port);
    await answers([caller]);
    return caller.reply;
  };
  try {
    const before = await ask();
    await rename(folder, away);
    await sleep(200);
    const during = await ask();
    await rename(away, folder);
    await sleep(200);
    const after = await ask();
    return {
      did: 'took the folder away and brought it back',
      answer: [before, during, after].join(' | '),
      faults: [
        ...unless(during.startsWith('ERR: '), 'a folder that is gone was served from'),
        ...unless(before === 'RES: here' && after === before, 'it does not serve what is back'),
        ...unless(peer.isRunning, 'the peer has ended'),
      ],
    };
  } finally {
    await peer.stop();
  }
}
