import { brokenRules } from '../../actions/config/rules';
import { upgradeSchema } from '../../actions/config/schema';

const RECORD = { kind: 'route53', zoneId: 'Z1', name: 'db.example.com' };
const HOOK = { kind: 'hook', name: 'lb', switch: ['a'], state: ['b'] };

function problems(sections: object): readonly string[] {
  const config = upgradeSchema.pick({ endpoints: true, applications: true, cutover: true }).parse(sections);
  return brokenRules(config).map(({ path, text }) => `${path.join('.')}: ${text}`);
}

it('takes one endpoint of each kind', () => {
  const endpoints = [
    RECORD,
    { ...RECORD, setIdentifier: 'a' },
    { ...RECORD, zoneId: 'Z2', weights: { blue: 'b', green: 'g' } },
    { kind: 'secret', secretId: 's', values: { url: 'mysql://{host}:{port}' } },
    { kind: 'ssm-parameter', name: '/p' },
    { kind: 'rds-proxy', proxy: 'p' },
    { ...HOOK, application: 'orders' },
  ];
  expect(problems({ endpoints, applications: [{ name: 'orders', accounts: ['app@%', 'a@b@10.%'] }] })).toEqual([]);
});

it.each<readonly [string, object, readonly string[]]>([
  ['a record twice', { endpoints: [RECORD, { ...RECORD, name: 'DB.example.com.' }] }, ['endpoints.1']],
  ['a hook twice', { endpoints: [HOOK, HOOK] }, ['endpoints.1']],
  ['a TTL that is too long', { endpoints: [{ kind: 'secret', secretId: 's', ttl: '61s' }] }, ['endpoints.0.ttl']],
  ['a TTL that a record cannot hold', { endpoints: [{ ...RECORD, ttl: '1500ms' }] }, ['endpoints.0.ttl']],
  [
    'both ways to switch a weighted set',
    { endpoints: [{ ...RECORD, setIdentifier: 'a', weights: { blue: 'b', green: 'g' } }] },
    ['endpoints.0.setIdentifier'],
  ],
  [
    'one record for both clusters',
    { endpoints: [{ ...RECORD, weights: { blue: 'b', green: 'b' } }] },
    ['endpoints.0.weights.green'],
  ],
  [
    'a value that is the same for both clusters',
    { endpoints: [{ kind: 'ssm-parameter', name: '/p', value: 'db' }] },
    ['endpoints.0.value'],
  ],
  [
    'a place that nothing fills',
    { endpoints: [{ kind: 'secret', secretId: 's', values: { url: '{host}/{database}' } }] },
    ['endpoints.0.values.url'],
  ],
  ['readers only', { endpoints: [{ ...RECORD, target: 'reader' }] }, ['endpoints']],
  ['an application that nobody names', { endpoints: [{ ...HOOK, application: 'x' }] }, ['endpoints.0.application']],
  [
    'an application without an endpoint',
    { endpoints: [RECORD], applications: [{ name: 'orders', accounts: ['app@%'] }] },
    ['applications.0'],
  ],
  [
    'an account of two applications',
    {
      endpoints: [
        { ...RECORD, application: 'a' },
        { ...HOOK, application: 'b' },
      ],
      applications: [
        { name: 'a', accounts: ['app@%'] },
        { name: 'b', accounts: ['app@%'] },
      ],
    },
    ['applications.1.accounts.0'],
  ],
  [
    'an account without its host',
    { endpoints: [{ ...HOOK, application: 'a' }], applications: [{ name: 'a', accounts: ['app'] }] },
    ['applications.0.accounts.0'],
  ],
  [
    'an account that a fence locks too',
    {
      endpoints: [{ ...HOOK, application: 'a' }],
      applications: [{ name: 'a', accounts: ['app@%'] }],
      cutover: {
        fences: {
          blue: [{ kind: 'account-lock', accounts: ['app@%'] }, { kind: 'cluster-parameter-group' }],
          green: [{ kind: 'account-lock', accounts: ['app@%'] }, { kind: 'cluster-parameter-group' }],
        },
      },
    },
    ['applications.0.accounts.0'],
  ],
])('refuses %s', (_what, sections, places) => {
  expect(problems({ cutover: {}, ...sections }).map((text) => text.slice(0, text.indexOf(': ')))).toEqual(places);
});
