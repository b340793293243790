import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_REQUEST_BYTES } from '../../src/protocol/limits.ts';
import { RequestParser, type Request } from '../../src/protocol/request-parser.ts';
import { cutAt, cuts, joined, utf8 } from '../pieces.ts';

const token = fc.oneof(
  fc.constantFrom('HELLO', 'REQ: ', 'REQ:', ' ', '9002', ' 9002', 'HEL', 'cat.png', 'é', '🐈'),
  fc.constantFrom('\n', '\r\n', '\0', '\r', 'x'.repeat(300), 'GET / HTTP/1.1'),
);
const stream = fc
  .array(fc.oneof({ weight: 5, arbitrary: token.map(utf8) }, fc.uint8Array({ maxLength: 20 })), {
    maxLength: 6,
  })
  .map(joined);

function parse(pieces: readonly Uint8Array[], isEnded: boolean): Request {
  const parser = new RequestParser();
  for (const piece of pieces) parser.push(piece);
  if (isEnded) parser.end();
  return parser.request();
}

function read(text: string, isEnded = false): Request {
  return parse([utf8(text)], isEnded);
}

describe('RequestParser', () => {
  test('any split of a stream gives the same requests on the way and at the end', () => {
    fc.assert(
      fc.property(stream, cuts, fc.boolean(), (bytes, places, isEnded) => {
        const parser = new RequestParser();
        let length = 0;
        for (const piece of cutAt(bytes, places)) {
          parser.push(piece);
          length += piece.length;
          expect(parser.request()).toEqual(parse([bytes.slice(0, length)], false));
        }
        if (isEnded) parser.end();
        expect(parser.request()).toEqual(parse([bytes], isEnded));
      }),
      { numRuns: 500 },
    );
  });

  test('nothing changes a complete request any more', () => {
    fc.assert(
      fc.property(stream, stream, (bytes, more) => {
        const before = parse([bytes], false);
        const after = parse([bytes, more], true);
        // One refusal may become another.
        if (before.kind === 'unknown' || before.kind === 'too-long') {
          expect(['unknown', 'too-long']).toContain(after.kind);
        } else if (before.complete) expect(after).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['\n', '\r\n', '\0', '\0rubbish', '\r'])('%j ends a request', (end) => {
    expect(read(`REQ: cat.png${end}`)).toEqual(read('REQ: cat.png', true));
    expect(read(`HELLO${end}`)).toEqual(read('HELLO', true));
    expect(read(`HELLO 9002${end}`)).toEqual(read('HELLO 9002', true));
  });

  test('what may still grow is not complete', () => {
    expect(read('HELLO')).toEqual({ kind: 'greeting', complete: false, port: 0, bare: true });
    expect(read('HELLO 900')).toEqual({
      kind: 'greeting',
      complete: false,
      port: 900,
      bare: false,
    });
    expect(read('REQ: a')).toEqual({ kind: 'image', complete: false, name: 'a', problem: null });
  });

  test.each(['', 'H', 'HELL', 'R', 'REQ', 'REQ:'])('%j is incomplete', (text) => {
    expect(read(text).kind).toBe('incomplete');
    expect(read(text, true).kind).toBe('unknown');
  });

  test.each(['HELLO2', 'HELLO2 x', 'hello', 'REQ:a', 'REQX', 'GET /', '\n', '\0', ' HELLO'])(
    '%j is no request',
    (text) => {
      expect(read(text)).toEqual({ kind: 'unknown', complete: true });
    },
  );

  test.each([
    ['9002', 9002],
    ['65535', 65_535],
    ['65536', 0],
    ['0', 0],
    ['-1', 0],
    ['99999999999999999999', 0],
    ['9002 v=2', 9002],
    ['abc', 0],
    ['', 0],
  ])('a greeting with %j announces %d', (text, port) => {
    expect(read(`HELLO ${text}`, true)).toMatchObject({ kind: 'greeting', port });
  });

  test('a request of the greatest length is read and one byte more is too long', () => {
    const name = 'x'.repeat(MAX_REQUEST_BYTES - 5);
    expect(read(`REQ: ${name}`)).toMatchObject({ kind: 'image', name, problem: 'too-long' });
    expect(read(`REQ: ${name}\n`)).toMatchObject({ kind: 'image', complete: true });
    expect(read(`REQ: ${name}x`)).toEqual({ kind: 'too-long', complete: true });
  });

  test('a name that is no UTF-8 is named as such', () => {
    const request = parse([joined([utf8('REQ: '), Uint8Array.of(0xff, 0xfe)])], true);
    expect(request).toMatchObject({ kind: 'image', name: '', problem: 'invalid-utf8' });
  });
});
