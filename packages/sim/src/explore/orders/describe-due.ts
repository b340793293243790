import {
  ACTION,
  ALARM,
  ARRIVE,
  KEPT,
  LAND,
  OPEN,
  OPENED,
  REFUSED,
  RESET,
  TIMED_OUT,
} from '../../virtual/event-kind.ts';
import type { DueEvent } from '../../virtual/ordering.ts';
import { VirtualConnection } from '../../virtual/virtual-connection.ts';
import { VirtualHost } from '../../virtual/virtual-host.ts';

/** What happens to a connection, behind the name of the peer at this end. */
const AT_ITS_END: Readonly<Record<number, string>> = {
  [OPEN]: 'is connected',
  [ARRIVE]: 'gets bytes',
  [LAND]: 'has bytes on its wire',
  [RESET]: 'gets a reset',
  [REFUSED]: 'is refused',
  [TIMED_OUT]: 'gives a call up',
};

/** An event that is due, in words: `number 2 gets bytes from number 0`. Peers are numbered from 1 in the order of the plan. */
export function describeDue({ kind, target }: DueEvent): string {
  if (kind === ACTION) return 'the lab acts';
  if (kind === ALARM) return `the alarm of ${name(target)} rings`;
  if (kind === OPENED || kind === KEPT) return `the disk of ${name(target)} answers`;
  if (!(target instanceof VirtualConnection)) return 'something else';
  const other = target.other === null ? '' : ` (${name(target.other.host)})`;
  return `${name(target.host)} ${AT_ITS_END[kind] ?? 'goes on with what it sends'}${other}`;
}

function name(host: unknown): string {
  return host instanceof VirtualHost ? `peer number ${host.index + 1}` : 'a peer';
}
