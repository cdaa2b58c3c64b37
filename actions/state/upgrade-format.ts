/** How a state of an older format becomes one of this format. */
import { STATE_FORMAT } from './format';

type Content = Readonly<Record<string, unknown>>;

/**
 * What leads from each older format to the next one; `format` itself is set by `upgradeFormat`. 1 to 2: `rebuilt` and `audit`
 * came. Nothing had to change, but a tool that knows format 1 only would carry them along without heeding them, so it has
 * to refuse.
 */
const STEPS: Readonly<Record<number, (content: Content) => Content>> = {
  1: (content) => content,
};

/** Content whose checksum has been proven. Undefined for a format that never was. */
export function upgradeFormat(content: Content): Content | undefined {
  let upgraded = content;
  let { format } = content;
  while (format !== STATE_FORMAT) {
    const step = typeof format === 'number' ? STEPS[format] : undefined;
    if (typeof format !== 'number' || !step) return undefined;
    format += 1;
    upgraded = { ...step(upgraded), format };
  }
  return upgraded;
}

/** The older format that a whole state has, for the one who is about to write over it; undefined for this format. */
export function olderFormatOf(text: string): number | undefined {
  const { format } = JSON.parse(text) as Content;
  return typeof format === 'number' && format < STATE_FORMAT ? format : undefined;
}
