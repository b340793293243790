import { DEFAULT_LIMITS, inspectPicture, parseAddress } from '@imagemesh/peer';
import { describe, expect, test } from 'vitest';
import { WRONG_PICTURE } from '../../src/behavior/wrong-picture.ts';
import { CONTENTS, Mesh, SECOND } from './mesh.ts';

const TILES = CONTENTS.get('tiles.png')!.bytes();
const RIGHT = Buffer.concat([Buffer.from('RES: '), TILES]);

/** What a behaviour answers, and how the connection ended, after some seconds. */
function answer(
  behavior: string,
  message: string,
  { seconds = 1, ends = true } = {},
): { bytes: Buffer; text: string; cause: string | null; hasEnded: boolean } {
  const mesh = new Mesh(behavior);
  const { bytes, text, cause, hasEnded } = listen(mesh, message, seconds, ends);
  return { bytes, text, cause, hasEnded };
}

function listen(mesh: Mesh, message: string, seconds = 1, ends = true): ReturnType<Mesh['call']> {
  const listener = mesh.call(message, { ends });
  mesh.pass(seconds * SECOND);
  return listener;
}

describe('a request', () => {
  test('gets another whole picture with wrong-bytes, also for a name that nobody has', () => {
    for (const name of ['tiles.png', 'nothing.png']) {
      const { bytes, cause } = answer('wrong-bytes', `REQ: ${name}`);
      expect(bytes.subarray(5)).toEqual(Buffer.from(WRONG_PICTURE));
      expect(cause).toBe('end');
    }
    expect(inspectPicture(WRONG_PICTURE).completeness).toBe('whole');
  });

  test('gets the image but for one byte with corrupted-bytes', () => {
    const { bytes, cause } = answer('corrupted-bytes', 'REQ: tiles.png');
    expect(bytes.length).toBe(RIGHT.length);
    expect([...bytes].filter((byte, i) => byte !== RIGHT[i])).toHaveLength(1);
    expect(cause).toBe('end');
  });

  test('is denied honestly with corrupted-bytes by one that has no such image', () => {
    expect(answer('corrupted-bytes', 'REQ: nothing.png').text).toBe('ERR: not_found');
  });

  test('is denied with denies-all by one that owns the image', () => {
    expect(answer('denies-all', 'REQ: tiles.png')).toMatchObject({
      text: 'ERR: not_found',
      cause: 'end',
    });
  });

  test.each([
    ['truncated-reply', 'end'],
    ['reset-reply', 'reset'],
  ])('gets half of the image with %s', (behavior, cause) => {
    const reply = answer(behavior, 'REQ: tiles.png');
    expect(reply.bytes).toEqual(RIGHT.subarray(0, 5 + (TILES.length >> 1)));
    expect(reply.cause).toBe(cause);
    const other = answer(behavior, 'REQ: nothing.png').bytes;
    expect(other.subarray(5)).toEqual(
      Buffer.from(WRONG_PICTURE.subarray(0, WRONG_PICTURE.length >> 1)),
    );
  });

  test('gets a megabyte a millisecond with endless-reply, for a minute at most', () => {
    const mesh = new Mesh('endless-reply');
    const early = listen(mesh, 'REQ: tiles.png', 0.01);
    expect(early.bytes.length).toBeGreaterThan(5 * 1_024 * 1_024);
    expect(early.bytes.length).toBeLessThan(11 * 1_024 * 1_024);
    early.connection.discard();
    mesh.pass(61 * SECOND);
    expect(mesh.bad.callCount).toBe(0);
  });

  test('gets nothing with silent-reply for a minute, then a reset', () => {
    expect(answer('silent-reply', 'REQ: tiles.png', { seconds: 59 })).toMatchObject({
      text: '',
      cause: null,
    });
    expect(answer('silent-reply', 'REQ: tiles.png', { seconds: 61 }).cause).toBe('reset');
    expect(answer('silent-reply', 'HELLO').text).toMatch(/^PEERS: 10\./);
  });

  test.each(['slow-reply', 'slow-writer'])('gets a byte a second with %s', (behavior) => {
    const { bytes } = answer(behavior, 'REQ: tiles.png', { seconds: 9.5 });
    expect(bytes).toEqual(RIGHT.subarray(0, 10));
    expect(answer(behavior, 'REQ: tiles.png', { seconds: 61 }).cause).toBe('reset');
    const denial = answer(behavior, 'REQ: nothing.png', { seconds: 20 });
    expect(denial).toMatchObject({ text: 'ERR: not_found', cause: 'end' });
  });

  test('gets a head and nothing behind it with empty-reply', () => {
    for (const name of ['tiles.png', 'nothing.png']) {
      const reply = answer('empty-reply', `REQ: ${name}`);
      expect(reply).toMatchObject({ text: 'RES: ', cause: 'end' });
    }
  });

  test('gets the whole image and no end with never-closing', () => {
    const reply = answer('never-closing', 'REQ: tiles.png', { seconds: 59 });
    expect(reply.bytes).toEqual(RIGHT);
    expect(reply).toMatchObject({ cause: null, hasEnded: false });
    expect(answer('never-closing', 'REQ: nothing.png')).toMatchObject({
      text: 'ERR: not_found',
      cause: null,
    });
  });

  test('whose end is not said is answered after the grace', () => {
    const mesh = new Mesh('denies-all');
    const caller = mesh.call('REQ: tiles.png', { ends: false });
    mesh.pass(DEFAULT_LIMITS.graceUs / 2);
    expect(caller.text).toBe('');
    mesh.pass(DEFAULT_LIMITS.graceUs);
    expect(caller).toMatchObject({ text: 'ERR: not_found', cause: 'end' });
  });

  test.each(['wrong-bytes', 'truncated-reply', 'denies-all'])(
    'that comes byte by byte is answered the same with %s',
    (behavior) => {
      const whole = listen(new Mesh(behavior), 'REQ: tiles.png');
      const pieces = listen(new Mesh(behavior, { segments: 'every-byte' }), 'REQ: tiles.png');
      expect(pieces.text).toBe(whole.text);
    },
  );

  test('that never comes is waited for no longer than by ours', () => {
    const caller = answer('wrong-bytes', 'REQ', { seconds: 16, ends: false });
    expect(caller).toMatchObject({ text: '', cause: 'reset' });
  });
});

