import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAddress,
  formatIp,
  ipOf,
  isLoopback,
  makeAddress,
  mayDial,
  parseAddress,
  parseIp,
  portOf,
} from '../../src/protocol/address.ts';

const ip = fc.nat({ max: 0xffff_ffff });
const port = fc.integer({ min: 1, max: 65_535 });
const near = parseIp('127.0.0.1')!;
const far = parseIp('203.0.113.7')!;

describe('an address', () => {
  test('keeps its two parts and reads back from its text', () => {
    fc.assert(
      fc.property(ip, port, (someIp, somePort) => {
        const address = makeAddress(someIp, somePort);
        expect([ipOf(address), portOf(address)]).toEqual([someIp, somePort]);
        expect(parseAddress(formatAddress(address))).toBe(address);
        expect(parseIp(`::ffff:${formatIp(someIp)}`)).toBe(someIp);
      }),
    );
  });

  test('an IPv4-mapped form is the same address', () => {
    expect(parseIp('::ffff:127.0.0.1')).toBe(near);
    expect(parseIp('::FFFF:127.0.0.1')).toBe(near);
  });

  test.each(['127.000.0.1', '127.1', '2130706433', '0x7f.0.0.1', '1.2.3.256', '1.2.3.4 ', '::1'])(
    '%j is no IPv4 address',
    (text) => {
      expect(parseIp(text)).toBeNull();
    },
  );

  test.each(['1.2.3.4', '1.2.3.4:', '1.2.3.4:0', '1.2.3.4:65536', '1.2.3.4:09', '1.2.3.4:+9', ''])(
    '%j is no address',
    (text) => {
      expect(parseAddress(text)).toBeNull();
    },
  );

  test('reading any text never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parseAddress(text);
        if (address !== null) expect(parseAddress(formatAddress(address))).toBe(address);
      }),
    );
  });
});

describe('mayDial', () => {
  test.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.255.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.250'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['the cloud metadata address', '169.254.169.254'],
  ])('%s (%s) is never dialled', (_what, text) => {
    for (const source of [near, far]) {
      expect(mayDial(makeAddress(parseIp(text)!, 9001), source)).toBe(false);
    }
  });

  test('a loopback address is believed from a loopback sender alone', () => {
    for (const text of ['127.0.0.1', '127.255.255.255']) {
      const address = makeAddress(parseIp(text)!, 9001);
      expect(mayDial(address, near)).toBe(true);
      expect(mayDial(address, far)).toBe(false);
      expect(isLoopback(parseIp(text)!)).toBe(true);
    }
    expect(isLoopback(parseIp('126.255.255.255')!)).toBe(false);
    expect(isLoopback(parseIp('128.0.0.0')!)).toBe(false);
  });

  test('a link-local address is believed from a link-local sender alone', () => {
    const beside = parseIp('169.254.1.1')!;
    for (const text of ['169.254.0.1', '169.254.169.253']) {
      const address = makeAddress(parseIp(text)!, 9001);
      expect(mayDial(address, beside)).toBe(true);
      expect(mayDial(address, far)).toBe(false);
      expect(mayDial(address, near)).toBe(false);
    }
    expect(mayDial(makeAddress(parseIp('169.254.169.254')!, 80), beside)).toBe(false);
  });

  test.each(['1.0.0.0', '10.0.0.1', '192.168.1.20', '169.253.0.1', '223.255.255.255'])(
    '%s may be dialled',
    (text) => {
      expect(mayDial(makeAddress(parseIp(text)!, 9001), far)).toBe(true);
    },
  );

  test('port 0 is never dialled', () => {
    expect(mayDial(makeAddress(parseIp('10.0.0.1')!, 0), far)).toBe(false);
  });
});
