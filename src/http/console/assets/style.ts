/** How every page of the console looks: one sheet, no framework, light and dark by the reader's own setting. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#16202e, #e6ebf2);
  --soft: light-dark(#4d5b6e, #a7b4c6);
  --line: light-dark(#d8dfe8, #2b3647);
  --strong-line: light-dark(#8795a8, #66758c);
  --paper: light-dark(#ffffff, #0e141d);
  --ground: light-dark(#f5f7fa, #0a0f16);
  --tint: light-dark(#eef2f7, #18212e);
  --accent: light-dark(#1f4fbf, #8fb4ff);
  --accent-ink: light-dark(#ffffff, #0a1220);
  --accent-tint: light-dark(#e8effd, #14233f);
  --good: light-dark(#14663c, #7fd6a5);
  --good-tint: light-dark(#e3f4ea, #10291c);
  --bad: light-dark(#a8231c, #ff9f96);
  --bad-tint: light-dark(#fdebea, #35161a);
  --waiting: light-dark(#7a4d00, #f2c46d);
  --waiting-tint: light-dark(#fdf2dc, #2f2410);
  --radius: 8px;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
*, *::before, *::after { box-sizing: border-box }
html { scroll-padding-top: 4.5rem; -webkit-text-size-adjust: 100% }
body { margin: 0; font: 16px/1.55 var(--sans); color: var(--ink); background: var(--ground) }
h1, h2, h3 { line-height: 1.25; margin: 0; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; letter-spacing: -.01em } h2 { font-size: 1.15rem } h3 { font-size: 1rem } .section h3 { margin: 1.1rem 0 .4rem } .section > .title + h3 { margin-top: 0 } .actions + .section { margin-top: 1rem }
p { margin: 0 0 .75rem } ul, ol { padding-inline-start: 1.25rem; margin: 0 0 .75rem }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px }
a:hover { text-decoration-thickness: 2px }
code, pre, .code { font-family: var(--mono); font-size: .875em }
code { overflow-wrap: anywhere }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
time { white-space: nowrap }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.skip { position: absolute; left: .5rem; top: -4rem; background: var(--paper); padding: .5rem .75rem; border-radius: var(--radius); z-index: 3 }
.skip:focus { top: .5rem }

.top { background: var(--paper); border-bottom: 1px solid var(--line) }
.top-row { max-width: 76rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem }
.brand { display: flex; align-items: center; gap: .55rem; font-weight: 650; color: var(--ink); text-decoration: none; margin-inline-end: .5rem }
.brand img { width: 26px; height: 26px; display: block }
.nav { display: flex; flex-wrap: wrap; gap: .1rem; flex: 1 }
.nav a, .who a, .who button { color: var(--soft); text-decoration: none; padding: .35rem .6rem; border-radius: 6px; font-size: .94rem }
.nav a:hover, .who a:hover, .who button:hover { background: var(--tint); color: var(--ink) }
.nav a[aria-current] { background: var(--accent-tint); color: var(--accent); font-weight: 600 }
.who { display: flex; align-items: center; gap: .1rem; font-size: .94rem }
.who form { margin: 0 } .who button { border: 0; background: none; font: inherit; cursor: pointer }
@media (max-width: 44rem) { .who { margin-inline-start: auto; min-width: 0 } .who a, .who button { padding-inline: .35rem } .who .name { display: inline-block; max-width: 6.5rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom } .nav { order: 3; flex: 1 0 100%; margin-inline: -.6rem } .brand { margin: 0; gap: .4rem } .top-row { column-gap: .5rem } }
main, .section { container-type: inline-size }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; min-height: 60vh }
.foot { max-width: 76rem; margin: 0 auto; padding: 1.25rem 1rem 2rem; color: var(--soft); font-size: .875rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; border-top: 1px solid var(--line) }
.foot a { color: var(--soft) }

.page-header { margin-bottom: 1.25rem }
.above { margin: 0 0 .35rem; font-size: .9rem; overflow-wrap: anywhere } .above a::before { content: "\\2190\\00a0" }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem }
.title > .actions { margin: 0 0 0 auto } @container (max-width: 28rem) { .title > .actions { margin: 0 } }
.lead { color: var(--soft); margin: .4rem 0 0; max-width: 48rem }
.section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.15rem; margin-bottom: 1rem }
.section > .title { margin-bottom: .75rem } .section > .lead { margin: -.4rem 0 .75rem }
.section > :last-child, .notice > div > :last-child, .empty > :last-child { margin-bottom: 0 }
.columns { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 60rem) { .columns { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); align-items: start } .columns.even { grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: stretch } }
.columns.even > div { display: grid; gap: 1rem; grid-template: auto 1fr / minmax(0, 1fr) } .columns.even .section { margin: 0 }
.tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); margin-bottom: 1rem }
.tile { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: .8rem 1rem; color: inherit; text-decoration: none; display: block }
a.tile:hover { border-color: var(--accent) }
.tile .number { display: block; font-size: 1.6rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums } .tile .label { color: var(--soft); font-weight: 400; font-size: .9rem }
.tile.bad { border-color: var(--bad) } .tile.waiting { border-color: var(--waiting) }

.facts { margin: 0; display: grid; gap: .6rem } main > .facts { margin-bottom: 1.25rem }
.facts > div { display: grid; gap: .1rem .9rem; padding-bottom: .6rem; border-bottom: 1px solid var(--line) }
.facts > div:last-child { border: 0; padding: 0 }
@container (min-width: 34rem) { .facts > div { grid-template-columns: minmax(8rem, 13rem) minmax(0, 1fr) } }
.facts dt { color: var(--soft) } .facts dd { margin: 0; overflow-wrap: anywhere } .facts dd > :last-child { margin-bottom: 0 } .facts time { white-space: normal }
.note, .help, .none { color: var(--soft); font-size: .9rem; margin: .15rem 0 0 }

.badge { display: inline-block; padding: .1rem .5rem; border-radius: 99px; font-size: .8rem; font-weight: 600; line-height: 1.5; background: var(--tint); color: var(--soft); white-space: nowrap }
.badge.good { background: var(--good-tint); color: var(--good) } .badge.bad { background: var(--bad-tint); color: var(--bad) } .badge.waiting { background: var(--waiting-tint); color: var(--waiting) }
.notice { border: 1px solid var(--line); border-inline-start: 4px solid var(--strong-line); background: var(--paper); border-radius: var(--radius); padding: .75rem 1rem; margin-bottom: 1rem; overflow-wrap: anywhere }
.notice strong { display: block } .notice.good { border-inline-start-color: var(--good) } .notice.bad { border-inline-start-color: var(--bad) } .notice.waiting { border-inline-start-color: var(--waiting) }
.empty { text-align: center; padding: 2rem 1rem; color: var(--soft) } .empty-title { font-weight: 600; color: var(--ink); font-size: 1.05rem }

.form { display: grid; gap: 1rem; max-width: 46rem } .form.inline { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem }
.field { display: grid; gap: .25rem } label, legend { font-weight: 600; font-size: .94rem } .optional { font-weight: 400; color: var(--soft); font-size: .85rem }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--strong-line); border-radius: 6px; padding: .5rem .65rem; width: 100%; min-width: 0 }
textarea { resize: vertical; line-height: 1.45 } textarea.code { font-family: var(--mono); font-size: .875rem; tab-size: 2 }
input[type=checkbox], input[type=radio] { width: 1.1rem; height: 1.1rem; margin: .2rem 0 0; accent-color: var(--accent) }
.check { display: grid; grid-template-columns: auto 1fr; gap: .1rem .6rem } .check label { font-weight: 500 } .check .help { grid-column: 2 }
.wrong input, .wrong textarea, .wrong select { border-color: var(--bad) } p.error { color: var(--bad); margin: 0; font-size: .9rem; font-weight: 500 }
fieldset { border: 1px solid var(--line); border-radius: var(--radius); padding: .75rem 1rem 1rem; margin: 0; display: grid; gap: .75rem; min-width: 0 } legend { padding: 0 .35rem }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center } .form > .button { justify-self: start } .form + .actions, .form + .form, .form + .button { margin-top: .75rem } .actions > .form + * { margin-top: 0 }
.button { display: inline-flex; align-items: center; justify-content: center; gap: .4rem; font: inherit; font-weight: 600; font-size: .94rem; padding: .5rem .95rem; min-height: 2.4rem; border-radius: 7px; border: 1px solid transparent; cursor: pointer; text-decoration: none; background: var(--accent); color: var(--accent-ink) }
.button:hover { filter: brightness(1.08) } .button.quiet { background: var(--paper); color: var(--ink); border-color: var(--strong-line) } .button.quiet:hover { background: var(--tint) }
.button.danger { background: var(--bad); color: light-dark(#fff, #2a0b0d) } .button[hidden] { display: none } .button:disabled { opacity: .6; cursor: default }
.filters { display: flex; flex-wrap: wrap; gap: .6rem .75rem; align-items: end; margin-bottom: 1rem } .filters .field { flex: 1 1 10rem; max-width: 22rem } @media (max-width: 44rem) { .filters .field { flex-basis: 7.5rem } } .filters + .note, main > .note + .section { margin-block: 0 .75rem } .filters .optional { display: none } .filters .help { display: none }

.table { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .94rem }
th { text-align: start; color: var(--soft); font-weight: 600; font-size: .85rem; border-bottom: 1px solid var(--line); padding: .45rem .6rem; white-space: nowrap }
td { padding: .55rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top } td code, td a, td bdi, td .none { overflow-wrap: anywhere } tr:last-child td { border-bottom: 0 } tbody tr:hover td { background: var(--tint) }
@container (min-width: 34rem) { .table.even table { table-layout: fixed } .table.even th:first-child { width: 11rem } }
td p:last-child { margin: 0 } .numeric { text-align: end; font-variant-numeric: tabular-nums }
@container (max-width: 34rem) {
  .table time { white-space: normal }
  .table table, .table tbody, .table tr, .table td { display: block; width: 100% } .table thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .table tr { border-bottom: 1px solid var(--line); padding: .5rem 0 } .table tr:last-child { border: 0 } .table td { border: 0; padding-block: .15rem; padding-inline: 8rem 0; position: relative; min-height: 1.85rem; text-align: start }
  .table td::before { content: attr(data-column); position: absolute; inset-inline-start: 0; width: 7.5rem; color: var(--soft); font-size: .85rem } tbody tr:hover td { background: none } .table td:empty { display: none }
  /* Labels of guides are longer than what stands beside them. */
  .guide .table td { display: flow-root } .guide .table td::before { position: static; float: inline-start; margin-inline-start: -8rem }
}
.pager { display: flex; gap: 1.25rem; justify-content: flex-end; padding-top: .75rem; color: var(--soft); font-size: .94rem }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem; border-bottom: 1px solid var(--line); margin-bottom: 1rem } .tabs a { padding: .5rem .8rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; margin-bottom: -1px } .tabs a[aria-current] { color: var(--ink); border-color: var(--accent); font-weight: 600 }

