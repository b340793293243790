import type { Plan } from '../plan/plan.ts';

/** Colours of groups that can be told apart on a screen and on paper, in turn. */
const COLOURS = ['#4e79a7', '#f28e2b', '#59a14f', '#e15759', '#76b7b2', '#edc948', '#b07aa1'];

/**
 * Who knows whom as a graph for Graphviz (`dot -Tsvg`; `sfdp -Tsvg` for large ones), in pieces. An arrow
 * leads from whoever knows to whoever is known.
 */
export function* renderDot({ scenario, peers }: Plan): Generator<string> {
  yield `digraph ${quoted(scenario.name)} {\n`;
  yield '  node [style=filled, fontname="sans-serif", color=white, fontcolor=white];\n';
  yield '  edge [color="#888888"];\n';
  for (const { name, group, images } of peers) {
    const colour = COLOURS[group % COLOURS.length]!;
    const tooltip = `${name} owns ${images.length} image${images.length === 1 ? '' : 's'}`;
    yield `  ${quoted(name)} [fillcolor="${colour}", tooltip=${quoted(tooltip)}];\n`;
  }
  for (const { name, starts } of peers) {
    if (starts.length === 0) continue;
    const known = starts.map((other) => quoted(peers[other]!.name)).join(' ');
    yield `  ${quoted(name)} -> { ${known} };\n`;
  }
  yield '}\n';
}

/** A name as Graphviz reads it. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', String.raw`\"`)}"`;
}
