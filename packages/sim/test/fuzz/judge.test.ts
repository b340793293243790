import { describe, expect, test } from 'vitest';
import type { Ending, Stream } from '../../src/fuzz/batch.ts';
import { problemOf, type Close, type Dialect } from '../../src/fuzz/judge.ts';

const cat = Buffer.from('meow');
const images = new Map([
  ['cat', Buffer.from('purr')],
  ['cat.png', cat],
]);

function said(pieces: readonly string[], ending: Ending = 'end'): Stream {
  return { pieces: pieces.map((piece) => Buffer.from(piece)), pauseMs: 0, ending };
}

function judged(
  pieces: readonly string[],
  reply: string,
  { dialect = 'ours', close = 'end' }: { dialect?: Dialect; close?: Close } = {},
): string | null {
  const heard = { reply: Buffer.from(reply), close };
  return problemOf(said(pieces), heard, { images, dialect });
}

describe('a well-formed request in one piece', () => {
  test('is answered as the plain peer answers it', () => {
    expect(judged(['REQ: cat.png'], 'RES: meow')).toBeNull();
    expect(judged(['REQ: dog.png'], 'ERR: whatever')).toBeNull();
    expect(judged(['HELLO'], 'PEERS: 10.0.0.5:9001 10.0.0.7:9001')).toBeNull();
  });

  test.each([
    ['REQ: cat.png', '', 'sends nothing where the plain peer sends the image'],
    ['REQ: cat.png', 'ERR: not_found', 'sends a denial where the plain peer sends the image'],
    ['REQ: cat.png', 'RES: purr', 'sends other bytes than those of "cat.png"'],
    ['REQ: cat.png', 'RES: me', 'sends other bytes than those of "cat.png"'],
    ['REQ: dog.png', 'RES: meow', 'sends the image where the plain peer sends a denial'],
    ['HELLO', 'PEERS:  10.0.0.5:9001', 'sends a list that a plain peer cannot read'],
    ['HELLO', 'PEERS: cat', 'sends a list that a plain peer cannot read'],
  ])('%s is not answered with %j', (request, reply, problem) => {
    expect(judged([request], reply, { dialect: 'plain' })).toBe(problem);
  });

  test('comes to a clean end', () => {
    const close = 'reset';
    expect(judged(['REQ: cat.png'], 'RES: meow', { close })).toMatch(/^resets the connection/);
    expect(judged(['HELLO'], '', { close: 'left' })).toMatch(/^does not come to an end/);
  });

  test('an empty list without the space is for plain peers alone', () => {
    expect(judged(['HELLO'], 'PEERS:', { dialect: 'plain' })).toBeNull();
    expect(judged(['HELLO'], 'PEERS:')).toBe('sends a list that a plain peer cannot read');
  });
});

describe('a request in pieces, or with a line end', () => {
  test('is dropped by a plain peer, and answered by ours', () => {
    expect(judged(['REQ: cat', '.png'], '', { dialect: 'plain' })).toBeNull();
    expect(judged(['REQ: cat', '.png'], '')).toMatch(/^sends nothing/);
    expect(judged(['REQ: cat', '.png'], 'RES: meow')).toBeNull();
    expect(judged(['REQ: cat\nREQ: x'], 'RES: purr')).toBeNull();
    expect(judged(['HELLO', ' 9002'], 'PEERS: ')).toBeNull();
  });

  test('may be taken for what has arrived, where two pieces may arrive as one', () => {
    expect(judged(['REQ: x', '\u0001'], 'ERR: not_found')).toBeNull();
    expect(judged(['REQ: x', '\u0001'], '')).toBeNull();
  });
});

describe('any other stream', () => {
  test('may be answered with what it could mean, or not at all', () => {
    expect(judged(['HELP'], '')).toBeNull();
    expect(judged(['REQ: ../cat'], 'ERR: bad_name')).toBeNull();
    expect(judged(['REQ: ../cat'], '')).toBeNull();
  });

  test.each([
    ['HELP', 'PEERS: ', 'answers with a list what is no greeting'],
    ['HELP', 'ERR: what', 'denies what is no request'],
    ['REQ: ../cat.png', 'RES: meow', 'sends bytes of no image that was asked for'],
    ['REQ: ../cat.png', 'RES: root:x:0', 'sends bytes of no image that was asked for'],
    ['HELP', '220 ready', 'says something that is no message of the protocol'],
  ])('%s is not answered with %j', (request, reply, problem) => {
    expect(judged([request], reply)).toBe(problem);
  });

  test('may be broken off in the middle of an answer, but not end there', () => {
    const stream = said(['REQ: cat.png'], 'reset');
    const heard = { reply: Buffer.from('RES: me'), close: 'left' } as const;
    expect(problemOf(stream, heard, { images, dialect: 'ours' })).toBeNull();
    expect(problemOf(stream, { ...heard, close: 'end' }, { images, dialect: 'ours' })).toBe(
      'sends bytes of no image that was asked for',
    );
  });
});
