/** Peers of an explored scenario at most, from 3. Small ones: what many peers do wrong, few do wrong too. */
export const MOST_PEERS = 10;
