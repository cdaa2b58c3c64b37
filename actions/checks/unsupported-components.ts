import type { UpgradeCheck } from './check';
import { AURORA_84_PRECHECKS } from './manuals';
import { select, text } from './queries';
import { isAurora84 } from './unsupported-plugins';

const COMPONENTS = select('components', 'SELECT component_urn AS urn FROM mysql.component ORDER BY component_urn');

const ALLOWED = ['query_attributes', 'reference_cache', 'validate_password'];

export const unsupportedComponents: UpgradeCheck = {
  id: 'unsupportedComponents',
  auroraId: 'auroraUnsupportedComponentsCheck',
  title: 'Components that Aurora MySQL 8.4 does not take over',
  group: 'platform',
  severity: 'error',
  whyItMatters: 'The upgrade to Aurora MySQL 8.4 stops at an installed component that it does not know.',
  documentation: AURORA_84_PRECHECKS,
  needs: 'SELECT on mysql.component',
  queries: [COMPONENTS],
  appliesTo: isAurora84,
  async run(context) {
    return (await context.read(COMPONENTS)).flatMap((row) => {
      const urn = text(row, 'urn');
      const name = urn.replace(/^file:\/\/component_/, '');
      if (ALLOWED.includes(name)) return [];
      return [
        {
          level: 'error' as const,
          object: urn,
          description: 'The component is installed; the target does not support it.',
          cure: `UNINSTALL COMPONENT '${urn}';`,
        },
      ];
    });
  },
};
