import { HTML_FORMAT } from '../page/html-format.ts';
import { CSV_FORMAT } from '../report/csv-format.ts';
import type { Format } from '../report/format.ts';
import { JSON_FORMAT } from '../report/json-format.ts';
import { JUNIT_FORMAT } from '../report/junit-format.ts';
import { MARKDOWN_FORMAT } from '../report/markdown-format.ts';
import { OPENMETRICS_FORMAT } from '../report/openmetrics-format.ts';
import { TRACE_FORMAT } from '../report/trace-format.ts';

/** Every format that `sim run` can write, in the order of its help and of what is said of files. */
export const FORMATS: readonly Format[] = [
  JSON_FORMAT,
  TRACE_FORMAT,
  JUNIT_FORMAT,
  MARKDOWN_FORMAT,
  CSV_FORMAT,
  OPENMETRICS_FORMAT,
  HTML_FORMAT,
];
