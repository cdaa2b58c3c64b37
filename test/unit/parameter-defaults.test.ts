import { translateParameters } from '../../actions/parameters/translate';
import { stateShapeProblems } from '../../actions/state/shape';
import { definition, table, translate } from './parameters.fixture';

/** 5.7.29 and 9.7.4 answer these to SHOW GLOBAL VARIABLES when nobody has set anything. */
const MODES_OF_57 =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION';

describe('defaults that change', () => {
  const live = {
    character_set_server: 'latin1',
    collation_server: 'latin1_swedish_ci',
    explicit_defaults_for_timestamp: 'OFF',
    innodb_autoinc_lock_mode: '1',
    sql_mode: MODES_OF_57,
    binlog_checksum: 'CRC32',
    require_secure_transport: 'OFF',
    innodb_lock_wait_timeout: '50',
    max_allowed_packet: '67108864',
  };

  it('are told when nobody has set them on blue and blue runs otherwise', () => {
    const rows = table(translate({ live }));
    expect(rows).toEqual([
      'default-changed: cluster character_set_server = latin1 -> cluster character_set_server = utf8mb4',
      'default-changed: cluster collation_server = latin1_swedish_ci -> cluster collation_server = utf8mb4_0900_ai_ci',
      'default-changed: instance explicit_defaults_for_timestamp = OFF -> instance explicit_defaults_for_timestamp = 0',
      'default-changed: cluster innodb_autoinc_lock_mode = 1 -> cluster innodb_autoinc_lock_mode = 2',
      'default-changed: cluster innodb_strict_mode = 0 -> cluster innodb_strict_mode = 0',
      'default-changed: instance thread_stack = 262144 -> instance thread_stack = 1048576',
    ]);
  });

  it('name the connection without TLS that 8.4 refuses', () => {
    expect(table(translate({ live, to: '8.4' }))).toContain(
      'default-changed: cluster require_secure_transport = OFF -> cluster require_secure_transport = ON',
    );
  });

  it('are kept where replicated DDL or the same statement would mean something else', () => {
    const plan = translate({ live: { ...live, sql_mode: 'NO_ENGINE_SUBSTITUTION' } });
    expect(plan.cluster).toMatchObject([{ name: 'innodb_strict_mode', value: '0', origin: 'tool' }]);
    expect(plan.instance).toEqual([
      { name: 'explicit_defaults_for_timestamp', value: '0', applyMethod: 'pending-reboot', origin: 'tool' },
      { name: 'sql_mode', value: 'NO_ENGINE_SUBSTITUTION', applyMethod: 'immediate', origin: 'tool' },
    ]);
    expect(plan.translation?.rows.find(({ green }) => green?.name === 'sql_mode')?.note).toMatch(
      /^The default becomes ONLY_FULL_GROUP_BY,.*So the tool keeps blue's value\.$/,
    );
  });

  it('are what they were for somebody who has set them, or decides in upgrade.yaml', () => {
    const chosen = translate({ live, config: { instance: { explicit_defaults_for_timestamp: '1' } } });
    expect(chosen.instance).toMatchObject([{ name: 'explicit_defaults_for_timestamp', value: '1', origin: 'config' }]);
    const carried = translate({ live, instance: { explicit_defaults_for_timestamp: '0' } });
    expect(carried.instance).toMatchObject([{ value: '0', origin: 'blue' }]);
    expect(table(carried)).toContain(
      'same: instance explicit_defaults_for_timestamp = 0 -> instance explicit_defaults_for_timestamp = 0',
    );
  });

  it('cannot be kept where RDS takes no empty value', () => {
    const plan = translate({ live: { ...live, sql_mode: '' } });
    expect(plan.instance.map(({ name }) => name)).toEqual(['explicit_defaults_for_timestamp']);
    expect(plan.translation?.rows.find(({ green }) => green?.name === 'sql_mode')?.note).toContain(
      '`sql_mode` in green.instanceParameters',
    );
  });

  it('have no second row beside what somebody set and green does not take', () => {
    const rows = table(
      translate({ live: { ...live, max_allowed_packet: '512' }, instance: { max_allowed_packet: '512' } }),
    );
    expect(rows.filter((row) => row.includes('max_allowed_packet'))).toEqual([
      'value-not-allowed: instance max_allowed_packet = 512 -> none',
    ]);
  });

  it('are kept in the state, and a state of an earlier version, which has none, is read', () => {
    const stateOf = (parameters: unknown): unknown => ({
      format: 2,
      name: 'orders',
      lineage: 'l',
      serial: 1,
      phase: 'prepared',
      facts: { parameters },
      steps: {},
      history: [],
    });
    const { translation, ...earlier } = translate({ live });
    expect(stateShapeProblems(stateOf({ ...earlier, translation }))).toEqual([]);
    expect(stateShapeProblems(stateOf(earlier))).toEqual([]);
    expect(
      stateShapeProblems(stateOf({ ...earlier, translation: { blueFamily: 'f', rows: [{ verdict: 1 }] } })),
    ).toEqual(['facts.parameters.translation.rows[0].verdict is not a text']);
  });

  it('do not change within a family', () => {
    const plan = translateParameters({
      blue: {
        family: 'f',
        groups: { cluster: [], instance: [] },
        defaults: { cluster: [definition('a', { value: '1' })], instance: [] },
        live: new Map([['a', '2']]),
      },
      target: { family: 'f', cluster: [definition('a', { value: '1' })], instance: [] },
      config: { cluster: {}, instance: {} },
      tool: {},
    });
    expect(table(plan)).toEqual([]);
  });
});
