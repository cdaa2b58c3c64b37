/** Mistakes of an operator and refusals of the world, while blue is as it was found. */
export interface Refusal {
  readonly what: string;
  readonly words: readonly string[];
  readonly edit?: (text: string) => string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly exitCode: number;
  readonly says: readonly string[];
}

const NO_AWS_FILES = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent',
};

export const REFUSALS: readonly Refusal[] = [
  {
    what: 'a blue that is not there',
    words: ['precheck'],
    edit: (text) => text.replace('cluster: orders-blue', 'cluster: oders'),
    exitCode: 3,
    says: ['blue was not found', '`oders`', 'eu-west-1'],
  },
  {
    what: 'a blue that is not there, to apply',
    words: ['apply'],
    edit: (text) => text.replace('cluster: orders-blue', 'cluster: oders'),
    exitCode: 3,
    says: ['blue was not found', '`oders`'],
  },
  {
    what: 'a target that RDS does not offer',
    words: ['apply'],
    edit: (text) => text.replace(/engineVersion: .*/, 'engineVersion: 8.0.mysql_aurora.3.99.9'),
    exitCode: 3,
    says: ['8.0.mysql_aurora.3.99.9'],
  },
  {
    what: 'a target that RDS does not offer, to precheck',
    words: ['precheck'],
    edit: (text) => text.replace(/engineVersion: .*/, 'engineVersion: 8.0.mysql_aurora.3.99.9'),
    exitCode: 3,
    says: ['8.0.mysql_aurora.3.99.9'],
  },
  {
    what: 'no master credentials',
    words: ['apply'],
    environment: { AURORA_CUTOVER_BLUE_USER: undefined, AURORA_CUTOVER_BLUE_PASSWORD: undefined },
    exitCode: 3,
    says: ['AURORA_CUTOVER_BLUE_USER', 'AURORA_CUTOVER_BLUE_PASSWORD', 'secretArn'],
  },
  {
    what: 'half of the master credentials',
    words: ['apply'],
    environment: { AURORA_CUTOVER_BLUE_USER: undefined },
    exitCode: 3,
    says: ['AURORA_CUTOVER_BLUE_USER is not'],
  },
  {
    what: 'a wrong password',
    words: ['apply'],
    environment: { AURORA_CUTOVER_BLUE_PASSWORD: 'guessed-Wrong-1' },
    exitCode: 3,
    says: ['mysql-1045', 'password is wrong'],
  },
  {
    what: 'a server whose certificate nobody vouches for',
    words: ['apply'],
    edit: (text) => text.replace(/ {2}caFile: .*\n/, ''),
    exitCode: 3,
    says: ['mysql-tls', 'network.caFile'],
  },
  {
    what: 'no AWS credentials',
    words: ['apply'],
    environment: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, ...NO_AWS_FILES },
    exitCode: 3,
    says: ['credentials'],
  },
  {
    what: 'an AWS that is not there',
    words: ['apply'],
    environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    exitCode: 3,
    says: ['ECONNREFUSED'],
  },
  {
    what: 'a reboot that nobody has allowed',
    words: ['apply', '--auto-approve'],
    exitCode: 3,
    says: ['reboot', '--allow-reboot'],
  },
  {
    what: 'a change that nobody has approved',
    words: ['apply', '--allow-reboot'],
    exitCode: 3,
    says: ['not-approved', '--auto-approve'],
  },
  ...['cutover', 'rollback', 'finalize'].map((verb) => ({
    what: `${verb} before anything is prepared`,
    words: [verb, '--auto-approve'],
    exitCode: 3,
    says: ['phase-refused', 'Nothing was changed'],
  })),
];
