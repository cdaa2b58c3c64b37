import { AUTHENTICATION_METHODS } from './auth-method-usage';
import type { UpgradeCheck } from './check';
import { reaches } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';

/**
 * MySQL Shell calls it an error at 8.4, because a server of one's own would start with that value. Aurora's green gets the value
 * of its own family, and Aurora's precheck calls it a warning.
 */
export const deprecatedDefaultAuth: UpgradeCheck = {
  id: 'deprecatedDefaultAuth',
  auroraId: 'deprecatedDefaultAuth',
  title: 'Default authentication by a deprecated method',
  group: 'accounts',
  severity: 'warning',
  whyItMatters:
    'Accounts that are created without naming a method get the default one. Where that is deprecated or gone in the target, scripts that create accounts end with another kind of account, or fail.',
  documentation: MYSQL_84_CHANGES,
  needs: 'nothing',
  queries: [],
  appliesTo: (crossing) => reaches(crossing, 8, 0, 16),
  async run(context) {
    const variables = await context.variables();
    return ['default_authentication_plugin', 'authentication_policy'].flatMap((variable) => {
      const plugins = (variables.get(variable) ?? '').split(',').map((plugin) => plugin.trim().replace(/^\*:/, ''));
      return plugins.flatMap((plugin) => {
        const method = AUTHENTICATION_METHODS[plugin];
        if (!method || !reaches(context.crossing, ...method.deprecated)) return [];
        const isGone = method.removed !== undefined && reaches(context.crossing, ...method.removed);
        return [
          {
            level: 'warning' as const,
            object: variable,
            description: `It is ${plugin}, which the target ${isGone ? 'does not have' : 'deprecates'}.`,
            cure: `Let new accounts name their method; it should be ${method.advice}.`,
          },
        ];
      });
    });
  },
};
