import { isMissing, seeChanges } from '../../steps/green-changes';
import { KEPT_MS, type GateFamily } from './gate';

/** Whether green has the schema changes that upgrade.yaml asks for: after the cutover they would hit the application. */
export const greenChanges: GateFamily = {
  name: 'changes of green',
  keepMs: KEPT_MS,
  async ask(context) {
    const { green } = context.config;
    if (context.direction === 'rollback' || green.changes.length === 0) return [];
    const { judgements } = await seeChanges(context);
    const missing = judgements.filter(isMissing);
    return [
      {
        name: 'changes of green',
        value: missing.length === 0 ? `${judgements.length} seen` : `${missing.map(({ id }) => id).join(', ')} missing`,
        limit: 'every statement of green.changes has taken effect',
        ok: missing.length === 0,
        reason:
          'The application would find another schema than was reviewed. Run `npm run apply`, or take the file out of green.changes.',
        measured: { missing: missing.length },
      },
    ];
  },
};
