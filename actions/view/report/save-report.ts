/** A report as files for people, for a ticket and for scripts. */
import { outputFile } from 'fs-extra';
import { canonicalJson } from '../../engine/canonical-json';
import { renderReportHtml } from './html';
import { renderReportMarkdown } from './markdown';
import type { CutoverReport } from './model';

/** Writes `<prefix>.html`, `.md` and `.json`; answers the path of the page. */
export async function saveReport(report: CutoverReport, prefix: string): Promise<string> {
  await outputFile(`${prefix}.md`, renderReportMarkdown(report));
  await outputFile(`${prefix}.json`, `${canonicalJson(report)}\n`);
  await outputFile(`${prefix}.html`, renderReportHtml(report));
  return `${prefix}.html`;
}
