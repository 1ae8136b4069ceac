import type { Finish, StepOutput } from '../../core/module.ts'
import type { Variables } from '../../core/scope.ts'
import { splitLines } from '../../core/split-lines.ts'
import type { Guards } from './guards.ts'

/** Output as result fields: the text, and its lines as Python's `splitlines` gives them. */
export function outputFields(stdout: string, stderr: string): Variables {
  return { stdout, stderr, stdout_lines: splitLines(stdout), stderr_lines: splitLines(stderr) }
}

/** Fields of a command that was not run because a guard said so: ok, not skipped, as Ansible has it. */
export function notRun(cmd: unknown, reason: string): Variables {
  const path = reason.replace(/^skipped, since /, '').replace(/ (exists|does not exist)$/, '')
  const verb = reason.endsWith('does not exist') ? 'does not exist' : 'exists'
  return {
    cmd,
    ...outputFields(reason, ''),
    rc: 0,
    start: null,
    end: null,
    delta: null,
    msg: `Did not run command since '${path}' ${verb}`,
  }
}

/**
 * Fields for a command that check mode does not run, so that later tasks find what they read. Whether it would change
 * something only its guards tell: without one the task is skipped, as Ansible has it.
 */
export function predicted(cmd: unknown) {
  const msg = 'Command would have run if not in check mode'
  return { cmd, ...outputFields('', ''), rc: 0, start: null, end: null, delta: null, msg }
}

/** What check mode skips: a command that nothing guards. */
export function unguarded({ creates, removes }: Guards, cmd: unknown) {
  return creates || removes ? undefined : predicted(cmd)
}

/** Result fields of a command that ran; failed when its exit code is not 0. */
export function commandFields(output: StepOutput, strip: boolean): Finish {
  const clean = (text: string) => (strip ? text.replace(/[\r\n]+$/, '') : text)
  return {
    ...outputFields(clean(output.stdout), clean(output.stderr)),
    rc: output.code,
    start: formatTime(output.start),
    end: formatTime(output.end),
    delta: formatDuration(output.end - output.start),
    msg: output.code === 0 ? '' : 'non-zero return code',
    failed: output.code !== 0,
  }
}

/** `2026-01-31 13:45:00.123456`, in the controller's time zone. @param seconds since the epoch */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [two(date.getHours()), two(date.getMinutes()), two(date.getSeconds())].join(':')
  return `${day} ${time}.${fraction(seconds)}`
}

/** `0:00:01.500000`: hours, minutes and seconds, as Python prints a duration. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds)
  const two = (number: number) => String(number).padStart(2, '0')
  const clock = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return `${clock}.${fraction(seconds)}`
}

function fraction(seconds: number): string {
  return String(Math.floor((seconds - Math.floor(seconds)) * 1e6)).padStart(6, '0')
}
