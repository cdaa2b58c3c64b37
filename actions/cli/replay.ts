/** The verb `replay`: the application's reads on both sides, compared. */
import { isBlocking, type Replay } from '../replay/result';
import { runReplay } from '../replay/run-replay';
import type { ReadInstance } from '../reads/read-instance';
import { renderReplayHtml, renderReplayMarkdown } from '../view/replay-report';
import { formatDuration } from '../view/duration';
import { describeReplayed, renderReplay } from '../view/replay-text';
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
  untilCutover,
  type ReadOptions,
} from './read-options';
import { readProgress } from './read-progress';
import { saveReadReport } from './read-report';

export interface ReplayOptions extends ReadOptions {
  readonly runs?: string;
  readonly rows?: string;
}

/** Exit 0: the same; 3: other rows, a new error, or an order of magnitude slower; 130: interrupted, also by a cutover, with a report. */
export function replay(options: ReplayOptions): Promise<number> {
  return runCommand({ verb: 'replay', options, access: 'read' }, (command) =>
    untilCutover(command, async (signal) => {
      const { context, config, printer } = command;
      const sides = sidesOf(context);
      const settings = {
        ...paceSettings(options),
        runs: count('--runs', options.runs, config.replay.runs),
        rows: count('--rows', options.rows, config.replay.rows),
        accepted: config.replay.accepted,
        withValues: options.values === true,
      };
      const progress = readProgress(
        process.stderr,
        options.json === true ? { printer, type: 'replay-progress' } : undefined,
        context.clock,
      );
      try {
        return await withReadInstances(command, sides, { readers: false }, async ({ serving, following }) => {
          const fromWriter = writerOf(serving);
          const from = readerOr(fromWriter, serving);
          const statementMs = statementTime(options, from.isWriter);
          if (from.isWriter) noteServingWriter(command, from, statementMs);
          const collected = await sampleReads(
            { ...command, signal },
            options,
            serving,
            { most: config.replay.statements, textsEach: config.replay.texts },
            (doing) => progress.tell(doing, { doing }),
          );
          const replayed = await runReplay(
            {
              clock: context.clock,
              signal,
              tell: (told) => progress.tell(describeReplayed(told), { ...told }),
            },
            {
              servingWriter: await context.mysql.connect(sides.serving),
              followingWriter: await context.mysql.connect(sides.following),
              from,
              fromWriter,
              to: writerOf(following),
              collected,
            },
            { ...settings, statementMs },
          );
          progress.end();
          noteInterruption(command, replayed);
          await report(command, replayed);
          if (replayed.isInterrupted) return EXIT.interrupted;
          return replayed.reads.some(isBlocking) ? EXIT.refused : EXIT.done;
        });
      } finally {
        progress.end();
      }
    }),
  );
}

function writerOf(instances: readonly ReadInstance[]): ReadInstance {
  const [writer] = instances.filter(({ isWriter }) => isWriter);
  if (!writer) throw new RangeError('the writer is among the instances');
  return writer;
}

function readerOr(writer: ReadInstance, instances: readonly ReadInstance[]): ReadInstance {
  return instances.find(({ isWriter }) => !isWriter) ?? writer;
}

function noteServingWriter({ context }: Command, { side, id }: ReadInstance, statementMs: number): void {
  const text =
    `${side} has no reader, so the statements run on its writer ${id}, which serves clients: each is ended after ` +
    `${formatDuration(statementMs)} there (--statement-time), and waits while others run much (--max-running)`;
  context.emit({ type: 'note', level: 'warning', code: 'reads-on-serving-writer', text });
}

async function report(command: Command, replayed: Replay): Promise<void> {
  const page = await saveReadReport(command, 'replay', replayed, {
    html: renderReplayHtml,
    markdown: renderReplayMarkdown,
  });
  command.printer.result({
    text: `${renderReplay(replayed)}\n\nReport: ${page}`,
    json: { type: 'replay', ...replayed, report: page },
  });
}
