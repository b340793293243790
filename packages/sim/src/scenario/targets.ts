import { didYouMean, quoted } from './nearest.ts';
import { unknownPeer, type NamedCount } from './peer-names.ts';
import type { Target } from './scenario.ts';
import type { Reading } from './units.ts';

const MEMBER = /^(.+)-([1-9]\d{0,8})$/;
const ANY = /^any ([1-9]\d{0,8})(?: of (\S+))?$/;

/**
 * Reads one target of a fault: `peer-3`, `peer-1..peer-5` (both included), a group, `any 3`,
 * `any 3 of seeder`, or `*` for all.
 */
export function parseTarget(text: string, groups: readonly NamedCount[]): Reading<Target> {
  const written = text.trim();
  if (written === '*' || written === 'all') return good({ kind: 'all' });
  if (/^any\b/.test(written)) return parseAny(written, groups);
  const ends = written.split('..');
  if (ends.length === 2) return parseRange(ends[0]!.trim(), ends[1]!.trim(), groups);
  if (groups.some((group) => group.name === written)) {
    return good({ kind: 'group', group: written });
  }
  const member = parseMember(written, groups);
  if (!member.ok) return member;
  const { group, number } = member.value;
  return good({ kind: 'range', group, first: number, last: number });
}

function parseAny(written: string, groups: readonly NamedCount[]): Reading<Target> {
  const [, digits, group] = ANY.exec(written) ?? [];
  if (digits === undefined)
    return bad(`expected "any 3" or "any 3 of a group", got ${quoted(written)}`);
  const count = Number(digits);
  const found = groups.find((one) => one.name === group);
  if (group !== undefined && found === undefined) {
    return bad(
      `unknown group ${quoted(group)}${didYouMean(
        group,
        groups.map((one) => one.name),
      )}`,
    );
  }
  const most = found?.count ?? groups.reduce((sum, one) => sum + one.count, 0);
  if (count > most) return bad(`there are ${most} peers to choose from, not ${count}`);
  return good({ kind: 'any', count, group: group ?? null });
}

function parseRange(from: string, to: string, groups: readonly NamedCount[]): Reading<Target> {
  const first = parseMember(from, groups);
  if (!first.ok) return first;
  const last = parseMember(to, groups);
  if (!last.ok) return last;
  if (first.value.group !== last.value.group) {
    return bad(`a range stays within one group, ${quoted(from)} and ${quoted(to)} are of two`);
  }
  if (first.value.number > last.value.number) {
    return bad(
      `the range ${quoted(`${from}..${to}`)} is empty, its first peer comes after its last`,
    );
  }
  const { group, number } = first.value;
  return good({ kind: 'range', group, first: number, last: last.value.number });
}

function parseMember(
  name: string,
  groups: readonly NamedCount[],
): Reading<{ group: string; number: number }> {
  const problem = unknownPeer(name, groups);
  if (problem !== undefined) return bad(problem);
  const [, group = '', digits = ''] = MEMBER.exec(name) ?? [];
  return good({ group, number: Number(digits) });
}

function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

function bad(problem: string): { ok: false; problem: string } {
  return { ok: false, problem };
}
