import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAddress, parseAddress, type Address } from '../../src/protocol/address.ts';
import {
  ERR_BAD_NAME,
  ERR_NOT_FOUND,
  ERR_UNREADABLE,
  HELLO,
  RES,
  countFitting,
  encodeAnnouncement,
  encodePeers,
  encodeRequest,
} from '../../src/protocol/message.ts';
import { PeersParser } from '../../src/protocol/reply-parser.ts';

const anyAddress = fc
  .tuple(fc.nat({ max: 0xffff_ffff }), fc.integer({ min: 1, max: 65_535 }))
  .map(([ip, port]) => makeAddress(ip, port));

describe('the bytes of every message that we send', () => {
  test.each([
    ['a bare greeting', HELLO, '48454c4c4f'],
    ['an announcing greeting', encodeAnnouncement(9002), '48454c4c4f2039303032'],
    ['a request', encodeRequest('cat.png'), '5245513a206361742e706e67'],
    ['a request beyond ASCII', encodeRequest('é.png'), '5245513a20c3a92e706e67'],
    ['the head of an image', RES, '5245533a20'],
    ['a denial', ERR_NOT_FOUND, '4552523a206e6f745f666f756e64'],
    ['the answer to a bad name', ERR_BAD_NAME, '4552523a206261645f6e616d65'],
    ['the answer for a broken image', ERR_UNREADABLE, '4552523a20756e7265616461626c65'],
    ['an empty list', encodePeers([]), '50454552533a20'],
    [
      'a list',
      encodePeers([parseAddress('127.0.0.1:9001')!, parseAddress('10.20.30.255:65535')!]),
      '50454552533a203132372e302e302e313a393030312031302e32302e33302e3235353a3635353335',
    ],
  ])('%s is as it has always been', (_what, bytes, expected) => {
    expect(Buffer.from(bytes).toString('hex')).toBe(expected);
  });
});

describe('encodePeers', () => {
  test('nothing that it makes crashes a plain reader, and all entries are read back', () => {
    fc.assert(
      fc.property(fc.array(anyAddress, { maxLength: 120 }), (addresses) => {
        const bytes = encodePeers(addresses);
        expect(bytes.length).toBeLessThanOrEqual(1_400);
        const read = readAsPlainPeer(bytes);
        expect(read).toEqual(addresses.slice(0, read.length));
        // What was left out would not have fitted.
        if (read.length < addresses.length) expect(bytes.length + 22).toBeGreaterThan(1_400);
      }),
    );
  });

  test('what it makes is read back by our own parser', () => {
    fc.assert(
      fc.property(fc.array(anyAddress, { maxLength: 64 }), (addresses) => {
        const parser = new PeersParser();
        parser.push(encodePeers(addresses));
        expect(parser.addresses()).toEqual(addresses);
      }),
    );
  });

  test('64 entries of the greatest length fit, and the 65th may not', () => {
    const longest = makeAddress(0xffff_ffff, 65_535);
    expect(readAsPlainPeer(encodePeers(Array(63).fill(longest)))).toHaveLength(63);
    expect(encodePeers(Array(100).fill(longest)).length).toBeLessThanOrEqual(1_400);
  });

  test('the model of the plain reader crashes where the original does', () => {
    for (const text of ['PEERS:', 'PEERS: 127.0.0.1:x', 'PEERS:  127.0.0.1:1', 'PEERS: ::1:9']) {
      expect(() => readAsPlainPeer(Buffer.from(text)), text).toThrow(PlainCrash);
    }
    expect(() => readAsPlainPeer(Buffer.from('PEERS: 1.2.3.4:99999999999'))).toThrow(PlainCrash);
    expect(readAsPlainPeer(Buffer.from('PEERS: '))).toEqual([]);
    expect(readAsPlainPeer(Buffer.from('PEERS: 127.0.0.1:9055;v=2'))).toEqual([
      parseAddress('127.0.0.1:9055'),
    ]);
  });
});

class PlainCrash extends Error {}

/** The original's reader, by the table of the protocol: one read, skip 7, split, `stoi`. */
function readAsPlainPeer(sent: Uint8Array): Address[] {
  const text = Buffer.from(sent.subarray(0, 4_096)).toString('latin1').split('\0', 1)[0]!;
  if (text.length < 7) throw new PlainCrash('substr');
  const addresses: Address[] = [];
  let rest = text.slice(7);
  while (rest !== '') {
    const space = rest.indexOf(' ');
    const entry = space < 0 ? rest : rest.slice(0, space);
    rest = space < 0 ? '' : rest.slice(space + 1);
    const colon = entry.indexOf(':');
    const port = stoi(colon < 0 ? entry : entry.slice(colon + 1));
    const host = colon < 0 ? entry : entry.slice(0, colon);
    const address = parseAddress(`${host}:${port}`);
    // The original would dial 0.0.0.0, or a port modulo 65,536: no crash, but not what we sent.
    if (address === null) throw new Error(`a plain reader misreads ${entry}`);
    addresses.push(address);
  }
  return addresses;
}

function stoi(text: string): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1];
  if (digits === undefined) throw new PlainCrash('stoi: invalid argument');
  const value = Number(digits);
  if (value < -(2 ** 31) || value >= 2 ** 31) throw new PlainCrash('stoi: out of range');
  return value;
}

test('as many addresses are said to fit into a list as it then holds', () => {
  fc.assert(
    fc.property(fc.array(anyAddress, { maxLength: 150 }), fc.boolean(), (addresses, areShort) => {
      const listed = areShort ? addresses.map((_, i) => makeAddress(i, 9)) : addresses;
      const text = Buffer.from(encodePeers(listed)).toString('latin1');
      expect(text.split(' ').slice(1).filter(Boolean)).toHaveLength(countFitting(listed));
      expect(text.length).toBeLessThanOrEqual(1_400);
    }),
  );
});
