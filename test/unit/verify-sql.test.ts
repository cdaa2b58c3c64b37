/** The SQL of `verify`, and what a cutover makes of the last verification. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../actions/adapters/system-clock';
import { verification } from '../../actions/cutover/gates/verification';
import type { GateContext } from '../../actions/cutover/gates';
import { columnText, isOrderedAlike, keyLiteral, type ColumnFacts } from '../../actions/mysql/verify-columns';
import { keysCondition, rangeCondition } from '../../actions/mysql/verify-ranges';
import {
  readVerification,
  recordAfter,
  verificationFiles,
  writeVerification,
  type VerificationFile,
} from '../../actions/verify/progress-file';
import type { TableResult } from '../../actions/verify/result';
import { isNamed } from '../../actions/verify/table-names';

function column(name: string, type: string, more: Partial<ColumnFacts> = {}): ColumnFacts {
  const text = { fullType: type, charset: undefined, collation: undefined };
  return { name, type, ...text, isNullable: false, scale: undefined, precision: undefined, ...more };
}

const text = (charset: string, collation: string): ColumnFacts => column('c', 'varchar', { charset, collation });
const read = (blue: ColumnFacts, green: ColumnFacts = blue, isSameSeries = false): string =>
  columnText({ blue, green }, isSameSeries);

describe('a column is read', () => {
  it.each([
    [
      'the bytes of text in one character set',
      read(text('utf8', 'utf8_bin'), text('utf8mb3', 'utf8mb3_bin')),
      "IFNULL(HEX(`c`), '~')",
    ],
    [
      'text of two character sets as one',
      read(text('latin1', 'latin1_swedish_ci'), text('utf8mb4', 'utf8mb4_bin')),
      "IFNULL(HEX(CONVERT(`c` USING utf8mb4)), '~')",
    ],
    ['the bits of a FLOAT', read(column('c', 'float')), "IFNULL(HEX(POINT(`c`, 0)), '~')"],
    ['a BIT as a number', read(column('c', 'bit')), "IFNULL(`c` + 0, '~')"],
    ['long text by a hash', read({ ...text('latin1', 'x'), type: 'longtext' }), "IFNULL(SHA2(`c`, 256), '~')"],
    ['the stored bytes of a place', read(column('c', 'point')), "IFNULL(SHA2(HEX(`c`), 256), '~')"],
    [
      'JSON as it is within a series',
      read(column('c', 'json'), column('c', 'json'), true),
      "IFNULL(SHA2(CAST(`c` AS CHAR), 256), '~')",
    ],
    [
      'decimals of two scales at the larger one',
      read(column('c', 'decimal', { scale: 2 }), column('c', 'decimal', { scale: 4 })),
      "IFNULL(CAST(`c` AS DECIMAL(65, 4)), '~')",
    ],
    [
      'times of two precisions at the finest',
      read(column('c', 'datetime', { precision: 0 }), column('c', 'datetime', { precision: 3 })),
      "IFNULL(CAST(`c` AS DATETIME(6)), '~')",
    ],
  ])('%s', (_, sql, expected) => {
    expect(sql).toBe(expected);
  });

  it('with no .0 in JSON between series', () => {
    expect(read(column('c', 'json'))).toContain("REPLACE(CONCAT(CAST(`c` AS CHAR), ','), '.0,', ',')");
  });
});

it('rows are in one order on both sides with one collation, whatever its name, and never by YEAR or NULL', () => {
  const alike = (blue: ColumnFacts, green: ColumnFacts = blue): boolean => isOrderedAlike({ blue, green });
  expect(alike(text('utf8', 'utf8_general_ci'), text('utf8mb3', 'utf8mb3_general_ci'))).toBe(true);
  expect(alike(text('utf8mb4', 'utf8mb4_general_ci'), text('utf8mb4', 'utf8mb4_0900_ai_ci'))).toBe(false);
  expect(alike(column('c', 'year'))).toBe(false);
  expect(alike(column('c', 'int', { isNullable: true }))).toBe(false);
  expect(
    alike(column('c', 'enum', { fullType: "enum('a','b')" }), column('c', 'enum', { fullType: "enum('b','a')" })),
  ).toBe(false);
});

describe('a range', () => {
  const a = column('a', 'int');
  const b = column('b`', 'varchar', { charset: 'latin1' });

  it('of one column', () => {
    expect(rangeCondition([a], { after: ['-5'], upTo: ['7'] })).toBe('`a` > -5 AND `a` <= 7');
    expect(rangeCondition([a], { after: undefined, upTo: undefined })).toBe('1 = 1');
  });

  it('of two columns is written out, so that an index serves it', () => {
    expect(rangeCondition([a, b], { after: ['1', '61'], upTo: undefined })).toBe(
      "((`a` > 1) OR (`a` = 1 AND `b``` > _latin1 X'61')) AND `a` >= 1",
    );
    expect(rangeCondition([a, b], { after: undefined, upTo: ['9', ''] })).toBe(
      "((`a` < 9) OR (`a` = 9 AND `b``` <= _latin1 X'')) AND `a` <= 9",
    );
  });

  it('of rows by their keys', () => {
    expect(
      keysCondition(
        [a, b],
        [
          ['1', '61'],
          ['2', '62'],
        ],
      ),
    ).toBe("(`a` = 1 AND `b``` = _latin1 X'61') OR (`a` = 2 AND `b``` = _latin1 X'62')");
  });

  it('takes nothing that is not the text of a key', () => {
    for (const [type, value] of [
      ['int', '1 OR 1'],
      ['varbinary', "61' OR '"],
      ['datetime', "2020'--"],
      ['double', 'x'],
    ] as const) {
      expect(() => keyLiteral(column('c', type), value)).toThrow('not the text of a key');
    }
    const point = '000000000101000000' + '9A9999999999B93F' + '0000000000000000';
    expect(keyLiteral(column('c', 'double'), point)).toBe('1e-1');
  });
});

it('names of tables may hold a star for any characters, and dots are dots', () => {
  expect(
    ['shop.orders', 'shopXorders', 'shop.order_items'].map((table) => isNamed(table, ['shop.ord*s', 'x.*'])),
  ).toEqual([true, false, true]);
});

const RESULT: TableResult = {
  ...{ table: 'shop.orders', verdict: 'verified', method: 'chunks', rows: 10, chunks: 1, looksAgain: 0, share: 1 },
  ...{ differences: [], isCut: false, notCompared: [], ms: 1 },
};

function record(results: readonly Partial<TableResult>[], more: Partial<VerificationFile> = {}): VerificationFile {
  const at = new Date().toISOString();
  return {
    ...{
      type: 'verification',
      format: 1,
      lineage: 'l',
      source: 'blue',
      begunAt: at,
      endedAt: at,
      wish: '',
      isComplete: true,
    },
    ...{ results: results.map((one) => ({ ...RESULT, ...one })), current: null },
    ...more,
  };
}

describe('the record', () => {
  const last = record([{ table: 'a.a' }, { table: 'a.b', verdict: 'differs' }], {
    begunAt: '2026-01-01T00:00:00.000Z',
  });

  it('keeps its age when some tables are verified again', () => {
    const part = record([{ table: 'a.b', rows: 7 }], { isComplete: false });
    const merged = recordAfter(last, part);
    expect(merged.begunAt).toBe(last.begunAt);
    expect(merged.results.map(({ table, verdict, rows }) => [table, verdict, rows])).toEqual([
      ['a.a', 'verified', 10],
      ['a.b', 'verified', 7],
    ]);
  });

  it('does not take a sample for the whole, but a difference that it found', () => {
    const sample = record(
      [
        { table: 'a.a', verdict: 'differs', share: 0.1 },
        { table: 'a.b', share: 0.1 },
      ],
      { isComplete: false },
    );
    expect(recordAfter(last, sample).results.map(({ verdict }) => verdict)).toEqual(['differs', 'differs']);
  });

  it('is replaced by a complete one, and by one of another upgrade', () => {
    expect(recordAfter(last, record([])).results).toEqual([]);
    expect(recordAfter(last, record([], { isComplete: false, lineage: 'm' })).results).toEqual([]);
  });
});

describe('the gate', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'verify-'))));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function ask(file: VerificationFile | undefined, verify: object, direction = 'cutover') {
    const besideState = join(folder, 'state.json');
    const path = verificationFiles(besideState).last;
    rmSync(path, { force: true });
    if (file) await writeVerification(path, file);
    expect(await readVerification(path)).toEqual(file);
    const settings = { required: false, maxAge: 3_600_000, unverified: [], ...verify };
    const config = { besideState, verify: settings };
    return verification.ask({ config, direction, lineage: 'l', clock: systemClock } as unknown as GateContext);
  }

  const required = { required: true };
  const old = record([{}], { begunAt: new Date(Date.now() - 7_200_000).toISOString() });

  it.each([
    ['none was made and none is required', undefined, {}, []],
    ['none was made and one is required', undefined, required, [false]],
    ['every table is verified', record([{}]), required, [true]],
    ['it is too old', old, required, [false]],
    ['it is old and none is required', old, {}, [true]],
    ['only some tables were looked at', record([{}], { isComplete: false }), required, [false]],
    ['a table differs, and none is required', record([{ verdict: 'differs' }]), {}, [false]],
    ['a table has no key', record([{ verdict: 'no-key' }]), required, [false]],
    [
      'a table has no key and need not be verified',
      record([{ verdict: 'no-key' }]),
      { required: true, unverified: ['shop.*'] },
      [true],
    ],
    ['it is of another upgrade', record([{}], { lineage: 'm' }), required, [false]],
  ])('when %s', async (_, file, verify, ok) => {
    expect((await ask(file, verify)).map((gate) => gate.ok)).toEqual(ok);
  });

  it('asks nothing of a rollback', async () => {
    expect(await ask(undefined, required, 'rollback')).toEqual([]);
  });
});
