/** What must hold between endpoints, and between them and applications. */
import type { EndpointConfig } from './endpoint-schema';
import { problem, type Rule } from './rule';

const SECOND = 1_000;

export const ENDPOINT_RULES: readonly Rule[] = [
  ({ endpoints }) =>
    (endpoints ?? []).flatMap((endpoint, index) => {
      if (endpoint.kind === 'rds-proxy') return [];
      const { ttl } = endpoint;
      // Only a record keeps it in whole seconds.
      return ttl > 60 * SECOND || (endpoint.kind === 'route53' && ttl % SECOND !== 0)
        ? [
            problem(
              ['endpoints', index, 'ttl'],
              `endpoints[${index}].ttl must be ${endpoint.kind === 'route53' ? 'whole seconds, ' : ''}at most 60s: clients go on using the old cluster that long after the switch.`,
            ),
          ]
        : [];
    }),

  ({ endpoints }) =>
    (endpoints ?? []).flatMap((endpoint, index, all) => {
      const first = all.findIndex((other) => identityOf(other) === identityOf(endpoint));
      return first < index
        ? [
            problem(
              ['endpoints', index],
              `endpoints[${index}] is the same ${NOUNS[endpoint.kind]} as endpoints[${first}]; name each ${NOUNS[endpoint.kind]} once.`,
            ),
          ]
        : [];
    }),

  ({ endpoints }) =>
    (endpoints ?? []).flatMap((endpoint, index) => {
      if (endpoint.kind !== 'route53' || endpoint.weights === undefined) return [];
      const { blue, green } = endpoint.weights;
      if (endpoint.setIdentifier !== undefined)
        return [
          problem(
            ['endpoints', index, 'setIdentifier'],
            `endpoints[${index}] has both setIdentifier and weights: either the value of one record is switched, or the weights of two.`,
          ),
        ];
      return blue === green
        ? [
            problem(
              ['endpoints', index, 'weights', 'green'],
              `endpoints[${index}].weights names one record for both clusters; to switch the value of one record use setIdentifier.`,
            ),
          ]
        : [];
    }),

  ({ endpoints }) =>
    (endpoints ?? []).flatMap((endpoint, index) =>
      templatesOf(endpoint).flatMap(({ path, template }) =>
        /\{(?!(?:host|port|cluster)\})[^}]*\}/.test(template)
          ? [
              problem(
                ['endpoints', index, ...path],
                `endpoints[${index}].${path.join('.')} knows {host}, {port} and {cluster} only.`,
              ),
            ]
          : template.includes('{')
            ? []
            : [
                problem(
                  ['endpoints', index, ...path],
                  `endpoints[${index}].${path.join('.')} holds none of {host}, {port} and {cluster}: it would be the same for both clusters.`,
                ),
              ],
      ),
    ),

  ({ endpoints }) =>
    endpoints !== undefined && endpoints.every((endpoint) => 'target' in endpoint && endpoint.target !== 'writer')
      ? [
          problem(
            ['endpoints'],
            'endpoints has no entry with target writer: nothing would point the application at the new writer.',
          ),
        ]
      : [],

  ({ endpoints, applications }) => {
    if (endpoints === undefined || applications === undefined) return [];
    const names = new Set(applications.map(({ name }) => name));
    return endpoints.flatMap(({ application }, index) =>
      application !== undefined && !names.has(application)
        ? [
            problem(
              ['endpoints', index, 'application'],
              `endpoints[${index}].application is ${application}, which applications does not name.`,
            ),
          ]
        : [],
    );
  },

  ({ endpoints, applications }) =>
    (applications ?? []).flatMap(({ name, accounts }, index, all) => [
      ...(all.findIndex((other) => other.name === name) < index
        ? [problem(['applications', index, 'name'], `applications[${index}] has the name of another one, ${name}.`)]
        : []),
      ...(endpoints !== undefined && !endpoints.some(({ application }) => application === name)
        ? [
            problem(
              ['applications', index],
              `applications[${index}] (${name}) has no endpoint: nothing would ever say that it has moved, and its accounts would stay locked. Name it as \`application\` of an endpoint.`,
            ),
          ]
        : []),
      ...accounts.flatMap((account, position) => {
        const path = ['applications', index, 'accounts', position];
        if (!/^.+@[^@]+$/.test(account))
          return [problem(path, `${account} must be written as user@host, for example orders_app@%.`)];
        const owner = all.find(
          (other, at) =>
            other.accounts.includes(account) && (at < index || (at === index && accounts.indexOf(account) < position)),
        );
        return owner
          ? [problem(path, `${account} belongs to ${owner.name} already; an account is unlocked for one application.`)]
          : [];
      }),
    ]),

  ({ applications, cutover }) =>
    (applications ?? []).flatMap(({ accounts }, index) =>
      accounts.flatMap((account, position) => {
        const fences = [...(cutover?.fences.blue ?? []), ...(cutover?.fences.green ?? [])];
        return fences.some((fence) => fence.kind === 'account-lock' && fence.accounts.includes(account))
          ? [
              problem(
                ['applications', index, 'accounts', position],
                `${account} is also in a fence of kind account-lock: unlocking it on the new side would travel to the old one by the reverse channel. Take it out of the fence; read_only stops it there.`,
              ),
            ]
          : [];
      }),
    ),
];

const NOUNS: Readonly<Record<EndpointConfig['kind'], string>> = {
  route53: 'record',
  secret: 'secret',
  'ssm-parameter': 'parameter',
  'rds-proxy': 'target group',
  hook: 'hook',
};

function identityOf(endpoint: EndpointConfig): string {
  switch (endpoint.kind) {
    case 'route53':
      return [endpoint.kind, endpoint.zoneId, bare(endpoint.name), endpoint.setIdentifier ?? ''].join(' ');
    case 'secret':
      return [endpoint.kind, endpoint.secretId, ...Object.keys(endpoint.values ?? {})].join(' ');
    case 'rds-proxy':
      return [endpoint.kind, endpoint.proxy, endpoint.targetGroup].join(' ');
    case 'ssm-parameter':
    case 'hook':
      return [endpoint.kind, endpoint.name].join(' ');
  }
}

function templatesOf(
  endpoint: EndpointConfig,
): readonly { readonly path: readonly string[]; readonly template: string }[] {
  if (endpoint.kind === 'ssm-parameter') return [{ path: ['value'], template: endpoint.value }];
  if (endpoint.kind !== 'secret') return [];
  return Object.entries(endpoint.values ?? {}).map(([key, template]) => ({ path: ['values', key], template }));
}

function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
