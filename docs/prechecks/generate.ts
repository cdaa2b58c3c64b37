/** Writes this folder's pages anew: `npx tsx docs/prechecks/generate.ts`. A test fails when they are out of date. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import { precheckDocumentation } from '../../actions/view/precheck-documentation';

const pages = precheckDocumentation(UPGRADE_CHECKS);
for (const file of readdirSync(__dirname)) {
  if (file.endsWith('.md') && !pages.has(file)) rmSync(join(__dirname, file));
}
for (const [file, text] of pages) writeFileSync(join(__dirname, file), text);
