import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { safe } from './screen-text.ts';

/** Why a file could not be written, as the rest of a sentence: `the disk is full`. */
export function writeProblem(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const folder = safe(dirname(file));
  switch (code) {
    case 'ENOENT':
      // Some file systems answer so when nothing can be made there.
      return existsSync(dirname(file))
        ? `${folder} takes no new files`
        : `there is no folder ${folder}`;
    case 'ENOTDIR':
      return `${folder} is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'writing there is not allowed';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'EPIPE':
      return 'nobody reads it';
    default:
      return safe(code ?? message);
  }
}
