/** Writes upgrade.schema.json and docs/configuration.md: `npx tsx actions/config/generate-docs.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { configurationDocument, jsonSchemaText } from './documentation';

const root = join(__dirname, '..', '..');
writeFileSync(join(root, 'upgrade.schema.json'), jsonSchemaText());
writeFileSync(join(root, 'docs', 'configuration.md'), configurationDocument());
