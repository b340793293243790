/** Why a file could not be read, as the rest of a sentence: `there is no such file`. */
export function readProblem({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'reading it is not allowed';
    case 'EIO':
      return 'the disk has an error';
    default:
      return code ?? message;
  }
}
