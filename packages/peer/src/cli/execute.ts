import { CommanderError } from 'commander';
import { PeerError, type PeerErrorCode } from '../peer-error.ts';
import {
  ConfigurationError,
  formatConfigurationError,
} from './configuration/configuration-error.ts';
import { makeProgram } from './program.ts';

/** Exit codes: 0 done, 1 the world said no, 2 the command was wrong, 130 interrupted. */
const USAGE = 2;

/** What the command asked for cannot be, whatever the world says. */
const WRONG: ReadonlySet<PeerErrorCode> = new Set<PeerErrorCode>([
  'PEER_NAME_INVALID',
  'PEER_ADDRESS_INVALID',
  'PEER_THREADS_UNSUPPORTED',
]);

/** Does what the command line says, and sets the exit code. Rejects only for a bug. */
export async function execute(): Promise<void> {
  // A reader that has gone (`… | head`) or a full disk behind the output is no reason to stop: what is done
  // goes on, and the exit code still says how it ended.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await makeProgram('0.1.0').parseAsync();
  } catch (error) {
    process.exitCode = explain(error);
  }
}

function explain(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof ConfigurationError) {
    const isColored = process.stderr.isTTY && process.stderr.hasColors();
    console.error(formatConfigurationError(error, isColored));
    return USAGE;
  }
  if (!(error instanceof PeerError)) throw error;
  console.error(`p2p: ${error.message}`);
  return WRONG.has(error.code) ? USAGE : 1;
}
