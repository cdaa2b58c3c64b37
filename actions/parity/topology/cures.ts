/** Words of cures that several settings share. */
import type { Compared } from './topology';

/** Terraform gives green blue's value of it, as blue was when `apply` last looked. */
export const CARRIED: readonly string[] = ['npm run apply', 'npx cdktf deploy'];

/** Names that people have chosen may hold blanks and signs; plain ones stay readable. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What the operator has to put there instead is in capitals. */
export function rdsCommand(
  { config }: Pick<Compared, 'config'>,
  action: string,
  ...options: readonly string[]
): string {
  return ['aws rds', action, '--region', config.region, ...options].join(' ');
}

export function modifyGreen(compared: Compared, ...options: readonly string[]): string {
  const { id } = compared.green.cluster;
  return rdsCommand(compared, 'modify-db-cluster', '--db-cluster-identifier', id, ...options, '--apply-immediately');
}
