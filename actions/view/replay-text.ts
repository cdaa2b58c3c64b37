/** A replay for people. Pure. */
import { isBlocking, VERDICTS, type Replay, type ReplayedRead, type ReplayVerdict } from '../replay/result';
import type { ReplayTold } from '../replay/run-replay';
import { coverage, latency } from './prewarm-text';
import { renderTable } from './table';

/** `{to}` and `{from}` stand for the sides. */
const WORDS: Readonly<Record<ReplayVerdict, string>> = {
  same: 'same',
  slower: 'SLOWER',
  differs: 'DIFFERS',
  'new-error': 'ERROR only on {to}',
  'both-error': 'error on both',
  'old-error': 'error only on {from}',
  unsettled: 'unsettled',
};

export function verdictWords(
  { verdict, isAccepted }: Pick<ReplayedRead, 'verdict' | 'isAccepted'>,
  { serving, following }: Pick<Replay, 'serving' | 'following'>,
): string {
  const words = WORDS[verdict].replace('{to}', following).replace('{from}', serving);
  return isAccepted && verdict !== 'same' ? `${words} (accepted)` : words;
}

export function renderReplay(replay: Replay): string {
  const { reads, serving, following, sample, notSampled } = replay;
  const shown = reads.filter(({ verdict }) => verdict !== 'same');
  const rows = [
    ['verdict', 'id', serving, following, 'read'],
    ...inOrder(shown).map((read) => [
      verdictWords(read, replay),
      read.id,
      latency(read.fromMs),
      latency(read.toMs),
      [shorten(read.fingerprint), ...read.remarks].join('; '),
    ]),
  ];
  return [
    `${reads.length} kinds of reads on ${replay.fromInstance} and ${replay.toInstance}; ${coverage(sample)}`,
    ...(notSampled.length > 0 ? [`${notSampled.length} kinds were not run; the report names them`] : []),
    ...(shown.length > 0 ? ['', renderTable(rows)] : []),
    '',
    summary(replay),
  ].join('\n');
}

/** The worst first; among equals the costliest. */
export function inOrder(reads: readonly ReplayedRead[]): readonly ReplayedRead[] {
  const place = (read: ReplayedRead): number =>
    VERDICTS.indexOf(read.verdict) + (read.isAccepted ? VERDICTS.length : 0);
  return reads.toSorted((one, other) => place(one) - place(other) || other.ms - one.ms);
}

export function summary(replay: Replay): string {
  const counts = new Map<string, number>();
  for (const read of inOrder(replay.reads)) {
    const words = verdictWords(read, replay);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const parts = [...counts].map(([words, count]) => `${count} ${words}`);
  const blocking = replay.reads.filter(isBlocking).length;
  const why = replay.interruptedBy === undefined ? '' : `, since ${replay.interruptedBy}`;
  const end = replay.isInterrupted ? `; interrupted before the end${why}` : '';
  return `${parts.join(', ') || 'nothing was compared'}${end}${blocking > 0 ? `: ${blocking} to look at before the cutover` : ''}`;
}

export function describeReplayed({ read, number, of, waitingFor }: ReplayTold): string {
  return `${number} of ${of}: ${waitingFor === undefined ? shorten(read) : `waiting: ${waitingFor}`}`;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= 80 ? text : `${characters.slice(0, 79).join('')}…`;
}
