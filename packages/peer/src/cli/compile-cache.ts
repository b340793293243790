import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Has Node keep what it compiles of `program` in `$XDG_CACHE_HOME/PROGRAM/compiled`, or else in
 * `~/.cache/PROGRAM/compiled`. Node's own choice is a folder that anybody may have made among the system's temporary files, and compiled code is believed.
 * Where that cannot be written, or NODE_COMPILE_CACHE names another place, this changes nothing.
 */
export function keepCompiled(program: string): void {
  const folder = cacheHome();
  if (folder !== null) enableCompileCache(join(folder, program, 'compiled'));
}

/** The folder where programs keep what they can make again; null when there is no home to have it in. */
function cacheHome(): string | null {
  const named = process.env['XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return named;
  try {
    const home = homedir();
    return isAbsolute(home) && home !== '/' ? join(home, '.cache') : null;
  } catch {
    // A user that the system has no entry for.
    return null;
  }
}
