import type { Crossing } from './crossing';
import { crosses } from './crossing';
import type { Finding, UpgradeCheck } from './check';
import { AURORA_84_PRECHECKS } from './manuals';
import { select, text } from './queries';

const PLUGINS = select(
  'loaded-plugins',
  'SELECT plugin_name AS name, plugin_library AS file_name FROM information_schema.plugins WHERE plugin_library IS NOT NULL ORDER BY plugin_name',
);

const ALLOWED = ['authentication_kerberos', 'auth_socket', 'aws_auth', 'validate_password'];

export const unsupportedPlugins: UpgradeCheck = {
  id: 'unsupportedPlugins',
  auroraId: 'auroraUnsupportedPluginsCheck',
  alsoInLogAs: ['auroraValidatePasswordPluginCheck'],
  title: 'Plugins that Aurora MySQL 8.4 does not take over',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'The upgrade to Aurora MySQL 8.4 stops at a loaded plugin that it does not know. The plugin validate_password is a component there, with other names of its settings.',
  documentation: AURORA_84_PRECHECKS,
  needs: 'nothing',
  queries: [PLUGINS],
  appliesTo: isAurora84,
  async run(context) {
    return (await context.read(PLUGINS)).flatMap((row): Finding[] => {
      const [name, library] = [text(row, 'name'), text(row, 'file_name').replace(/\.so$/, '')];
      if (library === 'validate_password') {
        return [
          {
            level: 'warning',
            object: name,
            description: 'The plugin is a component in the target.',
            cure: 'Set the parameters of the component (validate_password.length and such) in the group of green; then UNINSTALL PLUGIN validate_password;',
          },
        ];
      }
      if (ALLOWED.includes(library)) return [];
      return [
        {
          level: 'error',
          object: name,
          description: `The plugin of ${library}.so is loaded; the target does not support it.`,
          cure: `UNINSTALL PLUGIN ${name};`,
        },
      ];
    });
  },
};

/** Only Aurora restricts them. */
export function isAurora84(crossing: Crossing): boolean {
  return crosses(crossing, 8, 4, 0) && crossing.from[0] >= 8 && crossing.targetVersion.includes('mysql_aurora');
}
