import type { KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { parseExpectation } from './expectation.ts';
import { quantifierOf } from './figure-ref.ts';
import { whyNever } from './impossible.ts';
import { quoted } from './nearest.ts';
import type { Path } from './tolerant.ts';

/** Checks every line of `expect`, and that no phase or group has a name that means something else there. */
export function checkExpectations(draft: Draft, { groups, groupNames, total }: KnownPeers): void {
  const { phases = [], peers, expect } = draft.value;
  phases.forEach((phase, index) => refuseWord(draft, ['phases', index, 'name'], phase?.name));
  peers?.groups?.forEach((group, index) => {
    refuseWord(draft, ['peers', 'groups', index, 'name'], group?.name);
  });
  const subjects = {
    phases: [...new Set(phases.flatMap((phase) => phase?.name ?? []))],
    // Of groups that could not be read, peers are not known.
    groups: groups ?? groupNames.map((name) => ({ name, count: Number.MAX_SAFE_INTEGER })),
  };
  const surroundings = { peers: total, hasFaults: hasFaults(draft) };
  expect?.forEach((text, index) => {
    const result = text === undefined ? undefined : parseExpectation(text, subjects);
    if (result === undefined) return;
    if ('problem' in result) {
      return draft.report(['expect', index], result.problem, { offset: result.offset });
    }
    const never = whyNever(result.expectation, surroundings);
    if (never === null) return;
    const offset = Math.max(0, text!.search(/[<>=!]/));
    draft.report(['expect', index], never, { offset, onlyIfInAll: true });
  });
}

/** Also where they could not be read. */
function hasFaults(draft: Draft): boolean {
  return draft.given('faults') && draft.value.faults?.length !== 0;
}

function refuseWord(draft: Draft, path: Path, name: string | undefined): void {
  if (name === undefined || quantifierOf(name) === null) return;
  draft.report(path, `${quoted(name)} has a meaning in expectations, choose another name`);
}
