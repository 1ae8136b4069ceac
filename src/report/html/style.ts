/** The report's style: all of it, since the report is one file. Colours follow the reader's light or dark setting. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882;
  --ok: #2e9e5b; --changed: #d99a06; --skipped: #8a94a6; --failed: #d33a3a; --unreachable: #9b2fae; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top }
th { font-weight: 600 } td.number { text-align: right; font-variant-numeric: tabular-nums } .zero { opacity: .35 }
.place, .time { opacity: .65; font-size: .85em }
.mark { border-radius: 3px; color: #fff; display: inline-block; font-size: .8em; min-width: 5.5em; padding: 0 .4em; text-align: center }
.ok { background: var(--ok) } .changed { background: var(--changed) } .skipped { background: var(--skipped) }
.failed { background: var(--failed) } .unreachable { background: var(--unreachable) }
pre { background: var(--soft); border-radius: 4px; font: 12px/1.4 ui-monospace, monospace; margin: .4rem 0; max-height: 30rem; overflow: auto; padding: .5rem; white-space: pre-wrap; word-break: break-word }
pre .plus { color: var(--ok) } pre .minus { color: var(--failed) } pre .hunk { opacity: .6 }
summary { cursor: pointer } details > details { margin-left: 1rem }
.lane { display: grid; gap: .5rem; grid-template-columns: 12rem 1fr; align-items: center }
.lane > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.track { background: var(--soft); height: 1.3rem; margin: 2px 0; position: relative }
.track a { bottom: 1px; min-width: 2px; position: absolute; top: 1px }
.axis { display: flex; justify-content: space-between; margin-left: 12.5rem; opacity: .65; font-size: .85em }
`
