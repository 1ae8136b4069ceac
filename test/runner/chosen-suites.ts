import * as uvu from 'uvu'

const words = (process.env.PLAYSCRIPT_TEST_GREP ?? '').toLowerCase()

function choose<T>(tests: uvu.Test<T>, suiteName: string): uvu.Test<T> {
  let any = false
  const chosen = (name: string) => {
    const is = `${suiteName} ${name}`.toLowerCase().includes(words)
    any ||= is
    return is
  }
  const add = (name: string, run: uvu.Callback<T>) => chosen(name) && tests(name, run)
  return Object.assign(add, tests, {
    only: (name: string, run: uvu.Callback<T>) => chosen(name) && tests.only(name, run),
    skip: (name?: string, run?: uvu.Callback<T>) => chosen(name ?? '') && tests.skip(name, run),
    // Without tests its hooks would run all the same.
    run: () => any && tests.run(),
  }) as uvu.Test<T>
}

/** uvu's suites, without the tests whose name, after that of their suite, lacks the words that are looked for. */
export const suite: typeof uvu.suite = (name = '', state) => choose(uvu.suite(name, state), name)
export const test = choose(uvu.test, '')
export const exec = uvu.exec