.timeline { list-style: none; margin: 0; padding: 0 } .timeline > li { position: relative; padding: 0 0 1rem 1.4rem; border-inline-start: 2px solid var(--line); margin-inline-start: .4rem }
.timeline > li:last-child { padding-bottom: 0; border-color: transparent } .timeline > li::before { content: ""; position: absolute; inset-inline-start: -.45rem; top: .4rem; width: .75rem; height: .75rem; border-radius: 50%; background: var(--strong-line); border: 2px solid var(--paper) }
.timeline > .good::before { background: var(--good) } .timeline > .bad::before { background: var(--bad) } .timeline > .waiting::before { background: var(--waiting) } .timeline .what { margin: 0 } .timeline .when { color: var(--soft); font-size: .88rem }
.copy { position: relative; margin-bottom: .75rem } .copy pre, pre.value, pre.block { background: var(--tint); border: 1px solid var(--line); border-radius: var(--radius); padding: .75rem .9rem; max-height: 24rem; overflow: auto } .copy:has(.button:not([hidden])) pre { padding-inline-end: 5.5rem } @container (max-width: 28rem) { .copy:has(.button:not([hidden])) pre { padding-inline-end: .9rem; padding-block-start: 2.6rem } } .copy .button { position: absolute; inset-inline-end: .5rem; top: .5rem; min-height: 0; padding: .2rem .6rem; font-size: .85rem }
.findings, .difference { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem }
.findings > li { display: grid; grid-template-columns: 5.2rem minmax(0, 1fr); gap: .6rem; align-items: start } .findings p { margin: 0 } .findings .badge { justify-self: start }
@container (max-width: 28rem) { .findings > li { grid-template-columns: minmax(0, 1fr); gap: .2rem } }
.difference > li { border: 1px solid var(--line); border-inline-start: 4px solid var(--strong-line); border-radius: var(--radius); padding: .6rem .8rem } .difference > .expands { border-inline-start-color: var(--bad) } .difference > .narrows { border-inline-start-color: var(--good) }
.authority, .said { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: .9rem; overflow-wrap: anywhere } .authority p, .said p { margin: 0 0 .25rem } .said > li { border-bottom: 1px solid var(--line); padding-bottom: .6rem } .said > li:last-child { border: 0 }
.guide h2 { margin: 1.8rem 0 .5rem } .guide h3 { margin: 1.2rem 0 .4rem } .guide .table { margin-bottom: .9rem } .guide td { min-width: 7rem } .guide li { margin-bottom: .2rem }
kbd { font-family: var(--mono); font-size: .9em; border: 1px solid var(--strong-line); border-radius: 4px; padding: 0 .4rem } details.section > summary { font-weight: 600; cursor: pointer } details > summary { cursor: pointer; padding-block: .2rem } .section h3 + .difference, .section details { margin-top: .6rem }
.sides { display: grid; gap: .6rem; margin-top: .5rem } @container (min-width: 36rem) { .sides { grid-template-columns: repeat(2, minmax(0, 1fr)) } }
.side { background: var(--tint); border-radius: 6px; padding: .45rem .65rem; min-width: 0 } .side-title { color: var(--soft); font-size: .8rem; margin: 0 } .value { margin: 0; overflow-wrap: anywhere } ul.value { list-style: none; padding: 0; max-height: 20rem; overflow: auto } ul.value > li + li { border-top: 1px solid var(--line); margin-top: .15rem; padding-top: .15rem }
.key-picture { margin: 0 } .key-picture svg { display: block } .key-plot { width: 100% } .key-plot.wide { display: none } .key-plot.narrow { max-width: 30rem } .key-plot.narrow text { font-size: 14px }
@container (min-width: 44rem) { .key-plot.wide { display: block } .key-plot.narrow { display: none } }
.key-picture text { fill: var(--soft); font: 12px var(--sans) } .key-picture .key-label { fill: var(--ink); font-family: var(--mono) } .key-picture .now-label { fill: var(--accent); font-weight: 600 }
.key-picture .tick { stroke: var(--line) } .key-picture .now { stroke: var(--accent); stroke-width: 2 } .key-picture .revoked { stroke: var(--bad); stroke-width: 2.5; stroke-linecap: round }
.phase { stroke-width: 1; stroke: transparent } .phase.pending { fill: var(--tint); stroke: var(--strong-line); stroke-dasharray: 3 3 } .phase.ready { fill: var(--accent-tint); stroke: var(--accent) } .phase.active { fill: var(--good) } .phase.retiring { fill: var(--waiting) } .phase.foreseen { opacity: .4 }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; padding: 0; margin: .75rem 0 0; color: var(--soft); font-size: .88rem } .legend li { display: flex; gap: .4rem; align-items: center } .legend svg { width: 16px; height: 12px; flex: none } .legend strong { color: var(--ink) }
progress { width: 100%; height: .8rem; accent-color: var(--accent) } .raw { white-space: pre-wrap; overflow-wrap: anywhere } td .words { overflow-wrap: break-word }
.form.editor { max-width: 60rem; grid-template-columns: minmax(0, 1fr) } .editor .section { margin-bottom: 0; display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr) } .editor .section > * { margin: 0 } .group > div { min-width: 0 } .label { font-weight: 600; font-size: .94rem }
.said-here > * { margin-top: .4rem } .domain { border-top: 1px solid var(--line); padding: .9rem 0 } .domain > .title { margin-bottom: .4rem } .domain h3 { margin: 0 } .claim-name { display: inline-block; min-width: 9rem } .domain h4 { font-size: .94rem; margin: .5rem 0 .35rem; overflow-wrap: anywhere }
.error-page { max-width: 40rem; margin: 3rem auto } .error-page .status { color: var(--soft); font-size: .9rem }
.offline { background: var(--waiting-tint); color: var(--waiting); text-align: center; padding: .4rem 1rem; font-size: .92rem }
@media (prefers-reduced-motion: no-preference) { .button:hover, a.tile:hover { transition: filter .12s, border-color .12s, background .12s } }
@media print { .top, .foot, .actions, .filters, .pager { display: none } body { background: #fff } }
`;

/** The mark: a seal over a line of text. */
export const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f4fbf"/><path d="M9 8h14M9 13h9" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/><circle cx="20" cy="21" r="5.6" fill="none" stroke="#fff" stroke-width="2.2"/><path d="m17.6 21.2 1.7 1.7 3.3-3.5" fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/></svg>
`;
