/** What a command leaves behind for people who look back: the journal of all events, and the audit of those that count. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { thisProcess } from '../adapters/this-process';
import { systemClock } from '../adapters/system-clock';
import { messageOf } from '../engine/errors';
import type { UpgradeEvent } from '../engine/events';
import { openAudit, type Audit } from '../state/audit';
import type { UpgradeState } from '../state/format';
import { createJournal } from '../state/journal';
import type { KnownState } from '../state/refuse-older';
import type { CommonOptions } from './options';

export interface Recorder {
  event(event: UpgradeEvent): void;
  /** Who, when, by which plan, on what. */
  started(state: UpgradeState): void;
  /** Resolves when all is durable; answers why not, where it is not. */
  ended(exitCode: number, state: UpgradeState | undefined): Promise<string | undefined>;
  /** The last state that this machine has recorded. */
  known(): KnownState | undefined;
  /** For the state: how far this machine's audit goes. */
  anchors(): UpgradeState['audit'] | undefined;
}

/** Nobody can write in these states, and the disk has the state itself to keep: what happens in them is recorded after them. */
const WRITES_BLOCKED: ReadonlySet<string> = new Set(['draining', 'arming', 'opening', 'routing']);

export interface RecorderSettings {
  readonly verb: string;
  readonly options: CommonOptions;
  /** Path beside which journal and audit stand. */
  readonly beside: string;
}

/** Under the lock of the state: one chain has one writer. An audit that cannot be opened is told and stops nobody. */
export async function openRecorder({ verb, options, beside }: RecorderSettings): Promise<Recorder> {
  const journal = createJournal(beside);
  const { user, host } = thisProcess.self();
  const command = randomUUID();
  let audit: Audit | undefined;
  let unopened: string | undefined;
  try {
    audit = await openAudit(auditOf(beside), () => systemClock.now());
  } catch (error) {
    unopened = messageOf(error);
  }
  const held: { readonly at: Date; readonly event: UpgradeEvent }[] = [];
  let isHolding = false;
  const writeHeld = (): void => {
    for (const { at, event } of held.splice(0)) {
      journal.append({ at: at.toISOString(), verb, ...event });
      if (event.type !== 'waiting') audit?.append({ command, ...event }, at);
    }
  };
  return {
    event(event) {
      held.push({ at: systemClock.now(), event });
      if (event.type === 'cutover-state') isHolding = WRITES_BLOCKED.has(event.state);
      if (!isHolding) writeHeld();
    },
    started({ lineage, serial, phase, name, audit: audits }) {
      const plan = planOf(options);
      const before = audits?.[host];
      // The state knows a chain of this machine that is not here: this one says so, or it would pass for the whole record.
      if (before && audit && audit.anchor() === undefined) audit.append({ type: 'chain-began', after: before });
      audit?.append({
        type: 'command-started',
        command,
        verb,
        who: `${user}@${host}`,
        name,
        phase,
        ...(serial === 0 ? {} : { lineage, serial }),
        ...(plan === undefined ? {} : { plan }),
      });
    },
    async ended(exitCode, state) {
      writeHeld();
      audit?.append({
        type: 'command-ended',
        command,
        verb,
        exitCode,
        ...(state && state.serial > 0 ? { phase: state.phase, lineage: state.lineage, serial: state.serial } : {}),
      });
      await journal.flush();
      return unopened ?? (await audit?.flush());
    },
    known: () => audit?.known,
    anchors() {
      const anchor = audit?.anchor();
      return anchor ? { [host]: anchor } : undefined;
    },
  };
}

/** The audit that stands beside a state. */
export function auditOf(beside: string): string {
  return `${beside}.audit`;
}

/** The saved plan that was given: its file and the hash of its text. */
function planOf(options: CommonOptions): string | undefined {
  const file = 'plan' in options && typeof options.plan === 'string' ? options.plan : undefined;
  if (file === undefined) return undefined;
  try {
    return `${file} sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
  } catch {
    return `${file} (unreadable)`;
  }
}
