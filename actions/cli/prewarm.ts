/** The verb `prewarm`: the application's reads, run on the side that will serve, before it does. */
import { runPrewarm } from '../prewarm/run-prewarm';
import type { Prewarming } from '../prewarm/result';
import { renderPrewarmHtml, renderPrewarmMarkdown } from '../view/prewarm-report';
import { describePoint, renderPrewarming } from '../view/prewarm-text';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import { withReadInstances } from './read-instances';
import {
  count,
  noteInterruption,
  paceSettings,
  sampleReads,
  sidesOf,
  statementTime,
  time,
  untilCutover,
  type ReadOptions,
} from './read-options';
import { readProgress } from './read-progress';
import { saveReadReport } from './read-report';

export interface PrewarmOptions extends ReadOptions {
  readonly for?: string;
  readonly connections?: string;
  /** Commander's `--no-readers`. */
  readonly readers?: boolean;
}

/** Texts of each kind: other values warm other pages. */
const TEXTS_EACH = 20;

/** Exit 0: every instance was prewarmed; 1: one was not; 130: interrupted, also by a cutover, with a report of what was done. */
export function prewarm(options: PrewarmOptions): Promise<number> {
  return runCommand({ verb: 'prewarm', options, access: 'read' }, (command) =>
    untilCutover(command, async (signal) => {
      const { context, config, printer } = command;
      const sides = sidesOf(context);
      const settings = {
        ...paceSettings(options),
        forMs: time('--for', options.for, config.prewarm.time),
        connections: count('--connections', options.connections, config.prewarm.connections),
        statementMs: statementTime(options),
        tables: config.prewarm.tables,
      };
      const progress = readProgress(
        process.stderr,
        options.json === true ? { printer, type: 'prewarm-progress' } : undefined,
        context.clock,
      );
      const readers = options.readers !== false && config.prewarm.readers;
      try {
        return await withReadInstances(command, sides, { readers }, async ({ serving, following }) => {
          const collected = await sampleReads(
            { ...command, signal },
            options,
            serving,
            { most: config.prewarm.statements, textsEach: TEXTS_EACH },
            (doing) => progress.tell(doing, { doing }),
          );
          const prewarming = await runPrewarm(
            {
              clock: context.clock,
              signal,
              tell: (instance, point) => progress.tell(describePoint(instance, point), { instance, ...point }),
            },
            {
              serving: await context.mysql.connect(sides.serving),
              following: await context.mysql.connect(sides.following),
              instances: following,
              collected,
              withValues: options.values === true,
            },
            settings,
          );
          progress.end();
          noteInterruption(command, prewarming);
          await report(command, prewarming);
          if (prewarming.isInterrupted) return EXIT.interrupted;
          return prewarming.instances.every(({ ended }) => ended !== 'failed') ? EXIT.done : EXIT.failed;
        });
      } finally {
        progress.end();
      }
    }),
  );
}

async function report(command: Command, prewarming: Prewarming): Promise<void> {
  const page = await saveReadReport(command, 'prewarm', prewarming, {
    html: renderPrewarmHtml,
    markdown: renderPrewarmMarkdown,
  });
  command.printer.result({
    text: `${renderPrewarming(prewarming)}\n\nReport: ${page}`,
    json: { type: 'prewarm', ...prewarming, report: page },
  });
}
