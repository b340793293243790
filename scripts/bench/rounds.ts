/** Rounds that count, unless a benchmark says otherwise. */
export const ROUNDS = 5;

/**
 * Measures several sides in turn, A B C A B C …, so that a machine that is slower for a while is slower
 * for all of them. The first round warms up and is dropped. Returns the results of each side by round.
 */
export async function inTurn<Side extends string, Result>(
  sides: Readonly<Record<Side, () => Promise<Result>>>,
  rounds: number = ROUNDS,
): Promise<Record<Side, Result[]>> {
  const names = Object.keys(sides) as Side[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Side,
    Result[]
  >;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const result = await sides[name]();
      if (round > 0) results[name].push(result);
    }
  }
  return results;
}

/** `a` over `b`, round by round. */
export function ratios(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, round) => value / b[round]!);
}
