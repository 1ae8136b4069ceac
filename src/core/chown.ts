/**
 * How chown(1) is told an owner, a group, or both; empty for neither. An owner with a colon and nothing behind it
 * would change the group as well, to that user's own.
 */
export function chownWord(owner: string | undefined, group: string | undefined): string {
  return group === undefined ? (owner ?? '') : `${owner ?? ''}:${group}`
}
