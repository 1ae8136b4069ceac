import { register } from 'node:module'

// Loaded before the test files when only some tests are wanted: uvu cannot choose by name, so the suites that the files
// import are ours, which leave the other tests out.
const ours = new URL('./chosen-suites.ts', import.meta.url).href
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (name, context, next) =>
      next(name === 'uvu' && context.parentURL?.split('?')[0] !== '${ours}' ? '${ours}' : name, context)`)}`,
)
