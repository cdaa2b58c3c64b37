/** Colour as decoration only: every meaning is also in a word or a sign. */
import { createColors } from 'picocolors';

export type Tone = 'plain' | 'good' | 'bad' | 'warning' | 'quiet' | 'strong';
export type Paint = (tone: Tone, text: string) => string;

export function paintWith(isColoured: boolean): Paint {
  const colors = createColors(isColoured);
  const tones: Record<Tone, (text: string) => string> = {
    plain: (text) => text,
    good: colors.green,
    bad: colors.red,
    warning: colors.yellow,
    quiet: colors.dim,
    strong: colors.bold,
  };
  return (tone, text) => tones[tone](text);
}

/** NO_COLOR (any value but the empty one) wins over a terminal: https://no-color.org. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}
