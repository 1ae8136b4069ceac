/** Marks that the shell protocol, and the script of a task's steps, print between outputs. */
const MARK = /@(?:begin|end|step)-[0-9a-f]{24,}(?:-\d+)?(?:@(?: \d+)?| \d*)?\n?/g

/** Text without the marks that came with it, for messages. */
export function stripMarks(text: string): string {
  return text.replace(MARK, '')
}
