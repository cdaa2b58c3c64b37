import { formatFigure, formatLimit } from '../../health/figures';
import { beyond, type Health, type MetricHealth } from '../../health/health';
import { readHealth } from '../../health/read-health';
import type { Side } from '../../ports/mysql-server';
import { KEPT_MS, type Gate, type GateFamily } from './gate';

/**
 * CloudWatch's word on both writers, read while writes still flow. It is minutes old, so by default it hinders nothing: what
 * a switch depends on is asked of the servers by the other gates.
 */
export const health: GateFamily = {
  name: 'health',
  keepMs: KEPT_MS,
  async ask(context) {
    const found = await readHealth(context);
    const { required } = context.config.health;
    return (['blue', 'green'] as const).map((side) => judge(found, side, required));
  },
};

function judge(found: Health, side: Side, required: boolean): Gate {
  const name = `health of ${side}`;
  const limit = required ? 'within the limits of health' : 'none: told only';
  if (found.failure !== undefined) {
    const reason = `CloudWatch could not be asked: ${found.failure}`;
    return { name, value: 'not known', limit, ok: !required, reason, measured: {} };
  }
  const bad = beyond(found, side);
  const known = found.metrics.filter((metric) => metric[side].latest !== null);
  return {
    name,
    value: bad.length > 0 ? bad.map((metric) => tell(metric, side)).join('; ') : saidOf(known.length),
    limit,
    ok: !required || (bad.length === 0 && known.length > 0),
    reason: reasonOf(bad.length, known.length, required),
    measured: Object.fromEntries(known.map((metric) => [measuredName(metric), metric[side].latest])),
  };
}

function saidOf(known: number): string {
  return known === 0 ? 'no data' : `${known} metrics within their limits`;
}

function reasonOf(bad: number, known: number, required: boolean): string {
  if (bad > 0)
    return `CloudWatch shows it beyond a limit of \`health\` in upgrade.yaml.${required ? ' Wait for it to come down, or raise the limit.' : ' A warning: it hinders nothing without health.required.'}`;
  if (known > 0) return 'As CloudWatch showed it a minute or two ago.';
  return required
    ? 'health.required in upgrade.yaml asks for data. Metrics of a new cluster take minutes to appear; look at them in the CloudWatch console.'
    : 'CloudWatch has published nothing in the last minutes.';
}

function tell(metric: MetricHealth, side: Side): string {
  const { latest, limit } = metric[side];
  return `${metric.title} ${formatFigure(latest, metric.unit)} (${formatLimit(metric, limit)})`;
}

/** As CloudWatch names it, in camel case and with its unit: `cpuUtilizationPercent`. */
function measuredName({ name, unit }: MetricHealth): string {
  const camel = name.replace(/^[A-Z]+?(?=[A-Z][a-z]|[a-z])/, (head) => head.toLowerCase());
  return `${camel}${SUFFIXES[unit] ?? ''}`;
}

const SUFFIXES: Readonly<Record<string, string>> = {
  percent: 'Percent',
  bytes: 'Bytes',
  'bytes/second': 'BytesPerSecond',
  seconds: 'Seconds',
};
