import { PeerError } from './peer-error.ts';
import { displaySafe } from './protocol/display.ts';
import { nameBytes, nameProblem, type NameProblem } from './protocol/image-name.ts';
import { MAX_SAVED_NAME_BYTES } from './storage/saving.ts';

const NAME_PROBLEMS: Record<NameProblem, string> = {
  empty: 'it is empty',
  'too-long': 'it is longer than 255 bytes',
  separator: 'it contains a slash, a backslash or a colon',
  dots: 'it names a folder',
  'control-character': 'it contains a control character',
  'device-name': 'some systems keep that name for a device',
  'trailing-dot-or-space': 'it ends in a dot or a space',
  'invalid-utf8': 'it is not valid text',
};

/** Throws a `PeerError` when `name` cannot be the name of an image or is too long to be saved. */
export function checkName(name: string): void {
  const problem = nameProblem(name);
  const tooLong = problem === null && nameBytes(name) > MAX_SAVED_NAME_BYTES;
  if (problem === null && !tooLong) return;
  const why =
    problem === null ? `it is longer than ${MAX_SAVED_NAME_BYTES} bytes` : NAME_PROBLEMS[problem];
  const shown = displaySafe(name, 60);
  throw new PeerError('PEER_NAME_INVALID', `"${shown}" cannot be the name of an image: ${why}.`);
}
