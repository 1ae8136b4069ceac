import { TemplateError } from '../../core/errors.ts'

/**
 * Something encrypted cannot be opened: no password, the wrong one, or damaged text. The message never holds
 * what is inside. It is a TemplateError, so that it reaches the user unchanged from inside a template.
 */
export class VaultError extends TemplateError {
  override readonly code = 'VAULT'
}
