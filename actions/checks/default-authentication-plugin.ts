import { parseAuroraVersion } from '../mysql/version';
import type { Crossing } from './crossing';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';

export const defaultAuthenticationPlugin: UpgradeCheck = {
  id: 'defaultAuthenticationPlugin',
  auroraId: 'defaultAuthenticationPlugin',
  title: 'caching_sha2_password becomes the default',
  group: 'accounts',
  severity: 'warning',
  whyItMatters:
    'New accounts get caching_sha2_password, which old drivers do not know and which needs TLS or an RSA key at the first login. Aurora MySQL 3 keeps mysql_native_password as its default.',
  documentation: 'https://dev.mysql.com/doc/refman/8.0/en/caching-sha2-pluggable-authentication.html',
  needs: 'nothing',
  queries: [],
  appliesTo: (crossing) => changesDefault(crossing),
  async run() {
    return [
      {
        level: 'warning',
        object: 'default_authentication_plugin',
        description: 'The target gives new accounts caching_sha2_password. Existing accounts keep their method.',
        cure: 'Check that the drivers of your applications know caching_sha2_password before you create accounts on green.',
      },
    ];
  },
};

/** From the version at which MySQL changed it, but on Aurora only from 8.4 on (Aurora User Guide, authentication_policy). */
function changesDefault(crossing: Crossing): boolean {
  if (isAurora3(crossing.targetVersion)) return false;
  return crosses(crossing, 8, 0, 11) || isAurora3(crossing.sourceVersion);
}

function isAurora3(version: string): boolean {
  return version.includes('mysql_aurora') && parseAuroraVersion(version).aurora[0] === 3;
}
