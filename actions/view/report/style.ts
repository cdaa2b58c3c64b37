/** The page's only style: light, dark and paper; no font, image or script from anywhere. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f6f7f8; --surface: #fff; --ink: #1b1f24; --quiet: #5d666f; --line: #dfe3e7;
  --blue: #2a6fdb; --green: #178a55; --good: #12774a; --good-tint: #e5f4ec; --bad: #b3261e; --bad-tint: #fbe9e7;
  --warning: #8a5300; --warning-tint: #fdf1dc; }
@media (prefers-color-scheme: dark) { :root { --page: #121519; --surface: #1a1e23; --ink: #e7eaee; --quiet: #9aa4ae;
  --line: #313840; --blue: #69a3ff; --green: #45c486; --good: #57d396; --good-tint: #14301f; --bad: #ff8a80;
  --bad-tint: #3b1a18; --warning: #f2b457; --warning-tint: #352711; } }
@media print { :root { color-scheme: light; --page: #fff; --surface: #fff; --ink: #000; --quiet: #444; --line: #bbb;
  --blue: #2a6fdb; --green: #178a55; --good: #12774a; --good-tint: #fff; --bad: #b3261e; --bad-tint: #fff;
  --warning: #8a5300; --warning-tint: #fff; } * { print-color-adjust: exact; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 28px 20px 48px; }
h1, h2, h3 { line-height: 1.25; margin: 0; }
h2 { font-size: 21px; margin: 36px 0 12px; }
h3 { font-size: 15px; margin: 0 0 10px; }
p { margin: 0; }
section, .figure { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 16px 18px;
  margin: 0 0 14px; break-inside: avoid; }
.verdict { border-left: 8px solid; padding: 20px 24px; }
.verdict h1 { font-size: 32px; }
.verdict p { font-size: 17px; margin-top: 4px; }
.verdict.good { border-left-color: var(--good); background: var(--good-tint); }
.verdict.bad { border-left-color: var(--bad); background: var(--bad-tint); }
.verdict.warning { border-left-color: var(--warning); background: var(--warning-tint); }
.good > h1, .holds { color: var(--good); } .bad > h1, .fails { color: var(--bad); } .warning > h1 { color: var(--warning); }
.facts { color: var(--quiet); margin: 0 0 18px; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 14px; }
.figure { margin: 0; }
.figure .label, .note { color: var(--quiet); font-size: 13px; }
.figure .value { font-size: 30px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.note { margin-top: 8px; }
.wide { overflow-x: auto; }
svg { display: block; width: 100%; min-width: 640px; height: auto; font: 12px system-ui, sans-serif; }
svg .tick { fill: var(--quiet); } svg .row { fill: var(--ink); }
svg .over { paint-order: stroke; stroke: var(--surface); stroke-width: 3px; stroke-linejoin: round; }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--quiet); }
svg .blue { fill: var(--blue); } svg .green { fill: var(--green); }
svg .bar { fill: var(--quiet); } svg .bar-bad { fill: var(--bad); }
svg .gap { fill: var(--bad); fill-opacity: .17; stroke: var(--bad); stroke-opacity: .55; }
svg .gap-label { fill: var(--bad); font-size: 14px; font-weight: 650; }
svg .rate-blue, svg .rate-green { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .rate-blue { stroke: var(--blue); }
svg .rate-green { stroke: var(--green); } svg .blind { fill: var(--quiet); fill-opacity: .14; }
svg .limit { stroke: var(--bad); stroke-dasharray: 6 3; }
svg .commit { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .commit-label { fill: var(--ink); font-weight: 650; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 5px 14px 5px 0; border-top: 1px solid var(--line); }
tr:first-child > th, tr:first-child > td { border-top: 0; }
th { color: var(--quiet); font-weight: 500; }
code { font: 13.5px ui-monospace, monospace; overflow-wrap: anywhere; }
@media print { main { max-width: none; padding: 0; } section, .figure { border-color: #bbb; } svg { min-width: 0; } }
`.trim();
