/** What RDS takes in one call: so many parameters, and some only together. */

/** API reference, ModifyDBClusterParameterGroup and ModifyDBParameterGroup. */
const PARAMETERS_PER_CALL = 20;

/** As AWS's own CloudFormation handler and the Terraform provider send them. */
export const TOGETHER: readonly (readonly string[])[] = [
  ['character_set_server', 'collation_server'],
  ['gtid-mode', 'enforce_gtid_consistency'],
  ['aurora_enhanced_binlog', 'binlog_backup', 'binlog_replication_globaldb'],
  ['ssl_max_protocol_version', 'ssl_min_protocol_version'],
  ['rds.change_data_capture_streaming', 'binlog_format'],
];

/** The others of its group; empty for a parameter that travels alone. */
export function companionsOf(name: string): readonly string[] {
  return (TOGETHER.find((group) => group.includes(name)) ?? []).filter((other) => other !== name);
}

/** One list a call: at most 20, and no group torn apart. Those that travel alone keep their order. */
export function inCalls<T extends { readonly name: string }>(parameters: readonly T[]): readonly (readonly T[])[] {
  const grouped = TOGETHER.map((names) => parameters.filter(({ name }) => names.includes(name)));
  const alone = parameters.filter(({ name }) => companionsOf(name).length === 0).map((one) => [one]);
  const calls: T[][] = [];
  for (const unit of [...grouped, ...alone]) {
    if (unit.length === 0) continue;
    const last = calls.at(-1);
    if (last && last.length + unit.length <= PARAMETERS_PER_CALL) last.push(...unit);
    else calls.push([...unit]);
  }
  return calls;
}
