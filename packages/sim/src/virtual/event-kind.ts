/** Kinds of events in the virtual world; small numbers, since they stand in a typed array. */
export const ALARM = 1;
export const OPEN = 2;
export const REFUSED = 3;
export const ARRIVE = 4;
export const RESET = 5;
export const OPENED = 6;
export const KEPT = 7;
export const WIRE_FREE = 8;
export const ACTION = 9;
export const TIMED_OUT = 10;
/** A stream that was cut, or has lost something, tries again. */
export const RETRY = 11;
/** What a host that stood still is told when it goes on. */
export const OWED = 12;
/** A piece has come to the end of the link, before the receiver's own wire. */
export const LAND = 13;
export const DIAL = 14;
/** A call that has lost a packet tries again. */
export const REDIAL = 15;

/**
 * An event in words, from the numbers that go into the trace hash: what it is in the low four bits of
 * `what`, with the end of a connection above them for an arrival.
 */
export function describeEvent(what: number, amount: number): string {
  const end = (id: number): string =>
    `connection ${id >> 1} at the side that ${id % 2 === 0 ? 'dialled' : 'accepted'}`;
  switch (what & 15) {
    case ALARM:
      return `the alarm of peer number ${amount} rings`;
    case OPEN:
      return `connection ${amount >> 1} opens`;
    case REFUSED:
      return `connection ${amount >> 1} is refused`;
    case DIAL:
      return `peer number ${(what >> 4) & 0xff_ffff} dials peer number ${amount}`;
    case LAND:
      return `${amount} bytes come to the wire of ${end(what >> 4)}`;
    case RETRY:
      return `${end(amount)} tries again`;
    case REDIAL:
      return `connection ${amount >> 1} calls again`;
    case OWED:
      return `${end(amount)} is told what happened meanwhile`;
    case TIMED_OUT:
      return `connection ${amount >> 1} is given up`;
    case ARRIVE:
      return `a piece (${(amount >>> 0).toString(16)}) arrives on ${end(what >> 4)}`;
    case RESET:
      return `a reset arrives on ${end(amount)}`;
    case OPENED:
      return amount === 1 ? 'an image is not opened' : 'an image is opened';
    case KEPT:
      return 'an image is saved';
    case WIRE_FREE:
      return `the wire of ${end(amount)} is free`;
    default:
      return 'the workload acts';
  }
}
