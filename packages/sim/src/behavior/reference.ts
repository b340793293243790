import { BEHAVIORS } from './registry.ts';

const HEAD = `Peers with \`behavior\` are like ours but for one thing. They are built in and run in every world: with the
virtual runner on simulated streams, with the others on real sockets in the process of the lab.

| \`behavior\` | what it does | reached |
| --- | --- | --- |`;

const NOTES = `What the table does not name they do as ours: they greet those that they know at the start, say where they
listen, list whom they know, and serve the images that \`images\` gives them. They are never made to ask. *Reached*:
whether a greeting gets a list; others come to know only those, and \`until: discovered\` and the discovery
figures wait for no others. Each holds a bounded number of connections, and each of them a minute at most. The
addresses that they invent are of their own machine.

A lie on the way spoils nothing when the right bytes come in the end; one that is believed is *wrong*, and the
report names the liar. A request that they alone spoilt is *excused*.`;

/** The part of the reference page about peers that misbehave, as Markdown without a heading. */
export function behaviorReference(): string {
  const rows = Object.entries(BEHAVIORS).map(
    ([name, { description, isReachable }]) =>
      `| \`${name}\` | ${description} | ${isReachable ? 'yes' : 'no'} |`,
  );
  return [HEAD, ...rows, '', NOTES].join('\n');
}