describe('a greeting', () => {
  test('gets entries that are no addresses before those of ours with littered-peers', () => {
    const honest = answer('denies-all', 'HELLO').text;
    const { text, cause } = answer('littered-peers', 'HELLO');
    expect(text).toMatch(/^PEERS: 1\.2\.3:4 nobody 300\.1\.2\.3:9000 127\.0\.0\.1:0 10\./);
    expect(text.endsWith(honest.slice('PEERS: '.length))).toBe(true);
    expect(cause).toBe('end');
  });

  test('gets other addresses where nobody listens each time with bogus-peers', () => {
    const mesh = new Mesh('bogus-peers');
    const lists = [1, 2].map(() => listen(mesh, 'HELLO').text.replace('PEERS: ', '').split(' '));
    const addresses = lists.flat().map((entry) => parseAddress(entry)!);
    expect(new Set(addresses).size).toBe(120);
    const taken = new Set(mesh.hosts.map(({ address }) => address));
    expect(addresses.filter((address) => taken.has(address))).toEqual([]);
  });

  test('gets 100,000 addresses with huge-peers', () => {
    const { text, cause } = answer('huge-peers', 'HELLO');
    expect(text).toMatch(/^PEERS: 127\.254\.0\.0:9 /);
    expect(text.split(' ')).toHaveLength(100_001);
    expect(cause).toBe('end');
  });

  test('gets a byte a second with slow-writer', () => {
    expect(answer('slow-writer', 'HELLO', { seconds: 4.5 }).text).toBe('PEERS');
  });

  test.each(['silent', 'refuses'])('gets nothing with %s', (behavior) => {
    expect(answer(behavior, 'HELLO', { seconds: 61 })).toMatchObject({ text: '', cause: 'reset' });
  });

  test('gets lists without an address that can be dialled with malformed-messages', () => {
    const mesh = new Mesh('malformed-messages');
    const callers = [1, 2, 3, 4, 5].map(() => mesh.call('HELLO'));
    mesh.pass(SECOND);
    const texts = callers.map(({ text }) => text);
    expect(new Set(texts).size).toBe(5);
    for (const text of texts) expect(text).toMatch(/^PEERS:/);
    const taken = mesh.hosts.map(({ address }) => address);
    const heard = mesh.asker.discovery.book.entries.map(({ address }) => address);
    expect(heard.filter((address) => !taken.includes(address))).toEqual([]);
  });

  test('is what makes the greeter known, with all those that take greetings over', () => {
    for (const behavior of ['bogus-peers', 'huge-peers', 'malformed-messages', 'slow-writer']) {
      const mesh = new Mesh(behavior);
      listen(mesh, 'HELLO 9000\n');
      const newcomer = mesh.world.hosts.at(-1)!;
      const { book } = mesh.bad.peer.discovery;
      expect(book.get(newcomer.address), behavior).toBeDefined();
    }
  });
});

