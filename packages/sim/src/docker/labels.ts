import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isProcessRunning } from '@imagemesh/peer';

/** What containers and networks of a run are marked with. */
export type Labels = Readonly<Record<string, string>>;

/** The run that something belongs to. */
export const RUN_LABEL = 'imagemesh.run';

const PID_LABEL = 'imagemesh.lab.pid';
const PLACE_LABEL = 'imagemesh.lab.place';

/** Labels of a run of this process. */
export function labelsOf(run: string): Labels {
  return { [RUN_LABEL]: run, [PID_LABEL]: String(process.pid), [PLACE_LABEL]: PLACE };
}

/**
 * Whether a lab that has ended without clearing away left what has these labels. Of labs on other machines, or in
 * another numbering of processes, that cannot be told: they clear away themselves.
 */
export function isAbandoned(labels: Labels): boolean {
  const pid = Number(labels[PID_LABEL]);
  return labels[PLACE_LABEL] === PLACE && Number.isSafeInteger(pid) && !isProcessRunning(pid);
}

/** The machine, and which numbering of processes ours is. */
const PLACE = `${hostname()} ${readNumbering()}`;

function readNumbering(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
