/** Kinds of values that only settings of the operation have. */
import { bad, good } from './reading.ts';
import { port, type ValueKind } from './value-kinds.ts';

/** The path of a file, or `false` for none; `-` for standard error. */
export const FILE_OR_NONE: ValueKind<string | false> = {
  expected: 'the path of a file, - for standard error, or false',
  read(written) {
    if (written === false || written === 'false') return good(false);
    const isText = typeof written === 'string' && written !== '';
    return isText ? good(written) : bad('it must be the path of a file, - or false');
  },
  write: String,
};

/** The path of a file, `true` for the usual one, or `false` for none. */
export const FILE_OR_USUAL: ValueKind<string | boolean> = {
  expected: 'the path of a file, true for the usual one, or false',
  read(written) {
    if (written === true || written === 'true') return good(true);
    return FILE_OR_NONE.read(written);
  },
  write: String,
};

/** A port, 0 for any free one, or `false` for none. */
export const PORT_OR_NONE: ValueKind<number | false> = {
  expected: 'a port from 0 to 65535, or false',
  read(written) {
    return written === false || written === 'false' ? good(false) : port(0).read(written);
  },
  write: String,
};

/** Names of hosts, without ports: a list in a file; with commas or spaces between them elsewhere. */
export const HOST_NAMES: ValueKind<readonly string[]> = {
  expected: 'names of hosts, such as nas.local; several are a list, or have commas between them',
  read(written) {
    const items = Array.isArray(written) ? written : String(written).split(/[\s,]+/);
    const names = items.map(String).filter((name) => name !== '');
    const isBad = names.some((name) => !/^[a-z0-9._-]+$/i.test(name));
    return isBad ? bad('it must be names of hosts without ports, such as nas.local') : good(names);
  },
  write: (value) => (value.length === 0 ? 'none' : value.join(', ')),
};
