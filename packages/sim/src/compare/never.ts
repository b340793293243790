/** Figures that no chance brings about: where the base has none of it, one is a fault. */
export const NEVER: RegExp = /(^|\.)(requests\.wrong|left\.behind)$/;
