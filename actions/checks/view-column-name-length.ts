import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { storedText, VIEW_QUERIES } from './stored-objects';

const LIMIT = 64;

/** information_schema.columns cuts the names at 64 (tried on 5.7.29): only the text of the view has them whole. */
export const viewColumnNameLength: UpgradeCheck = {
  id: 'viewColumnNameLength',
  auroraId: 'auroraUpgradeCheckForViewColumnNameLength',
  title: 'View columns with names above 64 characters',
  group: 'text',
  severity: 'error',
  whyItMatters:
    'A list of column names in CREATE VIEW could exceed the limit of 64 characters; the upgrade refuses such views.',
  documentation: AURORA_PRECHECKS,
  needs: 'SHOW VIEW',
  queries: VIEW_QUERIES,
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await storedText(context, ['views'])).flatMap((view) =>
      view.tokens
        .filter((token) => token.kind === 'quoted' && [...token.text].length > LIMIT)
        .map((token) => ({
          level: 'error' as const,
          object: view.object,
          description: `The column ${token.text} has ${[...token.text].length} characters.`,
          cure: 'Create the view again with shorter column names.',
        })),
    );
  },
};
