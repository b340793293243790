import { lookup } from 'node:dns/promises';
import { InvalidArgumentError } from 'commander';
import { displaySafe } from '../protocol/display.ts';
import { makeAddress, parseIp, type Address } from '../protocol/address.ts';
import { PeerError } from '../peer-error.ts';

/** Reads a port to listen on, 0 to 65,535; for commander. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    const hint = /^[a-z]+$/.test(text) ? ' To fetch one image: p2p get NAME --from HOST:PORT.' : '';
    throw new InvalidArgumentError(`It must be a number from 0 to 65535, such as 9001.${hint}`);
  }
  return port;
}

/** Reads a port that others are told, 1 to 65,535; for commander. */
export function readAnnouncedPort(text: string): number {
  const port = Number(text);
  if (!/^[1-9]\d{0,4}$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('It must be a port from 1 to 65535, such as 9001.');
  }
  return port;
}

/** Reads a whole number from 1; for commander. */
export function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return Number(text);
}

/** Collects the values of an option that may be given many times; for commander. */
export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

/**
 * Reads `HOST:PORT`; a host that is no IPv4 address is looked up. Rejects with a `PeerError` that says
 * what is wrong.
 */
export async function resolveAddress(text: string): Promise<Address> {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon));
  const port = text.slice(colon + 1);
  const shown = displaySafe(text, 80);
  if (host === '' || !/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    throw new PeerError(
      'PEER_ADDRESS_INVALID',
      `"${shown}" is no address of a peer; write HOST:PORT, such as 192.168.1.20:9001.`,
    );
  }
  const ip = parseIp(host) ?? (await lookUp(host, shown));
  return makeAddress(ip, Number(port));
}

async function lookUp(host: string, shown: string): Promise<number> {
  try {
    const { address } = await lookup(host, { family: 4 });
    return parseIp(address)!;
  } catch (error) {
    throw new PeerError(
      'PEER_ADDRESS_INVALID',
      `The host of "${shown}" is not known here as an IPv4 address; check its spelling, or write its number.`,
      { cause: error },
    );
  }
}
