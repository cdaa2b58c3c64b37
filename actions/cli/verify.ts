/** The verb `verify`: data of blue against data of green, while blue takes writes. */
import { intendedByChanges } from '../changes/intended';
import { limits } from '../engine/context';
import { UpgradeError } from '../engine/errors';
import type { CallLimits, Side } from '../ports/mysql-server';
import { compareSchema, isHindered } from '../verify/compare-schema';
import { passPosition } from '../verify/pass-position';
import { servingSide } from '../state/format';
import { PARITY_PARTS } from '../parity/parity';
import { tableWrites } from '../mysql/verify-catalogue';
import { renderSchemaComparison } from '../view/verify-schema-text';
import { countVerdicts, type Verification } from '../verify/result';
import {
  readVerification,
  recordAfter,
  removeVerification,
  verificationFiles,
  writeVerification,
  type VerificationFile,
} from '../verify/progress-file';
import { isNamed } from '../verify/table-names';
import { runVerification } from '../verify/run-verification';
import { renderVerification } from '../view/verify-text';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import { readProgress } from './read-progress';
import { refuse, understandVerify, type VerifyOptions, type VerifyWishes } from './verify-options';
import { verifyParity } from './verify-parity';
import { verifyProgress } from './verify-progress';

/** Exit 0: all that was asked for is equal; 3: a table differs; 1: something could not be verified. */
export function verify(options: VerifyOptions): Promise<number> {
  return runCommand({ verb: 'verify', options, access: 'read' }, async (command) => {
    const wishes = understandVerify(options);
    refuse(command.context.phase);
    if (options.schema === true) return verifySchema(command, options.json === true);
    const parts = PARITY_PARTS.filter((part) => options[part] === true);
    if (parts.length > 0) return verifyParity(command, parts);
    const verification = await carryOut(command, wishes, options.json === true);
    command.printer.result({
      text: renderVerification(verification),
      json: {
        type: 'verification',
        ...verification,
        tables: verification.tables.map(({ recent: _kept, ...told }) => told),
        counts: countVerdicts(verification.tables),
      },
    });
    return exitCodeFor(verification, command.config.verify.unverified);
  });
}

/** Exit 0: no difference but intended ones and notes; 3: others. */
async function verifySchema({ context, config, printer }: Command, isJson: boolean): Promise<number> {
  const [blue, green] = await Promise.all([context.mysql.connect('blue'), context.mysql.connect('green')]);
  const servers = { blue, green };
  const source = servingSide(context.phase);
  const pass = (): Promise<void> =>
    passPosition(context, servers[source], servers[source === 'blue' ? 'green' : 'blue']);
  const within = (): CallLimits => limits(context, SCHEMA_MS);
  const progress = readProgress(
    process.stderr,
    isJson ? { printer, type: 'schema-progress' } : undefined,
    context.clock,
  );
  const tell = (side: Side, done: number, of: number): void =>
    progress.tell(`AUTO_INCREMENT of ${side}: ${done} of ${of} tables`, { side, done, of });
  const comparison = await compareSchema({ servers, source, pass, limits: within, tell }, [
    ...config.verify.intended,
    ...intendedByChanges(context.facts()),
  ]).finally(() => progress.end());
  printer.result({ text: renderSchemaComparison(comparison), json: { type: 'schema-comparison', ...comparison } });
  return isHindered(comparison) ? EXIT.refused : EXIT.done;
}

/** Catalogues of many tables take their time on 5.7. */
const SCHEMA_MS = 300_000;

function exitCodeFor({ tables }: Verification, unverified: readonly string[]): number {
  if (tables.some(({ verdict }) => verdict === 'differs')) return EXIT.refused;
  const isSettled = tables.every(({ table, verdict }) => verdict === 'verified' || isNamed(table, unverified));
  return isSettled ? EXIT.done : EXIT.failed;
}

async function carryOut(command: Command, wishes: VerifyWishes, isJson: boolean): Promise<Verification> {
  const { context, config, printer } = command;
  const files = verificationFiles(config.besideState);
  const earlier = wishes.resume ? await unfinished(files.running, context.lineage, wishes) : undefined;
  const source = servingSide(context.phase);
  const server = await context.mysql.connect(source);
  const base = {
    type: 'verification' as const,
    format: 1 as const,
    lineage: context.lineage,
    source,
    begunAt: earlier?.begunAt ?? context.clock.now().toISOString(),
    wish: wishes.wish,
    isComplete: wishes.settings.tables.length === 0 && wishes.settings.sample >= 1,
    writes: earlier?.writes ?? Object.fromEntries(await server.read(tableWrites(), limits(context, SCHEMA_MS))),
  };
  let savedAt = -Infinity;
  const progress = verifyProgress(process.stderr, isJson ? printer : undefined, context.clock);
  try {
    const verification = await runVerification(context, wishes.settings, {
      begunAt: base.begunAt,
      results: earlier?.results ?? [],
      current: earlier?.current ?? undefined,
      tell: progress.tell,
      async remember(results, current, isUrgent) {
        if (!isUrgent && context.clock.monotonicMs() - savedAt < SAVE_EVERY_MS) return;
        await writeVerification(files.running, { ...base, endedAt: null, results, current: current ?? null });
        savedAt = context.clock.monotonicMs();
      },
    });
    const ended = { ...base, endedAt: verification.endedAt, results: verification.tables, current: null };
    await writeVerification(files.last, recordAfter(await readVerification(files.last), ended));
    await removeVerification(files.running);
    return verification;
  } finally {
    progress.end();
  }
}

const SAVE_EVERY_MS = 1_000;

/** What an earlier run with the same wish has left; undefined when there is none. */
async function unfinished(
  path: string,
  lineage: string,
  { wish }: VerifyWishes,
): Promise<VerificationFile | undefined> {
  const found = await readVerification(path);
  if (!found || found.lineage !== lineage) return undefined;
  if (found.wish === wish) return found;
  throw new UpgradeError('the verification to resume was asked for otherwise', {
    code: 'usage',
    source: 'user',
    hint: `It was begun at ${found.begunAt} with other --tables, --sample or --max-differences. Give the same again, or leave --resume out to begin anew.`,
  });
}
