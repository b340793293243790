import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The file for the known peers of one peer, in `$XDG_STATE_HOME/p2p`, or else in `~/.local/state/p2p`. Its name
 * tells peers apart that run at once: by folder and port. Null when there is no home to have it in, or when the
 * port is any free one, since nobody is the same peer again then.
 * @param folder real path of the images folder
 */
export function defaultStateFile(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  port: number,
): string | null {
  const home = stateHome(environment);
  if (home === null || port === 0) return null;
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(home, 'p2p', `peers-${port}-${digest}.json`);
}

/** The folder where programs keep their state; null when there is no home to have it in. */
export function stateHome(
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const named = environment['XDG_STATE_HOME'];
  // The specification says that a relative path is none.
  if (named !== undefined && isAbsolute(named)) return named;
  const home = homedir();
  return isAbsolute(home) && home !== '/' ? join(home, '.local/state') : null;
}
