import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';

/** 8.4 takes only ciphers with forward secrecy, SHA-2 and AES-GCM or ChaCha20 (8.4 manual, "Encrypted Connection TLS Protocols and Ciphers"). */
const TLS_12 = /^(ECDHE|DHE)-(ECDSA|RSA|DSS)-(AES(128|256)-(GCM-SHA(256|384)|CCM8?)|CHACHA20-POLY1305(-SHA256)?)$/;
const TLS_13 = /^TLS_(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305_SHA256|AES_128_CCM(_8)?_SHA256)$/;

const VARIABLES: Readonly<Record<string, RegExp>> = {
  ssl_cipher: TLS_12,
  admin_ssl_cipher: TLS_12,
  tls_ciphersuites: TLS_13,
  admin_tls_ciphersuites: TLS_13,
};

export const sysvarAllowedValues: UpgradeCheck = {
  id: 'sysvarAllowedValues',
  title: 'Values that the target does not allow',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'From 8.4 on the lists of ciphers may hold strong ones only; a server with another value does not start, and clients that know weak ones only cannot connect.',
  documentation: MYSQL_84_CHANGES,
  needs: 'nothing',
  queries: [],
  appliesTo: (crossing) => crosses(crossing, 8, 4, 0),
  async run(context) {
    const variables = await context.variables();
    return Object.entries(VARIABLES).flatMap(([variable, allowed]) => {
      const weak = (variables.get(variable) ?? '')
        .split(':')
        .filter((cipher) => cipher !== '' && !allowed.test(cipher));
      if (weak.length === 0) return [];
      return [
        {
          level: 'error' as const,
          object: variable,
          description: `It lists ${weak.join(', ')}, which the target refuses.`,
          cure: `Take ${weak.length === 1 ? 'it' : 'them'} out of ${variable} in the parameter group, after a look at which ciphers your clients use.`,
        },
      ];
    });
  },
};
