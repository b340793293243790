/**
 * Addresses of peers as numbers: the IPv4 address as 32 bits, times 65,536, plus the port. Compared,
 * hashed and ordered as numbers, never as text, so that `127.0.0.1` and `127.000.0.1` or an
 * IPv4-mapped IPv6 form cannot be two peers. IPv6 is not part of the plain protocol: a plain peer
 * dies of an IPv6 entry in a list.
 */
export type Address = number;

const PORTS = 65_536;

/** Puts an IPv4 address (unsigned 32 bits) and a port (1 to 65,535) together. */
export function makeAddress(ip: number, port: number): Address {
  return ip * PORTS + port;
}

/** The IPv4 address of `address`, as an unsigned 32-bit number. */
export function ipOf(address: Address): number {
  return Math.floor(address / PORTS);
}

/** The port of `address`. */
export function portOf(address: Address): number {
  return address % PORTS;
}

/** Dotted text of an IPv4 address given as an unsigned 32-bit number. */
export function formatIp(ip: number): string {
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}

/** `a.b.c.d:port`, as it stands in a list of peers. */
export function formatAddress(address: Address): string {
  return `${formatIp(ipOf(address))}:${portOf(address)}`;
}

/**
 * Reads `a.b.c.d` (decimal, no leading zeros, nothing else) or an IPv4-mapped IPv6 address
 * (`::ffff:a.b.c.d`, as the system reports on a dual-stack socket). Null for anything else.
 */
export function parseIp(text: string): number | null {
  let from = text.startsWith('::') && /^::ffff:/i.test(text) ? 7 : 0;
  let ip = 0;
  for (let part = 1; part <= 4; part++) {
    const to = part === 4 ? text.length : text.indexOf('.', from);
    const byte = readByte(text, from, to);
    if (byte < 0) return null;
    ip = ip * 256 + byte;
    from = to + 1;
  }
  return ip;
}

/** 0 to 255 in decimal without leading zeros; -1 for anything else. (A pattern for each takes five times as long.) */
function readByte(text: string, from: number, to: number): number {
  if (to <= from || to - from > 3) return -1;
  let byte = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    byte = byte * 10 + digit;
  }
  const hasLeadingZero = to - from > 1 && text.charCodeAt(from) === 48;
  return hasLeadingZero || byte > 255 ? -1 : byte;
}

/** Reads `a.b.c.d:port`; null when it is not exactly that. */
export function parseAddress(text: string): Address | null {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return null;
  const ip = parseIp(text.slice(0, colon));
  const portText = text.slice(colon + 1);
  if (ip === null || !/^[1-9]\d{0,4}$/.test(portText)) return null;
  const port = Number(portText);
  return port > 65_535 ? null : makeAddress(ip, port);
}

/** Whether an IPv4 address is in 127.0.0.0/8. */
export function isLoopback(ip: number): boolean {
  return ip >>> 24 === 127;
}

/**
 * What stands for the machine behind an address, where several must not count as several: its IP, since whoever has
 * one can open any number of ports. On loopback every address stands for itself: all of them are this machine, and
 * whoever tries several peers on it means them to be several.
 */
export function machineOf(address: Address): number {
  const ip = ipOf(address);
  return isLoopback(ip) ? address : ip;
}

/** Whether an IPv4 address is in 169.254.0.0/16, which means another machine on every link. */
function isLinkLocal(ip: number): boolean {
  return ip >>> 16 === 0xa9_fe;
}

/** 169.254.169.254: the address where cloud machines are told their secrets. */
const METADATA_IP = 0xa9_fe_a9_fe;

/**
 * Whether an address heard from `sourceIp` may be dialled. Never: 0.0.0.0/8, multicast, reserved and
 * broadcast (224.0.0.0 and above), the cloud metadata address, port 0. Loopback addresses are
 * believed from loopback senders alone, and link-local ones from link-local senders, so that nobody far away
 * can aim us at our own services or at those beside us.
 */
export function mayDial(address: Address, sourceIp: number): boolean {
  const ip = ipOf(address);
  const top = ip >>> 24;
  if (portOf(address) === 0 || top === 0 || top >= 224 || ip === METADATA_IP) return false;
  if (isLinkLocal(ip)) return isLinkLocal(sourceIp);
  return top !== 127 || isLoopback(sourceIp);
}
