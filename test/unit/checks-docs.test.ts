import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import { precheckDocumentation } from '../../actions/view/precheck-documentation';

const FOLDER = join(__dirname, '../../docs/prechecks');

it('docs/prechecks is what `npx tsx docs/prechecks/generate.ts` writes', () => {
  const written = new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.md'))
      .map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]),
  );
  const expected = precheckDocumentation(UPGRADE_CHECKS);
  expect([...written.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [file, text] of expected) expect(written.get(file)).toBe(text);
});
