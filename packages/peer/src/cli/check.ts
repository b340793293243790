import { displaySafe } from '../protocol/display.ts';
import { asciiJson } from './ascii-json.ts';
import { checkFolder, type CheckedFile, type FileProblem } from './folder-check.ts';
import { shownFolder } from './session.ts';
import { formatImages, formatShortBytes } from './wording.ts';

/** What `p2p check --json` prints; docs/peer.md describes it. */
export interface CheckReport {
  readonly version: 1;
  readonly command: 'check';
  readonly folder: string;
  /** How many files have each status. */
  readonly counts: Readonly<Record<CheckedFile['status'], number>>;
  readonly files: readonly CheckedFile[];
}

/** What is the matter, and what can be done about it. */
const PROBLEMS: Readonly<Record<FileProblem, string>> = {
  empty: 'has no name',
  'too-long': 'its name is longer than 255 bytes; shorten it',
  separator:
    'its name has a backslash or a colon, which means something else on other systems; rename it',
  dots: 'its name is that of a folder',
  'control-character': 'its name has a control character; rename it',
  'device-name': 'some systems keep that name for a device; rename it',
  'trailing-dot-or-space': 'its name ends in a dot or a space; rename it',
  'invalid-utf8': 'its name is not valid UTF-8; rename it',
  hidden: 'is hidden: its name begins with a dot',
  'same-name-as-another':
    'another file has this name, with its accents spelt differently; rename one',
  link: 'is a link, and links are not followed; put the picture itself here',
  folder: 'is a folder; only what lies directly in the images folder is shared',
  pipe: 'is a pipe',
  socket: 'is a socket',
  device: 'is a device',
  unreadable: 'cannot be read; change its permissions',
  'not-a-picture': 'does not begin like a picture of a kind that is known here',
  'wrong-type': '',
  'cut-off': 'is cut off: its end is missing; copy it here again',
  'too-large': 'is larger than what a peer takes in unless told otherwise (limit imageBytes)',
};

/** Says what of a folder would be shared, and what not, and why. Returns the exit code. */
export async function check(folder: string, options: { readonly json?: boolean }): Promise<number> {
  const files = await filesOf(folder);
  if (files === null) return 1;
  if (options.json) console.log(asciiJson(reportOf(folder, files), 2));
  else console.log(describe(shownFolder(folder), files));
  // What is hidden was hidden by somebody.
  return files.every(({ status, why }) => status === 'shared' || why === 'hidden') ? 0 : 1;
}

async function filesOf(folder: string): Promise<CheckedFile[] | null> {
  try {
    return await checkFolder(folder);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'it does not exist', ENOTDIR: 'it is not a folder' }[code] ?? code;
    console.error(`p2p: ${shownFolder(folder)} cannot be checked (${why}); name another folder.`);
    return null;
  }
}

function reportOf(folder: string, files: readonly CheckedFile[]): CheckReport {
  const counts = { shared: 0, doubtful: 0, refused: 0 };
  for (const { status } of files) counts[status]++;
  return { version: 1, command: 'check', folder, counts, files };
}

function describe(folder: string, files: readonly CheckedFile[]): string {
  const served = files.filter(({ status }) => status !== 'refused');
  const bytes = served.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return [
    `${folder}/ shares ${formatImages(served.length)}, ${formatShortBytes(bytes)}.`,
    ...section('Shared, but other peers may not keep it:', files, 'doubtful'),
    ...section('Not shared:', files, 'refused'),
  ].join('\n');
}

function section(
  title: string,
  files: readonly CheckedFile[],
  status: CheckedFile['status'],
): string[] {
  const mine = files.filter((file) => file.status === status);
  return mine.length === 0 ? [] : [title, ...mine.map(describeFile)];
}

function describeFile({ name, why, picture }: CheckedFile): string {
  const what =
    why === 'wrong-type'
      ? `is ${picture?.format.toUpperCase()} inside, not what its name says; rename it`
      : PROBLEMS[why!];
  return `  ${displaySafe(name, 300)}: ${what}`;
}
