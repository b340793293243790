import { safe } from '../report/screen-text.ts';
import { renderVerdict, repeatCommand } from '../report/verdict-line.ts';
import type { Result } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import { MOST_IMAGE_BYTES } from './images.ts';
import { BUNDLE_FILES, type Manifest } from './manifest.ts';
import { MOST_LOG_CHARACTERS, MOST_LOGS } from './peer-logs.ts';

/** What a person reads first. What comes from outside stands in blocks of code, where nothing has a meaning. */
export function bundleReadme(result: Result, manifest: Manifest, files: readonly string[]): string {
  const { imagemesh, node, system, processor, startedAt } = manifest.environment;
  const sections = [
    '# A run that did not pass',
    block(renderVerdict(result, { color: false }), ...result.reasons.map((one) => `- ${one}`)),
    'To repeat it, with the path of this folder in place of the dot: in a clone of the project by the first line, where the package is installed by the second.',
    block('npm run sim -- replay .', 'npx sim replay .'),
    repeatWords(manifest),
    'It was:',
    block(
      repeatCommand(result),
      `imagemesh ${imagemesh}, Node ${node}, ${system}, ${processor}, ${startedAt}`,
    ),
    '## What is here',
    files
      .map((name) => `- \`${name}\`: ${CONTENTS[name] ?? 'the result in another form'}`)
      .join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

const CONTENTS: Readonly<Record<string, string>> = {
  [BUNDLE_FILES.scenario]: 'the scenario, with all that it extends in it, and one cell of a matrix',
  [BUNDLE_FILES.plan]: 'who knew whom, owned what and asked when, all drawn from the seed',
  [BUNDLE_FILES.journal]: 'every event, for `sim replay --request 3` and its other views',
  [BUNDLE_FILES.images]: 'the pictures with size and SHA-256, or the rule by which they are made',
  'result.json': 'the result for programs',
  'page.html': 'the result as a page',
  images: `the pictures; taken along up to ${showFigure('bytes', MOST_IMAGE_BYTES)}`,
  logs: `what processes wrote: the last ${MOST_LOG_CHARACTERS / 1_024} Ki characters of each, of ${MOST_LOGS} peers at most`,
  original: 'the files that the scenario was put together from',
};

function repeatWords({ traceHash, imagesLeft }: Manifest): string {
  const same =
    traceHash === null
      ? 'The plan will be the same; what real sockets and clocks do is not.'
      : `It will be the same run to the last event, on any machine with the same version: trace hash \`${traceHash}\`.`;
  if (imagesLeft === null) return same;
  const bytes = showFigure('bytes', imagesLeft.bytes);
  return `${same}\n\nThe pictures (${bytes}) are not here. Copy them into a folder \`images\` in this one; they were in\n\n${block(imagesLeft.folder)}`;
}

function block(...lines: readonly string[]): string {
  return lines.map((line) => `    ${safe(line)}`).join('\n');
}
