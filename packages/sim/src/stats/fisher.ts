/**
 * The chance of `hits` of `tries` or fewer where `otherHits` of `otherTries` were counted and both are
 * equally likely to hit: Fisher's exact test, one-sided.
 */
export function chanceOfFewer(
  hits: number,
  tries: number,
  otherHits: number,
  otherTries: number,
): number {
  const all = hits + otherHits;
  let chance = 0;
  for (let i = Math.max(0, all - otherTries); i <= hits; i++) {
    chance += Math.exp(
      lnWays(tries, i) + lnWays(otherTries, all - i) - lnWays(tries + otherTries, all),
    );
  }
  return Math.min(1, chance);
}

/** Logarithm of the number of ways to choose. */
function lnWays(of: number, chosen: number): number {
  let ln = 0;
  for (let i = 1; i <= chosen; i++) ln += Math.log((of - chosen + i) / i);
  return ln;
}
