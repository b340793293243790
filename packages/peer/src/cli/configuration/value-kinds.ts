/**
 * The kinds of values that a setting can have. Each reads what stands in a flag or in the environment,
 * which is text, and what stands in a file, where YAML has made numbers, booleans and lists of it.
 */
import { formatAddress, ipOf, parseAddress, parseIp } from '../../protocol/address.ts';
import { displaySafe } from '../../protocol/display.ts';
import { expectedQuantity, readQuantity, writeQuantity, type QuantityUnit } from './quantity.ts';
import { bad, good, type Mistake, type Reading } from './reading.ts';

/** How the values of a setting are read and written. */
export interface ValueKind<T> {
  /** What may be written, for the reference: `a port from 0 to 65535`. */
  readonly expected: string;
  read(written: unknown): Reading<T>;
  /** As a file has it; the result may hold text from outside, so make it safe before showing it. */
  write(value: T): string;
}

/** A port; `from` 0 where 0 means "any free one". */
export function port(from: 0 | 1): ValueKind<number> {
  const expected = `a port from ${from} to 65535`;
  return {
    expected,
    read(written) {
      const text = textOf(written);
      const value = Number(text);
      const isPort = text !== null && /^\d{1,5}$/.test(text) && value >= from && value <= 65_535;
      return isPort ? good(value) : bad(`it must be ${expected}, such as 9001`);
    },
    write: String,
  };
}

/**
 * A quantity with its unit: a time in microseconds, a size in bytes, or a plain number.
 * @param least the smallest that may be written
 */
export function quantity(unit: QuantityUnit, least: number = 1): ValueKind<number> {
  return {
    expected: expectedQuantity(unit, least),
    read: (written) => readQuantity(unit, written, least),
    write: (value) => writeQuantity(unit, value),
  };
}

/** A number without a unit, from `from` to `to`. */
export function wholeNumber(from: number, to: number): ValueKind<number> {
  const expected = `a whole number from ${from} to ${to}`;
  return {
    expected,
    read(written) {
      const text = textOf(written);
      const value = Number(text);
      const isFitting = text !== null && /^\d{1,9}$/.test(text) && value >= from && value <= to;
      return isFitting ? good(value) : bad(`it must be ${expected}`);
    },
    write: String,
  };
}

/** Text that is not empty. */
export function text(expected: string): ValueKind<string> {
  return {
    expected,
    read(written) {
      const value = textOf(written);
      return value === null || value === '' ? bad(`it must be ${expected}`) : good(value);
    },
    write: String,
  };
}

/** One of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): ValueKind<Word> {
  const expected = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return {
    expected,
    read(written) {
      const word = words.find((each) => each === written);
      return word === undefined ? bad(`it must be ${expected}`) : good(word);
    },
    write: String,
  };
}

/** `true` or `false`. */
export const YES_OR_NO: ValueKind<boolean> = {
  expected: 'true or false',
  read(written) {
    if (written === true || written === 'true' || written === '1') return good(true);
    if (written === false || written === 'false' || written === '0') return good(false);
    return bad('it must be true or false');
  },
  write: String,
};

/** An IPv4 address. */
export const IPV4: ValueKind<string> = {
  expected: 'an IPv4 address such as 127.0.0.1',
  read(written) {
    const value = textOf(written) ?? '';
    const shown = displaySafe(value, 60);
    return parseIp(value) === null
      ? bad(`${shown} is no IPv4 address to listen on; use one such as 127.0.0.1 or 0.0.0.0`)
      : good(value);
  },
  write: String,
};

/** `true`, `false`, a port from 1, or an address: the number that is both, see `Address`. */
export const ANNOUNCEMENT: ValueKind<boolean | number> = {
  expected: 'true, false, a port from 1 to 65535 or IP:PORT',
  read(written) {
    const yesOrNo = YES_OR_NO.read(written === '1' || written === '0' ? null : written);
    if (yesOrNo.ok) return yesOrNo;
    const asPort = port(1).read(written);
    if (asPort.ok) return asPort;
    const address = parseAddress(textOf(written) ?? '');
    return address === null
      ? bad(
          'it must be a port from 1 to 65535, such as 9001, an address with one, or true or false',
        )
      : good(address);
  },
  write: (value) =>
    typeof value === 'number' && ipOf(value) !== 0 ? formatAddress(value) : String(value),
};

/** `HOST:PORT`, any number of them: a list in a file; with commas or spaces between them elsewhere. */
export const HOSTS_AND_PORTS: ValueKind<readonly string[]> = {
  expected: 'HOST:PORT, such as 192.168.1.20:9001; several are a list, or have commas between them',
  read(written) {
    const items = Array.isArray(written) ? written.map(textOf) : splitAtCommas(written);
    const mistakes: Mistake[] = [];
    for (const [item, value] of items.entries()) {
      const message = hostAndPortMistake(value);
      if (message !== null) mistakes.push({ message, item });
    }
    return mistakes.length === 0 ? good(items as string[]) : { ok: false, mistakes };
  },
  write: (value) => (value.length === 0 ? 'none' : value.join(', ')),
};

function splitAtCommas(written: unknown): (string | null)[] {
  const value = textOf(written);
  if (value === null) return [null];
  return value.split(/[\s,]+/).filter((item) => item !== '');
}

function hostAndPortMistake(value: string | null): string | null {
  const [, portText] = /^[^:\s]+:([1-9]\d{0,4})$/.exec(value ?? '') ?? [];
  if (portText !== undefined && Number(portText) <= 65_535) return null;
  const shown = value === null ? 'this' : `"${displaySafe(value, 80)}"`;
  return `${shown} is no address of a peer; write HOST:PORT, such as 192.168.1.20:9001`;
}

/** Text as it is, a number as text; null for what is neither. */
function textOf(written: unknown): string | null {
  if (typeof written === 'string') return written;
  return typeof written === 'number' ? String(written) : null;
}
