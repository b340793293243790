/**
 * Which unit somebody meant by a word that is none of ours. Nearness of letters alone would be a trap:
 * `TB` is near `B`, and `Mbps` is nearer to `MB/s` than to `Mbit`, which is an eighth of it.
 */
import { distance } from 'fastest-levenshtein';

/** What people write elsewhere, in lower case, and the unit that is the same. */
const HABITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    us: 'μs usec usecs micro micros microsecond microseconds',
    ms: 'msec msecs milli millis millisecond milliseconds',
    s: 'sec secs second seconds',
    min: 'mins minute minutes',
    h: 'hr hrs hour hours',
    d: 'day days',
    B: 'byte bytes',
    kB: 'k',
    MB: 'm mo',
    GB: 'g go',
    'kB/s': 'kbyte/s kbytes/s',
    'MB/s': 'mbyte/s mbytes/s',
    'GB/s': 'gbyte/s gbytes/s',
    bit: 'bps bits bits/s',
    kbit: 'kbps kbits kbits/s',
    Mbit: 'mbps mbits mbits/s',
    Gbit: 'gbps gbits gbits/s',
    '/s': '/sec /second rps qps req/s requests/s hz',
    '/min': '/minute rpm',
    '/h': '/hour',
    '%': 'percent pct',
  }).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** Bits and bytes a second, told apart by one letter: `Mb/s`, `MBps`. */
const SPEED = /^([kmg])(b)(?:ps|\/s)$/i;

/** The units, out of those that can stand there, that a word most likely means; none when it is anybody's guess. */
export function meantSuffixes(word: string, suffixes: readonly string[]): string[] {
  const speeds = meantSpeeds(word);
  const habit = HABITS.get(word.toLowerCase());
  // Capitals make no difference, or the letters are those of a longer unit.
  const alike = suffixes.filter((each) => each.toLowerCase() === word.toLowerCase());
  const found = [speeds, habit === undefined ? [] : [habit], alike, suffixes.filter(isSlip(word))];
  const usable = found.map((some) => some.filter((each) => suffixes.includes(each)));
  return usable.find((some) => some.length > 0) ?? [];
}

function meantSpeeds(word: string): string[] {
  const [, prefix, letter] = SPEED.exec(word) ?? [];
  if (prefix === undefined) return [];
  const large = prefix.toLowerCase() === 'k' ? 'k' : prefix.toUpperCase();
  // Nobody who writes `mb/s` can be trusted to have thought of the difference.
  if (word === word.toLowerCase() && word.includes('/')) return [`${large}bit`, `${large}B/s`];
  return letter === 'B' ? [`${large}B/s`] : [`${large}bit`];
}

/** Whether a unit of some letters is a word with a letter wrong, missing, too many or two in each other's place. */
function isSlip(word: string): (unit: string) => boolean {
  const letters = (text: string): string => [...text].sort().join('');
  return (unit) =>
    unit.length > 2 &&
    unit[0] === word[0] &&
    (distance(unit, word) === 1 || letters(unit) === letters(word));
}
