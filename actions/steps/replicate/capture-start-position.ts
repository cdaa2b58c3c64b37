import { clusterFacts, problem, value } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { formatPosition, parseRecoveredPosition, samePosition, type BinlogPosition } from '../../mysql/position';

/**
 * Postcondition: the state knows the position in blue's binary log that green's data corresponds to.
 * Observed in the state; it is read once, from the event that the restored writer emitted, and never again, because events
 * end after 14 days and a later crash recovery emits the same words with another meaning.
 * Undo leaves nothing behind.
 */
export const captureStartPosition: Step = {
  id: 'capture-start-position',
  phase: 'replicate',
  title: "Record where green's data ends in the binary log of blue",
  onlyLooks: true,
  async check(context) {
    const known = context.facts().channelStart?.green;
    if (known) return { is: 'done', evidence: `green starts at ${formatPosition(known)} of blue` };
    if (!context.facts().green) return { is: 'later', waitsFor: '`cdktf deploy`', changes: [] };
    const found = await recoveredPositions(context);
    const [position, another] = found;
    if (position && !another)
      return { is: 'needed', changes: [value('start position', 'unknown', formatPosition(position))] };
    const writer = clusterFacts(context, 'green').writerInstanceId;
    return {
      is: 'blocked',
      problems: [
        position
          ? problem(
              'start-position-ambiguous',
              'green reported more than one recovered position',
              `Events of \`${writer}\` name ${found.map(formatPosition).join(' and ')}. The tool does not guess, since a wrong start loses or repeats writes. Destroy green with Terraform and restore it again.`,
            )
          : problem(
              'start-position-missing',
              'green reported no recovered position',
              `No event \`Binlog position from crash recovery is ...\` of \`${writer}\` in the last 14 days. Was binary logging on when the snapshot was taken? Run \`npm run apply\` first, then destroy green with Terraform, take a new snapshot and deploy again.`,
            ),
      ],
    };
  },
  async do(context) {
    const [position] = await recoveredPositions(context);
    if (position) await context.remember({ channelStart: { ...context.facts().channelStart, green: position } });
  },
};

/** Positions of the events up to the end of the instance's creation, each once. */
async function recoveredPositions(context: StepContext): Promise<readonly BinlogPosition[]> {
  const events = await context.aws.rds.instanceEvents(clusterFacts(context, 'green').writerInstanceId);
  const created = events.find((event) => event.message.startsWith('DB instance created'));
  const positions: BinlogPosition[] = [];
  for (const event of events) {
    if (created && event.at > created.at) break;
    const position = parseRecoveredPosition(event.message);
    if (position && !positions.some((known) => samePosition(known, position))) positions.push(position);
  }
  return positions;
}
