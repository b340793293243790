import { lookup } from 'node:dns/promises';
import { displaySafe } from '../protocol/display.ts';
import { makeAddress, parseIp, type Address } from '../protocol/address.ts';
import { PeerError } from '../peer-error.ts';

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

/** The addresses to greet first. Rejects with a `PeerError` when one of them cannot be looked up. */
export async function startingAddresses(named: readonly string[]): Promise<Address[]> {
  return await Promise.all(named.map(resolveAddress));
}
