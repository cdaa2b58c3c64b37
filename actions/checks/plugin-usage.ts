import type { UpgradeCheck } from './check';
import { reaches, type MysqlNumbers } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { select, text } from './queries';

const PLUGINS = select(
  'active-plugins',
  `SELECT plugin_name AS name FROM information_schema.plugins WHERE plugin_status = 'ACTIVE' AND plugin_name IN
  ('authentication_fido', 'keyring_file', 'keyring_encrypted_file', 'keyring_oci') ORDER BY plugin_name`,
);

interface LifeCycle {
  readonly deprecated: MysqlNumbers;
  readonly removed: MysqlNumbers;
  readonly instead: string;
}

const LIFE_CYCLES: Readonly<Record<string, LifeCycle>> = {
  authentication_fido: { deprecated: [8, 0, 35], removed: [8, 4, 0], instead: 'authentication_webauthn' },
  keyring_file: { deprecated: [8, 0, 34], removed: [8, 4, 0], instead: 'component_keyring_file' },
  keyring_encrypted_file: {
    deprecated: [8, 0, 34],
    removed: [8, 4, 0],
    instead: 'component_keyring_encrypted_file',
  },
  keyring_oci: { deprecated: [8, 0, 31], removed: [8, 4, 0], instead: 'component_keyring_oci' },
};

export const pluginUsage: UpgradeCheck = {
  id: 'pluginUsage',
  auroraId: 'pluginUsage',
  title: 'Plugins that the target deprecates or lacks',
  group: 'platform',
  severity: 'error',
  whyItMatters: 'A plugin that the target does not have takes with it what depends on it, such as encrypted tables.',
  documentation: MYSQL_84_CHANGES,
  needs: 'nothing',
  queries: [PLUGINS],
  appliesTo: (crossing) => reaches(crossing, 8, 0, 31),
  async run(context) {
    return (await context.read(PLUGINS)).flatMap((row) => {
      const life = LIFE_CYCLES[text(row, 'name')];
      if (!life || !reaches(context.crossing, ...life.deprecated)) return [];
      const isGone = reaches(context.crossing, ...life.removed);
      return [
        {
          level: isGone ? ('error' as const) : ('warning' as const),
          object: text(row, 'name'),
          description: `The plugin is active; the target ${isGone ? 'does not have it' : 'deprecates it'}.`,
          cure: `Go over to ${life.instead} before the upgrade.`,
        },
      ];
    });
  },
};