describe('by itself', () => {
  test('flood-hello greets everybody 500 times a second', () => {
    const mesh = new Mesh('flood-hello');
    const before = mesh.bad.peer.host.nowUs();
    let greeted = 0;
    for (const owner of mesh.ours) {
      const onAccept = owner.onAccept.bind(owner);
      owner.onAccept = (connection) => {
        greeted++;
        return onAccept(connection);
      };
    }
    mesh.pass(2 * SECOND);
    const seconds = (mesh.bad.peer.host.nowUs() - before) / SECOND;
    expect(greeted / seconds).toBeGreaterThan(450);
    expect(greeted / seconds).toBeLessThan(550);
  });

  test('slow-reader ties up 64 replies, and others are served all the same', () => {
    const mesh = new Mesh('slow-reader');
    mesh.pass(20 * SECOND);
    const stuck = mesh.owners.reduce((sum, owner) => sum + owner.servingCount, 0);
    expect(stuck).toBeGreaterThan(30);
    expect(stuck).toBeLessThanOrEqual(64);
    expect(mesh.fetchAll(2).map(({ outcome }) => outcome)).toEqual(Array(6).fill('found'));
  });

  test('slow-reader lets go after a minute of what it does not read', () => {
    const mesh = new Mesh('slow-reader');
    mesh.pass(5 * SECOND);
    const stuck = [...mesh.badHost.connections!].filter(({ isDeaf }) => isDeaf);
    expect(stuck.length).toBeGreaterThan(10);
    mesh.pass(50 * SECOND);
    expect(stuck.some(({ isClosed }) => !isClosed)).toBe(true);
    mesh.pass(10 * SECOND);
    expect(stuck.every(({ isClosed }) => isClosed)).toBe(true);
  });

  test('malformed-messages says nonsense to everybody, which ours turn away', () => {
    const refusals = new Set<string>();
    const mesh = new Mesh('malformed-messages');
    for (const peer of mesh.ours) peer.observer.onRefused = (_, code) => refusals.add(code);
    mesh.pass(5 * SECOND);
    expect([...refusals].sort()).toEqual(['bad-name', 'request-too-long', 'request-unknown']);
  });
});

describe('calls', () => {
  test('are let in up to 1,024 at once', () => {
    const mesh = new Mesh('silent-reply', { owners: 0 });
    const fetches = Array.from({ length: 1_500 }, (_, i) => mesh.fetch(`${i}.png`));
    mesh.pass(SECOND);
    expect(mesh.bad.callCount).toBe(1_024);
    const ended = fetches.filter(({ result }) => result !== null);
    expect(ended).toHaveLength(1_500 - 1_024);
  });

  test('that are left to a peer of ours are cut off by that one alone', () => {
    const mesh = new Mesh('bogus-peers');
    const caller = mesh.call('REQ: starfield.png');
    caller.connection.isDeaf = true;
    mesh.pass(100 * SECOND);
    expect(caller.cause).toBeNull();
    mesh.pass(150 * SECOND);
    expect(caller.cause).toBe('reset');
  });

  test('are over once the caller has left', () => {
    const mesh = new Mesh('slow-reply', { owners: 0 });
    const fetching = mesh.fetch('tiles.png');
    mesh.pass(19 * SECOND);
    expect(mesh.bad.callCount).toBe(1);
    while (fetching.result === null) mesh.pass(SECOND);
    // The next byte is answered with a reset.
    mesh.pass(1.1 * SECOND);
    expect(mesh.bad.callCount).toBe(0);
  });
});

describe('what was received from a liar', () => {
  test('is never served under the name of the image', () => {
    const mesh = new Mesh('wrong-bytes', { owners: 0 });
    const taken = mesh.fetch('tiles.png');
    mesh.pass(SECOND);
    expect(taken.result).toMatchObject({
      outcome: 'found',
      image: { savedAs: 'received_tiles.png', sizeBytes: WRONG_PICTURE.length },
    });
    mesh.world.fates.kill(mesh.badHost);
    const newcomer = mesh.addPeer(mesh.asker);
    const [byName, asReceived] = ['tiles.png', 'received_tiles.png'].map((name) =>
      mesh.fetch(name, newcomer),
    );
    mesh.pass(SECOND);
    expect(byName!.result!.attempts.map(({ outcome }) => outcome)).toEqual(['not-found']);
    expect(asReceived!.result).toMatchObject({
      outcome: 'found',
      image: { savedAs: 'received_received_tiles.png' },
    });
  });
});
