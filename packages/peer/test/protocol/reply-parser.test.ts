import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/protocol/address.ts';
import { MAX_LIST_ENTRIES, MAX_REASON_BYTES } from '../../src/protocol/limits.ts';
import { PeersParser, ReplyParser } from '../../src/protocol/reply-parser.ts';
import { cutAt, cuts, joined, utf8 } from '../pieces.ts';

const reply = fc
  .tuple(
    fc.constantFrom('RES: ', 'RES:', 'ERR: ', 'ERR:', 'ERR: not_found', 'RE', 'ER', 'HTTP', ''),
    fc.uint8Array({ maxLength: 400 }),
  )
  .map(([head, rest]) => joined([utf8(head), rest]));

interface Outcome {
  readonly kind: string;
  readonly body: string;
  readonly reason: string;
}

/** What a caller makes of a reply: it stops parsing at an image and reads an error to its end. */
function readReply(pieces: readonly Uint8Array[]): Outcome {
  const parser = new ReplyParser();
  let kind = 'incomplete';
  const body: Uint8Array[] = [];
  for (const piece of pieces) {
    if (kind === 'image') body.push(piece);
    else if (kind !== 'malformed') {
      const head = parser.push(piece);
      kind = head.kind;
      if (head.kind === 'image') body.push(head.body);
    }
  }
  const reason = kind === 'error' ? parser.reason() : '';
  return { kind, body: Buffer.concat(body).toString('hex'), reason };
}

describe('ReplyParser', () => {
  test('any split of a reply gives the same kind, body and reason', () => {
    fc.assert(
      fc.property(reply, cuts, (bytes, places) => {
        expect(readReply(cutAt(bytes, places))).toEqual(readReply(cutAt(bytes, [])));
      }),
      { numRuns: 500 },
    );
  });

  test('an image is told with and without the space behind its head', () => {
    expect(readReply([utf8('RES: abc')])).toMatchObject({ kind: 'image', body: '616263' });
    expect(readReply([utf8('RES:abc')])).toMatchObject({ kind: 'image', body: '616263' });
  });

  test('a body may begin with any byte but one space', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (body) => {
        const hex = Buffer.from(body).toString('hex');
        expect(readReply([joined([utf8('RES: '), body])])).toMatchObject({ body: hex });
      }),
    );
  });

  test.each([
    ['ERR: not_found', 'not_found'],
    ['ERR: File not found', 'File not found'],
    ['ERR:busy\r\n', 'busy'],
    ['ERR:', ''],
    ['ERR: ', ''],
  ])('%j is a denial with the reason %j', (text, reason) => {
    expect(readReply([utf8(text)])).toMatchObject({ kind: 'error', reason });
  });

  test('a reason of a megabyte is cut', () => {
    const { kind, reason } = readReply(cutAt(utf8(`ERR: ${'x'.repeat(1_000_000)}`), [70_000]));
    expect(kind).toBe('error');
    expect(reason.length).toBeLessThanOrEqual(MAX_REASON_BYTES);
  });

  test('a reason that is no UTF-8 is not shown', () => {
    expect(readReply([joined([utf8('ERR: '), Uint8Array.of(0xff)])]).reason).toBe('not readable');
  });

  test.each(['HTTP/1.1 400', 'PEERS: ', 'RESULT', ' RES: ', 'ERROR'])('%j is malformed', (text) => {
    expect(readReply([utf8(text)]).kind).toBe('malformed');
  });
});

function readPeers(pieces: readonly Uint8Array[]): string[] | null {
  const parser = new PeersParser();
  for (const piece of pieces) parser.push(piece);
  return parser.isList ? parser.addresses().map(formatAddress) : null;
}

describe('PeersParser', () => {
  const entry = fc.oneof(
    fc.tuple(fc.ipV4(), fc.nat({ max: 70_000 })).map(([ip, port]) => `${ip}:${port}`),
    fc.constantFrom('', 'localhost:9001', '::1:9001', '1.2.3.4:9;v=2', '1.2.3:9', '1.2.3.4'),
    fc.string({ maxLength: 12 }),
  );
  const list = fc
    .tuple(fc.constantFrom('PEERS:', 'PEERS: ', 'PEER', 'ERR: '), fc.array(entry))
    .map(([head, entries]) => utf8(head + entries.join(' ')));

  test('any split of a list gives the same addresses', () => {
    fc.assert(
      fc.property(list, cuts, (bytes, places) => {
        expect(readPeers(cutAt(bytes, places))).toEqual(readPeers(cutAt(bytes, [])));
      }),
      { numRuns: 500 },
    );
  });

  test('garbage is no list and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readPeers([bytes])).toBeNull();
        expect(readPeers([joined([utf8('PEERS:'), bytes])])).not.toBeNull();
      }),
    );
  });

  test.each([
    ['PEERS:', []],
    ['PEERS: ', []],
    ['PEERS: 127.0.0.1:9001 10.0.0.2:80', ['127.0.0.1:9001', '10.0.0.2:80']],
    ['PEERS:127.0.0.1:9001', ['127.0.0.1:9001']],
    ['PEERS:  127.0.0.1:9001  \r\n', ['127.0.0.1:9001']],
    ['PEERS: 127.0.0.1:9055;v=2 1.1.1.1:1', ['127.0.0.1:9055', '1.1.1.1:1']],
    ['PEERS: 127.0.0.01:9 256.0.0.1:9 1.2.3.4:0 1.2.3.4:65536 1.2.3.4:080 1.2.3.4:9x', []],
    ['PEERS: ::ffff:1.2.3.4:9 [::1]:9 a.b.c.d:9 1.2.3.4.5:9 1.2.3:9 -1.2.3.4:9', []],
  ])('%j lists %j', (text, addresses) => {
    expect(readPeers([utf8(text)])).toEqual(addresses);
  });

  test('no more than a bounded number of entries and bytes is taken', () => {
    const parser = new PeersParser();
    const many = utf8(`PEERS: ${'1.2.3.4:5 '.repeat(100_000)}`);
    expect(parser.push(many)).toBe(false);
    expect(parser.length).toBeLessThanOrEqual(16_384);
    expect(parser.addresses()).toHaveLength(MAX_LIST_ENTRIES);
  });
});
