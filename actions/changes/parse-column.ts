/** A column as ALTER TABLE defines it: type, attributes, place. Pure. */
import type { ColumnDefinition, Place } from './change';
import { charsetText, typeText } from './table-model';
import { textOf, type Reader } from './tokens';

/** The reader stands behind the column's name. Throws `NotUnderstood`. */
export function readColumn(reader: Reader, name: string): ColumnDefinition {
  const type = readType(reader);
  const found = {
    isNullable: undefined as boolean | undefined,
    hasDefault: false,
    isAutoIncrement: false,
    isGenerated: false,
    charset: undefined as string | undefined,
    collation: undefined as string | undefined,
    keys: [] as ('primary' | 'unique')[],
  };
  for (;;) {
    if (reader.takes('NOT', 'NULL')) found.isNullable = false;
    else if (reader.takes('NULL')) found.isNullable = true;
    else if (reader.takes('DEFAULT')) found.hasDefault = readDefault(reader);
    else if (reader.takes('ON', 'UPDATE')) readNow(reader);
    else if (reader.takes('AUTO_INCREMENT')) found.isAutoIncrement = true;
    else if (reader.takes('UNIQUE')) {
      if (!reader.takes('KEY')) reader.takes('INDEX');
      found.keys.push('unique');
    } else if (reader.takes('PRIMARY', 'KEY') || reader.takes('KEY')) found.keys.push('primary');
    else if (reader.takes('COMMENT')) reader.next();
    else if (reader.takes('CHARACTER', 'SET') || reader.takes('CHARSET')) found.charset = charsetText(reader.name());
    else if (reader.takes('COLLATE')) found.collation = charsetText(reader.name());
    else if (reader.takes('GENERATED', 'ALWAYS', 'AS') || reader.takes('AS')) {
      reader.parenthesised();
      found.isGenerated = true;
    } else if (
      reader.takes('VIRTUAL') ||
      reader.takes('STORED') ||
      reader.takes('VISIBLE') ||
      reader.takes('INVISIBLE')
    )
      continue;
    else break;
  }
  return {
    name,
    type,
    ...found,
    isNullable: (found.isNullable ?? true) && !found.keys.includes('primary') && !found.isAutoIncrement,
  };
}

export function readPlace(reader: Reader): Place {
  if (reader.takes('FIRST')) return 'first';
  return reader.takes('AFTER') ? { after: reader.name() } : undefined;
}

function readType(reader: Reader): string {
  const base = reader.next();
  if (base.kind !== 'word') throw reader.unexpected('a type');
  if (base.text === 'SERIAL' || base.text === 'NATIONAL' || base.text === 'LONG')
    throw reader.unexpected('another way to write this type');
  const second = reader.takes('PRECISION') ? ' precision' : reader.takes('VARYING') ? ' varying' : '';
  const length = reader.sees('(') ? `(${textOf(reader.parenthesised()).replaceAll(' , ', ',')})` : '';
  const sign = reader.takes('UNSIGNED') ? ' unsigned' : reader.takes('SIGNED') ? '' : '';
  const fill = reader.takes('ZEROFILL') ? ' unsigned' : '';
  return typeText(`${base.raw}${second}${length}${sign === '' ? fill : sign}`);
}

/** Answers whether there is one: DEFAULT NULL is none. */
function readDefault(reader: Reader): boolean {
  if (reader.takes('NULL')) return false;
  if (reader.sees('(')) {
    reader.parenthesised();
    return true;
  }
  if (reader.sees('CURRENT_TIMESTAMP') || reader.sees('NOW') || reader.sees('LOCALTIMESTAMP')) {
    readNow(reader);
    return true;
  }
  if (!reader.takes('-')) reader.takes('+');
  const literal = reader.next();
  // b'101', x'ff'
  if (literal.kind === 'word' && reader.peek()?.kind === 'string') reader.next();
  return true;
}

function readNow(reader: Reader): void {
  reader.next();
  if (reader.sees('(')) reader.parenthesised();
}
