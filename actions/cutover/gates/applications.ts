import { missingAccounts } from '../application-locks';
import type { GateFamily } from './gate';

/** After the commit point there is nobody to ask about an account that is not there. */
export const applications: GateFamily = {
  name: 'applications',
  async ask(context) {
    if (context.config.applications.length === 0) return [];
    const missing = await missingAccounts(context);
    return [
      {
        name: 'applications',
        value:
          missing.length === 0 ? `their accounts are on ${context.to}` : `not on ${context.to}: ${missing.join(', ')}`,
        limit: 'every account exists',
        ok: missing.length === 0,
        reason:
          'An account that cannot be locked would be let in before the endpoints of its application have moved. Correct `applications` in upgrade.yaml; the host is part of the name.',
        measured: { missing: missing.length },
      },
    ];
  },
};
