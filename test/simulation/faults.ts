/** What may go wrong at one call of a port. */
export type Fault =
  /** Nothing was done, and the caller is told so. */
  | 'refused'
  /** Done, but the reply was lost: the outcome is unknown to the caller. */
  | 'reply-lost'
  /** The deadline passed first; nothing was done. */
  | 'late'
  /** The deadline passed first; it was done all the same. */
  | 'late-done'
  /** The deadline passed first; the server does it some seconds after its client has given up. */
  | 'done-later'
  | 'crash-before'
  | 'crash-after'
  /** Ctrl-C while it runs. The first: not done; the second: done. */
  | 'interrupt'
  | 'interrupt-done'
  /** The connections that hold the advisory locks break just before. */
  | 'locks-lost'
  /** The application begins to write to a table that was made just before, and the applier falls behind. */
  | 'new-table'
  | 'reboot-blue'
  | 'reboot-green'
  /** An error stops the applier of the side that follows, just before. */
  | 'applier-stops'
  /** A lock keeps the applier from moving until the process has ended. */
  | 'applier-blocked';

/** What a call is, for choosing the faults that fit it. */
export type CallKind =
  | 'question'
  | 'waiting'
  | 'statement'
  | 'command'
  | 'aws-question'
  | 'aws-call'
  | 'state-question'
  | 'state'
  | 'connect'
  | 'sleep';

const OF_CALLS: Readonly<Record<CallKind, readonly Fault[]>> = {
  question: ['refused', 'late', 'interrupt'],
  waiting: ['refused', 'late', 'interrupt', 'crash-before', 'crash-after'],
  statement: [
    'refused',
    'reply-lost',
    'late',
    'late-done',
    'crash-before',
    'crash-after',
    'interrupt',
    'interrupt-done',
  ],
  command: ['refused', 'reply-lost', 'late', 'late-done', 'crash-before', 'crash-after', 'interrupt', 'interrupt-done'],
  'aws-question': ['refused', 'interrupt'],
  'aws-call': [
    'refused',
    'reply-lost',
    'late',
    'late-done',
    'crash-before',
    'crash-after',
    'interrupt',
    'interrupt-done',
  ],
  'state-question': ['refused'],
  state: ['refused', 'reply-lost', 'crash-before', 'crash-after', 'interrupt'],
  connect: ['refused'],
  sleep: ['interrupt', 'crash-before'],
};

export function faultsOf(kind: CallKind): readonly Fault[] {
  return OF_CALLS[kind];
}
