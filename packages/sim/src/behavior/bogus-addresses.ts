import { ipOf, isLoopback, makeAddress, type Address } from '@imagemesh/peer';

/** The port of the discard protocol, where nobody listens any more. */
const DISCARD_PORT = 9;

/** 127.254.0.0: of the loopback addresses, a part that nothing uses. */
const UNUSED_LOOPBACK = 0x7f_fe_00_00;

const LOOPBACKS = 65_536;

/** Ports below those that systems give out by themselves. */
const PORTS = 8_999;

/**
 * The nth address where nobody listens: never of another machine than the peer's own, so that a lie of the
 * lab makes nobody dial a stranger.
 */
export function bogusAddress(own: Address, n: number): Address {
  const ip = ipOf(own);
  if (isLoopback(ip)) return makeAddress(UNUSED_LOOPBACK + (n % LOOPBACKS), DISCARD_PORT);
  return makeAddress(ip, 1 + (n % PORTS));
}
